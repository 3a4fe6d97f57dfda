import type { Speed } from '../../recordings/pace.js'
import type { RecordingIndex } from '../../recordings/recording-index.js'
import type { Reply } from '../reply.js'
import type { ApiRequest } from '../request.js'
import { hasFailed, recordReply, type RecordOptions, type RecordUpstream } from './record.js'
import { notFoundReply, replayReply } from './replay.js'
import { wholeAnswer } from './whole.js'

/** Options of `replayOrRecord`. */
export interface ServeRecordingsOptions extends RecordOptions {
  readonly speed: Speed
  /** The upstream. If undefined, a request without a recording is refused. */
  readonly upstream: RecordUpstream | undefined
}

/**
 * Answers a request with its recording. If there is none, the request is refused, or forwarded to the upstream and recorded. With an
 * upstream, a recorded failure is requested again and replaced. A request without `stream` gets the same answer as one object.
 */
export async function replayOrRecord(
  request: ApiRequest,
  index: RecordingIndex,
  options: ServeRecordingsOptions,
  signal: AbortSignal,
): Promise<Reply> {
  if (request.isStreaming) return streamReply(request, index, options, signal)
  const body = { ...request.body, stream: true }
  const streaming = { ...request, body, text: JSON.stringify(body), isStreaming: true }
  return wholeAnswer(await streamReply(streaming, index, options, signal), request.api, options.dialects)
}

async function streamReply(
  request: ApiRequest,
  index: RecordingIndex,
  { upstream, speed, ...recording }: ServeRecordingsOptions,
  signal: AbortSignal,
): Promise<Reply> {
  if (!upstream) {
    const found = index.find(request)
    return found ? replayReply(found, request, speed, signal) : notFoundReply(request, index)
  }
  const known = index.all(request)
  const failed = known.filter(hasFailed)
  const good = known.find((recorded) => !failed.includes(recorded))
  return good
    ? replayReply(good, request, speed, signal)
    : recordReply(request, index, failed, upstream, recording, signal)
}
