import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Metadata } from '../../src/recordings/metadata.js'
import { folderWith } from '../support/folder.js'
import { metaWith } from '../support/recorded.js'
import { few } from '../support/size.js'
import { program, shell, start } from '../support/spawn.js'
import { ANSWER, chunk } from '../support/wire.js'

const NAME = 'sse-replay'

const metaOf = (...chunks: Metadata['chunks']) => JSON.stringify(metaWith(chunks))

const CUT = ANSWER.slice(0, -40)
const LINES = Array.from({ length: 4000 }, (_, number) => chunk(`line ${number}`)).join('')
const HALF = LINES.length / 2

const folder = folderWith({
  'empty.sse': '',
  'cut.sse': CUT,
  'shorter.sse': CUT,
  'shorter.sse.meta.json': metaOf([3_600_000, ANSWER.length]),
  'longer.sse': ANSWER,
  'longer.sse.meta.json': metaOf([3_600_000, CUT.length]),
  'once.sse': ANSWER,
  'once.sse.meta.json': metaOf([0, 3], [0, 0], [0, ANSWER.length - 3]),
  'minute.sse': ANSWER,
  'minute.sse.meta.json': metaOf([30_000, 20], [60_000, ANSWER.length - 20]),
  'lines.sse': LINES,
  'lines.sse.meta.json': metaOf([0, HALF], [500, HALF]),
})

const played = (stdout: string) => ({ stdout, stderr: '', status: 0 })

describe('R112 · a recording that is missing, cut, empty, changed since or while it is played, without pauses, 1,000 times as fast · the bytes that are there, to the last, in their pieces where those are known · 66 where there is none, else 0', () => {
  test.each(
    few(
      [
        [
          'missing',
          ['gone.sse'],
          { stdout: '', stderr: `${NAME}: no_input: gone.sse: No such file or directory\n`, status: 66 },
        ],
        ['empty', ['empty.sse'], played('')],
        ['cut', ['cut.sse'], played(CUT)],
        ['shorter than its meta says', ['shorter.sse'], played(CUT)],
        ['longer than its meta says', ['longer.sse'], played(ANSWER)],
        ['without pauses', ['once.sse'], played(ANSWER)],
        ['a minute, 1,000 times as fast', ['--speed', '1000', 'minute.sse'], played(ANSWER)],
      ] as const,
      7,
    ),
  )('%s', async (_, args, expected) => {
    expect(await program(NAME, ['--speed', '1', ...args], { cwd: folder })).toEqual(expected)
  })

  test('a reader of a cut one sees that it is cut', async () => {
    expect(await shell(`${NAME} cut.sse | sse-text`, { cwd: folder })).toMatchObject({ status: 76 })
  })

  test('replaced by another while it is played: it is played to its end', async () => {
    const child = start(NAME, ['--speed', '1', 'lines.sse'], { cwd: folder })
    await child.wrote(LINES.slice(0, HALF))
    writeFileSync(join(folder, 'other'), ANSWER)
    renameSync(join(folder, 'other'), join(folder, 'lines.sse'))
    expect(await child.ended).toEqual(played(LINES))
  })
})
