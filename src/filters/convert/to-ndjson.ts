import { parseJson } from '../../core/json/json.js'
import { convertItems } from './convert.js'

/** Options of `eventLines`. */
export interface LineOptions {
  /** Put the value of data that is a JSON object or array there, instead of its spelling as a string. */
  readonly decode?: boolean
  /** Give comments and reconnection times too. */
  readonly all?: boolean
}

/**
 * Items to lines of NDJSON, keys in fixed order, each line with its newline. Decoded data keeps the provider's spelling
 * (`1.0`, `3e-7`, a repeated key), for it is checked and copied, not printed anew; but half a surrogate pair is U+FFFD.
 *
 * A trailer is always written. At the end comes a failure as `convertItems` has it.
 */
export function eventLines({ decode = false, all = false }: LineOptions = {}) {
  return convertItems((item) => {
    switch (item.kind) {
      case 'event': {
        const id = item.id === undefined ? '' : `,"id":${JSON.stringify(item.id)}`
        const t = item.t === undefined ? '' : `,"t":${item.t}`
        return `{"event":${JSON.stringify(item.event)},"data":${spelling(item.data, decode)}${id}${t}}\n`
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

function spelling(data: string, decode: boolean): string {
  if (!decode || !/^\s*[{[]/.test(data) || parseJson(data) === undefined) return JSON.stringify(data)
  const line = data.replace(/[\r\n]+/g, ' ')
  return line.includes('\\u') ? line.replace(ESCAPES, (escape) => (escape.length === 6 ? '\\ufffd' : escape)) : line
}

/** Escaped backslashes, escaped pairs of surrogates, and halves of one, which jq refuses. */
const ESCAPES = /\\\\|\\u[dD][89aAbB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]../g
