import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StreamError } from '../core/errors.js'
import { unread } from '../core/system-error.js'

/** A recorded answer: the response body to the byte. */
export interface Recording {
  readonly file: string
  readonly bytes: Uint8Array
}

/** The recordings that files and folders hold, in the order of the operands, those of a folder (every `.sse` in it, at any depth) by name. Throws `no_input` or `read_failed`. */
export async function recordings(operands: readonly string[]): Promise<Recording[]> {
  const files = (await Promise.all(operands.map(filesOf))).flat()
  if (files.length === 0) throw new StreamError('no_input', `no .sse file in ${operands.join(', ')}`)
  return Promise.all(
    files.map(async (file) => ({
      file,
      bytes: await readFile(file).catch((error) => Promise.reject(unread(error, file))),
    })),
  )
}

async function filesOf(operand: string): Promise<string[]> {
  const found = await stat(operand).catch((error) => Promise.reject(unread(error, operand)))
  if (!found.isDirectory()) return [operand]
  const names = await readdir(operand, { recursive: true })
  return names
    .filter((name) => name.endsWith('.sse'))
    .toSorted()
    .map((name) => join(operand, name))
}
