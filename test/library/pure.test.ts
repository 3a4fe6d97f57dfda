import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { fixture } from '../docs/serve.js'
import { folderWith } from '../support/folder.js'
import { shell } from '../support/spawn.js'

const ROOT = new URL('../..', import.meta.url).pathname

/** Bundles code that imports the package. Fails if anything in it needs a module of Node. */
async function bundle(code: string, conditions: string[] = []): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    conditions,
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

const { text: words, file } = fixture('chat/sample-sky')

/** Reads a whole answer from its bytes, and leaves its words in the global \`said\`. */
function reading(bytes: Buffer): string {
  return `import { parseAnswers, readers, text, chain } from 'or-stream/pure'
const stage = chain(parseAnswers(readers), text())
const bytes = Uint8Array.from(${JSON.stringify([...bytes])})
globalThis.said = [...stage.push(bytes), ...stage.end()].join('')`
}

test.each([
  ['StreamError', 5_000],
  ['parseAnswers, readers, text', 40_000],
])('a bundle with %s has at most %i bytes', async (names, limit) => {
  const code = await bundle(`import { ${names} } from 'or-stream/pure'\nglobalThis.kept = [${names}]`)
  expect(Buffer.byteLength(code)).toBeGreaterThan(500)
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(limit)
})

test('the whole of or-stream/pure can be bundled for browsers', async () => {
  expect(await bundle("import * as all from 'or-stream/pure'\nglobalThis.kept = all")).toContain('StreamError')
})

test('the bundle for a worker needs no global but TextDecoder', async () => {
  const context = createContext({ TextDecoder, Uint8Array })
  runInContext(await bundle(reading(readFileSync(file)), ['worker']), context)
  expect(context['said']).toBe(words.toString())
})

const CHROMIUM = '/usr/bin/chromium'

test.skipIf(!existsSync(CHROMIUM))(
  'the bundle runs in Chromium (skipped without it)',
  { timeout: 120_000 },
  async () => {
    const script = (await bundle(reading(readFileSync(file)))).replaceAll('</script', String.raw`<\/script`)
    const page = `<meta charset="utf-8"><p id="out"></p><script>${script}
document.getElementById('out').textContent = encodeURIComponent(said)</script>`
    const folder = folderWith({ 'page.html': page })
    const { stdout } = await shell(
      `${CHROMIUM} --headless --no-sandbox --disable-gpu --user-data-dir=profile --dump-dom ${pathToFileURL(folder).href}/page.html`,
      { cwd: folder },
    )
    expect(decodeURIComponent(/<p id="out">([^<]*)/.exec(stdout)?.[1] ?? '')).toBe(words.toString())
  },
)
