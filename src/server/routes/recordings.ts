import { rm } from 'node:fs/promises'
import { pathOf } from '../../core/answer/api.js'
import { coalescedAnswers } from '../../core/answer/repeat/coalesced-answers.js'
import type { Call } from '../../core/http/request.js'
import type { Dialect } from '../../core/answer/dialect.js'
import type { Environment } from '../../core/http/environment.js'
import { moreSevere, StreamError } from '../../core/errors/error.js'
import { isEventStreamType } from '../../core/http/media-type.js'
import { detectDialect } from '../../recordings/detect-dialect.js'
import { recordingIn, type Recording } from '../../recordings/load.js'
import { keptHeaders, metaFileOf } from '../../recordings/metadata.js'
import { paced, piecesOf, type Speed } from '../../recordings/pace.js'
import { recorder } from '../../recordings/recorder.js'
import { seenUpTo, without } from '../../recordings/resume.js'
import type { Shelf, Shelved } from '../../recordings/recording-index.js'
import { refusalReply, type Reply, type Request } from '../reply.js'
import { heartbeat } from '../../client/heartbeat.js'
import type { Answer } from '../../client/http.js'
import { wholeAnswer } from './whole.js'

/** After how long a silence of the upstream its client hears a comment, so that it doesn't give up. Milliseconds. */
const SILENCE = 15_000

/** Where a request goes that no recording answers, and where what it is answered is kept. */
export interface Upstream {
  readonly folder: string
  readonly environment: Environment
  /** The call that passes a request on, and the secrets in it. */
  call(path: string, request: Request): { readonly call: Call; readonly secrets: readonly string[] }
}

/** How recordings are played. */
export interface Playing {
  readonly speed: Speed
  readonly dialects: readonly Dialect[]
  /** Without one a request that no recording answers is refused. */
  readonly upstream: Upstream | undefined
  /** Hears of a recording that failed. */
  warn(sentence: string): void
}

/** A recording, ready to be looked up. */
export function shelved(recording: Recording, dialects: readonly Dialect[]): Shelved {
  return { ...recording, ...detectDialect(recording.bytes, dialects) }
}

/**
 * The answer to a request: its recording at its pace, byte for byte, cut where it was cut. Where there is none it is refused, or
 * asked from the upstream, passed on as it comes and recorded; a recorded failure is then asked anew, and replaced. A request for
 * no stream gets the same answer whole.
 */
export async function answerTo(request: Request, shelf: Shelf, how: Playing, signal: AbortSignal): Promise<Reply> {
  if (request.streams) return streamFor(request, shelf, how, signal)
  const body = { ...request.body, stream: true }
  const streaming = { ...request, body, text: JSON.stringify(body), streams: true }
  return wholeAnswer(await streamFor(streaming, shelf, how, signal), request.api, how.dialects)
}

async function streamFor(
  request: Request,
  shelf: Shelf,
  { upstream, ...how }: Playing,
  signal: AbortSignal,
): Promise<Reply> {
  if (!upstream) {
    const found = shelf.find(request)
    return found ? played(found, request, how, signal) : missed(request, shelf)
  }
  const known = shelf.all(request)
  const failed = known.filter((recording) => hasFailed(recording, how.dialects))
  const good = known.find((recording) => !failed.includes(recording))
  return good ? played(good, request, how, signal) : passedOn(request, shelf, failed, upstream, how, signal)
}

type How = Omit<Playing, 'upstream'>

function played(
  { file, bytes, meta, dialect, id }: Shelved,
  request: Request,
  { speed, dialects }: How,
  signal: AbortSignal,
): Reply {
  const seen = request.headers['last-event-id']
  const pieces = without(piecesOf(bytes, meta), seen === undefined ? 0 : seenUpTo(bytes, seen))
  const body = paced(pieces, speed, signal)
  // Of a stream without a meta it isn't known how it ended; one without an end mark was cut.
  const isCut = meta ? meta.end !== 'whole' : dialect !== undefined && failureOf(bytes, dialects)?.code === 'truncated'
  return {
    name: file,
    status: meta?.status ?? 200,
    headers: meta?.headers ?? {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      ...(id === undefined ? {} : { 'x-generation-id': id }),
    },
    body: isCut ? cutAfter(body) : body,
  }
}

async function* cutAfter(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* body
  throw new StreamError('connection', 'so it was recorded')
}

function missed(request: Request, shelf: Shelf): Reply {
  const nearest = shelf.nearest(request)
  const message = nearest
    ? `no recording of this request; in the nearest, ${nearest.file}, ${nearest.difference}`
    : `no recording of the ${request.api} API`
  return refusalReply({ status: 404, message }, request.api)
}

/** Asks the upstream. What comes of it goes to the client and to the recorder as it comes. */
async function passedOn(
  request: Request,
  shelf: Shelf,
  replaced: readonly Shelved[],
  { folder, environment, call: calling }: Upstream,
  { dialects, warn }: How,
  signal: AbortSignal,
): Promise<Reply> {
  // Loaded on demand, for it takes longer than all the rest.
  const { send } = await import('../../client/http.js')
  const { call, secrets } = calling(pathOf(request.api), request)
  const { pathname, search } = call.url
  const recording = recorder(folder, { method: 'POST', path: pathname + search, body: request.body }, secrets)
  const leaving = new AbortController()

  async function keep() {
    try {
      const file = recording.finish()
      if (file === undefined) return
      shelf.replace(shelved(await recordingIn(file), dialects), replaced)
      for (const { file: old } of replaced) for (const gone of [old, metaFileOf(old)]) await rm(gone, { force: true })
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      warn(error.message)
    }
  }

  async function* through({ body, headers }: Answer): Reply['body'] & AsyncGenerator<Uint8Array | string> {
    const isStream = isEventStreamType(headers.get('content-type'))
    try {
      yield* isStream ? heartbeat(body(), SILENCE, () => leaving.abort()) : body()
    } finally {
      await keep()
    }
  }

  try {
    const either = AbortSignal.any([signal, leaving.signal])
    const answer = await send(call, { signal: either, environment, tap: recording, beyondLink: true })
    const { status, headers } = answer
    return { name: `from ${call.url.host}, recorded`, status, headers: keptHeaders(headers), body: through(answer) }
  } catch (error) {
    recording.finish()
    throw error
  }
}

/** Whether a recording is of something that went wrong, and may go well the next time. */
function hasFailed({ bytes, meta }: Recording, dialects: readonly Dialect[]): boolean {
  return meta?.status !== 200 || meta.end !== 'whole' || failureOf(bytes, dialects) !== undefined
}

/** What a stream failed of; one that can't be read to its end failed of that. */
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
