import type { Api } from '../../core/answer/api.js'
import type { Dialect } from '../../core/answer/dialect.js'
import { moreSevere, StreamError } from '../../core/errors/error.js'
import { isObject } from '../../core/json/json.js'
import { isEventStreamType } from '../../core/http/media-type.js'
import { fold, type Folded } from '../../filters/fold/fold.js'
import { jsonReply, refusalReply, type Reply } from '../reply.js'

/**
 * A reply as the call without a stream would have brought it: its answer as one object. One that is not whole is an error, with
 * the status that the provider gave it or 502; a refusal is one already.
 */
export async function wholeAnswer(reply: Reply, api: Api, dialects: readonly Dialect[]): Promise<Reply> {
  if (!isEventStreamType(reply.headers['content-type'])) return reply
  const folding = fold(dialects)
  let answer: Folded | undefined
  let failed: StreamError | undefined
  const take = (folded: ReturnType<typeof folding.push>) => {
    for (const one of folded) {
      if (one.type === 'folded') answer ??= one
      else failed = moreSevere(failed, one.failure)
    }
  }
  try {
    for await (const piece of reply.body) take(folding.push(Buffer.from(piece)))
    take(folding.end())
  } catch (error) {
    if (!(error instanceof StreamError)) throw error
    failed = error
  }
  if (answer && !failed) return jsonReply(reply, answer.object)
  const { message = 'the recording holds no answer' } = failed ?? {}
  return {
    ...refusalReply({ status: statusIn(answer?.object['error']), message }, api),
    name: `${reply.name}, not whole`,
  }
}

/** The HTTP status that an error of the wire has as its code. */
function statusIn(error: unknown): number {
  const code = isObject(error) ? error['code'] : undefined
  return typeof code === 'number' && code >= 400 && code <= 599 ? code : 502
}
