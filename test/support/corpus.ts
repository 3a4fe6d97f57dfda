import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cases } from './fixtures.js'

/** Recordings and test cases of other projects. They are kept beside the repository, so a clone does not have them. */
const CORPUS = new URL('../../../shared/corpus/', import.meta.url)

interface Named {
  readonly name: string
}

type Choice<Row> = (rows: readonly Row[]) => readonly Row[]

/** Source of the rows of a test. */
interface Source<Row extends Named> {
  /** Name of the source, with a note if it is missing. */
  readonly title: string
  /** True if tests of the source have to be skipped. */
  readonly isMissing: boolean
  /** Returns all rows, or those selected by `choose`. */
  rows(choose?: Choice<Row>): readonly Row[]
  /** Like `rows`, with names for the titles of `test.each`. If the source is missing, returns one row that says so, to be skipped. */
  named(choose?: Choice<Row>): readonly (readonly [name: string, row: Row])[]
}

function source<Row extends Named>(title: string, read: () => readonly Row[]): Source<Row> {
  function rows(choose: Choice<Row> = (all) => all) {
    const selected = choose(read())
    if (selected.length === 0) throw new Error(`no row of the ${title} is selected`)
    return selected
  }
  return { title, isMissing: false, rows, named: (choose) => rows(choose).map((row) => [row.name, row]) }
}

function fromCorpus<Row extends Named>(title: string, path: string, read: () => readonly Row[]): Source<Row> {
  if (existsSync(new URL(path, CORPUS))) return source(title, read)
  const missing = `${title} (../shared/corpus/${path} is missing)`
  return { title: missing, isMissing: true, rows: () => [], named: () => [[missing, { name: missing } as Row]] }
}

function bytesOf(path: string): Buffer {
  return readFileSync(new URL(path, CORPUS))
}

function jsonOf<T>(path: string): T {
  return JSON.parse(bytesOf(path).toString()) as T
}

interface Stream extends Named {
  readonly stream: Buffer
}

/** Expected outcome of a recording. */
export interface Outcome {
  readonly dialect: string
  readonly events: number
  readonly comments: number
  readonly done_marker: boolean
  readonly non_json_events: number
  readonly data_sha256: string
  readonly text_sha256: string
  readonly reasoning_sha256: string | null
  readonly finish: readonly string[]
  readonly models: readonly string[]
  readonly providers: readonly string[]
  readonly tool_calls: readonly { readonly name: string; readonly arguments: string }[]
  readonly usage: Counts | null
  readonly refusal?: string
  readonly error: { readonly message: string; readonly code: string } | null
}

export interface Counts {
  readonly [count: string]: number | Counts | null | undefined
}

const OUTCOMES = 'EXPECTED.share.json'
const CONFORMANCE = 'conformance.share.json'
const RESPONSES = 'http/'

/** The recorded event streams. */
export const RECORDINGS = fromCorpus('recordings', OUTCOMES, () => {
  const outcomes = Object.entries(jsonOf<Record<string, { readonly outcome: Outcome }>>(OUTCOMES))
  return outcomes.map(([name, { outcome }]) => ({ name, outcome, stream: bytesOf(name) }))
})

/** All event streams: those of the fixtures and those of the corpus. */
export const STREAMS: readonly Source<Stream>[] = [source('fixtures', cases), RECORDINGS]

/** The recorded HTTP responses, mostly errors; their names begin with the status code. */
export const HTTP_RESPONSES = fromCorpus('HTTP responses', RESPONSES, () =>
  readdirSync(new URL(RESPONSES, CORPUS)).map((name) => ({ name, response: bytesOf(RESPONSES + name).toString() })),
)

export interface SseCase extends Named {
  readonly input: string
  readonly chunks?: readonly string[]
  readonly chunks_base64?: readonly string[]
  readonly expected: readonly { readonly event: string; readonly data: string; readonly id: string }[]
  readonly expected_retry?: readonly number[]
  readonly expected_error?: string
  readonly buffer_limit?: number
  readonly event_limit?: number
}

interface HttpCase extends Named {
  readonly id: string
  readonly response?: { readonly status: number; readonly content_type: string; readonly body: string }
}

interface Conformance {
  readonly cases: readonly (SseCase & { readonly id: string })[]
  readonly http_cases: readonly HttpCase[]
}

/** The test cases of other SSE parsers. */
export const SSE_CASES = fromCorpus<SseCase>('SSE cases', CONFORMANCE, () =>
  jsonOf<Conformance>(CONFORMANCE).cases.map(({ id, name, ...one }) => ({ ...one, name: `${id} ${name}` })),
)

/** The test cases of other clients for responses that are not event streams. */
export const HTTP_CASES = fromCorpus('HTTP cases', CONFORMANCE, () => jsonOf<Conformance>(CONFORMANCE).http_cases)
