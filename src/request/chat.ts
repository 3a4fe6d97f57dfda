import { StreamError } from '../core/errors.js'
import { isObject, parseJson, type JsonObject } from '../core/json.js'
import { withField } from './fields.js'

/** What is asked, with every file read and every default applied. */
export interface Ask {
  readonly model: string
  readonly system: string | undefined
  /** A conversation so far: JSON text of an array of messages. */
  readonly messages: string | undefined
  readonly prompt: string | undefined
  readonly temperature: number | undefined
  readonly maxTokens: number | undefined
  /** Further fields as `key=value`. They come last, and win. */
  readonly fields: readonly string[]
}

/** The JSON body of a streaming `/chat/completions` request. Throws `usage` or `bad_data` where something asked for can't be. */
export function chatBody(ask: Ask): string {
  const messages: unknown[] = []
  if (ask.system !== undefined) messages.push({ role: 'system', content: ask.system })
  if (ask.messages !== undefined) messages.push(...conversation(ask.messages))
  if (ask.prompt !== undefined) messages.push({ role: 'user', content: ask.prompt })
  if (messages.length === 0)
    throw new StreamError('usage', 'there is no prompt: give one as an argument or on standard input')

  let body: JsonObject = {
    model: ask.model,
    messages,
    ...(ask.temperature === undefined ? {} : { temperature: ask.temperature }),
    ...(ask.maxTokens === undefined ? {} : { max_tokens: ask.maxTokens }),
  }
  for (const field of ask.fields) body = withField(body, field)
  return JSON.stringify({ ...body, stream: true })
}

/** A whole body as it was given, only that it streams. Its spelling is kept unless `stream` has to be added. */
export function givenBody(text: string): string {
  const body = parseJson(text)
  if (!isObject(body)) throw new StreamError('bad_data', '--body is not a JSON object')
  return body['stream'] === true ? text.trim() : JSON.stringify({ ...body, stream: true })
}

function conversation(text: string): readonly unknown[] {
  const messages = parseJson(text)
  if (!Array.isArray(messages) || !messages.every(isObject)) {
    throw new StreamError('bad_data', '--messages is not a JSON array of messages')
  }
  return messages
}
