import { closeSync, constants, openSync, read, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'

/** A file descriptor that execa's types allow a child process to inherit. */
export type InheritedFd = 3 | 4 | 5 | 6 | 7 | 8 | 9

/** Creates a named pipe and opens it once for each of the flags. Node does not change the flags of descriptors above 2. */
export async function pipeOf(fifo: string, ...flags: readonly number[]): Promise<InheritedFd[]> {
  await execa('mkfifo', [fifo])
  // Opening for reading and writing does not block, and keeps the other calls from blocking.
  const both = openSync(fifo, constants.O_RDWR)
  const fds = flags.map((flag) => openSync(fifo, flag) as InheritedFd)
  closeSync(both)
  return fds
}

/** A pipe as a shell creates one: a program gets the writing end, the test the reading end. */
export interface Pipe {
  readonly write: InheritedFd
  /** Closes our copy of the writing end, so that the pipe ends when the last writer exits. */
  closeWriteEnd(): void
  /** Reads `size` bytes, or fewer if the pipe ends. */
  pieces(size: number): AsyncGenerator<Buffer>
  /** Reads up to the end of the pipe. */
  rest(): Promise<Buffer>
}

const readAsync = promisify(read)
let pipeCount = 0

/** Creates a pipe in a folder. */
export async function pipe(folder: string): Promise<Pipe> {
  const [from, write] = (await pipeOf(join(folder, `pipe-${pipeCount++}`), constants.O_RDONLY, constants.O_WRONLY)) as [
    InheritedFd,
    InheritedFd,
  ]
  onTestFinished(() => closeSync(from))

  async function* pieces(size: number): AsyncGenerator<Buffer> {
    for (let missing = size; missing > 0;) {
      const piece = Buffer.alloc(Math.min(missing, 65_536))
      const { bytesRead } = await readAsync(from, piece, 0, piece.length, null)
      if (bytesRead === 0) return
      missing -= bytesRead
      yield piece.subarray(0, bytesRead)
    }
  }

  async function rest(): Promise<Buffer> {
    const all: Buffer[] = []
    for await (const piece of pieces(Number.POSITIVE_INFINITY)) all.push(piece)
    return Buffer.concat(all)
  }

  return { write, closeWriteEnd: () => closeSync(write), pieces, rest }
}

/** Number of consecutive samples in which a program must be waiting. */
const REQUIRED_SAMPLES = 8

/** Resolves when all threads of a program are blocked: its output pipe is full, or its input is empty. */
export async function waiting(pid: number): Promise<void> {
  for (let samples = 0; samples < REQUIRED_SAMPLES; samples = isWaiting(pid) ? samples + 1 : 0) await pause(20)
}

function isWaiting(pid: number): boolean {
  const states = readdirSync(`/proc/${pid}/task`).map((thread) => stateOf(`${pid}/task/${thread}`))
  return states.every((state) => state === 'S')
}

/** Resolves when a program is in a process state of Linux, such as `T` (stopped). */
export async function inState(pid: number, state: string): Promise<void> {
  while (stateOf(`${pid}`) !== state) await pause(5)
}

function stateOf(place: string): string {
  return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${place}/status`, 'utf8'))?.[1] ?? ''
}

/** Returns the peak memory of a running program so far, in MiB. */
export function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
