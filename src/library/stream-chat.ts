import { parseAnswers, type ParseOptions } from '../core/answer/answers.js'
import type { AnswerDelta } from '../core/answer/delta.js'
import type { AnswerEvent } from '../core/answer/event.js'
import { causeOf } from '../core/answer/outcomes.js'
import { redactError } from '../core/secrets/redact.js'
import { moreSevere, StreamError } from '../core/errors/error.js'
import type { JsonObject } from '../core/json/json.js'
import { singleUse } from '../client/connect.js'
import { fetchAnswer, type FetchAnswerOptions } from '../client/ask.js'
import { dialects } from '../dialects/index.js'
import { apiNamed } from '../request/apis/index.js'
import { httpRequest } from '../request/call.js'
import { keyFor, keyPlaceholder } from '../request/keys.js'
import { providerAt, providerNamed } from '../request/providers.js'

export interface FetchOptions {
  /** The key. An endpoint on this machine needs none. */
  readonly apiKey?: string | undefined
  /** The base URL, https://openrouter.ai/api/v1 by default. */
  readonly baseUrl?: string | undefined
  /** Further headers, as `Name: value`. */
  readonly headers?: readonly string[]
  /** Allows a base URL with http:// beyond this machine. */
  readonly insecureHttp?: boolean
}

export interface StreamChatOptions
  extends
    Partial<Omit<FetchAnswerOptions, 'dialects' | 'connections' | 'maxEventBytes' | 'observer' | 'onResponse'>>,
    Omit<ParseOptions, 'clock' | 'sources'> {
  /** Aborts the request; the iteration then throws the signal's reason. */
  readonly signal?: AbortSignal
  readonly fetchOptions?: FetchOptions
}

/**
 * Sends one chat request and gives the answer's deltas: text, reasoning, refusals and tool calls as they come, usage and
 * finish last. Proxies of the environment are not looked up. `request` is the body of `/chat/completions`; `stream` is set.
 *
 * A request that fails before its first event is sent again, twice at the most, as `or-stream` does.
 *
 * Throws a `StreamError` for everything that `or-stream` would leave with another status than 0 for, after the deltas that
 * came: a refused key, a broken connection, an error event, a stream without its end mark. Leaving the loop closes the
 * connection.
 */
export async function* streamChat(
  request: JsonObject,
  {
    signal = new AbortController().signal,
    fetchOptions = {},
    failOn,
    allowTruncated,
    maxEventBytes,
    ...options
  }: StreamChatOptions = {},
): AsyncGenerator<AnswerDelta> {
  const { apiKey, baseUrl, headers = [], insecureHttp = false } = fetchOptions
  const to = baseUrl === undefined ? providerNamed('openrouter') : providerAt(baseUrl, undefined, insecureHttp)
  const body = JSON.stringify({ ...request, stream: true })
  if (!apiKey && keyPlaceholder(to) !== undefined && !headers.some((header) => /^authorization\s*:/i.test(header))) {
    throw new StreamError('no_key', `${to.title} wants a key: give fetchOptions.apiKey`)
  }
  const key = keyFor(to, apiKey, {}, headers)
  const call = httpRequest(to, apiNamed('chat').path, key, body, headers, {})

  try {
    const upstream = { name: to.title, keyHint: 'give a valid fetchOptions.apiKey' }
    const parsing = parseAnswers(dialects, { failOn, allowTruncated, maxEventBytes })
    const { bytes, answers } = await fetchAnswer([{ call, upstream }], parsing, {
      ...options,
      connections: singleUse({}),
      dialects,
      maxEventBytes,
      signal,
    })
    const last: AnswerDelta[] = []
    let failure: StreamError | undefined

    function* deltasOf(events: Iterable<AnswerEvent>): Generator<AnswerDelta> {
      for (const event of events) {
        if (event.type === 'answer-end') failure = moreSevere(failure, event.failure)
        if (event.type !== 'chunk') continue
        for (const delta of event.deltas) {
          if (delta.type === 'usage' || delta.type === 'finish') last.push(delta)
          else if (delta.type !== 'error') yield delta
        }
      }
    }

    let cut: StreamError | undefined
    let received = 0
    try {
      for await (const piece of bytes) {
        received += piece.length
        yield* deltasOf(answers.push(piece))
      }
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      cut = error
    }
    yield* deltasOf(answers.end())
    yield* lastOf(last)
    const failed = causeOf(failure, cut, received)
    if (failed) throw failed
  } catch (error) {
    throw redactError(error, key ?? '')
  }
}

/** Of the usages the last, and then the first finish of each choice: providers repeat both. */
function lastOf(deltas: readonly AnswerDelta[]): AnswerDelta[] {
  const usage = deltas.findLast(({ type }) => type === 'usage')
  const finish = new Map<number, AnswerDelta>()
  for (const delta of deltas) if (delta.type === 'finish' && !finish.has(delta.choice)) finish.set(delta.choice, delta)
  return [...(usage ? [usage] : []), ...finish.values()]
}
