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

/** The environment of every spawned program: nothing of ours that a program reads, but what the coverage needs. */
export const ENV = {
  PATH: `${NAMES}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  HOME: '/nonexistent',
  ...(process.env['NODE_V8_COVERAGE'] === undefined ? {} : { NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'] }),
}

/** Runs a program of the build by name and gives all that it left behind. */
export async function program(name: string, args: readonly string[], options: Options = {}): Promise<Ended> {
  return endOf(await execa(process.execPath, [`${BIN}${name}.cjs`, ...args], settings(options)))
}

/** Runs a command line in a shell (sh, bash, dash) in which the programs have their own names. */
export async function shell(command: string, options: Options = {}, name = 'sh'): Promise<Ended> {
  return endOf(await execa(name, ['-c', command], settings(options)))
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
  return { stdout: String(stdout ?? ''), stderr: String(stderr ?? ''), status: exitCode ?? SIGNALS[signal ?? ''] ?? -1 }
}
