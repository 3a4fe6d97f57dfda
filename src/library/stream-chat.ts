import { parseAnswers } from '../core/answer/answers.js'
import type { AnswerDelta } from '../core/answer/delta.js'
import type { AnswerEvent } from '../core/answer/event.js'
import type { Policy } from '../core/answer/judge.js'
import { causeOf } from '../core/answer/outcomes.js'
import { redactError } from '../core/secrets/redact.js'
import { moreSevere, StreamError } from '../core/errors/error.js'
import { DIRECT } from '../client/direct.js'
import { fetchAnswer } from '../client/ask.js'
import { retryFrom, type RetryPolicy } from '../client/retry.js'
import { timeoutsFrom, type Timeouts } from '../client/timeouts.js'
import { dialects } from '../dialects/index.js'
import { apiNamed } from '../request/apis/index.js'
import { httpRequest } from '../request/call.js'
import { keyFor, keyPlaceholder } from '../request/keys.js'
import { providerAt, providerNamed } from '../request/providers.js'
import { checkRuntime } from './runtime.js'
import { inLibraryTerms } from './terms.js'
import { requestBody, type ChatRequest } from './chat-request.js'

/** The endpoint of a request and its credentials. */
export interface FetchOptions {
  /** The API key. An endpoint on this machine needs none. */
  readonly apiKey?: string | undefined
  /** The base URL (default https://openrouter.ai/api/v1). */
  readonly baseUrl?: string | undefined
  /** Additional headers, by their names. A header replaces ours of the same name. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Allows a base URL with http:// for other hosts than this machine. */
  readonly insecureHttp?: boolean | undefined
}

/** Options of `streamChat`: time limits, retries, the policy for failures, and the endpoint. */
export interface StreamChatOptions extends Policy {
  /** Aborts the request. The iteration then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Time limits in milliseconds; 0 disables one. The others keep their default (`DEFAULT_TIMEOUTS`). */
  readonly limits?: Partial<Timeouts> | undefined
  /** When to retry. What is not set keeps its default (`DEFAULT_RETRY`). */
  readonly retry?: Partial<RetryPolicy> | undefined
  /** The largest event, in bytes of UTF-8 (default 16 MiB). */
  readonly maxEventBytes?: number | undefined
  readonly fetchOptions?: FetchOptions | undefined
  /** Called with a message for each failure that is retried. */
  readonly onRetry?: ((message: string) => void) | undefined
}

/**
 * Sends a chat request and yields the deltas of the answer: text, reasoning, refusals and tool calls as they arrive, then the last usage
 * and the finish of each choice. `request` is the body for `/chat/completions`; `stream: true` and the fields of `extra` are added. Proxy
 * settings in the environment are ignored. Leaving the loop closes the connection.
 *
 * If the request fails before the first event, it is retried as by `or-stream`, by default up to twice.
 *
 * Throws a `StreamError` if `or-stream` would exit with a status other than 0, after the deltas that arrived: for example `auth` for a
 * rejected key, `connection` for a connection lost before the answer, the code of an error event, or `truncated` for an answer without an
 * end marker.
 */
export async function* streamChat(request: ChatRequest, options: StreamChatOptions = {}): AsyncGenerator<AnswerDelta> {
  checkRuntime(globalThis)
  try {
    yield* answerTo(request, options)
  } catch (error) {
    throw error instanceof StreamError ? inLibraryTerms(error) : error
  }
}

async function* answerTo(
  request: ChatRequest,
  {
    signal = new AbortController().signal,
    limits = {},
    retry = {},
    fetchOptions = {},
    failOn,
    allowTruncated,
    maxEventBytes,
    onRetry,
  }: StreamChatOptions,
): AsyncGenerator<AnswerDelta> {
  const { apiKey, baseUrl, insecureHttp = false } = fetchOptions
  const headers = Object.entries(fetchOptions.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
  const provider = baseUrl === undefined ? providerNamed('openrouter') : providerAt(baseUrl, undefined, insecureHttp)
  if (
    !apiKey &&
    keyPlaceholder(provider) !== undefined &&
    !headers.some((header) => /^authorization\s*:/i.test(header))
  ) {
    throw new StreamError('no_key', `${provider.title} requires an API key (set fetchOptions.apiKey)`)
  }
  const key = keyFor(provider, apiKey, {}, headers)
  const call = httpRequest(provider, apiNamed('chat').path, key, requestBody(request), headers, {})

  try {
    const upstream = { name: provider.title, keyHint: 'set a valid fetchOptions.apiKey' }
    const parsing = parseAnswers(dialects, { failOn, allowTruncated, maxEventBytes })
    const { bytes, answers } = await fetchAnswer([{ call, upstream }], parsing, {
      limits: timeoutsFrom(limits),
      retry: retryFrom(retry),
      ...(onRetry === undefined ? {} : { onRetry }),
      connections: DIRECT,
      dialects,
      maxEventBytes,
      signal,
    })
    const endDeltas: AnswerDelta[] = []
    let failure: StreamError | undefined

    function* deltasOf(events: Iterable<AnswerEvent>): Generator<AnswerDelta> {
      for (const event of events) {
        if (event.type === 'answer-end') failure = moreSevere(failure, event.failure)
        if (event.type !== 'chunk') continue
        for (const delta of event.deltas) {
          if (delta.type === 'usage' || delta.type === 'finish') endDeltas.push(delta)
          else if (delta.type !== 'error') yield delta
        }
      }
    }

    let connectionError: StreamError | undefined
    let received = 0
    try {
      for await (const piece of bytes) {
        received += piece.length
        yield* deltasOf(answers.push(piece))
      }
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      connectionError = error
    }
    yield* deltasOf(answers.end())
    yield* withoutRepeats(endDeltas)
    const finalFailure = causeOf(failure, connectionError, received)
    if (finalFailure) throw finalFailure
  } catch (error) {
    throw redactError(error, key ?? '')
  }
}

/** Returns the last usage, and the first finish of each choice: providers repeat both. */
function withoutRepeats(deltas: readonly AnswerDelta[]): AnswerDelta[] {
  const usage = deltas.findLast(({ type }) => type === 'usage')
  const finish = new Map<number, AnswerDelta>()
  for (const delta of deltas) if (delta.type === 'finish' && !finish.has(delta.choice)) finish.set(delta.choice, delta)
  return [...(usage ? [usage] : []), ...finish.values()]
}
