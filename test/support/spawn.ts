import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa, type Options } from 'execa'

export const BIN = fileURLToPath(new URL('../../dist/bin/', import.meta.url))
/** Where the build leaves the programs under their own names, for shells. */
export const NAMES = fileURLToPath(new URL('../../node_modules/.cache/or-stream/bin/', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What a program left behind. `status` is the exit status as a shell would tell it: 128 and the number of a signal that killed it. */
export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly status: number
}

const SIGNALS: Record<string, number> = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGPIPE: 141, SIGTERM: 143 }

/** The key of every spawned program that is given no other: nothing that one of them writes may hold it. */
export const CANARY = 'sk-or-v1-ca11ab1eca11ab1eca11ab1eca11ab1e'

/** The environment of every spawned program: nothing of ours that a program reads, but the canary and what the coverage needs. */
export const ENV = {
  OPENROUTER_API_KEY: CANARY,
  PATH: `${NAMES}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  HOME: '/nonexistent',
  ...(process.env['NODE_V8_COVERAGE'] === undefined ? {} : { NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'] }),
}

/** How a program of the build is spawned. */
export type ProgramOptions = Options & {
  /** Whether or-stream owes a trailer if it fails (default true). The test says so: its arguments are not looked at. */
  readonly trailer?: boolean
}

/** Runs a program of the build by name and gives all that it left behind. */
export async function program(name: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  const { trailer = true, ...rest } = options
  const ended = endOf(await execa(process.execPath, [`${BIN}${name}.cjs`, ...args], settings(rest)))
  return name === 'or-stream' ? untrailed(ended, args, trailer) : ended
}

/**
 * What or-stream left behind, without the trailer that a failure owes to a pipe: one that is missing, that nobody owes, that tells
 * another status, or another code than stderr does, is an error here, so that no test need look for it.
 */
function untrailed(ended: Ended, args: readonly string[], owesTrailer: boolean): Ended {
  const { stdout, stderr, status } = ended
  const [trailer, told, code, isTold] =
    /^: or-stream status=(\d+) verdict=[a-z]+ code=(\w+) told=([01])\n$/m.exec(
      stdout.slice(stdout.lastIndexOf('\n: ') + 1),
    ) ?? []
  const isOwed = owesTrailer && ![0, 137, 141].includes(status)
  const isTrue =
    Number(told) === status &&
    (isTold === '0' || stderr.includes(`or-stream: ${code}: `) || stderr.includes(`"code":"${code}"`))
  if (isOwed !== (trailer !== undefined) || (isOwed && !isTrue))
    throw new Error(`the trailer of or-stream ${args.join(' ')} is wrong: ${JSON.stringify(ended)}`)
  return trailer === undefined ? ended : { ...ended, stdout: stdout.slice(0, -trailer.length) }
}

/** Runs a command line in a shell (sh, bash, dash) in which the programs have their own names. */
export async function shell(command: string, options: Options = {}, name = 'sh'): Promise<Ended> {
  return endOf(await execa(name, ['-c', command], settings(options)))
}

/** A program that still runs: to be fed, watched and signalled. */
export interface Running {
  readonly pid: number
  /** Resolves with all that it has written so far when the text stands in it; rejects when it has ended without. */
  wrote(text: string, where?: 'stdout' | 'stderr'): Promise<string>
  feed(text: string): void
  /** Ends its standard input. */
  close(): void
  /** Closes the reading end of its standard output. */
  leave(): void
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

/** Starts a program of the build by name, its standard input a pipe that stays open; its output may go to a descriptor. */
export function start(name: string, args: readonly string[], options: ProgramOptions = {}): Running {
  const { trailer = true, ...rest } = options
  const child = running(process.execPath, [`${BIN}${name}.cjs`, ...args], rest)
  if (name !== 'or-stream' || rest.stdout !== undefined) return child
  return { ...child, ended: child.ended.then((ended) => untrailed(ended, args, trailer)) }
}

/** Starts a command line in a shell, its standard input a pipe that stays open. */
export function startShell(command: string, options: Options = {}, name = 'sh'): Running {
  return running(name, ['-c', command], options)
}

function running(file: string, args: readonly string[], options: Options): Running {
  const { stdout = 'pipe', ...rest } = settings(options)
  const child = execa(file, args, { ...rest, stdin: 'pipe', stdout, stderr: 'pipe' })
  const heard = { stdout: '', stderr: '' }
  for (const where of ['stdout', 'stderr'] as const) {
    const decoder = new TextDecoder()
    child[where]?.on('data', (bytes: Uint8Array) => (heard[where] += decoder.decode(bytes, { stream: true })))
  }
  return {
    pid: child.pid ?? -1,
    wrote: (text, where = 'stdout') =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!heard[where].includes(text)) return
          child[where]?.off('data', look)
          child.off('close', miss)
          resolve(heard[where])
        }
        const miss = () => reject(new Error(`it ended without "${text}" on ${where}: ${JSON.stringify(heard)}`))
        child[where]?.on('data', look)
        child.once('close', miss)
        look()
      }),
    feed: (text) => void child.stdin?.write(text),
    close: () => void child.stdin?.end(),
    leave: () => void child.stdout?.destroy(),
    kill: (signal) => void child.kill(signal),
    ended: child.then(endOf),
  }
}

/** Whether eight characters in a row of the secret part of the canary stand in a text, in one case or the other. */
export function hasCanary(text: string): boolean {
  const secret = CANARY.slice('sk-or-v1-'.length)
  return text.toLowerCase().includes(secret.slice(0, 8))
}

function settings(options: Options): Options {
  const { env, ...rest } = options
  const hasInput = 'input' in rest || 'inputFile' in rest || 'stdin' in rest || 'stdio' in rest
  return {
    cwd: ROOT,
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    ...(hasInput ? {} : { stdin: 'ignore' }),
    ...rest,
    env: { ...ENV, ...env },
  }
}

function endOf({
  stdout,
  stderr,
  exitCode,
  signal,
}: {
  stdout?: unknown
  stderr?: unknown
  exitCode?: number | undefined
  signal?: string | undefined
}): Ended {
  const ended = {
    stdout: String(stdout ?? ''),
    stderr: String(stderr ?? ''),
    status: exitCode ?? SIGNALS[signal ?? ''] ?? -1,
  }
  if (hasCanary(ended.stdout + ended.stderr))
    throw new Error(`the key stands in what it wrote: ${JSON.stringify(ended)}`)
  return ended
}
