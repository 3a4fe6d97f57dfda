import { StreamError } from '../core/errors/error.js'
import { isObject, parseJson } from '../core/json/json.js'

/** What was asked: the method, the path with its query, and the body as JSON (as text where it is none). */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** How a response came: so many milliseconds after the request was sent, so many bytes. */
export type RecordedChunk = readonly [at: number, bytes: number]

/** What the bytes of `name.sse` can't tell; it stands in `name.sse.meta.json` beside it. */
export interface Metadata {
  /** When the request was sent, in ISO 8601. */
  readonly recorded: string
  readonly request: RecordedRequest
  readonly status: number
  /** The response headers that say something of the answer, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly chunks: readonly RecordedChunk[]
  /** `whole`, `enough` if the reader stopped the answer, or the code of the failure that cut it. */
  readonly end: string
}

const KEPT =
  /^(?:content-(?:type|encoding)|retry-after(?:-ms)?|x-should-retry|x-generation-id|x-provider-name|x-ratelimit-(?:limit|remaining|reset)|x-openrouter-cache-[a-z-]+)$/

/** The response headers that say something of the answer, and nothing of the account. */
export function keptHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => KEPT.test(name)))
}

/** Where the meta of a recording stands. */
export function metaFileOf(file: string): string {
  return `${file}.meta.json`
}

/** The meta that a text spells. Throws `bad_data`, naming the file. */
export function readMetadata(text: string, file: string): Metadata {
  const value = parseJson(text)
  const meta = isObject(value) ? value : {}
  const { request, status, headers, chunks } = meta
  const isRead =
    isObject(request) &&
    typeof request['method'] === 'string' &&
    typeof request['path'] === 'string' &&
    Number.isInteger(status) &&
    isObject(headers) &&
    Object.values(headers).every((header) => typeof header === 'string') &&
    Array.isArray(chunks) &&
    chunks.every(isChunk) &&
    typeof meta['end'] === 'string' &&
    typeof meta['recorded'] === 'string'
  if (!isRead) throw new StreamError('bad_data', `${file}: this is not the meta of a recording`)
  return value as unknown as Metadata
}

function isChunk(value: unknown): value is RecordedChunk {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number' && part >= 0)
}

/** Returns true if the body of a recorded response was cut. */
export function isCut({ end }: Metadata): boolean {
  return end !== 'whole' && end !== 'enough'
}
