import { isObject, stringify } from '../json/json.js'
import type { ToolCall, ToolCallDelta } from './delta.js'

/** Decides which call each piece of a tool call belongs to, for one answer. */
export interface ToolCallTracker {
  /** Returns the call that the piece continues, or a new call. Sets the id and the name of the call when they arrive. */
  resolve(piece: ToolCallDelta): ToolCall
  /** The choices that have called a tool. */
  choices(): Iterable<number>
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Limits memory if an answer never ends. A piece that arrives this many calls after its own call starts a new one. */
const MAX_TRACKED = 10_000

/**
 * A piece continues the call with its index, or else with its id, or else the last call of its choice. Some servers give every call the
 * index 0, so a different id or name for an index in use starts a new call.
 */
export function toolCallTracker(): ToolCallTracker {
  const byIndex = new Map<string, Mutable<ToolCall>>()
  const byId = new Map<string, Mutable<ToolCall>>()
  const lastOf = new Map<number, Mutable<ToolCall>>()

  function candidate({ choice, index, id, name }: ToolCallDelta) {
    if (index !== undefined) return byIndex.get(`${choice} ${index}`)
    if (id !== undefined) return byId.get(`${choice} ${id}`)
    return name === undefined ? lastOf.get(choice) : undefined
  }

  return {
    resolve(piece) {
      const { choice, index, id, name } = piece
      const known = candidate(piece)
      const call = known && !isOther(known, piece) ? known : { choice, index, id, name }
      call.id ??= id
      call.name ??= name
      if (call.index !== undefined) remember(byIndex, `${choice} ${call.index}`, call)
      if (call.id !== undefined) remember(byId, `${choice} ${call.id}`, call)
      remember(lastOf, choice, call)
      return call
    },
    choices: () => lastOf.keys(),
  }
}

function remember<Key>(calls: Map<Key, ToolCall>, key: Key, call: ToolCall) {
  if (calls.get(key) === call) return
  calls.set(key, call)
  if (calls.size <= MAX_TRACKED) return
  for (const oldest of calls.keys()) {
    calls.delete(oldest)
    break
  }
}

function isOther(call: ToolCall, { id, name }: ToolCallDelta): boolean {
  return differs(call.id, id) || differs(call.name, name)
}

function differs(known: string | undefined, received: string | undefined): boolean {
  return known !== undefined && received !== undefined && known !== received
}

/** Returns arguments as JSON text. Some servers send an object instead of a string. */
export function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value
  return isObject(value) ? (stringify(value) ?? '') : ''
}
