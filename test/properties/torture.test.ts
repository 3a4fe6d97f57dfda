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
 * Every call to the system that a program makes for its own input and output fails once: the first of its kind in the first run,
 * the second in the second, until a run has none left to fail. The calls of Node's own start are left alone.
 */
const TRACES = execaSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true'], { reject: false }).exitCode === 0

/** Tells why nothing was tried, where nothing was. */
const skipped = TRACES ? '' : ' (not tried: strace is not there, or may not trace)'

const LINES = sized({ small: 20, ci: 500, long: 1000 })
const body = Array.from({ length: LINES }, (_, number) => chunk(`line ${number} ${'.'.repeat(90)}\n`)).join('')
const END = `${chunk('', 'stop')}${DONE}`

/** A file for each option of or-stream that takes one. */
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

/** One kind of call that fails. */
interface Fault {
  readonly call: string
  readonly error: string
  /** The path of the file whose calls are meant; of sockets all are. */
  readonly place?: string
  /** The later calls fail too. */
  readonly stays?: boolean
}

/** What a run left behind, and whether a call of it failed. */
interface Run extends Ended {
  readonly failed: boolean
}

/** What strace is told: the call that fails, of which file, and when. */
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

/** Runs a command line of which a call fails; standard output goes to a file, for that can be named. */
async function failing(command: string, fault: Fault, when: number, env: Record<string, string> = {}): Promise<Run> {
  for (const file of [output, log]) rmSync(file, { force: true })
  const [name = '', ...rest] = command.split(' ')
  const traced = `timeout -s KILL 20 "${process.execPath}" ${BIN}${name}.cjs ${rest.join(' ')}`
  const strace = `exec strace -qq --seccomp-bpf ${optionsOf(fault, when).join(' ')} ${traced} >${output}`
  // In one thread the calls are counted in their order.
  const ended = await shell(strace, { env: { ...env, UV_THREADPOOL_SIZE: '1' } })
  return { ...ended, stdout: readFileSync(output, 'utf8'), failed: hasFailed(fault) }
}

/** The name by which a system knows the connection from a port of its own. */
function socketOf(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .find((one) => one.trim().split(/\s+/)[1]?.endsWith(`:${hex}`))
  return `socket:[${line?.trim().split(/\s+/)[9]}]`
}

/** Runs or-stream and lets a call for its connection fail, from the moment when it has asked. */
async function overheard(call: string, error: string, when: number): Promise<Run> {
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

/** What is wrong with an end: nothing, where all was written and the status is 0, or a part and it is another. */
function wrong(name: string, { stdout, stderr, status }: Ended, whole: string): string[] {
  const told = new RegExp(`^${name}: [a-z_]+: .+\n$`)
  const isSilent = status === 0 || status === 141
  return [
    ...(status === 137 ? ['it hangs'] : STATUSES.has(status) ? [] : [`status ${status}`]),
    ...(status === 0 && stdout !== whole ? ['status 0, and something is lost'] : []),
    ...(name === 'sse-usage' || whole.startsWith(stdout) ? [] : ['something is written that is none of the answer']),
    ...(isSilent && stderr !== '' ? ['words with nothing to tell'] : []),
    ...(isSilent || told.test(stderr) ? [] : ['not one line that tells what failed']),
    ...(/^\s+at |\(.+:\d+:\d+\)|\binternal\b/m.test(stderr) ? ['a stack trace'] : []),
  ]
}

const MOST = 100

/** Lets the first call fail, the second, and so on until there is none to fail; tells what was wrong, and in which run. */
async function torment(name: string, whole: string, fail: (when: number) => Promise<Run>) {
  const found: object[] = []
  for (let when = 1; when <= MOST; when++) {
    const run = await fail(when)
    const faults = wrong(name, run, whole)
    if (faults.length > 0) found.push({ when, faults, stderr: run.stderr, status: run.status, size: run.stdout.length })
    if (!run.failed) return { runs: when, found }
  }
  return { runs: MOST, found: [...found, `more than ${MOST} calls`] }
}

/** What there is to tell of runs of which some had a call that failed, and none did wrong. */
const CLEAN = { runs: expect.toSatisfy((runs: number) => runs > 1, 'some call failed'), found: [] }

/** With which errors a kind of call fails. */
const ERRORS: Record<string, readonly string[]> = sized({
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
/** Whether only one call fails, or all that follow too. */
const STAYS = sized({ small: [false], ci: [false], long: [false, true] })
const PATIENCE = sized({ small: 60_000, ci: 120_000, long: 1_200_000 })

/** What says "again": where it stays, it may be waited for, for ever. */
const AGAIN = new Set(['EAGAIN', 'EINTR'])

/** Every fault of the calls for a file. */
const faultsOf = (place: string, calls: readonly string[]): Fault[] =>
  calls.flatMap((call) =>
    (ERRORS[call] ?? []).flatMap((error) =>
      STAYS.filter((stays) => !stays || !AGAIN.has(error)).map((stays) => ({ call, error, place, stays })),
    ),
  )

/** A row of a table: its title, the command line, and the call of it that fails. */
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

describe.skipIf(!TRACES)(`a call of a filter fails${skipped}`, () => {
  test.each(filters)('%s', { timeout: PATIENCE }, async (_, { command, fault }) => {
    const [name = ''] = command.split(' ')
    const whole = (await shell(command)).stdout
    expect(await torment(name, whole, (when) => failing(command, fault, when))).toEqual(CLEAN)
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

describe.skipIf(!TRACES)(`a call of or-stream fails${skipped}`, () => {
  test.each([...sockets, ...files])('%s', { timeout: PATIENCE }, async (_, { command, fault }) => {
    const server = await upstream(stream(body + END))
    const env = { OPENROUTER_BASE_URL: server.url }
    const asked = command.includes('<') ? command : `${command} </dev/null`
    const ran = await torment('or-stream', body + END, async (when) => {
      const before = server.requests.length
      const run = await failing(asked, fault, when, env)
      // Sent again is asked twice: it is told to be sent once.
      expect(server.requests.length - before).toBeLessThan(2)
      return run
    })
    expect(ran).toEqual(CLEAN)
  })

  test.each(
    sized({
      small: ['EIO'],
      ci: ['EIO', 'ECONNRESET', 'EINTR'],
      long: ['EIO', 'ECONNRESET', 'ETIMEDOUT', 'EINTR', 'ENOMEM'],
    }),
  )('read of the answer, %s', { timeout: PATIENCE }, async (error) => {
    expect(await torment('or-stream', ANSWER, (when) => overheard('read', error, when))).toEqual(CLEAN)
  })

  test('close of the connection, EIO', { timeout: PATIENCE }, async () => {
    expect(await torment('or-stream', ANSWER, (when) => overheard('close', 'EIO', when))).toEqual(CLEAN)
  })

  test('a connection that is refused once is tried again', async () => {
    const server = await upstream(stream(ANSWER))
    const env = { OPENROUTER_BASE_URL: server.url }
    const fault = { call: 'connect', error: 'ECONNREFUSED' }
    expect(await failing('or-stream --retry-delay 10ms -n x </dev/null', fault, 1, env)).toEqual({
      stdout: ANSWER,
      stderr: expect.stringMatching(/^or-stream: unreachable: .+; trying again in .+ \(1 of 2\)\n$/),
      status: 0,
      failed: true,
    })
  })
})
