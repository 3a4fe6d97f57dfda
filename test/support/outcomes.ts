import type { AnswerEnd, AnswerEvent } from '../../src/core/answer/event.js'
import { moreSevere, type StreamError } from '../../src/core/errors/error.js'
import type { Verdict } from '../../src/core/errors/verdict.js'
import type { Output } from '../../src/core/stream/output.js'
import type { Stage } from '../../src/core/stream/stage.js'
import { run } from './feed.js'

/** Returns the end of an answer; by default, of a complete one. */
export function endOf(rest: Partial<Omit<AnswerEnd, 'type'>> = {}): AnswerEnd {
  const complete = {
    verdict: 'complete',
    accepted: true,
    failure: undefined,
    formatError: undefined,
    warnings: [],
  } as const
  return { type: 'answer-end', ...complete, ...rest }
}

/** A judged stream, with its events and the ends of its answers separated. */
export interface Judged {
  readonly events: readonly Exclude<AnswerEvent, AnswerEnd>[]
  readonly ends: readonly AnswerEnd[]
  /** Verdict of the last answer. */
  readonly verdict: Verdict
  /** The most severe failure of all answers. */
  readonly failure: StreamError | undefined
  /** The warnings of all answers. */
  readonly warnings: readonly string[]
}

export function judgedIn(stream: readonly AnswerEvent[]): Judged {
  const ends = stream.filter((event) => event.type === 'answer-end')
  const last = ends.at(-1)
  if (!last) throw new Error('a judged stream ends with the end of an answer')
  return {
    events: stream.filter((event) => event.type !== 'answer-end'),
    ends,
    verdict: last.verdict,
    failure: ends.map(({ failure }) => failure).reduce(moreSevere, undefined),
    warnings: ends.flatMap(({ warnings }) => warnings),
  }
}

/** Runs a judging stage over its inputs and its end. */
export function judgedBy<In>(stage: Stage<In, AnswerEvent>, inputs: Iterable<In>): Judged {
  return judgedIn(run(stage, inputs))
}

/** Output and messages of a stage. */
export interface Written {
  readonly stdout: string
  readonly asides: string
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
  readonly failure: StreamError | undefined
}

export function writtenIn(outputs: readonly Output[]): Written {
  let stdout = ''
  let asides = ''
  const notes: string[] = []
  const warnings: string[] = []
  let failure: StreamError | undefined
  for (const output of outputs) {
    if (typeof output === 'string') stdout += output
    else if (output instanceof Uint8Array) stdout += Buffer.from(output).toString()
    else if ('stderr' in output) asides += output.stderr
    else if ('note' in output) notes.push(output.note)
    else if ('warning' in output) warnings.push(output.warning)
    else if ('failure' in output) failure = moreSevere(failure, output.failure)
  }
  return { stdout, asides, notes, warnings, failure }
}

/** Runs a stage over its inputs and its end. */
export function writtenBy<In>(stage: Stage<In, Output>, inputs: Iterable<In>): Written {
  return writtenIn(run(stage, inputs))
}

/** Formats a failure as its code and its message. */
export function inShort(failure: StreamError | undefined): string | undefined {
  return failure && `${failure.code}: ${failure.message}`
}
