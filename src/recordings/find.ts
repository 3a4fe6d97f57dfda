import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StreamError } from '../core/errors.js'

/** A recorded answer: the response body to the byte. */
export interface Recording {
  readonly file: string
  readonly bytes: Uint8Array
}

/** The recordings that files and folders hold, in the order of the operands, those of a folder (every `.sse` in it, at any depth) by name. Throws `no_input`. */
export async function recordings(operands: readonly string[]): Promise<Recording[]> {
  const files = (await Promise.all(operands.map(filesOf))).flat()
  if (files.length === 0) throw new StreamError('no_input', `no .sse file in ${operands.join(', ')}`)
  return Promise.all(
    files.map(async (file) => ({ file, bytes: await readFile(file).catch((error: Error) => missing(file, error)) })),
  )
}

async function filesOf(operand: string): Promise<string[]> {
  const found = await stat(operand).catch((error: Error) => missing(operand, error))
  if (!found.isDirectory()) return [operand]
  const names = await readdir(operand, { recursive: true })
  return names
    .filter((name) => name.endsWith('.sse'))
    .toSorted()
    .map((name) => join(operand, name))
}

function missing(file: string, cause: Error): never {
  const { code } = cause as NodeJS.ErrnoException
  throw new StreamError('no_input', `${file}: ${code === 'ENOENT' ? 'No such file or directory' : cause.message}`, {
    cause,
  })
}
