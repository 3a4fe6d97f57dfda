import { fstatSync, write as writeFd, writeSync, type Stats } from 'node:fs'
import { promisify } from 'node:util'
import { StreamError } from '../core/errors/error.js'
import { errnoMessage } from '../core/errors/errno.js'
import { visible } from '../core/text/terminal.js'

/** UTF-16 units. */
const MAX_WRITE_LENGTH = 1024 * 1024

const writeAsync = promisify(writeFd)

/** Thrown if the reader of stdout has closed the pipe (EPIPE). It ends the program without a message. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe'
}

/** Standard output and its kind. */
export interface StandardOutput extends Sink {
  /** True if another program reads it: a pipe or a socket, not a file or a terminal. */
  readonly isPiped: boolean
  readonly isTerminal: boolean
  /** Writes a line feed if the last line is not terminated. */
  endLine(): Promise<void>
}

/** Writes data in order. The promise of a write resolves once the data is written. */
export interface Sink {
  /** Throws `BrokenPipe`, or `write_failed` with the system's reason. */
  write(data: Uint8Array | string): Promise<void>
  /** Writes what is pending. On a terminal, also terminates the last line. */
  close(): Promise<void>
}

/**
 * Returns standard output, written with plain write(2) calls, one at a time: nothing is pending at exit, each error belongs to its
 * write, and Node's streams, which take six milliseconds to load, are not needed.
 */
export async function standardOutput(): Promise<StandardOutput> {
  const isTerminal = await isTerminalFd(1)
  const decoder = new TextDecoder()
  const toStdout = writer(1)
  let isMidLine = false
  let pendingSurrogate = ''

  async function write(data: Uint8Array | string) {
    if (data.length === 0) return
    const text = typeof data === 'string' ? data : isTerminal ? decoder.decode(data, { stream: true }) : undefined
    if (text === undefined) {
      isMidLine = !isLineEnd((data as Uint8Array).at(-1))
      return toStdout(data as Uint8Array)
    }
    // The two halves of a surrogate pair may arrive in two deltas.
    const whole = pendingSurrogate + text
    pendingSurrogate = isHighSurrogate(whole.charCodeAt(whole.length - 1)) ? whole.slice(-1) : ''
    const ready = whole.slice(0, whole.length - pendingSurrogate.length)
    if (ready !== '') isMidLine = !isLineEnd(ready.charCodeAt(ready.length - 1))
    // An event may have many megabytes. Encoding it in pieces avoids a second copy of all of it.
    for (let from = 0; from < ready.length;) {
      const last = Math.min(from + MAX_WRITE_LENGTH, ready.length)
      const splitsPair = isHighSurrogate(ready.charCodeAt(last - 1)) && isLowSurrogate(ready.charCodeAt(last))
      const to = splitsPair ? last + 1 : last
      const piece = ready.slice(from, to)
      await toStdout(Buffer.from(isTerminal ? visible(piece) : piece))
      from = to
    }
  }

  async function endLine() {
    if (isMidLine) await write('\n')
  }

  return {
    isPiped: isPipe(1),
    isTerminal,
    write,
    endLine,
    close: async () => {
      const rest = pendingSurrogate
      pendingSurrogate = ''
      await toStdout(Buffer.from(rest))
      if (isTerminal) await endLine()
    },
  }
}

/** Writes all of `text` to stderr. A closed or full stderr is no error: the exit status still reports a failure. */
export async function writeStderr(text: string): Promise<void> {
  await writer(2)(Buffer.from(text)).catch(() => {})
}

/** Returns a sink that collects all data and writes it to `sink` in one piece on `close`. */
export function buffered(sink: Sink): Sink {
  const pieces: Uint8Array[] = []
  return {
    write: async (data) => {
      pieces.push(Buffer.from(data))
    },
    close: async () => {
      await sink.write(Buffer.concat(pieces))
      await sink.close()
    },
  }
}

/** Returns true if a file descriptor is a terminal. Checks for a device first, because loading Node's tty module is slow. */
export async function isTerminalFd(fd: number): Promise<boolean> {
  if (!isDevice(fd)) return false
  const { isatty } = await import('node:tty')
  return isatty(fd)
}

function isDevice(fd: number): boolean {
  return fstat(fd)?.isCharacterDevice() ?? false
}

function isPipe(fd: number): boolean {
  const status = fstat(fd)
  return (status?.isFIFO() ?? false) || (status?.isSocket() ?? false)
}

/** Returns true for a regular file: it never blocks for long, so it can be read and written synchronously. */
export function isRegularFile(fd: number): boolean {
  return fstat(fd)?.isFile() ?? false
}

/** Returns the status of a file descriptor, or undefined if it is closed. */
export function fstat(fd: number): Stats | undefined {
  try {
    return fstatSync(fd)
  } catch {
    return undefined
  }
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800
}

function isLowSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00
}

const LINE_ENDS = new Set<number | undefined>([10, 13])

function isLineEnd(byte: number | undefined): boolean {
  return LINE_ENDS.has(byte)
}

/** Returns a function that writes all of its bytes to a file descriptor. */
function writer(fd: number): (bytes: Uint8Array) => Promise<void> {
  const isRegular = isRegularFile(fd)
  return async (bytes) => {
    let wait = 1
    for (let from = 0; from < bytes.length;) {
      try {
        const written = isRegular ? writeSync(fd, bytes, from) : (await writeAsync(fd, bytes, from)).bytesWritten
        if (written === 0) throw new StreamError('write_failed', 'write error: no bytes were written')
        from += written
        wait = 1
      } catch (error) {
        if (error instanceof StreamError) throw error
        const { code } = error as NodeJS.ErrnoException
        if (code === 'EPIPE' || code === 'ECONNRESET') throw new BrokenPipe()
        if (code !== 'EAGAIN')
          throw new StreamError('write_failed', `write error: ${errnoMessage(error)}`, { cause: error })
        // The pipe is full, and another program has made it non-blocking.
        await new Promise((resolve) => setTimeout(resolve, wait))
        wait = Math.min(2 * wait, 20)
      }
    }
  }
}
