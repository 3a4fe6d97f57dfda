import type { JsonToken } from './tokens.js'

/** A JSON value that is built token by token. */
export interface GrowingValue {
  /** Adds a token, and returns true if it changed the value. */
  add(token: JsonToken): boolean
  /** Returns the value so far, or undefined if nothing has arrived. Every call returns the same objects, which later tokens extend. */
  value(): unknown
}

type Container = unknown[] | Record<string, unknown>

/** Builds a value from tokens. As with `JSON.parse`, the last of several members with the same name counts. */
export function growingValue(): GrowingValue {
  const root: unknown[] = []
  const open: Container[] = [root]
  let name = ''
  let string = ''

  function put(value: unknown, isUpdate = false) {
    const parent = open.at(-1) ?? root
    if (!Array.isArray(parent)) setMember(parent, name, value)
    else if (isUpdate) parent[parent.length - 1] = value
    else parent.push(value)
  }

  function begin(value: Container) {
    put(value)
    open.push(value)
  }

  return {
    add(token) {
      if (token.kind === 'name') name = JSON.parse(token.text) as string
      else if (token.kind === 'scalar') put(JSON.parse(token.text))
      else if (token.kind === 'piece') {
        string += JSON.parse(`"${token.text}"`) as string
        put(string, true)
      } else if (token.kind === 'close') {
        if (token.bracket !== '"') open.pop()
      } else if (token.bracket === '"') {
        string = ''
        put('')
      } else begin(token.bracket === '[' ? [] : {})
      return token.kind !== 'name' && token.kind !== 'close'
    },
    value: () => root[0],
  }
}

/** Sets an own member, even if its name is `__proto__`. */
function setMember(object: Record<string, unknown>, name: string, value: unknown) {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true })
}
