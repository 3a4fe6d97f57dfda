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
  const { version, license } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
  const text = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (text === undefined) throw new Error(`${name} has no licence file`)
  return `--- ${name} ${version} (${license})\n\n${readFileSync(new URL(text, folder), 'utf8').trim()}\n`
}
