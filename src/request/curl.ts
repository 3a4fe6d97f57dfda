import type { HttpRequest } from '../core/http/request.js'
import { isSecret } from './headers.js'

/** Headers that curl sets by itself, or that only matter to us. */
const OWN = new Set(['accept-encoding', 'user-agent'])

/** The request as a line for a shell, with the key as a variable that the shell fills in; a secret header of another kind is left to the reader. */
export function curlLine({ url, headers, body }: HttpRequest, keyVariable = 'API_KEY'): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !OWN.has(name))
    .map(([name, value]) => `-H ${headerOf(name, value, keyVariable)}`)
  return ['curl -N', quoted(url.href), ...lines, ...(body === null ? [] : [`-d ${quoted(body)}`])].join(' ')
}

function headerOf(name: string, value: string, keyVariable: string): string {
  if (value === `Bearer $${keyVariable}`) return `"${name}: ${value}"`
  return quoted(`${name}: ${isSecret(name) ? '…' : value}`)
}

function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
