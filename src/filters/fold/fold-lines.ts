import { StreamError } from '../../core/errors/error.js'
import type { AssembledCall } from '../../core/answer/assembler.js'
import type { AnswerEnd } from '../../core/answer/event.js'
import { outcomes } from '../../core/answer/outcomes.js'
import { excerpt, isObject, parseJson, stringify } from '../../core/json/json.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import type { FoldedAnswer } from './fold.js'

/** The part of an answer to write: the whole object, the messages to send back, or the tool calls. */
export type FoldedPart = 'object' | 'messages' | 'calls'

/** Options of `foldLines`. */
export interface FoldLineOptions {
  readonly part?: FoldedPart
  /** The choice to write the messages or calls of (default 0). */
  readonly choice?: number | 'all'
  /** Also write the object, or the finished calls, of an answer that is not accepted. */
  readonly partial?: boolean
}

/** Returns the part that the options select. Throws `usage` if they conflict. */
export function parseFoldedPart(options: {
  message: boolean
  'tool-calls': boolean
  choice: string | undefined
  partial: boolean
}): FoldedPart {
  if (options.message && options['tool-calls'])
    throw new StreamError('usage', '--message and --tool-calls cannot be combined')
  if (options.message && options.partial)
    throw new StreamError('usage', '--message and --partial cannot be combined (a partial message cannot be sent back)')
  if (options['tool-calls']) return 'calls'
  if (options.message) return 'messages'
  if (options.choice === undefined) return 'object'
  throw new StreamError('usage', '--choice requires --message or --tool-calls (the whole object has all choices)')
}

/**
 * Writes answers as lines of JSON and reports how they ended. Omits a call whose arguments are not JSON; this is a `bad_data` failure
 * if the answer is usable, and ignored otherwise.
 */
export function foldLines({ part = 'object', choice = 0, partial = false }: FoldLineOptions = {}): Stage<
  FoldedAnswer | AnswerEnd,
  string | Outcome
> {
  const endOutcomes = outcomes()

  function* calls({ turns, isUsable }: FoldedAnswer): Generator<string | Outcome> {
    for (const call of turns.filter(isSelected).flatMap((turn) => turn.calls)) {
      const args = formatArguments(call, isUsable)
      if (args !== undefined) yield `{"id":${line(call.id ?? null)},"name":${line(call.name ?? null)},${args}}\n`
      // If the answer is cut off, its own failure is enough.
      else if (isUsable) yield { failure: argumentError(call) }
    }
  }

  function isSelected(turn: { readonly choice: number }): boolean {
    return choice === 'all' || turn.choice === choice
  }

  return {
    *push(folded) {
      if (folded.type === 'answer-end') return yield* endOutcomes.push(folded)
      if (!folded.isUsable && !partial) return
      if (part === 'object') yield `${line(folded.object)}\n`
      else if (part === 'calls') yield* calls(folded)
      else
        for (const message of folded.turns.filter(isSelected).flatMap((turn) => turn.messages))
          yield `${line(message)}\n`
    },
    end: () => [],
  }
}

/**
 * Formats the arguments exactly as the model wrote them, or the input text of a custom tool. Returns undefined if they may be cut off:
 * in an incomplete answer, only a JSON object is certainly complete.
 */
function formatArguments(call: AssembledCall, isWhole: boolean): string | undefined {
  if ('input' in call) return isWhole ? `"input":${line(call.input)}` : undefined
  const text = call.arguments.trim()
  if (text === '') return isWhole ? '"arguments":{}' : undefined
  const value = parseJson(text)
  const isPrintable = isWhole ? value !== undefined : isObject(value)
  // In JSON, a line end can only be white space between tokens.
  return isPrintable ? `"arguments":${text.replaceAll(/[\r\n]+/g, ' ')}` : undefined
}

function argumentError(call: AssembledCall): StreamError {
  const text = 'arguments' in call ? call.arguments : call.input
  const name = excerpt(call.name ?? call.id ?? 'a call')
  return new StreamError('bad_data', `the arguments of ${name} are not JSON: ${excerpt(text)}`)
}

function line(value: unknown): string {
  const json = stringify(value)
  if (json === undefined) throw new StreamError('bad_data', 'the answer is nested too deeply to be printed')
  return json
}
