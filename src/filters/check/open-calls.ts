import type { AnswerDelta, ToolCall } from '../../core/answer/delta.js'
import { excerpt, parseJson } from '../../core/json/json.js'

export type CallPiece = Extract<AnswerDelta, { type: 'tool-call' }>

/** Tracks the open tool calls of an answer. Each method returns the closed calls whose arguments are not valid JSON, as `name (line N)`. */
export interface OpenCalls {
  /** Adds a piece. The first piece of a call closes an open call with the same index. */
  add(piece: CallPiece, line: number): string[]
  /** Closes the calls of a choice that has finished. */
  close(choice: number): string[]
  /** Closes all calls at the end of the answer. */
  end(): string[]
}

interface OpenCall {
  readonly line: number
  readonly pieces: string[]
}

/** Memory overhead of a piece, counted in characters. */
const PIECE_COST = 64
/** An answer with more open calls is not tracked. */
const MAX_CALLS = 1000

/** Keeps at most `bound` characters of an answer. An answer with more is not tracked. */
export function openCalls(bound: number): OpenCalls {
  const open = new Map<ToolCall, OpenCall>()
  let keptSize = 0

  function closeCalls(calls: readonly ToolCall[]): string[] {
    return calls.flatMap((call) => {
      const { pieces = [], line = 0 } = open.get(call) ?? {}
      open.delete(call)
      return isInvalid(pieces) ? [`${excerpt(call.name ?? call.id ?? 'a call')} (line ${line})`] : []
    })
  }

  return {
    add({ arguments: text, call }, line) {
      keptSize += text.length + PIECE_COST
      if (keptSize > bound || open.size >= MAX_CALLS) {
        keptSize = Infinity
        open.clear()
        return []
      }
      const replacedCalls = open.has(call) || call.index === undefined ? [] : closeCalls(openCallsAt(call))
      const known = open.get(call) ?? { line, pieces: [] }
      open.set(call, known)
      if (text !== '') known.pieces.push(text)
      return replacedCalls
    },
    close: (choice) => closeCalls([...open.keys()].filter((call) => call.choice === choice)),
    end() {
      keptSize = 0
      return closeCalls([...open.keys()])
    },
  }

  function openCallsAt({ choice, index }: ToolCall): ToolCall[] {
    return [...open.keys()].filter((call) => call.choice === choice && call.index === index)
  }
}

function isInvalid(pieces: readonly string[]): boolean {
  const whole = pieces.join('')
  return whole.trim() !== '' && parseJson(whole) === undefined
}
