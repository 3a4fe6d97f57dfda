import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa, type Options } from 'execa'

export const BIN = fileURLToPath(new URL('../../dist/bin/', import.meta.url))
/** Folder with links to the programs under their own names, for shells. */
export const NAMES = fileURLToPath(new URL('../../node_modules/.cache/or-stream/bin/', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Output and exit status of a program. As in a shell, `status` is 128 plus the signal number if a signal killed it. */
export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly status: number
}

const SIGNALS: Record<string, number> = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGPIPE: 141, SIGTERM: 143 }

/** Default API key of all spawned programs. It must not appear in anything that they write. */
export const CANARY = 'sk-or-v1-ca11ab1eca11ab1eca11ab1eca11ab1e'

/** Environment of all spawned programs: the canary, PATH, and what coverage needs. No other variable is inherited. */
export const ENV = {
  OPENROUTER_API_KEY: CANARY,
  PATH: `${NAMES}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  HOME: '/nonexistent',
  ...(process.env['NODE_V8_COVERAGE'] === undefined ? {} : { NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'] }),
}

/** Options for spawning a program of the build. */
export type ProgramOptions = Options & {
  /** True if or-stream must write a trailer if it fails (the default). Not derived from the arguments. */
  readonly trailer?: boolean
}

/** Runs a program of the build by name. */
export async function program(name: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  const { trailer = true, ...rest } = options
  const ended = endOf(await execa(process.execPath, [`${BIN}${name}.cjs`, ...args], settings(rest)))
  return name === 'or-stream' ? withoutTrailer(ended, args, trailer) : ended
}

/**
 * Removes the trailer that or-stream writes to a pipe if it fails. Throws if the trailer is missing or unexpected, or if its status or
 * its code is wrong, so that the tests need not check it.
 */
function withoutTrailer(ended: Ended, args: readonly string[], expectsTrailer: boolean): Ended {
  const { stdout, stderr, status } = ended
  const [trailer, trailerStatus, code, reported] =
    /^: or-stream status=(\d+) verdict=[a-z]+ code=(\w+) told=([01])\n$/m.exec(
      stdout.slice(stdout.lastIndexOf('\n: ') + 1),
    ) ?? []
  const isExpected = expectsTrailer && ![0, 137, 141].includes(status)
  const isCorrect =
    Number(trailerStatus) === status &&
    (reported === '0' || stderr.includes(`or-stream: ${code}: `) || stderr.includes(`"code":"${code}"`))
  if (isExpected !== (trailer !== undefined) || (isExpected && !isCorrect))
    throw new Error(`the trailer of or-stream ${args.join(' ')} is wrong: ${JSON.stringify(ended)}`)
  return trailer === undefined ? ended : { ...ended, stdout: stdout.slice(0, -trailer.length) }
}

/** Runs a command line in a shell (sh, bash, dash) that finds the programs by name. */
export async function shell(command: string, options: Options = {}, name = 'sh'): Promise<Ended> {
  return endOf(await execa(name, ['-c', command], settings(options)))
}

/** A running program. */
export interface Running {
  readonly pid: number
  /** Resolves with all output so far once it contains `text`. Rejects if the program ends before that. */
  wrote(text: string, where?: 'stdout' | 'stderr'): Promise<string>
  feed(text: string): void
  /** Ends its standard input. */
  close(): void
  /** Closes the reading end of its standard output. */
  leave(): void
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

/** Starts a program of the build by name. Its standard input is an open pipe; its output may go to a file descriptor. */
export function start(name: string, args: readonly string[], options: ProgramOptions = {}): Running {
  const { trailer = true, ...rest } = options
  const child = spawn(process.execPath, [`${BIN}${name}.cjs`, ...args], rest)
  if (name !== 'or-stream' || rest.stdout !== undefined) return child
  return { ...child, ended: child.ended.then((ended) => withoutTrailer(ended, args, trailer)) }
}

/** Starts a command line in a shell. Its standard input is an open pipe. */
export function startShell(command: string, options: Options = {}, name = 'sh'): Running {
  return spawn(name, ['-c', command], options)
}

function spawn(file: string, args: readonly string[], options: Options): Running {
  const { stdout = 'pipe', ...rest } = settings(options)
  const child = execa(file, args, { ...rest, stdin: 'pipe', stdout, stderr: 'pipe' })
  const received = { stdout: '', stderr: '' }
  for (const where of ['stdout', 'stderr'] as const) {
    const decoder = new TextDecoder()
    child[where]?.on('data', (bytes: Uint8Array) => (received[where] += decoder.decode(bytes, { stream: true })))
  }
  return {
    pid: child.pid ?? -1,
    wrote: (text, where = 'stdout') =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!received[where].includes(text)) return
          child[where]?.off('data', check)
          child.off('close', fail)
          resolve(received[where])
        }
        const fail = () => reject(new Error(`it ended without "${text}" on ${where}: ${JSON.stringify(received)}`))
        child[where]?.on('data', check)
        child.once('close', fail)
        check()
      }),
    feed: (text) => void child.stdin?.write(text),
    close: () => void child.stdin?.end(),
    leave: () => void child.stdout?.destroy(),
    kill: (signal) => void child.kill(signal),
    ended: child.then(endOf),
  }
}

/** Returns true if a text contains the first eight characters of the secret part of the canary, ignoring case. */
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
    throw new Error(`the output contains the API key: ${JSON.stringify(ended)}`)
  return ended
}
