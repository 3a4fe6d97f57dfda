import type { Dialect } from '../../src/core/answer/dialect.js'
import { apiErrorBody } from '../../src/core/answer/error-event.js'

/** Returns a complete dialect with the given `read` function. */
export function dialectThat(name: string, read: Dialect['read']): Dialect {
  return {
    name,
    read,
    assembler: { start: () => ({ push() {}, value: () => ({}) }), turns: () => [] },
    errorEvent: (error) => ({ event: 'message', data: apiErrorBody(error) }),
    errorBody: apiErrorBody,
  }
}
