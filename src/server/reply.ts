import type { Api } from '../core/answer/api.js'
import { errorBody } from '../core/answer/error-event.js'

/** What is answered. */
export interface Reply {
  /** What the log calls it. */
  readonly name: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /**
   * The body in the pieces in which it is sent, each as a chunk of its own. Where it throws a `StreamError` the connection is cut, so
   * that nobody takes it for whole.
   */
  readonly body: AsyncIterable<Uint8Array | string>
}

/** Why a request is refused: an HTTP status, and one sentence. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Returns the reply for a refusal, its body in the form in which the API reports errors; as most APIs do if none was asked. */
export function refusalReply({ status, message, headers = {} }: Refusal, api: Api | undefined): Reply {
  const error = { code: status, message }
  return jsonReply({ name: message, status, headers }, api ? api.dialect.errorBody(error) : errorBody(error))
}

/** A value as a reply. */
export function jsonReply({ name, status, headers }: Omit<Reply, 'body'>, value: object): Reply {
  return { name, status, headers: { ...headers, 'content-type': 'application/json' }, body: one(JSON.stringify(value)) }
}

async function* one(text: string): AsyncGenerator<string> {
  yield text
}
