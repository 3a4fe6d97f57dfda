import { StreamError } from './error.js'

const REASONS = new Map([
  ['ENOSPC', 'No space left on device'],
  ['EFBIG', 'File too large'],
  ['EIO', 'Input/output error'],
  ['EBADF', 'Bad file descriptor'],
  ['ENOENT', 'No such file or directory'],
  ['EISDIR', 'Is a directory'],
  ['EACCES', 'Permission denied'],
  ['EPERM', 'Operation not permitted'],
  ['EROFS', 'Read-only file system'],
  ['EEXIST', 'File exists'],
  ['ENOTDIR', 'Not a directory'],
  ['ENAMETOOLONG', 'File name too long'],
])

/** Returns the text of a system error as other Unix programs word it, or its code or message if the text is not in the table. */
export function errnoMessage(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return REASONS.get(code) ?? (code === '' ? message : code)
}

/** Returns the `no_output` failure for a file that cannot be created. */
export function createError(error: unknown, file: string): StreamError {
  return new StreamError('no_output', `${file}: ${errnoMessage(error)}`, { cause: error })
}

/** Returns the failure for an input file: `read_failed` if a read failed, `no_input` if the file could not be opened. */
export function readError(error: unknown, name: string): StreamError {
  const { code, syscall } = error as NodeJS.ErrnoException
  const isReadFailure = syscall === 'read' && code !== 'EISDIR'
  return new StreamError(isReadFailure ? 'read_failed' : 'no_input', `${name}: ${errnoMessage(error)}`, {
    cause: error,
  })
}
