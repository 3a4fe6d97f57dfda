import type { Dialect } from '../../src/core/answer/dialect.js'
import { errorBody } from '../../src/core/answer/error-event.js'

/** A whole dialect in which only the reading matters. */
export function dialectThat(name: string, read: Dialect['read']): Dialect {
  return {
    name,
    read,
    assembler: { start: () => ({ push() {}, value: () => ({}) }), turns: () => [] },
    errorEvent: (error) => ({ event: 'message', data: errorBody(error) }),
    errorBody,
  }
}
