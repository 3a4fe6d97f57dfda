import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StreamError } from '../core/errors/error.js'
import { canonicalJson, isObject, stringOf } from '../core/json/json.js'
import { createError } from '../core/errors/errno.js'
import type { RecordedRequest } from './metadata.js'

/**
 * The file that a recording goes to: the one that is named, or a new one in the folder that is named (one that is there, or a
 * name that ends in a slash; it is made), called after the date, the model and a hash of the request. Throws `no_output` where
 * the folder can't be had, or where everybody could replace files in it.
 */
export function recordingPath(target: string, recorded: string, request: RecordedRequest): string {
  const isFolder = target.endsWith('/') || isDirectory(target)
  const folder = isFolder ? target : dirname(target)
  try {
    if (isFolder) mkdirSync(folder, { recursive: true, mode: 0o700 })
    checkFolder(folder)
  } catch (error) {
    throw error instanceof StreamError ? error : createError(error, folder)
  }
  return isFolder ? unused(join(folder, stemOf(recorded, request))) : target
}

/** Short, the same for every spelling of one request. */
export function hashOf({ method, path, body }: RecordedRequest): string {
  const spelled = `${method} ${path} ${canonicalJson(body) ?? ''}`
  return createHash('sha256').update(spelled).digest('hex').slice(0, 8)
}

/** Nothing that stands in a request can lead out of the folder. */
function stemOf(recorded: string, request: RecordedRequest): string {
  const model = (isObject(request.body) && stringOf(request.body['model'])) || 'no-model'
  const safe = model.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 50)
  return `${recorded.replace(/[-:.]/g, '')}-${safe}-${hashOf(request)}`
}

function unused(stem: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${stem}.sse` : `${stem}-${number}.sse`
    if (!existsSync(name)) return name
  }
}

function isDirectory(name: string): boolean {
  try {
    return statSync(name).isDirectory()
  } catch {
    // What keeps a file from being made is told when it is made.
    return false
  }
}

function checkFolder(folder: string) {
  const { mode } = statSync(folder)
  const [isForAll, isSticky] = [(mode & 0o002) !== 0, (mode & 0o1000) !== 0]
  if (isForAll && !isSticky)
    throw new StreamError('no_output', `${folder}: everybody may replace files in it (chmod o-w ${folder})`)
}
