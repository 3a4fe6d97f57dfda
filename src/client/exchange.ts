import type { Dispatcher } from 'undici'
import type { Connection } from './connect.js'
import type { HttpRequest } from '../core/http/request.js'
import type { ResponseObserver } from './observer.js'

/** The head of a response, and its body as it comes. */
export interface ResponseStream {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** Gives all bytes that came before it throws what ended them early; as they came, or what came together as one. */
  body(coalesce: boolean): AsyncGenerator<Uint8Array>
}

/** How many bytes may wait for a slow reader before the server is made to wait too. */
const HIGH_WATER_MARK = 256 * 1024
/** How many at the most where it can't be. */
const HARD_LIMIT = 256 * 1024 * 1024

/**
 * Sends a request and resolves with the head of its final response. undici's own `request` gives the body as a stream, which drops what
 * it holds when the connection breaks; here what came is kept. Rejects with undici's error, or at once with the reason of `signal`.
 * `lost` returns a failure of the connection that undici takes for the end of a body. The observer sees data when it comes, and a whole
 * end; the caller reports any other end to it.
 */
export function exchange(
  { dispatcher, connectionError }: Pick<Connection, 'dispatcher' | 'connectionError'>,
  { method, url, headers, body }: HttpRequest,
  signal: AbortSignal,
  observer?: ResponseObserver,
): Promise<ResponseStream> {
  return new Promise((resolve, reject) => {
    const queue = byteQueue()
    let controller: Dispatcher.DispatchController | undefined
    let canWait = false

    function fail(error: Error) {
      reject(error)
      queue.end(error)
    }

    function abort() {
      fail(signal.reason as Error)
      controller?.abort(signal.reason as Error)
    }

    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) {
      abort()
      return
    }
    dispatcher.dispatch(
      { method, origin: url.origin, path: url.pathname + url.search, headers, body },
      {
        onRequestStart(started) {
          controller = started
          if (signal.aborted) started.abort(signal.reason as Error)
        },
        onResponseStart(_, status, raw) {
          if (status < 200) return
          const named = new Map(Object.entries(raw).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
          canWait = canPause(named)
          observer?.opened(status, named)
          resolve({ status, headers: named, body: (joins) => queue.pieces(joins, () => controller?.resume()) })
        },
        onResponseData(started, bytes) {
          queue.push(bytes)
          observer?.push(bytes)
          if (canWait && queue.length() > HIGH_WATER_MARK) started.pause()
          else if (queue.length() > HARD_LIMIT) started.abort(new Error('more came than can be held'))
        },
        onResponseEnd() {
          const failure = connectionError()
          if (!failure) observer?.ended('whole')
          queue.end(failure)
        },
        onResponseError: (_, error) => fail(error),
      },
    )
  })
}

/**
 * Whether the connection outlives the response. Where it doesn't, undici must not be paused: it crashes when the connection
 * ends in a pause (assert in `Parser.finish`, undici issue 5360).
 */
function canPause(headers: ReadonlyMap<string, string>): boolean {
  const connection = headers.get('connection') ?? ''
  if (/close/i.test(connection)) return false
  return /keep-alive/i.test(connection) || /chunked/i.test(headers.get('transfer-encoding') ?? '')
}

/** Keeps what comes until it is taken. */
function byteQueue() {
  let waiting: Uint8Array[] = []
  let length = 0
  let ended: { readonly error: Error | undefined } | undefined
  let wake: (() => void) | undefined

  return {
    length: () => length,
    push(bytes: Uint8Array) {
      waiting.push(bytes)
      length += bytes.length
      wake?.()
    },
    end(error: Error | undefined) {
      ended ??= { error }
      wake?.()
    },
    async *pieces(joins: boolean, resume: () => void): AsyncGenerator<Uint8Array> {
      for (;;) {
        const taken = joins && waiting.length > 1 ? [Buffer.concat(waiting)] : waiting
        waiting = []
        for (const bytes of taken) {
          length -= bytes.length
          yield bytes
        }
        if (waiting.length > 0) continue
        if (ended?.error) throw ended.error
        if (ended) return
        const more = new Promise<void>((resolve) => (wake = resolve))
        // Something may come, or the end, before this returns.
        resume()
        await more
      }
    },
  }
}
