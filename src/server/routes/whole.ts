import type { Api } from '../../core/answer/api.js'
import type { Dialect } from '../../core/answer/dialect.js'
import { moreSevere, StreamError } from '../../core/errors/error.js'
import { isObject } from '../../core/json/json.js'
import { isEventStreamType } from '../../core/http/media-type.js'
import { foldAnswers, type FoldedAnswer } from '../../filters/fold/fold.js'
import { jsonReply, refusalReply, type Reply } from '../reply.js'

/**
 * Converts a streamed reply to that of a request without `stream`: the answer as one object. An incomplete answer becomes an error, with
 * the status of the provider's error or 502. A reply that is not a stream is returned unchanged.
 */
export async function wholeAnswer(reply: Reply, api: Api, dialects: readonly Dialect[]): Promise<Reply> {
  if (!isEventStreamType(reply.headers['content-type'])) return reply
  const folder = foldAnswers(dialects)
  let answer: FoldedAnswer | undefined
  let failure: StreamError | undefined
  const collect = (outputs: ReturnType<typeof folder.push>) => {
    for (const output of outputs) {
      if (output.type === 'folded') answer ??= output
      else failure = moreSevere(failure, output.failure)
    }
  }
  try {
    for await (const piece of reply.body) collect(folder.push(Buffer.from(piece)))
    collect(folder.end())
  } catch (error) {
    if (!(error instanceof StreamError)) throw error
    failure = error
  }
  if (answer && !failure) return jsonReply(reply, answer.object)
  const { message = 'the recording contains no answer' } = failure ?? {}
  return {
    ...refusalReply({ status: httpStatusOf(answer?.object['error']), message }, api),
    name: `${reply.name}, incomplete`,
  }
}

/** Returns the code of an error in the stream if it is an HTTP status, otherwise 502. */
function httpStatusOf(error: unknown): number {
  const code = isObject(error) ? error['code'] : undefined
  return typeof code === 'number' && code >= 400 && code <= 599 ? code : 502
}
