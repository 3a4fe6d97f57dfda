import { parseJson } from '../../core/json/json.js'
import { convertItems } from './convert.js'

/** Options of `eventLines`. */
export interface LineOptions {
  /** Write data that is a JSON object or array as a value instead of a string. */
  readonly decode?: boolean
  /** Also write comments and retry times. */
  readonly all?: boolean
}

/**
 * Writes items as lines of NDJSON, with keys in a fixed order. Decoded data is validated and copied, not serialized again, so it
 * keeps the provider's notation (`1.0`, `3e-7`, a repeated key). Only a lone surrogate is replaced, with U+FFFD.
 *
 * A trailer is always written. Ends with a failure under the same conditions as `convertItems`.
 */
export function eventLines({ decode = false, all = false }: LineOptions = {}) {
  return convertItems((item) => {
    switch (item.kind) {
      case 'event': {
        const id = item.id === undefined ? '' : `,"id":${JSON.stringify(item.id)}`
        const t = item.t === undefined ? '' : `,"t":${item.t}`
        return `{"event":${JSON.stringify(item.event)},"data":${dataJson(item.data, decode)}${id}${t}}\n`
      }
      case 'comment':
        return all ? commentLine(item.comment) : ''
      case 'trailer':
        return commentLine(item.comment)
      case 'retry':
        return all ? `{"retry":${item.retry}}\n` : ''
    }
  })
}

function commentLine(comment: string): string {
  return `{"comment":${JSON.stringify(comment)}}\n`
}

function dataJson(data: string, decode: boolean): string {
  if (!decode || !/^\s*[{[]/.test(data) || parseJson(data) === undefined) return JSON.stringify(data)
  const line = data.replace(/[\r\n]+/g, ' ')
  return line.includes('\\u') ? line.replace(ESCAPES, (escape) => (escape.length === 6 ? '\\ufffd' : escape)) : line
}

/** Escaped backslashes, escaped surrogate pairs, and lone surrogates, which jq rejects. */
const ESCAPES = /\\\\|\\u[dD][89aAbB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]../g
