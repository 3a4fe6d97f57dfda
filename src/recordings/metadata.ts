import { StreamError } from '../core/errors/error.js'
import { isObject, parseJson } from '../core/json/json.js'

/** The request of a recording: the method, the path with its query, and the parsed body (text if it is not JSON). */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** A chunk of a response: when it arrived, in milliseconds after the request was sent, and its size. */
export type RecordedChunk = readonly [at: number, bytes: number]

/** The content of `name.sse.meta.json`, which describes the recording `name.sse`. */
export interface Metadata {
  /** When the request was sent, in ISO 8601. */
  readonly recorded: string
  readonly request: RecordedRequest
  readonly status: number
  /** The response headers that describe the answer, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly chunks: readonly RecordedChunk[]
  /** `whole`, `enough` if the reader stopped the answer, or the code of the failure that cut it. */
  readonly end: string
}

const KEPT_HEADERS =
  /^(?:content-(?:type|encoding)|retry-after(?:-ms)?|x-should-retry|x-generation-id|x-provider-name|x-ratelimit-(?:limit|remaining|reset)|x-openrouter-cache-[a-z-]+)$/

/** Returns the response headers that describe the answer, without those that describe the account. */
export function keptHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => KEPT_HEADERS.test(name)))
}

/** Returns the name of the metadata file of a recording. */
export function metaFileOf(file: string): string {
  return `${file}.meta.json`
}

/** Parses the text of a metadata file. Throws `bad_data`; the message has the name of the file. */
export function readMetadata(text: string, file: string): Metadata {
  const value = parseJson(text)
  const meta = isObject(value) ? value : {}
  const { request, status, headers, chunks } = meta
  const isValid =
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
  if (!isValid) throw new StreamError('bad_data', `${file}: this is not the metadata of a recording`)
  return value as unknown as Metadata
}

function isChunk(value: unknown): value is RecordedChunk {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number' && part >= 0)
}

/** Returns true if the body of a recorded response was cut. */
export function isCut({ end }: Metadata): boolean {
  return end !== 'whole' && end !== 'enough'
}
