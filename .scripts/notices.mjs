// Collects the licences of the packages that are bundled into the programs; they must be distributed with them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Returns an esbuild plugin that writes the licence texts of all bundled packages to one file at the end of a build. */
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
  const text = file === undefined ? mitLicence(name, license, author) : readFileSync(new URL(file, folder), 'utf8')
  return `--- ${name} ${version} (${license})\n\n${text.trim()}\n`
}

/** Returns the licence text of a package without a licence file. Only MIT is supported: its text is the same as ours. */
function mitLicence(name, license, author) {
  if (license !== 'MIT' || author === undefined) throw new Error(`${name} has no licence file`)
  const ours = readFileSync(new URL('../LICENSE', import.meta.url), 'utf8')
  return ours.replace(/^Copyright .*$/m, `Copyright (c) ${author.name ?? author}`)
}
