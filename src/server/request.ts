import type { IncomingMessage } from 'node:http'
import type { Api } from '../core/answer/api.js'
import { isObject, parseJson, type JsonObject } from '../core/json/json.js'
import type { Refusal } from './reply.js'

/** Maximum length of a request body, in UTF-16 code units. */
const MAX_BODY_LENGTH = 32 * 1024 * 1024

/** A request that a route answers. */
export interface Request {
  /** The path with its query, as the client sent it. */
  readonly path: string
  /** The headers by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** A request with a JSON object as its body. */
export interface JsonRequest extends Request, JsonBody {}

/** A request to an API. */
export interface ApiRequest extends JsonRequest {
  readonly api: Api
  /** True if the client wants the answer as a stream, false if it wants one object. */
  readonly isStreaming: boolean
}

interface JsonBody {
  /** The body as the client sent it. */
  readonly text: string
  /** The parsed body. */
  readonly body: JsonObject
}

/** Reads a body that must be a JSON object. Otherwise returns the refusal. */
export async function readJsonBody(message: IncomingMessage): Promise<JsonBody | Refusal> {
  const text = await readText(message)
  if (text === undefined)
    return {
      status: 413,
      message: `the body is larger than ${MAX_BODY_LENGTH} bytes`,
      headers: { connection: 'close' },
    }
  const body = parseJson(text)
  return isObject(body) ? { text, body } : { status: 400, message: 'the body is not a JSON object' }
}

/** Returns the body as text, or undefined if it exceeds the limit. */
async function readText(message: IncomingMessage): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of message as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > MAX_BODY_LENGTH) return undefined
  }
  return text + decoder.decode()
}
