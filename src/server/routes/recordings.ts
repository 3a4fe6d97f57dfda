import type { Speed } from '../../recordings/pace.js'
import type { RecordingIndex } from '../../recordings/recording-index.js'
import type { Reply } from '../reply.js'
import type { ApiRequest } from '../request.js'
import { hasFailed, recordReply, type RecordOptions, type RecordUpstream } from './record.js'
import { notFoundReply, replayReply } from './replay.js'
import { wholeAnswer } from './whole.js'

/** How recordings are served. */
export interface ServeRecordingsOptions extends RecordOptions {
  readonly speed: Speed
  /** Without it a request that no recording answers is refused. */
  readonly upstream: RecordUpstream | undefined
}

/**
 * Answers a request with its recording. Without one the request is refused, or forwarded to the upstream and recorded; a recorded failure
 * is then asked anew, and replaced. A request without `stream` gets the same answer as one object.
 */
export async function replayOrRecord(
  request: ApiRequest,
  shelf: RecordingIndex,
  options: ServeRecordingsOptions,
  signal: AbortSignal,
): Promise<Reply> {
  if (request.isStreaming) return streamFor(request, shelf, options, signal)
  const body = { ...request.body, stream: true }
  const streaming = { ...request, body, text: JSON.stringify(body), isStreaming: true }
  return wholeAnswer(await streamFor(streaming, shelf, options, signal), request.api, options.dialects)
}

async function streamFor(
  request: ApiRequest,
  shelf: RecordingIndex,
  { upstream, speed, ...recording }: ServeRecordingsOptions,
  signal: AbortSignal,
): Promise<Reply> {
  if (!upstream) {
    const found = shelf.find(request)
    return found ? replayReply(found, request, speed, signal) : notFoundReply(request, shelf)
  }
  const known = shelf.all(request)
  const failed = known.filter(hasFailed)
  const good = known.find((one) => !failed.includes(one))
  return good
    ? replayReply(good, request, speed, signal)
    : recordReply(request, shelf, failed, upstream, recording, signal)
}
