import { setTimeout as wait } from 'node:timers/promises'
import { StreamError } from '../core/errors/error.js'
import { refusalReply, type Reply } from './reply.js'
import type { ApiRequest, Request } from './request.js'

/** The header in which a request names the fault that it wants. */
const FAULT_HEADER = 'x-or-serve-fault'

/** Something that goes wrong with an answer on purpose, in so many of all answers (0 to 1). */
export interface ReplyFault {
  readonly name: string
  readonly rate: number
}

/** Thrown by a body that is to end in a reset of its connection. */
export class Reset extends StreamError {
  constructor() {
    super('connection', 'reset on purpose')
  }
}

/** After so many pieces a fault of the body comes: an answer has begun by then. */
const PIECES = 3
/** How a slow answer comes: so many bytes, so many milliseconds apart. */
const SLOW = { bytes: 16, gap: 10 }

/** What each fault of a body does once the answer has begun. Whole answers are given to `rest`. */
const BODY_FAULTS: Readonly<
  Record<string, (rest: AsyncIterable<Uint8Array | string>, signal: AbortSignal) => AsyncGenerator<Uint8Array | string>>
> = {
  async *cut() {
    throw new StreamError('connection', 'cut on purpose')
  },
  async *reset() {
    throw new Reset()
  },
  async *stall(_, signal) {
    signal.throwIfAborted()
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    signal.throwIfAborted()
  },
  async *slow(rest, signal) {
    for await (const piece of rest) {
      const bytes = Buffer.from(piece)
      for (let from = 0; from < bytes.length; from += SLOW.bytes) {
        await wait(SLOW.gap, undefined, { signal })
        yield bytes.subarray(from, from + SLOW.bytes)
      }
    }
  },
}

/** The faults of a body, by their names. */
export const FAULT_NAMES = Object.keys(BODY_FAULTS)

/** Faults as they are typed: `429=0.1,cut=0.05`; one without a rate comes every time. Throws `usage`. */
export function parseFaultRates(typed: string): ReplyFault[] {
  return typed.split(',').map((part) => {
    const [name = '', rate = '1'] = part.split('=')
    const often = Number(rate)
    if (!isKnown(name))
      throw new StreamError(
        'usage',
        `--faults takes a status from 400 to 599, ${FAULT_NAMES.join(', ')}, each with a rate if need be (cut=0.1), not "${part}"`,
      )
    if (rate.trim() === '' || !(often >= 0 && often <= 1))
      throw new StreamError('usage', `--faults takes rates from 0 to 1, not "${part}"`)
    return { name, rate: often }
  })
}

function isKnown(name: string): boolean {
  return Object.hasOwn(BODY_FAULTS, name) || /^[45]\d\d$/.test(name)
}

/** The fault of this request: the one that its header names, or one by chance; undefined for none, and for a name that is none. */
export function drawFault(
  { headers }: Request,
  faults: readonly ReplyFault[],
  random: () => number,
): string | undefined {
  const wanted = headers[FAULT_HEADER]
  if (wanted !== undefined) return isKnown(wanted) ? wanted : undefined
  // Each has its own chance, so that the next answers don't depend on how many faults there are.
  return faults.map(({ name, rate }) => (random() < rate ? name : undefined)).find((name) => name !== undefined)
}

/** What comes of an answer with a fault. A status is told in the shape of the API; 429 and 503 say when to come again. */
export function withFault(
  fault: string,
  request: ApiRequest,
  reply: () => Promise<Reply>,
  signal: AbortSignal,
): Promise<Reply> {
  const spoil = Object.hasOwn(BODY_FAULTS, fault) ? BODY_FAULTS[fault] : undefined
  if (spoil)
    return reply().then((whole) => ({
      ...whole,
      name: `${whole.name}, ${fault}`,
      body: begun(whole.body, spoil, signal),
    }))
  const status = Number(fault)
  const headers: Record<string, string> = status === 429 || status === 503 ? { 'retry-after': '1' } : {}
  return Promise.resolve(refusalReply({ status, message: `${status} on purpose`, headers }, request.api))
}

/** The first pieces as they are, and what a fault makes of the rest. */
async function* begun(
  body: Reply['body'],
  spoil: (typeof BODY_FAULTS)[string],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array | string> {
  const pieces = body[Symbol.asyncIterator]()
  try {
    for (let count = 0; count < PIECES; count++) {
      const { done, value } = await pieces.next()
      if (done) break
      yield value
    }
    yield* spoil({ [Symbol.asyncIterator]: () => pieces }, signal)
  } finally {
    await pieces.return?.()
  }
}
