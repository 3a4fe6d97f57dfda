import { closeSync, open as openFd, openSync, read as readFd, readSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { StreamError } from '../core/errors/error.js'
import { readError } from '../core/errors/errno.js'
import { isRegularFile, isTerminalFd, fstat } from './output.js'

const [openAsync, readAsync] = [promisify(openFd), promisify(readFd)]

const READ_SIZE = 64 * 1024
const READS_BETWEEN_TURNS = 16

/** Something to read: the name for messages is undefined for standard input. */
export interface Input {
  readonly file: string | undefined
  /** The bytes as they come; each piece is only valid until the next is asked for. Throws `no_input` or `read_failed`. */
  chunks(): AsyncGenerator<Uint8Array>
}

/** What the operands name: files, `-` for standard input, which is also what no operand means. */
export function inputs(operands: readonly string[]): Input[] {
  return (operands.length > 0 ? operands : ['-']).map((operand) => {
    const file = operand === '-' ? undefined : operand
    return { file, chunks: () => (file === undefined ? read(0) : readFile(file)) }
  })
}

/** The files that an operand means. Throws `no_input`. */
export type FilesOf = (operand: string) => Promise<readonly string[]>

/** The same where an operand may mean other files than itself: one that means none fails when it is read, and the others are not lost. */
async function expandInputs(operands: readonly string[], filesOf: FilesOf): Promise<Input[]> {
  if (operands.length === 0) return inputs([])
  const found = operands.map(async (operand) => {
    if (operand === '-') return inputs([operand])
    try {
      const files = await filesOf(operand)
      if (files.length === 0) throw new StreamError('no_input', `${operand}: nothing to read in it`)
      return inputs(files)
    } catch (error) {
      return [{ file: operand, chunks: () => failing(error) }]
    }
  })
  return (await Promise.all(found)).flat()
}

// oxlint-disable-next-line require-yield -- it fails before there is anything to give
async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  throw error
}

/** The inputs of a program that reads something always. Throws `usage` where nobody has said what. */
export async function requireInputs(program: string, operands: readonly string[], filesOf?: FilesOf): Promise<Input[]> {
  if (operands.length === 0 && (await isTerminalFd(0)))
    throw new StreamError('usage', `nothing to read: pipe a stream in or name a file (${program} --help)`)
  return filesOf ? expandInputs(operands, filesOf) : inputs(operands)
}

/** Whether an input comes as it is made: standard input that is no regular file. */
export function isStreaming({ file }: Input): boolean {
  return file === undefined && fstat(0)?.isFile() === false
}

/** The bytes of an input, but no longer than until the signal, whose reason it then throws: a read that waits is left to end with the process. */
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
    // A pipe may have to wait for its writer.
    fd = statSync(file).isFile() ? openSync(file, 'r') : await openAsync(file, 'r')
  } catch (error) {
    throw readError(error, file)
  }
  try {
    yield* read(fd, file)
  } finally {
    // What was to be read has been read, or its failure told.
    try {
      closeSync(fd)
    } catch {}
  }
}

/** Standard input for whoever may have to give it up: a plain read keeps the process until something comes. */
export async function* standardInput(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // Node makes an empty stream of it.
  if (fstat(0)?.isDirectory()) throw readError({ code: 'EISDIR' }, 'standard input')
  signal.addEventListener('abort', leave, { once: true })
  try {
    signal.throwIfAborted()
    yield* process.stdin
  } catch (error) {
    signal.throwIfAborted()
    throw readError(error, 'standard input')
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/** How many reads there were that waited for nothing, of all files. */
let reads = 0

async function* nodeStream(): AsyncGenerator<Uint8Array> {
  try {
    yield* process.stdin
  } catch (error) {
    throw readError(error, 'standard input')
  }
}

async function* read(fd: number, file = 'standard input'): AsyncGenerator<Uint8Array> {
  const isThere = isRegularFile(fd)
  const buffer = Buffer.allocUnsafe(READ_SIZE)
  for (;;) {
    let bytesRead: number
    try {
      if (isThere) bytesRead = readSync(fd, buffer, 0, READ_SIZE, null)
      else ({ bytesRead } = await readAsync(fd, buffer, 0, READ_SIZE, null))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EAGAIN' || fd !== 0) throw readError(error, file)
      if (isThere) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        continue
      }
      // Another program has made the pipe non-blocking; Node's own stream knows how to wait for it.
      yield* nodeStream()
      return
    }
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    // A read that waits for nothing leaves no time in which a signal is heard.
    if (isThere && ++reads % READS_BETWEEN_TURNS === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

function leave() {
  // The pipe is left as it was found, for who reads it next: Node does so at an exit, not where a signal is the end.
  const { _handle } = process.stdin as { _handle?: { setBlocking?(isBlocking: boolean): void } }
  _handle?.setBlocking?.(true)
  process.stdin.destroy()
}
