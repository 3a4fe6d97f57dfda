import { StreamError } from '../../core/errors/error.js'
import { isCut } from '../../recordings/metadata.js'
import { atSpeed, piecesOf, type Speed } from '../../recordings/pace.js'
import type { RecordingIndex, IndexedRecording } from '../../recordings/recording-index.js'
import { offsetAfterId, skipBytes } from '../../recordings/resume.js'
import { refusalReply, type Reply } from '../reply.js'
import type { ApiRequest, Request } from '../request.js'

/** Replays a recording byte for byte at `speed`, after the event of `Last-Event-ID` if the request has that header. */
export function replayReply(
  { file, bytes, meta, dialect, id, failure }: IndexedRecording,
  { headers }: Request,
  speed: Speed,
  signal: AbortSignal,
): Reply {
  const lastId = headers['last-event-id']
  const pieces = skipBytes(piecesOf(bytes, meta), lastId === undefined ? 0 : offsetAfterId(bytes, lastId))
  const body = atSpeed(pieces, speed, signal)
  // Without metadata the end of the stream isn't known: assume that one without an end marker was cut.
  const wasCut = meta ? isCut(meta) : dialect !== undefined && failure?.code === 'truncated'
  return {
    name: file,
    status: meta?.status ?? 200,
    headers: meta?.headers ?? {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      ...(id === undefined ? {} : { 'x-generation-id': id }),
    },
    body: wasCut ? cutAfter(body) : body,
  }
}

async function* cutAfter(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* body
  throw new StreamError('connection', 'the recorded answer was cut here')
}

/** Refuses a request without a recording. The message names the nearest recording and its differences. */
export function notFoundReply(request: ApiRequest, index: RecordingIndex): Reply {
  const nearest = index.nearest(request)
  const message = nearest
    ? `no recording of this request; in the nearest, ${nearest.file}, ${nearest.difference}`
    : `no recording of the ${request.api.name} API`
  return refusalReply({ status: 404, message }, request.api)
}
