import { closeSync, open as openFd, openSync, read as readFd, readSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { StreamError } from '../core/errors/error.js'
import { readError } from '../core/errors/errno.js'
import { isRegularFile, isTerminalFd, fstat } from './standard-output.js'

const [openAsync, readAsync] = [promisify(openFd), promisify(readFd)]

const READ_SIZE = 64 * 1024
const SYNC_READS_PER_TURN = 16

/** A file or standard input. */
export interface Input {
  /** Name for messages; undefined for standard input. */
  readonly file: string | undefined
  /** Yields the bytes as they arrive. Each chunk is only valid until the next is requested. Throws `no_input` or `read_failed`. */
  chunks(): AsyncGenerator<Uint8Array>
}

/** Returns an input for each operand. `-` is standard input, which is also the default if there are no operands. */
export function inputs(operands: readonly string[]): Input[] {
  return (operands.length > 0 ? operands : ['-']).map((operand) => {
    const file = operand === '-' ? undefined : operand
    return { file, chunks: () => (file === undefined ? read(0) : readFile(file)) }
  })
}

/** Returns the files for an operand. Throws `no_input`. */
export type FilesOf = (operand: string) => Promise<readonly string[]>

/** Like `inputs`, but expands each operand to files. An operand without files becomes an input that throws; the others are still read. */
async function expandInputs(operands: readonly string[], filesOf: FilesOf): Promise<Input[]> {
  if (operands.length === 0) return inputs([])
  const expanded = operands.map(async (operand) => {
    if (operand === '-') return inputs([operand])
    try {
      const files = await filesOf(operand)
      if (files.length === 0) throw new StreamError('no_input', `${operand}: no files to read`)
      return inputs(files)
    } catch (error) {
      return [{ file: operand, chunks: () => failing(error) }]
    }
  })
  return (await Promise.all(expanded)).flat()
}

// oxlint-disable-next-line require-yield -- it throws before the first chunk
async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  throw error
}

/** Returns the inputs for the operands. Throws `usage` if there are none and standard input is a terminal. */
export async function requireInputs(program: string, operands: readonly string[], filesOf?: FilesOf): Promise<Input[]> {
  if (operands.length === 0 && (await isTerminalFd(0)))
    throw new StreamError('usage', `nothing to read: pipe a stream in or name a file (${program} --help)`)
  return filesOf ? expandInputs(operands, filesOf) : inputs(operands)
}

/** Returns true if an input may still be growing: standard input that is not a regular file. */
export function isStreaming({ file }: Input): boolean {
  return file === undefined && fstat(0)?.isFile() === false
}

/**
 * Yields the input's bytes until the signal aborts, then throws its reason. A read that is still blocked is abandoned; the process exit
 * ends it.
 */
export async function* chunksUntil(signal: AbortSignal, input: Input): AsyncGenerator<Uint8Array> {
  const chunks = input.chunks()
  try {
    for (;;) {
      const { done, value } = await unlessAborted(signal, chunks.next())
      if (done) return
      yield value
    }
  } finally {
    if (!signal.aborted) await chunks.return(undefined)
  }
}

function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}

async function* readFile(file: string): AsyncGenerator<Uint8Array> {
  let fd: number
  try {
    // Opening a named pipe blocks until a writer opens it.
    fd = statSync(file).isFile() ? openSync(file, 'r') : await openAsync(file, 'r')
  } catch (error) {
    throw readError(error, file)
  }
  try {
    yield* read(fd, file)
  } finally {
    // Everything has been read, or the read error is already being thrown.
    try {
      closeSync(fd)
    } catch {}
  }
}

/** Yields standard input until the signal aborts. A plain read cannot be cancelled: it keeps the process alive until data arrives. */
export async function* standardInput(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // Node would present a directory as an empty stream.
  if (fstat(0)?.isDirectory()) throw readError({ code: 'EISDIR' }, 'standard input')
  signal.addEventListener('abort', releaseStdin, { once: true })
  try {
    signal.throwIfAborted()
    yield* process.stdin
  } catch (error) {
    signal.throwIfAborted()
    throw readError(error, 'standard input')
  } finally {
    signal.removeEventListener('abort', releaseStdin)
  }
}

/** Number of synchronous reads, over all files. */
let syncReads = 0

async function* nodeStream(): AsyncGenerator<Uint8Array> {
  try {
    yield* process.stdin
  } catch (error) {
    throw readError(error, 'standard input')
  }
}

async function* read(fd: number, file = 'standard input'): AsyncGenerator<Uint8Array> {
  const isRegular = isRegularFile(fd)
  const buffer = Buffer.allocUnsafe(READ_SIZE)
  for (;;) {
    let bytesRead: number
    try {
      if (isRegular) bytesRead = readSync(fd, buffer, 0, READ_SIZE, null)
      else ({ bytesRead } = await readAsync(fd, buffer, 0, READ_SIZE, null))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EAGAIN' || fd !== 0) throw readError(error, file)
      if (isRegular) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        continue
      }
      // Another program has made the pipe non-blocking. Node's own stream can wait for data on it.
      yield* nodeStream()
      return
    }
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    // Synchronous reads never return to the event loop, so signals would not be handled.
    if (isRegular && ++syncReads % SYNC_READS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

function releaseStdin() {
  // Make the pipe blocking again for its next reader. Node does this at exit, but not if a signal kills the process.
  const { _handle } = process.stdin as { _handle?: { setBlocking?(isBlocking: boolean): void } }
  _handle?.setBlocking?.(true)
  process.stdin.destroy()
}
