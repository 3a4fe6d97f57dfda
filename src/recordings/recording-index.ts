import { apiAskedAt, type Api } from '../core/answer/api.js'
import type { Dialect } from '../core/answer/dialect.js'
import { coalescedAnswers } from '../core/answer/repeat/coalesced-answers.js'
import { moreSevere, StreamError } from '../core/errors/error.js'
import { differences, formatDifference } from './difference.js'
import { canonicalJson, isObject } from '../core/json/json.js'
import { detectDialect, type DetectedDialect } from './detect-dialect.js'
import type { Recording } from './load.js'

/** A request as recordings are looked up by it: the API, and the body as JSON. */
export interface RequestKey {
  readonly api: Api
  readonly body: unknown
}

/**
 * A recording, its dialect, and what its answers failed of. One that does not know its request answers for the API of its dialect, or
 * for every API if it has no dialect.
 */
export interface IndexedRecording extends Recording, DetectedDialect {
  readonly failure: StreamError | undefined
}

/** Prepares a recording for the index. It is judged here, once, because that takes about a second for 100 MB. */
export function indexRecording(recording: Recording, dialects: readonly Dialect[]): IndexedRecording {
  const { bytes } = recording
  return { ...recording, ...detectDialect(bytes, dialects), failure: failureOf(bytes, dialects) }
}

/** Returns what a stream failed of; a stream that can't be read to its end failed of that. */
function failureOf(bytes: Uint8Array, dialects: readonly Dialect[]): StreamError | undefined {
  const answers = coalescedAnswers(dialects)
  let failure: StreamError | undefined
  try {
    for (const events of [answers.push(bytes), answers.end()])
      for (const event of events) if (event.type === 'answer-end') failure = moreSevere(failure, event.failure)
  } catch (error) {
    if (error instanceof StreamError) return error
    throw error
  }
  return failure
}

/** Recordings to be found by what they answered. */
export interface RecordingIndex {
  /**
   * The recording of this request (of several the next, and then the last again), or else the next of those that answer
   * anything that their API is asked, and after the last the first.
   */
  find(wanted: RequestKey): IndexedRecording | undefined
  /** All recordings of this request. */
  all(wanted: RequestKey): readonly IndexedRecording[]
  /** The recording whose request is most like this one, and where it differs, in words. */
  nearest(wanted: RequestKey): { readonly file: string; readonly difference: string } | undefined
  /** Puts a recording on the shelf in place of others. */
  replace(added: IndexedRecording, gone: readonly IndexedRecording[]): void
}

/** How many differences are told. */
const MAX_DIFFERENCES = 3

/** Indexes recordings by the requests that they answered; `apis` tells the API of a request by its path. */
export function recordingIndex(recordings: readonly IndexedRecording[], apis: readonly Api[]): RecordingIndex {
  const byRequest = new Map<string, IndexedRecording[]>()
  const samples: IndexedRecording[] = []
  const turns = new Map<string, number>()
  for (const recording of recordings) add(recording)

  function add(recording: IndexedRecording) {
    const wanted = requestKeyOf(recording)
    if (!wanted) samples.push(recording)
    else byRequest.set(keyOf(wanted), [...all(wanted), recording])
  }

  function all(wanted: RequestKey) {
    return byRequest.get(keyOf(wanted)) ?? []
  }

  /** Returns what a recording answered, if it knows. */
  function requestKeyOf({ meta }: Recording): RequestKey | undefined {
    const api = meta && apiAskedAt(meta.request.path, apis)
    return api && meta.request.method === 'POST' ? { api, body: meta.request.body } : undefined
  }

  /** How often this was asked for before. */
  function nextTurn(key: string) {
    const before = turns.get(key) ?? 0
    turns.set(key, before + 1)
    return before
  }

  return {
    all,
    find(wanted) {
      const known = all(wanted)
      if (known.length > 0) return known[Math.min(nextTurn(keyOf(wanted)), known.length - 1)]
      const { api } = wanted
      const spoken = samples.filter(({ dialect }) => dialect === api.dialect.name || dialect === undefined)
      return spoken.length === 0 ? undefined : spoken[nextTurn(api.name) % spoken.length]
    },
    nearest(wanted) {
      const candidates = [...byRequest.values()].flat().map((recording) => {
        const other = requestKeyOf(recording)
        const found =
          other?.api === wanted.api ? [...differences(requestIdentity(other.body), requestIdentity(wanted.body))] : []
        return { file: recording.file, api: other?.api, found }
      })
      const [best] = candidates
        .filter(({ api }) => api === wanted.api)
        .toSorted((a, b) => a.found.length - b.found.length)
      if (!best) return undefined
      const more = best.found.length > MAX_DIFFERENCES ? [`${best.found.length - MAX_DIFFERENCES} more`] : []
      return {
        file: best.file,
        difference: [...best.found.slice(0, MAX_DIFFERENCES).map(formatDifference), ...more].join('; '),
      }
    },
    replace(added, gone) {
      const wanted = requestKeyOf(added)
      if (!wanted) return
      byRequest.set(
        keyOf(wanted),
        [...all(wanted), added].filter((recording) => !gone.includes(recording)),
      )
    },
  }
}

function keyOf({ api, body }: RequestKey): string {
  return `${api.name} ${canonicalJson(requestIdentity(body)) ?? ''}`
}

/** What is asked, however it is to come: a stream and a whole answer are the same answer. */
function requestIdentity(body: unknown): unknown {
  if (!isObject(body)) return body
  const { stream: _stream, stream_options: _options, ...asked } = body
  return asked
}
