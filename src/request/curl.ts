import type { HttpRequest } from '../core/http/http-request.js'
import { isSecret } from './headers.js'

/** Headers that curl sets itself, or that only or-stream needs. */
const OMITTED_HEADERS = new Set(['accept-encoding', 'user-agent'])

/** Returns the curl command line of a request. The key is a shell variable; other secret headers have `…` as their value. */
export function curlLine({ url, headers, body }: HttpRequest, keyVariable = 'API_KEY'): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !OMITTED_HEADERS.has(name))
    .map(([name, value]) => `-H ${headerArgument(name, value, keyVariable)}`)
  return ['curl -N', quote(url.href), ...lines, ...(body === null ? [] : [`-d ${quote(body)}`])].join(' ')
}

function headerArgument(name: string, value: string, keyVariable: string): string {
  if (value === `Bearer $${keyVariable}`) return `"${name}: ${value}"`
  return quote(`${name}: ${isSecret(name) ? '…' : value}`)
}

function quote(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
