import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { describe, expect, test } from 'vitest'
import { EXIT_STATUSES } from '../../src/core/errors/exit-status.js'
import { folderWith } from '../support/folder.js'
import { sized } from '../support/size.js'
import { BIN, shell, start, type Ended } from '../support/spawn.js'
import { stream, upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE } from '../support/wire.js'

/**
 * Every system call that a program makes for its input and output fails once: the first call of a kind in the first run, the second in
 * the second run, until no call is left. System calls during the start of Node do not fail.
 */
const CAN_TRACE = execaSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true'], { reject: false }).exitCode === 0

/** The reason for skipped tests, for their titles. */
const skipReason = CAN_TRACE ? '' : ' (skipped: strace is missing or not permitted)'

const LINES = sized({ small: 20, ci: 500, long: 1000 })
const body = Array.from({ length: LINES }, (_, number) => chunk(`line ${number} ${'.'.repeat(90)}\n`)).join('')
const END = `${chunk('', 'stop')}${DONE}`

/** A file for each option of or-stream that takes a file. */
const FILES: Record<string, string> = {
  '--messages': 'list.json',
  '--tools': 'list.json',
  '--body': 'object.json',
  '--schema': 'object.json',
  '--api-key-file': 'key.txt',
  '-a': 'picture.png',
}

const folder = folderWith({
  'in.sse': body + END,
  'prompt.txt': 'Why?\n',
  'key.txt': 'sk-or-v1-0123\n',
  'list.json': '[]',
  'object.json': '{"messages":[]}',
  'picture.png': '\u0089PNG',
})
const at = (name: string) => join(folder, name)
const [input, output, log] = [at('in.sse'), at('out'), at('log')]

/** A kind of system call that fails. */
interface Fault {
  readonly call: string
  readonly error: string
  /** Only calls for the file at this path fail. Without a path, the calls for all sockets. */
  readonly place?: string
  /** All later calls fail too. */
  readonly stays?: boolean
}

/** The result of a run. */
interface Run extends Ended {
  readonly failed: boolean
}

/** Returns the options of strace that make call number `when` fail. */
const optionsOf = ({ call, error, place, stays = false }: Fault, when: number) => [
  '-f',
  '-yy',
  '-o',
  log,
  '-e',
  `trace=${call}`,
  '-e',
  `inject=${call}:error=${error}:when=${when}${stays ? '+' : ''}`,
  ...(place === undefined ? [] : ['-P', place]),
]

/**
 * Returns true if a call failed that is not Node's own: one of a named file, or of a socket. strace looks sockets up by netlink, and prints
 * only the inode if that fails.
 */
const hasFailed = ({ place }: Fault) =>
  readFileSync(log, 'utf8')
    .split('\n')
    .some((line) => line.includes('(INJECTED)') && (place !== undefined || /<TCP|<socket:|AF_INET/.test(line)))

/** Runs a command line in which a call fails. Standard output is a file, because strace selects calls by path. */
async function runWithFault(
  command: string,
  fault: Fault,
  when: number,
  env: Record<string, string> = {},
): Promise<Run> {
  for (const file of [output, log]) rmSync(file, { force: true })
  const [name = '', ...rest] = command.split(' ')
  const traced = `timeout -s KILL 20 "${process.execPath}" ${BIN}${name}.cjs ${rest.join(' ')}`
  const strace = `exec strace -qq --seccomp-bpf ${optionsOf(fault, when).join(' ')} ${traced} >${output}`
  // With a single thread the order of the calls is fixed.
  const ended = await shell(strace, { env: { ...env, UV_THREADPOOL_SIZE: '1' } })
  return { ...ended, stdout: readFileSync(output, 'utf8'), failed: hasFailed(fault) }
}

/** Returns the name of the socket with this local port, as used by strace. */
function socketOf(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .find((one) => one.trim().split(/\s+/)[1]?.endsWith(`:${hex}`))
  return `socket:[${line?.trim().split(/\s+/)[9]}]`
}

/** Runs or-stream and makes a call for its connection fail after the request has been sent. */
async function runWithSocketFault(call: string, error: string, when: number): Promise<Run> {
  rmSync(log, { force: true })
  let strace: Promise<unknown> = Promise.resolve()
  let place = ''
  const server = await upstream(async (response) => {
    place = socketOf(response.socket?.remotePort ?? 0)
    const tracer = execa('strace', [...optionsOf({ call, error, place }, when), '-p', String(child.pid)], {
      reject: false,
    })
    strace = tracer
    await once(tracer.stderr, 'data')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const piece of [chunk('Blue is '), chunk('short.'), END]) {
      response.write(piece)
      await child.wrote(piece).catch(() => {})
    }
    response.end()
  })
  const args = ['-n', '--retry', '0', '--no-trailer', '--base-url', server.url, 'x']
  const child = start('or-stream', args, { trailer: false })
  const ended = await child.ended
  await strace
  return { ...ended, failed: hasFailed({ call, error, place }) }
}

const STATUSES = new Set<number>(EXIT_STATUSES.map(([status]) => status).filter((status) => status !== 70))

/**
 * Returns the problems of a run. Status 0 requires the complete output; any other status a prefix of it and, except for SIGPIPE, one message.
 */
function problemsOf(name: string, { stdout, stderr, status }: Ended, whole: string): string[] {
  const message = new RegExp(`^${name}: [a-z_]+: .+\n$`)
  const isSilent = status === 0 || status === 141
  return [
    ...(status === 137 ? ['it hangs'] : STATUSES.has(status) ? [] : [`status ${status}`]),
    ...(status === 0 && stdout !== whole ? ['status 0, but output is missing'] : []),
    ...(name === 'sse-usage' || whole.startsWith(stdout) ? [] : ['the output is not part of the answer']),
    ...(isSilent && stderr !== '' ? ['a message without a failure'] : []),
    ...(isSilent || message.test(stderr) ? [] : ['not exactly one line that names the failure']),
    ...(/^\s+at |\(.+:\d+:\d+\)|\binternal\b/m.test(stderr) ? ['a stack trace'] : []),
  ]
}

const MAX_RUNS = 100

/** Makes the first call fail, then the second, and so on until none is left. Returns the problems of each run. */
async function failEachCall(name: string, whole: string, fail: (when: number) => Promise<Run>) {
  const found: object[] = []
  for (let when = 1; when <= MAX_RUNS; when++) {
    const run = await fail(when)
    const faults = problemsOf(name, run, whole)
    if (faults.length > 0) found.push({ when, faults, stderr: run.stderr, status: run.status, size: run.stdout.length })
    if (!run.failed) return { runs: when, found }
  }
  return { runs: MAX_RUNS, found: [...found, `more than ${MAX_RUNS} calls`] }
}

/** The expected result: at least one run had a failing call, and no run has a problem. */
const CLEAN = { runs: expect.toSatisfy((runs: number) => runs > 1, 'some call failed'), found: [] }

/** Errors by kind of call. */
const ERRORS_BY_CALL: Record<string, readonly string[]> = sized({
  small: { openat: ['EMFILE'], read: ['EIO', 'EAGAIN'], write: ['ENOSPC'], statx: ['EIO'], close: ['EIO'] },
  ci: {
    openat: ['EMFILE'],
    read: ['EIO', 'EAGAIN'],
    write: ['ENOSPC', 'EPIPE'],
    statx: ['EIO'],
    close: ['EIO'],
  },
  long: {
    openat: ['EMFILE', 'EINTR', 'ENOENT', 'EACCES', 'ENOMEM', 'EIO', 'ELOOP'],
    read: ['EIO', 'EINTR', 'EAGAIN', 'ENOMEM', 'EISDIR', 'EBADF'],
    write: ['ENOSPC', 'EPIPE', 'EAGAIN', 'EIO', 'EINTR', 'EFBIG', 'EDQUOT', 'ECONNRESET', 'EBADF', 'ENOMEM'],
    statx: ['EIO', 'EACCES', 'EBADF', 'EOVERFLOW'],
    close: ['EIO', 'EINTR', 'ENOSPC', 'EBADF'],
  },
})
/** Values of `Fault.stays`: fail one call only, or all later ones too. */
const STAYS = sized({ small: [false], ci: [false], long: [false, true] })
const TIMEOUT = sized({ small: 60_000, ci: 120_000, long: 1_200_000 })

/** Errors that ask for a retry. They are not permanent faults, because a program may retry forever. */
const RETRYABLE = new Set(['EAGAIN', 'EINTR'])

/** Returns all faults of these calls for a file. */
const faultsOf = (place: string, calls: readonly string[]): Fault[] =>
  calls.flatMap((call) =>
    (ERRORS_BY_CALL[call] ?? []).flatMap((error) =>
      STAYS.filter((stays) => !stays || !RETRYABLE.has(error)).map((stays) => ({ call, error, place, stays })),
    ),
  )

/** Returns a row of a test table: the title, the command line and the fault. */
function row(command: string, fault: Fault) {
  const { call, error, place = 'socket', stays = false } = fault
  const title = `${command}: ${call} of ${place}, ${error}${stays ? ', and so on' : ''}`
  return [title.replaceAll(`${folder}/`, ''), { command, fault }] as const
}

const OPERAND = faultsOf(input, ['openat', 'read', 'close'])
const STDIN = faultsOf(input, ['read', 'statx'])
const STDOUT = faultsOf(output, ['write', 'statx'])

const filters = sized({
  small: [
    { command: `sse-text ${input}`, faults: [...OPERAND, ...STDOUT] },
    { command: `sse-parse <${input}`, faults: STDIN },
    { command: `sse-usage --json ${input}`, faults: faultsOf(output, ['write']) },
  ],
  ci: ['sse-text', 'sse-parse', 'sse-usage --json'].flatMap((filter) => [
    { command: `${filter} ${input}`, faults: [...OPERAND, ...STDOUT] },
    { command: `${filter} <${input}`, faults: STDIN },
  ]),
  long: [
    'sse-text',
    'sse-text --final',
    'sse-text --chat',
    'sse-parse',
    'sse-parse -d',
    'sse-usage',
    'sse-usage --json',
  ].flatMap((filter) => [
    { command: `${filter} ${input}`, faults: [...OPERAND, ...STDOUT] },
    { command: `${filter} <${input}`, faults: [...STDIN, ...STDOUT] },
  ]),
}).flatMap(({ command, faults }) => faults.map((fault) => row(command, fault)))

describe.skipIf(!CAN_TRACE)(`a system call of a filter fails${skipReason}`, () => {
  test.each(filters)('%s', { timeout: TIMEOUT }, async (_, { command, fault }) => {
    const [name = ''] = command.split(' ')
    const whole = (await shell(command)).stdout
    expect(await failEachCall(name, whole, (when) => runWithFault(command, fault, when))).toEqual(CLEAN)
  })
})

const NETWORK: Record<string, readonly string[]> = sized({
  small: { connect: ['ECONNREFUSED'], writev: ['EPIPE'] },
  ci: {
    socket: ['EMFILE'],
    connect: ['ECONNREFUSED', 'ETIMEDOUT'],
    writev: ['EPIPE'],
  },
  long: {
    socket: ['EMFILE', 'ENFILE', 'ENOBUFS', 'EACCES', 'EAFNOSUPPORT'],
    connect: [
      'ECONNREFUSED',
      'ENETUNREACH',
      'EHOSTUNREACH',
      'ETIMEDOUT',
      'EINTR',
      'EADDRNOTAVAIL',
      'EACCES',
      'EPERM',
      'EIO',
    ],
    getsockopt: ['EIO', 'ENOBUFS'],
    setsockopt: ['EINVAL', 'ENOPROTOOPT'],
    writev: ['EPIPE', 'ECONNRESET', 'ETIMEDOUT', 'EINTR', 'EAGAIN', 'ENOBUFS', 'EIO'],
  },
})

const ONCE = 'or-stream --retry 0'
const sockets = Object.entries(NETWORK).flatMap(([call, errors]) =>
  errors.map((error) => row(`${ONCE} -n x`, { call, error })),
)
const files = sized({
  small: [{ command: `${ONCE} -n x`, faults: faultsOf(output, ['write']) }],
  ci: [
    { command: `${ONCE} -n x`, faults: STDOUT },
    { command: `${ONCE} <${at('prompt.txt')}`, faults: faultsOf(at('prompt.txt'), ['read', 'statx']) },
    { command: `${ONCE} -n -f ${at('prompt.txt')}`, faults: faultsOf(at('prompt.txt'), ['openat', 'read', 'close']) },
    {
      command: `${ONCE} -n --api-key-file ${at('key.txt')} x`,
      faults: faultsOf(at('key.txt'), ['openat', 'read', 'close']),
    },
  ],
  long: [
    { command: `${ONCE} -n x`, faults: STDOUT },
    { command: `${ONCE} <${at('prompt.txt')}`, faults: faultsOf(at('prompt.txt'), ['read', 'statx']) },
    ...['-f', '--messages', '--body', '-a', '--tools', '--schema', '--api-key-file'].map((option) => ({
      command: `${ONCE} -n ${option} ${at(FILES[option] ?? 'prompt.txt')} ${option === '--body' ? '' : 'x'}`.trim(),
      faults: faultsOf(at(FILES[option] ?? 'prompt.txt'), ['openat', 'read', 'close', 'statx']),
    })),
  ],
}).flatMap(({ command, faults }) => faults.map((fault) => row(command, fault)))

describe.skipIf(!CAN_TRACE)(`a system call of or-stream fails${skipReason}`, () => {
  test.each([...sockets, ...files])('%s', { timeout: TIMEOUT }, async (_, { command, fault }) => {
    const server = await upstream(stream(body + END))
    const env = { OPENROUTER_BASE_URL: server.url }
    const commandLine = command.includes('<') ? command : `${command} </dev/null`
    const result = await failEachCall('or-stream', body + END, async (when) => {
      const before = server.requests.length
      const run = await runWithFault(commandLine, fault, when, env)
      // With --retry 0 the request must be sent only once.
      expect(server.requests.length - before).toBeLessThan(2)
      return run
    })
    expect(result).toEqual(CLEAN)
  })

  test.each(
    sized({
      small: ['EIO'],
      ci: ['EIO', 'ECONNRESET', 'EINTR'],
      long: ['EIO', 'ECONNRESET', 'ETIMEDOUT', 'EINTR', 'ENOMEM'],
    }),
  )('read of the answer, %s', { timeout: TIMEOUT }, async (error) => {
    expect(await failEachCall('or-stream', ANSWER, (when) => runWithSocketFault('read', error, when))).toEqual(CLEAN)
  })

  test('close of the connection, EIO', { timeout: TIMEOUT }, async () => {
    expect(await failEachCall('or-stream', ANSWER, (when) => runWithSocketFault('close', 'EIO', when))).toEqual(CLEAN)
  })

  test('a refused connection is retried', async () => {
    const server = await upstream(stream(ANSWER))
    const env = { OPENROUTER_BASE_URL: server.url }
    const fault = { call: 'connect', error: 'ECONNREFUSED' }
    expect(await runWithFault('or-stream --retry-delay 10ms -n x </dev/null', fault, 1, env)).toEqual({
      stdout: ANSWER,
      stderr: expect.stringMatching(/^or-stream: unreachable: .+; retrying in .+ \(1 of 2\)\n$/),
      status: 0,
      failed: true,
    })
  })
})
