import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StreamError } from '../core/errors/error.js'
import { readError } from '../core/errors/errno.js'
import { metaFileOf, readMetadata, type Metadata, type RecordedChunk } from './metadata.js'
import { chunksOf } from './pace.js'

/** A recorded answer: the response body to the byte, and what is known of it where somebody kept that. */
export interface Recording {
  readonly file: string
  readonly bytes: Uint8Array
  readonly meta: Metadata | undefined
}

/**
 * The recordings that files and folders hold, in the order of the operands, those of a folder (every `.sse` in it, at any depth)
 * by name. Throws `no_input`, `read_failed`, or `bad_data` for a meta that is none.
 */
export async function recordings(operands: readonly string[]): Promise<Recording[]> {
  const files = (await Promise.all(operands.map(filesOf))).flat()
  if (files.length === 0) throw new StreamError('no_input', `no .sse file in ${operands.join(', ')}`)
  return Promise.all(files.map(recordingIn))
}

/** The recordings in a folder that need not be there yet. */
export async function recordingsIn(folder: string): Promise<Recording[]> {
  const isThere = await stat(folder).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT',
  )
  return Promise.all((isThere ? await filesOf(folder) : []).map(recordingIn))
}

/** The recording in a file. Throws as `recordings` does. */
export async function recordingIn(file: string): Promise<Recording> {
  const bytes = await readFile(file).catch((error) => Promise.reject(readError(error, file)))
  return { file, bytes, meta: await metaOf(file) }
}

/** The names of the recordings that an operand means: itself, or every `.sse` in the folder that it is. Throws `no_input`. */
export async function filesOf(operand: string): Promise<string[]> {
  const found = await stat(operand).catch((error) => Promise.reject(readError(error, operand)))
  if (!found.isDirectory()) return [operand]
  const names = await readdir(operand, { recursive: true })
  return names
    .filter((name) => name.endsWith('.sse'))
    .toSorted()
    .map((name) => join(operand, name))
}

/** The chunks in which a file came; undefined where nobody kept them, or it was changed since. Throws as `recordings` does. */
export async function chunksIn(file: string): Promise<readonly RecordedChunk[] | undefined> {
  const meta = await metaOf(file)
  const { size } = await stat(file).catch((error) => Promise.reject(readError(error, file)))
  return chunksOf(meta, size)
}

async function metaOf(file: string): Promise<Metadata | undefined> {
  const name = metaFileOf(file)
  const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw readError(error, name)
  })
  return text === undefined ? undefined : readMetadata(text, name)
}
