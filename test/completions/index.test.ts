import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { COMPLETIONS } from '../../src/completions/index.js'
import { PROGRAMS } from '../../src/programs/index.js'
import { folderWith } from '../support/folder.js'
import { program } from '../support/spawn.js'

const SCRIPTS = new URL('../../dist/completions/', import.meta.url).pathname
const folder = folderWith({ 'answer one.sse': '', 'other.sse': '', 'schema.json': '' })

/** Completes a command line whose last word is unfinished. */
type Complete = (line: string) => Promise<string[]>

/** Calls the function as readline does: `=` is a word of its own. */
const inBash: Complete = async (line) => {
  const words = line.split(/ |(=)/).filter((word) => word !== undefined)
  const name = words[0] ?? ''
  const script = `
    source ${SCRIPTS}${name}.bash
    compopt() { echo "compopt $*"; }
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${name.replaceAll('-', '_')} ${name}
    printf '%s\\n' "\${COMPREPLY[@]}"`
  return (await shell('bash', ['--norc', '-c', script, 'bash', ...words])).filter((one) => !one.startsWith('compopt'))
}

/** Presses Tab in an interactive shell, and reads the last word of its line back. */
const inZsh: Complete = async (line) => {
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PS1= PS2=; autoload -U compinit; compinit -u -D; source ${SCRIPTS}${line.split(' ')[0]}.zsh'
    zpty -w shell 'show() { print -r -- "<<$BUFFER>>" }; zle -N show; bindkey "^Xs" show; bindkey "^I" complete-word; print re""ady'
    zpty -r shell seen '*ready*'
    zpty -w -n shell "$1"$'\\t\\x18s'
    zpty -r shell seen '*<<*>>*'
    print -r -- "$seen"`
  const seen = (await shell('zsh', ['-f', '-c', script, 'zsh', line])).join('\n')
  return [/<<(.*?) ?>>/.exec(seen)?.[1]?.split(' ').at(-1) ?? seen]
}

/** Asks fish for what Tab would offer. */
const inFish: Complete = async (line) => {
  const script = `source ${SCRIPTS}${line.split(' ')[0]}.fish; complete -C $argv[1]`
  return (await shell('fish', ['--no-config', '-c', script, line])).map((offer) => offer.split('\t')[0] ?? '')
}

async function shell(name: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await execa(name, args, { cwd: folder, env: { TERM: 'dumb' }, timeout: 20_000 })
  return stdout.split('\n').filter((one) => one !== '')
}

const isMissing = (name: string) => spawnSync(name, ['-c', 'true']).error !== undefined

test.each<[string, string[]]>([
  ['sse-fold --err', ['--errors']],
  ['sse-fold --errors ', ['text', 'json']],
  ['sse-fold --errors=j', ['json']],
  ['sse-fold --dialect g', ['gemini']],
  ['sse-fold --choice ', []],
  ['sse-fold o', []],
  ['sse-fold -- --err', []],
  ['or-stream -m ', []],
  ['or-stream Wh', []],
  ['or-stream --endpoint gr', ['groq']],
])('bash: %s', async (line, offers) => {
  expect(await inBash(line)).toEqual(offers)
})

test.skipIf(isMissing('zsh')).each([
  ['sse-fold --err', '--errors='],
  ['sse-fold --errors=j', '--errors=json'],
  ['sse-fold --errors j', 'json'],
  ['sse-fold --dialect=g', '--dialect=gemini'],
  ['sse-fold ot', 'other.sse'],
  ['sse-json --schema sch', 'schema.json'],
  ['or-stream ot', 'ot'],
  ['or-stream --endpoint=gr', '--endpoint=groq'],
])('zsh: %s', async (line, completed) => {
  expect(await inZsh(line)).toEqual([completed])
})

test.skipIf(isMissing('zsh'))('zsh: a script in a folder of fpath completes at the first Tab', async () => {
  const functions = folderWith({ '_sse-fold': readFileSync(`${SCRIPTS}sse-fold.zsh`, 'utf8') })
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PS1= PS2=; fpath=(${functions} $fpath); autoload -U compinit; compinit -u -D'
    zpty -w shell 'show() { print -r -- "<<$BUFFER>>" }; zle -N show; bindkey "^Xs" show; bindkey "^I" complete-word; print re""ady'
    zpty -r shell seen '*ready*'
    zpty -w -n shell $'sse-fold --mess\\t\\x18s'
    zpty -r shell seen '*<<*>>*'
    print -r -- "$seen"`
  expect((await shell('zsh', ['-f', '-c', script])).join('')).toContain('<<sse-fold --message >>')
})

test.skipIf(isMissing('fish')).each([
  ['sse-fold --err', ['--errors']],
  ['sse-fold --errors=j', ['--errors=json']],
  ['sse-fold --errors j', ['json']],
  ['sse-fold --dialect g', ['gemini']],
  ['sse-fold --choice ', []],
  ['sse-fold ot', ['other.sse']],
  ['sse-json --schema sch', ['schema.json']],
  ['or-stream ot', []],
  ['or-stream --endpoint gr', ['groq']],
])('fish: %s', async (line, offers) => {
  expect(await inFish(line)).toEqual(offers)
})

const pairs = Object.keys(COMPLETIONS).flatMap((one) => PROGRAMS.map(({ name }) => [one, name] as const))

test.each(pairs)('%s can read the script of %s, which --completion prints', async (name, tool) => {
  const { stdout, stderr, status } = await program(tool, ['--completion', name])
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  expect(stdout).toBe(readFileSync(`${SCRIPTS}${tool}.${name}`, 'utf8'))
  expect(stdout).toMatch(/completion.*bash.*zsh.*fish/)
  if (!isMissing(name)) await execa(name, ['-n', `${SCRIPTS}${tool}.${name}`])
})
