import { closeSync, constants, openSync, read, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'

/** A descriptor of ours as execa's types let one be handed on. */
export type Handed = 3 | 4 | 5 | 6 | 7 | 8 | 9

/** Makes a pipe with a name and opens it once for each of the flags; Node leaves those of a descriptor above 2 alone. */
export async function pipeOf(fifo: string, ...flags: readonly number[]): Promise<Handed[]> {
  await execa('mkfifo', [fifo])
  // Opened for both, a pipe waits for nobody; so the others don't either.
  const both = openSync(fifo, constants.O_RDWR)
  const fds = flags.map((flag) => openSync(fifo, flag) as Handed)
  closeSync(both)
  return fds
}

/** The two ends of a pipe as a shell makes one: the writing end for a program, the reading end for the test. */
export interface Pipe {
  readonly write: Handed
  /** Closes our copy of the writing end, so that the end of the last writer is the end of the pipe. */
  handedOn(): void
  /** Reads so many bytes, fewer where the pipe ends. */
  pieces(size: number): AsyncGenerator<Buffer>
  /** Reads all there is. */
  rest(): Promise<Buffer>
}

const readAsync = promisify(read)
let made = 0

/** Makes a pipe in a folder. */
export async function pipe(folder: string): Promise<Pipe> {
  const [from, write] = (await pipeOf(join(folder, `pipe-${made++}`), constants.O_RDONLY, constants.O_WRONLY)) as [
    Handed,
    Handed,
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

  return { write, handedOn: () => closeSync(write), pieces, rest }
}

/** How often in a row a program has to be found waiting. */
const LOOKS = 8

/** Resolves when a program waits for others and for nothing else, in all its threads: its output is full, or its input is empty. */
export async function waiting(pid: number): Promise<void> {
  for (let looks = 0; looks < LOOKS; looks = isWaiting(pid) ? looks + 1 : 0) await pause(20)
}

function isWaiting(pid: number): boolean {
  const states = readdirSync(`/proc/${pid}/task`).map((thread) => stateOf(`${pid}/task/${thread}`))
  return states.every((state) => state === 'S')
}

/** Resolves when a program is in a state: `T` is stopped. */
export async function inState(pid: number, state: string): Promise<void> {
  while (stateOf(`${pid}`) !== state) await pause(5)
}

function stateOf(place: string): string {
  return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${place}/status`, 'utf8'))?.[1] ?? ''
}

/** The most memory that a program has had so far, in megabytes. */
export function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
