import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StreamError } from '../core/errors/error.js'
import { canonicalJson, isObject, stringOf } from '../core/json/json.js'
import { createError } from '../core/errors/errno.js'
import type { RecordedRequest } from './metadata.js'

/**
 * Returns the file for a recording: `target`, or a new file in it if it is a folder. A `target` that ends in a slash is a folder, which is
 * created if needed. The name of a new file consists of the date, the model and a hash of the request. Throws `no_output` if the folder
 * can't be created, or if every user could replace files in it.
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
  return isFolder ? unusedName(join(folder, fileStem(recorded, request))) : target
}

/** Returns a short hash of a request, which depends on the JSON value of the body and not on its text. */
export function hashOf({ method, path, body }: RecordedRequest): string {
  const text = `${method} ${path} ${canonicalJson(body) ?? ''}`
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

/** Returns the file name without extension. All characters of the model are made safe, so that the file is always inside the folder. */
function fileStem(recorded: string, request: RecordedRequest): string {
  const model = (isObject(request.body) && stringOf(request.body['model'])) || 'no-model'
  const safeModel = model.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 50)
  return `${recorded.replace(/[-:.]/g, '')}-${safeModel}-${hashOf(request)}`
}

function unusedName(stem: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${stem}.sse` : `${stem}-${number}.sse`
    if (!existsSync(name)) return name
  }
}

function isDirectory(name: string): boolean {
  try {
    return statSync(name).isDirectory()
  } catch {
    // If the file cannot be created, that is reported later.
    return false
  }
}

function checkFolder(folder: string) {
  const { mode } = statSync(folder)
  const [isWorldWritable, isSticky] = [(mode & 0o002) !== 0, (mode & 0o1000) !== 0]
  if (isWorldWritable && !isSticky)
    throw new StreamError('no_output', `${folder}: every user can replace files in this folder (chmod o-w ${folder})`)
}
