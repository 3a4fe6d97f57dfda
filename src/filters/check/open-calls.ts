import type { Delta } from '../../core/answer/delta.js'
import { excerpt, parseJson } from '../../core/json/json.js'
import { calls as callsOfChoice, type CallHead, type Calls } from '../../core/answer/tool-calls.js'

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

type Call = { -readonly [Name in keyof CallHead]: CallHead[Name] } & {
  readonly choice: number
  readonly line: number
  readonly pieces: string[]
}

/** What a piece takes beside its characters. */
const PIECE_COST = 64
/** More calls are open in no answer that is worth following. */
const MOST_CALLS = 1000

/** Keeps no more than so many characters of an answer: of one that has more, nothing is known. */
export function openCalls(bound: number): OpenCalls {
  const open = new Set<Call>()
  const choices = new Map<number, Calls<Call>>()
  let kept = 0

  function callsOf(choice: number): Calls<Call> {
    const known = choices.get(choice) ?? callsOfChoice<Call>()
    choices.set(choice, known)
    return known
  }

  function take(taken: readonly Call[]): string[] {
    for (const call of taken) open.delete(call)
    return taken.filter(isCut).map(({ name, id, line }) => `${excerpt(name ?? id ?? 'a call')} (line ${line})`)
  }

  return {
    add({ arguments: said, ...piece }, line) {
      kept += said.length + PIECE_COST
      if (kept > bound || open.size >= MOST_CALLS) {
        kept = Infinity
        open.clear()
        choices.clear()
        return []
      }
      const known = callsOf(piece.choice)
      let call = known.of(piece)
      const held = call ? undefined : known.at(piece.index)
      const displaced = held && open.has(held) ? take([held]) : []
      if (!call) {
        const { choice, index, id, name } = piece
        call = { choice, index, id, name, line, pieces: [] }
      }
      call.id ??= piece.id
      call.name ??= piece.name
      known.note(call)
      open.add(call)
      if (said !== '') call.pieces.push(said)
      return displaced
    },
    close(choice) {
      choices.delete(choice)
      return take([...open].filter((call) => call.choice === choice))
    },
    end() {
      kept = 0
      choices.clear()
      return take([...open])
    },
  }
}

function isCut({ pieces }: Call): boolean {
  const whole = pieces.join('')
  return whole.trim() !== '' && parseJson(whole) === undefined
}
