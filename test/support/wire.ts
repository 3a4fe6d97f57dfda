/** Returns a chat chunk as an SSE event, with a piece of text or a finish reason. */
export function chunk(text: string, reason: string | null = null): string {
  const choice = { index: 0, delta: text === '' ? {} : { content: text }, finish_reason: reason }
  return event({ id: 'gen-1', object: 'chat.completion.chunk', model: 'test/model', choices: [choice] })
}

/** Returns an SSE event with `data` as JSON. */
export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

export const DONE = 'data: [DONE]\n\n'

/** A complete answer in two pieces; its text is `WORDS`. */
export const ANSWER = `${chunk('Blue is ')}${chunk('short.')}${chunk('', 'stop')}${DONE}`
export const WORDS = 'Blue is short.'

/** Returns an error event as OpenRouter sends it in mid-stream. */
export function errorEvent(code: number | string | undefined, message: string): string {
  const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }]
  return event({ id: 'gen-1', object: 'chat.completion.chunk', error: { code, message }, choices })
}
