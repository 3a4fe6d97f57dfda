import { setTimeout as wait } from 'node:timers/promises'
import { StreamError } from '../core/errors/error.js'
import { refusalReply, type Reply } from './reply.js'
import type { ApiRequest, Request } from './request.js'

/** The header with which a request chooses a fault. */
const FAULT_HEADER = 'x-or-serve-fault'

/** A fault that is injected into answers. `rate` is its share of all answers (0 to 1). */
export interface ReplyFault {
  readonly name: string
  readonly rate: number
}

/** Thrown by a body to end its connection with a reset. */
export class Reset extends StreamError {
  constructor() {
    super('connection', 'injected reset')
  }
}

/** Number of pieces before a fault of the body, so that the answer has started. */
const PIECES_BEFORE_FAULT = 3
/** The pieces of a slow answer in bytes, and the gap between them in milliseconds. */
const SLOW = { bytes: 16, gap: 10 }

/** The faults of a body: each replaces `rest`, the part of the answer after the first pieces. */
const BODY_FAULTS: Readonly<
  Record<string, (rest: AsyncIterable<Uint8Array | string>, signal: AbortSignal) => AsyncGenerator<Uint8Array | string>>
> = {
  async *cut() {
    throw new StreamError('connection', 'injected cut')
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

/** The names of the faults of a body. */
export const FAULT_NAMES = Object.keys(BODY_FAULTS)

/** Parses `429=0.1,cut=0.05`. The default rate is 1. Throws `usage`. */
export function parseFaultRates(text: string): ReplyFault[] {
  return text.split(',').map((part) => {
    const [name = '', rateText = '1'] = part.split('=')
    const rate = Number(rateText)
    if (!isKnown(name))
      throw new StreamError(
        'usage',
        `--faults takes a status from 400 to 599, ${FAULT_NAMES.join(', ')}, each with an optional rate (cut=0.1), not "${part}"`,
      )
    if (rateText.trim() === '' || !(rate >= 0 && rate <= 1))
      throw new StreamError('usage', `--faults takes rates from 0 to 1, not "${part}"`)
    return { name, rate }
  })
}

function isKnown(name: string): boolean {
  return Object.hasOwn(BODY_FAULTS, name) || /^[45]\d\d$/.test(name)
}

/** Returns the fault for a request: the one in its header, otherwise a random one. Undefined for no fault or an unknown name. */
export function drawFault(
  { headers }: Request,
  faults: readonly ReplyFault[],
  random: () => number,
): string | undefined {
  const requested = headers[FAULT_HEADER]
  if (requested !== undefined) return isKnown(requested) ? requested : undefined
  // Always draw one number for each fault, so that the numbers for later answers don't depend on earlier draws.
  return faults.map(({ name, rate }) => (random() < rate ? name : undefined)).find((name) => name !== undefined)
}

/** Returns the reply with a fault. A status is an error as the API reports it; 429 and 503 have a `retry-after` header. */
export function withFault(
  fault: string,
  request: ApiRequest,
  reply: () => Promise<Reply>,
  signal: AbortSignal,
): Promise<Reply> {
  const bodyFault = Object.hasOwn(BODY_FAULTS, fault) ? BODY_FAULTS[fault] : undefined
  if (bodyFault)
    return reply().then((whole) => ({
      ...whole,
      name: `${whole.name}, ${fault}`,
      body: faultyBody(whole.body, bodyFault, signal),
    }))
  const status = Number(fault)
  const headers: Record<string, string> = status === 429 || status === 503 ? { 'retry-after': '1' } : {}
  return Promise.resolve(refusalReply({ status, message: `injected fault ${status}`, headers }, request.api))
}

/** Yields the first pieces unchanged, then the output of a fault for the rest. */
async function* faultyBody(
  body: Reply['body'],
  bodyFault: (typeof BODY_FAULTS)[string],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array | string> {
  const pieces = body[Symbol.asyncIterator]()
  try {
    for (let count = 0; count < PIECES_BEFORE_FAULT; count++) {
      const { done, value } = await pieces.next()
      if (done) break
      yield value
    }
    yield* bodyFault({ [Symbol.asyncIterator]: () => pieces }, signal)
  } finally {
    await pieces.return?.()
  }
}
