import { isObject, stringify } from '../json/json.js'

/** What tells one tool call from another; undefined is what the provider left out. */
export interface CallHead {
  readonly index: number | undefined
  readonly id: string | undefined
  readonly name: string | undefined
}

/** The tool calls of one choice, as their pieces come. */
export interface Calls<Call extends CallHead> {
  /** The call that a piece goes on with; undefined where it begins another. */
  of(piece: CallHead): Call | undefined
  /** The call that holds an index. */
  at(index: number | undefined): Call | undefined
  /** Takes a call that has begun, or has got a piece. */
  note(call: Call): void
}

/**
 * A piece goes on with the call of its index, else of its id, else the last. Some servers give every call the index 0: another
 * id or name on an index that is in use is another call.
 */
export function calls<Call extends CallHead>(): Calls<Call> {
  const byIndex = new Map<number, Call>()
  const byId = new Map<string, Call>()
  let last: Call | undefined

  function candidate({ index, id, name }: CallHead): Call | undefined {
    if (index !== undefined) return byIndex.get(index)
    if (id !== undefined) return byId.get(id)
    return name === undefined ? last : undefined
  }

  return {
    of(piece) {
      const call = candidate(piece)
      return call && !isOther(call, piece) ? call : undefined
    },
    at: (index) => (index === undefined ? undefined : byIndex.get(index)),
    note(call) {
      if (call.index !== undefined) byIndex.set(call.index, call)
      if (call.id !== undefined) byId.set(call.id, call)
      last = call
    },
  }
}

/** Whether a piece that has the index of a call belongs to another: its id or its name is a different one. */
export function isOther(call: Pick<CallHead, 'id' | 'name'>, { id, name }: Pick<CallHead, 'id' | 'name'>): boolean {
  return differs(call.id, id) || differs(call.name, name)
}

/** Arguments are JSON in pieces; some servers send the object itself. */
export function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value
  return isObject(value) ? (stringify(value) ?? '') : ''
}

function differs(known: string | undefined, said: string | undefined): boolean {
  return known !== undefined && said !== undefined && known !== said
}
