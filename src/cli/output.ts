import { fstatSync, write as writeFd, writeSync, type Stats } from 'node:fs'
import { promisify } from 'node:util'
import { StreamError } from '../core/errors/error.js'
import { errnoMessage } from '../core/errors/errno.js'
import { visible } from '../core/text/terminal.js'

const LONGEST_WRITE = 1024 * 1024

const writeAsync = promisify(writeFd)

/** The reader of stdout has left: not a failure to talk about, but the end. */
export class BrokenPipe extends Error {
  override readonly name = 'ReaderGone'
}

/** Standard output, and what it is. */
export interface StandardOutput extends Sink {
  /** Whether a program reads it: a pipe or a socket, neither a file nor a terminal. */
  readonly isPiped: boolean
  readonly isTerminal: boolean
  /** Ends the last line, where it has no end. */
  endLine(): Promise<void>
}

/** A place that takes data, in the order in which it comes. Each write is done when it resolves. */
export interface Sink {
  /** Throws `ReaderGone`, or `write_failed` with the system's reason. */
  write(data: Uint8Array | string): Promise<void>
  /** Ends the last line where a terminal would be left in the middle of it. */
  close(): Promise<void>
}

/**
 * Standard output. Written with plain write(2) calls, one at a time: nothing is pending at an exit, each error belongs to
 * its write, and the streams of Node, which take six milliseconds to load, stay out.
 */
export async function standardOutput(): Promise<StandardOutput> {
  const isTerminal = await isTerminalFd(1)
  const decoder = new TextDecoder()
  const toStdout = writer(1)
  let isMidLine = false
  let half = ''

  async function write(data: Uint8Array | string) {
    if (data.length === 0) return
    const text = typeof data === 'string' ? data : isTerminal ? decoder.decode(data, { stream: true }) : undefined
    if (text === undefined) {
      isMidLine = !isLineEnd((data as Uint8Array).at(-1))
      return toStdout(data as Uint8Array)
    }
    // A character of two UTF-16 units may come in two deltas.
    const whole = half + text
    half = isHighSurrogate(whole.charCodeAt(whole.length - 1)) ? whole.slice(-1) : ''
    const ready = whole.slice(0, whole.length - half.length)
    if (ready !== '') isMidLine = !isLineEnd(ready.charCodeAt(ready.length - 1))
    // An event may take many megabytes, which need not be there twice.
    for (let from = 0; from < ready.length;) {
      const last = Math.min(from + LONGEST_WRITE, ready.length)
      const isInPair = isHighSurrogate(ready.charCodeAt(last - 1)) && isLowSurrogate(ready.charCodeAt(last))
      const to = isInPair ? last + 1 : last
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
      const rest = half
      half = ''
      await toStdout(Buffer.from(rest))
      if (isTerminal) await endLine()
    },
  }
}

/** Writes an aside to stderr, whole. A stderr that is closed or full changes nothing: the exit status still tells. */
export async function writeStderr(text: string): Promise<void> {
  await writer(2)(Buffer.from(text)).catch(() => {})
}

/** The same, but all that is written goes out in one piece at the end. */
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

/** Whether a file descriptor is a terminal. Asked of the file system first, for loading Node's tty module takes a while. */
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

/** Whether what is read or written there is there at once, so that no other thread need wait for it. */
export function isRegularFile(fd: number): boolean {
  return fstat(fd)?.isFile() ?? false
}

/** What the system knows of a descriptor; nothing of one that is closed. */
export function fstat(fd: number): Stats | undefined {
  try {
    return fstatSync(fd)
  } catch {
    return undefined
  }
}

/** Whether a UTF-16 unit is the first of a pair. */
function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800
}

/** Whether it is the second. */
function isLowSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00
}

const LINE_ENDS = new Set<number | undefined>([10, 13])

function isLineEnd(byte: number | undefined): boolean {
  return LINE_ENDS.has(byte)
}

/** What writes all of some bytes to a descriptor. */
function writer(fd: number): (bytes: Uint8Array) => Promise<void> {
  const isThere = isRegularFile(fd)
  return async (bytes) => {
    let wait = 1
    for (let from = 0; from < bytes.length;) {
      try {
        const written = isThere ? writeSync(fd, bytes, from) : (await writeAsync(fd, bytes, from)).bytesWritten
        if (written === 0) throw new StreamError('write_failed', 'write error: nothing more is taken')
        from += written
        wait = 1
      } catch (error) {
        if (error instanceof StreamError) throw error
        const { code } = error as NodeJS.ErrnoException
        if (code === 'EPIPE' || code === 'ECONNRESET') throw new BrokenPipe()
        if (code !== 'EAGAIN')
          throw new StreamError('write_failed', `write error: ${errnoMessage(error)}`, { cause: error })
        // Another program has made the pipe non-blocking, and it is full.
        await new Promise((resolve) => setTimeout(resolve, wait))
        wait = Math.min(2 * wait, 20)
      }
    }
  }
}
