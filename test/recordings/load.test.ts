import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chunksIn, recordings } from '../../src/recordings/load.js'
import { metaWith } from '../support/recorded.js'

let folder = ''

const meta = metaWith([[12, 14]])

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'or-stream-find-'))
  for (const name of ['empty', 'all', 'all/deep']) mkdirSync(join(folder, name))
  for (const name of ['all/b.sse', 'all/a.sse', 'all/deep/c.sse', 'all/a.txt', 'alone.txt'])
    writeFileSync(join(folder, name), `\ufeff${name}\r\n`)
  writeFileSync(join(folder, 'all/a.sse.meta.json'), JSON.stringify(meta))
  writeFileSync(join(folder, 'all/changed.dat'), 'x'.repeat(15))
  writeFileSync(join(folder, 'all/changed.dat.meta.json'), JSON.stringify(meta))
  writeFileSync(join(folder, 'bad.sse'), '')
  writeFileSync(join(folder, 'bad.sse.meta.json'), '{"status":"200"}')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['a folder, by name, at any depth', ['all'], ['all/a.sse', 'all/b.sse', 'all/deep/c.sse']],
  ['a file, whatever its name', ['alone.txt'], ['alone.txt']],
  [
    'operands in their order, repeated ones too',
    ['all/deep', 'all/b.sse', 'all/deep'],
    ['all/deep/c.sse', 'all/b.sse', 'all/deep/c.sse'],
  ],
])('%s', async (_, operands, files) => {
  const found = await recordings(operands.map((operand) => join(folder, operand)))
  const expected = files.map((file) => ({
    file: join(folder, file),
    bytes: Buffer.from(`\ufeff${file}\r\n`),
    meta: file === 'all/a.sse' ? meta : undefined,
  }))
  expect(found).toEqual(expected)
})

test.each([
  ['missing', (operand: string) => `${operand}: No such file or directory`],
  ['empty', (operand: string) => `no .sse file in ${operand}`],
])('a folder without recordings is refused: %s', async (name, message) => {
  const operand = join(folder, name)
  await expect(recordings([operand])).rejects.toMatchObject({ code: 'no_input', message: message(operand) })
})

test.each([
  ['recorded', 'all/a.sse', meta.chunks],
  ['without metadata', 'all/b.sse', undefined],
  ['of a changed file', 'all/changed.dat', undefined],
])('the chunks of a file: %s', async (_, name, chunks) => {
  expect(await chunksIn(join(folder, name))).toEqual(chunks)
})

test('the chunks of a missing file', async () => {
  await expect(chunksIn(join(folder, 'missing'))).rejects.toMatchObject({ code: 'no_input' })
})

test('an invalid metadata file is bad_data', async () => {
  const file = join(folder, 'bad.sse')
  await expect(recordings([file])).rejects.toMatchObject({
    code: 'bad_data',
    message: `${file}.meta.json: this is not the metadata of a recording`,
  })
})
