import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StreamError } from '../core/errors/error.js'
import { readError } from '../core/errors/errno.js'
import { metaFileOf, readMetadata, type Metadata, type RecordedChunk } from './metadata.js'
import { chunksOf } from './pace.js'

/** A recorded answer: the bytes of the response body, and the metadata if there is a metadata file. */
export interface Recording {
  readonly file: string
  readonly bytes: Uint8Array
  readonly meta: Metadata | undefined
}

/**
 * Loads the recordings of files and folders, in the order of the operands. A folder stands for every `.sse` file in it, at any depth,
 * sorted by name. Throws `no_input`, `read_failed`, or `bad_data` for an invalid metadata file.
 */
export async function recordings(operands: readonly string[]): Promise<Recording[]> {
  const files = (await Promise.all(operands.map(filesOf))).flat()
  if (files.length === 0) throw new StreamError('no_input', `no .sse file in ${operands.join(', ')}`)
  return Promise.all(files.map(recordingIn))
}

/** Loads the recordings in a folder; none if it does not exist. Throws as `recordings` does. */
export async function recordingsIn(folder: string): Promise<Recording[]> {
  const exists = await stat(folder).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT',
  )
  return Promise.all((exists ? await filesOf(folder) : []).map(recordingIn))
}

/** Loads the recording in a file. Throws as `recordings` does. */
export async function recordingIn(file: string): Promise<Recording> {
  const bytes = await readFile(file).catch((error) => Promise.reject(readError(error, file)))
  return { file, bytes, meta: await loadMetadata(file) }
}

/** Returns the files of an operand: every `.sse` file in it if it is a folder, otherwise itself. Throws `no_input` or `read_failed`. */
export async function filesOf(operand: string): Promise<string[]> {
  const stats = await stat(operand).catch((error) => Promise.reject(readError(error, operand)))
  if (!stats.isDirectory()) return [operand]
  const names = await readdir(operand, { recursive: true })
  return names
    .filter((name) => name.endsWith('.sse'))
    .toSorted()
    .map((name) => join(operand, name))
}

/** Returns the recorded chunks of a file; undefined if there is no metadata or the file was changed later. Throws as `recordings` does. */
export async function chunksIn(file: string): Promise<readonly RecordedChunk[] | undefined> {
  const meta = await loadMetadata(file)
  const { size } = await stat(file).catch((error) => Promise.reject(readError(error, file)))
  return chunksOf(meta, size)
}

async function loadMetadata(file: string): Promise<Metadata | undefined> {
  const name = metaFileOf(file)
  const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw readError(error, name)
  })
  return text === undefined ? undefined : readMetadata(text, name)
}
