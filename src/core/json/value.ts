import type { JsonToken } from './tokens.js'

/** A JSON value that grows. */
export interface GrowingValue {
  /** Takes a token, and tells whether the value is another now. */
  add(token: JsonToken): boolean
  /** The value so far, undefined where nothing is known of it yet: the same objects, each time with more in them. */
  value(): unknown
}

type Container = unknown[] | Record<string, unknown>

/** The value that tokens make, built as they come. As with `JSON.parse`, of a repeated name the last counts. */
export function growingValue(): GrowingValue {
  const root: unknown[] = []
  const open: Container[] = [root]
  let name = ''
  let string = ''

  function put(value: unknown, isMore = false) {
    const into = open.at(-1) ?? root
    if (!Array.isArray(into)) setMember(into, name, value)
    else if (isMore) into[into.length - 1] = value
    else into.push(value)
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

/** Gives an object a member of its own, whatever its name. */
function setMember(object: Record<string, unknown>, name: string, value: unknown) {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true })
}
