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

/** The system's reason for a failed call, as other Unix programs word it. */
export function errnoMessage(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return REASONS.get(code) ?? (code === '' ? message : code)
}

/** What a file that can't be made comes down to. */
export function createError(error: unknown, file: string): StreamError {
  return new StreamError('no_output', `${file}: ${errnoMessage(error)}`, { cause: error })
}

/** What a call for a file that failed comes down to: `no_input` where the file can't be had, `read_failed` where a read broke. */
export function readError(error: unknown, name: string): StreamError {
  const { code, syscall } = error as NodeJS.ErrnoException
  const hasBroken = syscall === 'read' && code !== 'EISDIR'
  return new StreamError(hasBroken ? 'read_failed' : 'no_input', `${name}: ${errnoMessage(error)}`, { cause: error })
}
