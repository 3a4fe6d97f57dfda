import { apiAskedAt, type ApiName } from '../core/answer/api.js'
import { differences, spelledDifference } from './difference.js'
import { canonicalJson, isObject } from '../core/json/json.js'
import type { DetectedDialect } from './detect-dialect.js'
import type { Recording } from './load.js'

/** A request as recordings are looked up by it: the API, and the body as JSON. */
export interface Wanted {
  readonly api: ApiName
  readonly body: unknown
}

/** A recording and what it is: one that doesn't say what it answered answers for the API of its dialect, and for all where it has none. */
export type Shelved = Recording & DetectedDialect

/** Recordings to be found by what they answered. */
export interface Shelf {
  /**
   * The recording of this request (of several the next, and then the last again), or else the next of those that answer
   * anything that their API is asked, and after the last the first.
   */
  find(wanted: Wanted): Shelved | undefined
  /** All recordings of this request. */
  all(wanted: Wanted): readonly Shelved[]
  /** The recording whose request is most like this one, and where it differs, in words. */
  nearest(wanted: Wanted): { readonly file: string; readonly difference: string } | undefined
  /** Puts a recording on the shelf in place of others. */
  replace(added: Shelved, gone: readonly Shelved[]): void
}

/** How many differences are told. */
const TOLD = 3

export function shelf(recordings: readonly Shelved[]): Shelf {
  const byRequest = new Map<string, Shelved[]>()
  const samples: Shelved[] = []
  const turns = new Map<string, number>()
  for (const recording of recordings) put(recording)

  function put(recording: Shelved) {
    const wanted = wantedOf(recording)
    if (!wanted) samples.push(recording)
    else byRequest.set(keyOf(wanted), [...all(wanted), recording])
  }

  function all(wanted: Wanted) {
    return byRequest.get(keyOf(wanted)) ?? []
  }

  /** How often this was asked for before. */
  function turn(key: string) {
    const before = turns.get(key) ?? 0
    turns.set(key, before + 1)
    return before
  }

  return {
    all,
    find(wanted) {
      const known = all(wanted)
      if (known.length > 0) return known[Math.min(turn(keyOf(wanted)), known.length - 1)]
      const { api } = wanted
      const spoken = samples.filter(({ dialect }) => dialect === api || dialect === undefined)
      return spoken.length === 0 ? undefined : spoken[turn(api) % spoken.length]
    },
    nearest(wanted) {
      const candidates = [...byRequest.values()].flat().map((recording) => {
        const other = wantedOf(recording)
        const found = other?.api === wanted.api ? [...differences(question(other.body), question(wanted.body))] : []
        return { file: recording.file, api: other?.api, found }
      })
      const [best] = candidates
        .filter(({ api }) => api === wanted.api)
        .toSorted((a, b) => a.found.length - b.found.length)
      if (!best) return undefined
      const more = best.found.length > TOLD ? [`${best.found.length - TOLD} more`] : []
      return { file: best.file, difference: [...best.found.slice(0, TOLD).map(spelledDifference), ...more].join('; ') }
    },
    replace(added, gone) {
      const wanted = wantedOf(added)
      if (!wanted) return
      byRequest.set(
        keyOf(wanted),
        [...all(wanted), added].filter((recording) => !gone.includes(recording)),
      )
    },
  }
}

/** What a recording answered, where it tells. */
function wantedOf({ meta }: Recording): Wanted | undefined {
  const api = meta && apiAskedAt(meta.request.path)
  return api && meta.request.method === 'POST' ? { api, body: meta.request.body } : undefined
}

function keyOf({ api, body }: Wanted): string {
  return `${api} ${canonicalJson(question(body)) ?? ''}`
}

/** What is asked, however it is to come: a stream and a whole answer are the same answer. */
function question(body: unknown): unknown {
  if (!isObject(body)) return body
  const { stream: _stream, stream_options: _options, ...asked } = body
  return asked
}
