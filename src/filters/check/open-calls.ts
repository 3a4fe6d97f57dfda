import type { AnswerDelta, ToolCall } from '../../core/answer/delta.js'
import { excerpt, parseJson } from '../../core/json/json.js'

/** A piece of a tool call. */
export type CallPiece = Extract<AnswerDelta, { type: 'tool-call' }>

/** The open tool calls of an answer. Returned are calls whose arguments turn out to be cut (not whole JSON, and not empty), by name and line. */
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

/** The memory that a piece takes beside its characters. */
const PIECE_COST = 64
/** An answer with more open calls is not followed. */
const MAX_CALLS = 1000

/** Keeps no more than `bound` characters of an answer; of an answer that has more, nothing is known. */
export function openCalls(bound: number): OpenCalls {
  const open = new Map<ToolCall, OpenCall>()
  let kept = 0

  function take(calls: readonly ToolCall[]): string[] {
    return calls.flatMap((call) => {
      const { pieces = [], line = 0 } = open.get(call) ?? {}
      open.delete(call)
      return isCut(pieces) ? [`${excerpt(call.name ?? call.id ?? 'a call')} (line ${line})`] : []
    })
  }

  return {
    add({ arguments: text, call }, line) {
      kept += text.length + PIECE_COST
      if (kept > bound || open.size >= MAX_CALLS) {
        kept = Infinity
        open.clear()
        return []
      }
      const displaced = open.has(call) || call.index === undefined ? [] : take(openAt(call))
      const known = open.get(call) ?? { line, pieces: [] }
      open.set(call, known)
      if (text !== '') known.pieces.push(text)
      return displaced
    },
    close: (choice) => take([...open.keys()].filter((call) => call.choice === choice)),
    end() {
      kept = 0
      return take([...open.keys()])
    },
  }

  function openAt({ choice, index }: ToolCall): ToolCall[] {
    return [...open.keys()].filter((call) => call.choice === choice && call.index === index)
  }
}

function isCut(pieces: readonly string[]): boolean {
  const whole = pieces.join('')
  return whole.trim() !== '' && parseJson(whole) === undefined
}
