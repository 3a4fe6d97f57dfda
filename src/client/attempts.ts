import { setTimeout as wait } from 'node:timers/promises'
import type { Call } from '../core/http/request.js'
import { formatDuration } from '../core/text/duration.js'
import { StreamError } from '../core/errors/error.js'
import type { RetryBuffer } from './retry-buffer.js'
import { openStream, type Answer, type Sending } from './http.js'
import type { Asked } from './refusal.js'
import { nextTry, RETRY, type NextTry, type RetryPolicy } from './retry.js'

/** How an answer is asked for until it begins. */
export interface Persistence extends Sending {
  readonly retry?: RetryPolicy | undefined
  /** What holds back the beginning of each try. */
  gate(): RetryBuffer
  /** Hears of the head of each answer. */
  opened(answer: Answer): void
  /** Hears of each failure that is not the last. */
  again(sentence: string): void
}

/**
 * The bytes of an event stream, asked for again until its first data event came: what was given is never taken back, and no
 * half of one answer is followed by another. Throws as `openStream` and its body do, of the last try.
 */
export async function* fetchStream(
  call: Call,
  asked: Asked,
  { retry = RETRY, gate, opened, again, ...sending }: Persistence,
): AsyncGenerator<Uint8Array> {
  const began = performance.now()
  // The same for each try, so that a server can tell a second from another.
  const { 'x-request-id': id = crypto.randomUUID() } = call.headers
  const numbered = { ...call, headers: { ...call.headers, 'x-request-id': id } }

  for (let tries = 1; ; tries++) {
    const held = gate()
    const after = (failure: StreamError): NextTry =>
      nextTry(failure, tries, performance.now() - began, retry, Math.random())
    let failed: { readonly failure: StreamError; readonly next: NextTry } | undefined
    try {
      const answer = await openStream(numbered, asked, { ...sending, joins: true })
      opened(answer)
      for await (const bytes of answer.body()) {
        const { ready, failure } = held.push(bytes)
        yield* ready
        if (!failure) continue
        const next = after(failure)
        if ('wait' in next) {
          failed = { failure, next }
          break
        }
        yield* held.open()
      }
    } catch (error) {
      if (!(error instanceof StreamError) || held.isOpen() || sending.signal.aborted) {
        yield* held.open()
        throw error
      }
      failed = { failure: error, next: after(error) }
    }
    if (!failed || 'givesUp' in failed.next) yield* held.open()
    if (!failed) return
    const { failure, next } = failed
    if ('givesUp' in next)
      throw next.givesUp === '' ? failure : failure.withMessage(`${failure.message}; ${next.givesUp}`)
    again(
      `${failure.code}: ${failure.message}; trying again in ${formatDuration(next.wait)} (${tries} of ${retry.times})`,
    )
    await wait(next.wait, undefined, { signal: sending.signal }).catch(() => sending.signal.throwIfAborted())
  }
}
