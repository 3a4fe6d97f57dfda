// The licences of what the built programs carry inside: their texts must travel with them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** An esbuild plugin that writes the licence texts of all bundled packages to one file at the end of a build. */
export function notices(file) {
  return {
    name: 'notices',
    setup(build) {
      build.onEnd(({ metafile }) => {
        const names = Object.keys(metafile.inputs).map(
          (input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1],
        )
        const packages = [...new Set(names.filter((name) => name !== undefined))].toSorted()
        mkdirSync(new URL('.', file), { recursive: true })
        writeFileSync(
          file,
          `The programs in this folder carry these packages inside.\n\n${packages.map(noticeOf).join('\n')}`,
        )
      })
    },
  }
}

function noticeOf(name) {
  const folder = new URL(`../node_modules/${name}/`, import.meta.url)
  const { version, license, author } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? licenceOf(name, license, author) : readFileSync(new URL(file, folder), 'utf8')
  return `--- ${name} ${version} (${license})\n\n${text.trim()}\n`
}

/** The text of the licence of a package that only names it: it is the one that we have too. */
function licenceOf(name, license, author) {
  if (license !== 'MIT' || author === undefined) throw new Error(`${name} has no licence file`)
  const ours = readFileSync(new URL('../LICENSE', import.meta.url), 'utf8')
  return ours.replace(/^Copyright .*$/m, `Copyright (c) ${author.name ?? author}`)
}
