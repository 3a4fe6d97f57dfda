import type { Delta } from '../core/delta.js'
import { excerpt, parseJson } from '../core/json.js'

/** A piece of a tool call. */
export type CallPiece = Extract<Delta, { type: 'tool-call' }>

/** The tool calls that are open in an answer. What is given are those whose arguments turn out to be cut (not whole JSON, and not nothing at all), by name and line. */
export interface OpenCalls {
  /** Takes a piece. One that begins another call at an index closes the call that had it. */
  add(piece: CallPiece, line: number): string[]
  /** Closes the calls of a choice that has come to its end. */
  close(choice: number): string[]
  /** Closes all of them: the answer is over. */
  end(): string[]
}

/** A call without its arguments. */
export type CallHeader = Omit<CallPiece, 'arguments'>

type Call = CallHeader & { readonly line: number; readonly pieces: string[] }

/** What a piece takes beside its characters. */
const PIECE_COST = 64
/** More calls are open in no answer that is worth following. */
export const MOST_CALLS = 1000

/** Keeps no more than so many characters of an answer: of one that has more, nothing is known. */
export function openCalls(bound: number): OpenCalls {
  let calls: Call[] = []
  let kept = 0

  function take(isMeant: (call: Call) => boolean): string[] {
    const taken = calls.filter(isMeant)
    calls = calls.filter((call) => !isMeant(call))
    return taken.filter(isCut).map(({ name, id, line }) => `${excerpt(name ?? id ?? 'a call')} (line ${line})`)
  }

  return {
    add(piece, line) {
      kept += piece.arguments.length + PIECE_COST
      if (kept > bound || calls.length >= MOST_CALLS) {
        kept = Infinity
        calls = []
        return []
      }
      const { arguments: said, ...header } = piece
      const known = callOf(calls, piece)
      const isSame = ({ choice, index }: Call) => choice === piece.choice && index === piece.index
      const displaced = known || piece.index === undefined ? [] : take(isSame)
      const call: Call = {
        line,
        pieces: [],
        ...header,
        ...known,
        id: known?.id ?? piece.id,
        name: known?.name ?? piece.name,
      }
      if (said !== '') call.pieces.push(said)
      calls = [...calls.filter((one) => one !== known), call]
      return displaced
    },
    close: (choice) => take((call) => call.choice === choice),
    end() {
      kept = 0
      return take(() => true)
    },
  }
}

/** The call that a piece goes on with: the one of its index, else of its id, else the last. */
export function callOf<C extends CallHeader>(calls: readonly C[], piece: CallPiece): C | undefined {
  const { choice, index, id, name } = piece
  const own = calls.filter((call) => call.choice === choice)
  if (index !== undefined) return own.find((call) => call.index === index && !isOther(call, piece))
  if (id !== undefined) return own.find((call) => call.id === id)
  return name === undefined ? own.at(-1) : undefined
}

/** Whether a piece that has the index of a call belongs to another: its id or its name is a different one. */
export function isOther(call: Pick<CallPiece, 'id' | 'name'>, { id, name }: CallPiece): boolean {
  return differs(call.id, id) || differs(call.name, name)
}

function differs(known: string | undefined, said: string | undefined): boolean {
  return known !== undefined && said !== undefined && known !== said
}

function isCut({ pieces }: Call): boolean {
  const whole = pieces.join('')
  return whole.trim() !== '' && parseJson(whole) === undefined
}
