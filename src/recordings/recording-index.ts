import { apiAskedAt, type Api } from '../core/answer/api.js'
import type { Dialect } from '../core/answer/dialect.js'
import { coalescedAnswers } from '../core/answer/repeat/coalesced-answers.js'
import { moreSevere, StreamError } from '../core/errors/error.js'
import { differences, formatDifference } from './difference.js'
import { canonicalJson, isObject } from '../core/json/json.js'
import { detectDialect, type DetectedDialect } from './detect-dialect.js'
import type { Recording } from './load.js'

/** The key of a recording in the index: the API and the JSON body of its request. */
export interface RequestKey {
  readonly api: Api
  readonly body: unknown
}

/**
 * A recording with its dialect and the failure of its answers. A recording without a request can answer any request to the API of its
 * dialect, or to every API if it has no dialect.
 */
export interface IndexedRecording extends Recording, DetectedDialect {
  readonly failure: StreamError | undefined
}

/** Prepares a recording for the index. Judges it only once, because that takes about a second for 100 MB. */
export function indexRecording(recording: Recording, dialects: readonly Dialect[]): IndexedRecording {
  const { bytes } = recording
  return { ...recording, ...detectDialect(bytes, dialects), failure: failureOf(bytes, dialects) }
}

/** Returns the most severe failure of the answers in a stream, or the failure to parse it to its end; undefined if there is none. */
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

/** Recordings that are found by their requests. */
export interface RecordingIndex {
  /**
   * Returns the recording to replay, or undefined. Recordings of this request are returned in order, the last one repeatedly. If there are
   * none, recordings without a request for the same API are returned in rotation.
   */
  find(request: RequestKey): IndexedRecording | undefined
  /** Returns all recordings of this request. */
  all(request: RequestKey): readonly IndexedRecording[]
  /** Returns the file of the recording whose request is most similar, and the differences as text. */
  nearest(request: RequestKey): { readonly file: string; readonly difference: string } | undefined
  /** Adds a recording and removes others of the same request. */
  replace(added: IndexedRecording, removed: readonly IndexedRecording[]): void
}

/** Maximum number of differences in a text. */
const MAX_DIFFERENCES = 3

/** Creates an index of recordings. The API of a request is the one of `apis` that has its path. */
export function recordingIndex(recordings: readonly IndexedRecording[], apis: readonly Api[]): RecordingIndex {
  const byRequest = new Map<string, IndexedRecording[]>()
  const samples: IndexedRecording[] = []
  const turns = new Map<string, number>()
  for (const recording of recordings) add(recording)

  function add(recording: IndexedRecording) {
    const request = requestKeyOf(recording)
    if (!request) samples.push(recording)
    else byRequest.set(keyOf(request), [...all(request), recording])
  }

  function all(request: RequestKey) {
    return byRequest.get(keyOf(request)) ?? []
  }

  /** Returns the request of a recording; undefined if it has none, or not one to a known API. */
  function requestKeyOf({ meta }: Recording): RequestKey | undefined {
    const api = meta && apiAskedAt(meta.request.path, apis)
    return api && meta.request.method === 'POST' ? { api, body: meta.request.body } : undefined
  }

  /** Counts the calls for a key. Returns the number of earlier calls. */
  function nextTurn(key: string) {
    const before = turns.get(key) ?? 0
    turns.set(key, before + 1)
    return before
  }

  return {
    all,
    find(request) {
      const exact = all(request)
      if (exact.length > 0) return exact[Math.min(nextTurn(keyOf(request)), exact.length - 1)]
      const { api } = request
      const candidates = samples.filter(({ dialect }) => dialect === api.dialect.name || dialect === undefined)
      return candidates.length === 0 ? undefined : candidates[nextTurn(api.name) % candidates.length]
    },
    nearest(request) {
      const candidates = [...byRequest.values()].flat().map((recording) => {
        const other = requestKeyOf(recording)
        const found =
          other?.api === request.api ? [...differences(requestIdentity(other.body), requestIdentity(request.body))] : []
        return { file: recording.file, api: other?.api, found }
      })
      const [best] = candidates
        .filter(({ api }) => api === request.api)
        .toSorted((a, b) => a.found.length - b.found.length)
      if (!best) return undefined
      const more = best.found.length > MAX_DIFFERENCES ? [`${best.found.length - MAX_DIFFERENCES} more`] : []
      return {
        file: best.file,
        difference: [...best.found.slice(0, MAX_DIFFERENCES).map(formatDifference), ...more].join('; '),
      }
    },
    replace(added, removed) {
      const request = requestKeyOf(added)
      if (!request) return
      byRequest.set(
        keyOf(request),
        [...all(request), added].filter((recording) => !removed.includes(recording)),
      )
    },
  }
}

function keyOf({ api, body }: RequestKey): string {
  return `${api.name} ${canonicalJson(requestIdentity(body)) ?? ''}`
}

/** Returns the body without `stream` and `stream_options`: a request for a stream and one for a whole answer are the same request. */
function requestIdentity(body: unknown): unknown {
  if (!isObject(body)) return body
  const { stream: _stream, stream_options: _options, ...rest } = body
  return rest
}
