import { StreamError } from '../errors/error.js'
import type { Outcome } from '../stream/output.js'
import type { Stage } from '../stream/stage.js'
import { plural } from '../text/plural.js'
import type { AnswerEvent } from './event.js'

/** Reports how each answer ended: its warnings (unless `warnings` is false) and its failure. */
export function outcomes({ warnings = true }: { readonly warnings?: boolean } = {}): Stage<AnswerEvent, Outcome> {
  return {
    push(event) {
      if (event.type !== 'answer-end') return []
      const { failure } = event
      return [...(warnings ? event.warnings.map((warning) => ({ warning })) : []), ...(failure ? [{ failure }] : [])]
    },
    end: () => [],
  }
}

/**
 * Returns the failure to report if a connection broke after `bytes` bytes. If the answer is complete, the broken connection is ignored. If
 * it is truncated, the connection error becomes its cause. If nothing arrived, only the connection error is reported.
 */
export function causeOf(
  failure: StreamError | undefined,
  broken: StreamError | undefined,
  bytes: number,
): StreamError | undefined {
  if (broken === undefined || failure === undefined) return failure
  if (failure.code === 'empty') return broken
  if (failure.code !== 'truncated') return failure
  return new StreamError('truncated', `the answer was cut off after ${plural(bytes, 'byte')}: ${broken.message}`, {
    cause: broken,
    details: { ...broken.details, cause: broken.code },
  })
}
