import type { Dispatcher } from 'undici'
import type { Connection } from './connect.js'
import type { HttpRequest } from '../core/http/http-request.js'
import type { ResponseObserver } from './observer.js'

/** The head of a response, and its body as it arrives. */
export interface ResponseStream {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** Yields all bytes that arrived, and only then throws the failure that cut them. `coalesce` joins the chunks that are waiting. */
  body(coalesce: boolean): AsyncGenerator<Uint8Array>
}

/** Bytes that may wait for a slow reader before the connection is paused. */
const HIGH_WATER_MARK = 256 * 1024
/** Maximum of bytes that may wait if the connection can't be paused. */
const HARD_LIMIT = 256 * 1024 * 1024

/**
 * Sends a request and resolves with the head of the final response. We do not use undici's `request`: its body stream drops buffered
 * bytes when the connection breaks. Rejects with undici's error, or at once with the reason of `signal`. `connectionError` returns a
 * socket error that undici reported as a normal end. `observer` sees data as it arrives and a complete end; the caller reports any other
 * end to it.
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
    let isPausable = false

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
        onRequestStart(dispatch) {
          controller = dispatch
          if (signal.aborted) dispatch.abort(signal.reason as Error)
        },
        onResponseStart(_, status, raw) {
          if (status < 200) return
          const headerMap = new Map(Object.entries(raw).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
          isPausable = canPause(headerMap)
          observer?.opened(status, headerMap)
          resolve({ status, headers: headerMap, body: (coalesce) => queue.read(coalesce, () => controller?.resume()) })
        },
        onResponseData(dispatch, bytes) {
          queue.push(bytes)
          observer?.push(bytes)
          if (isPausable && queue.length() > HIGH_WATER_MARK) dispatch.pause()
          else if (queue.length() > HARD_LIMIT)
            dispatch.abort(new Error('the reader is too slow; too many bytes are waiting'))
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
 * Returns true if the connection stays open after the response. If it doesn't, undici must not be paused: it crashes if the connection
 * ends during a pause (assert in `Parser.finish`, undici issue 5360).
 */
function canPause(headers: ReadonlyMap<string, string>): boolean {
  const connection = headers.get('connection') ?? ''
  if (/close/i.test(connection)) return false
  return /keep-alive/i.test(connection) || /chunked/i.test(headers.get('transfer-encoding') ?? '')
}

/** Creates a queue of the bytes that have arrived and are not read yet. */
function byteQueue() {
  let waiting: Uint8Array[] = []
  let length = 0
  let end: { readonly error: Error | undefined } | undefined
  let wake: (() => void) | undefined

  return {
    length: () => length,
    push(bytes: Uint8Array) {
      waiting.push(bytes)
      length += bytes.length
      wake?.()
    },
    end(error: Error | undefined) {
      end ??= { error }
      wake?.()
    },
    async *read(coalesce: boolean, resume: () => void): AsyncGenerator<Uint8Array> {
      for (;;) {
        const pieces = coalesce && waiting.length > 1 ? [Buffer.concat(waiting)] : waiting
        waiting = []
        for (const bytes of pieces) {
          length -= bytes.length
          yield bytes
        }
        if (waiting.length > 0) continue
        if (end?.error) throw end.error
        if (end) return
        const more = new Promise<void>((resolve) => (wake = resolve))
        // Bytes or the end may arrive before `resume` returns, so `wake` is set first.
        resume()
        await more
      }
    },
  }
}
