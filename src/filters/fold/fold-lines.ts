import { StreamError } from '../../core/errors/error.js'
import type { AssembledCall } from '../../core/answer/assembler.js'
import type { AnswerEnd } from '../../core/answer/event.js'
import { outcomes } from '../../core/answer/outcomes.js'
import { excerpt, isObject, parseJson, stringify } from '../../core/json/json.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Folded } from './fold.js'

/** What is given of an answer: all of it, what is sent back of it, or the tools that it calls. */
export type FoldedPart = 'object' | 'messages' | 'calls'

/** Options of `foldLines`. */
export interface FoldLineOptions {
  readonly part?: FoldedPart
  /** The choice whose messages or calls are given. */
  readonly choice?: number | 'all'
  /** Also gives the object and the finished calls of an answer that isn't accepted. */
  readonly partial?: boolean
}

/** Returns the part that options ask for. Throws `usage`. */
export function parseFoldedPart(asked: {
  message: boolean
  'tool-calls': boolean
  choice: string | undefined
  partial: boolean
}): FoldedPart {
  if (asked.message && asked['tool-calls'])
    throw new StreamError('usage', '--message and --tool-calls exclude each other')
  if (asked.message && asked.partial)
    throw new StreamError('usage', '--message and --partial exclude each other: a partial message cannot be sent back')
  if (asked['tool-calls']) return 'calls'
  if (asked.message) return 'messages'
  if (asked.choice === undefined) return 'object'
  throw new StreamError('usage', '--choice goes with --message or --tool-calls; the whole object has all choices')
}

/**
 * Writes answers as lines of JSON, and reports how they ended. Leaves out a call whose arguments are not JSON, and reports it if its answer
 * is whole.
 */
export function foldLines({ part = 'object', choice = 0, partial = false }: FoldLineOptions = {}): Stage<
  Folded | AnswerEnd,
  string | Outcome
> {
  const ends = outcomes()

  function* calls({ turns, isUsable }: Folded): Generator<string | Outcome> {
    for (const call of turns.filter(isMeant).flatMap((turn) => turn.calls)) {
      const told = toldOf(call, isUsable)
      if (told !== undefined) yield `{"id":${line(call.id ?? null)},"name":${line(call.name ?? null)},${told}}\n`
      // The calls of an answer that is cut need no report of their own.
      else if (isUsable) yield { failure: brokenBy(call) }
    }
  }

  function isMeant(turn: { readonly choice: number }): boolean {
    return choice === 'all' || turn.choice === choice
  }

  return {
    *push(folded) {
      if (folded.type === 'answer-end') return yield* ends.push(folded)
      if (!folded.isUsable && !partial) return
      if (part === 'object') yield `${line(folded.object)}\n`
      else if (part === 'calls') yield* calls(folded)
      else
        for (const message of folded.turns.filter(isMeant).flatMap((turn) => turn.messages)) yield `${line(message)}\n`
    },
    end: () => [],
  }
}

/** The arguments to the letter, or the text that a custom tool takes; undefined where they are cut. An object that is whole can't be cut. */
function toldOf(call: AssembledCall, isWhole: boolean): string | undefined {
  if ('input' in call) return isWhole ? `"input":${line(call.input)}` : undefined
  const text = call.arguments.trim()
  if (text === '') return isWhole ? '"arguments":{}' : undefined
  const value = parseJson(text)
  const isTold = isWhole ? value !== undefined : isObject(value)
  // In JSON a line end is only ever a blank between two marks.
  return isTold ? `"arguments":${text.replaceAll(/[\r\n]+/g, ' ')}` : undefined
}

function brokenBy(call: AssembledCall): StreamError {
  const told = 'arguments' in call ? call.arguments : call.input
  const name = excerpt(call.name ?? call.id ?? 'a call')
  return new StreamError('bad_data', `the arguments of ${name} are not JSON: ${excerpt(told)}`)
}

function line(value: unknown): string {
  const spelled = stringify(value)
  if (spelled === undefined) throw new StreamError('bad_data', 'the answer is nested too deep to be printed')
  return spelled
}
