import type { Api } from '../core/answer/api.js'
import { apiErrorBody } from '../core/answer/error-event.js'

/** The response to a request. */
export interface Reply {
  /** The name in the log. */
  readonly name: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /**
   * The body in the pieces in which it is sent, each as one HTTP chunk. If it throws, the connection is closed without the last chunk, so
   * that the client sees a truncated body.
   */
  readonly body: AsyncIterable<Uint8Array | string>
}

/** A refused request: an HTTP status and a message of one sentence. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Returns the reply for a refusal. Its body is an error as the API reports it, or in the common form if `api` is undefined. */
export function refusalReply({ status, message, headers = {} }: Refusal, api: Api | undefined): Reply {
  const error = { code: status, message }
  return jsonReply({ name: message, status, headers }, api ? api.dialect.errorBody(error) : apiErrorBody(error))
}

/** Returns a reply with a JSON body. */
export function jsonReply({ name, status, headers }: Omit<Reply, 'body'>, value: object): Reply {
  return { name, status, headers: { ...headers, 'content-type': 'application/json' }, body: one(JSON.stringify(value)) }
}

async function* one(text: string): AsyncGenerator<string> {
  yield text
}
