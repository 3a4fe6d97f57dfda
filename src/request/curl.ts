import type { Call } from '../core/call.js'

/** Headers that curl sets by itself, or that only matter to us. */
const OWN = new Set(['accept-encoding', 'user-agent'])

/** Headers whose value may be a secret. */
const SECRET = /^(authorization|proxy-authorization|cookie|x-api-key|.*(token|secret).*)$/

/** The call as a line for a shell, with the key as a variable that the shell fills in; a secret header of another kind is left to the reader. */
export function curlLine({ url, headers, body }: Call, keyVariable = 'API_KEY'): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !OWN.has(name))
    .map(([name, value]) => `-H ${headerOf(name, value, keyVariable)}`)
  return ['curl -N', quoted(url.href), ...lines, `-d ${quoted(body)}`].join(' ')
}

function headerOf(name: string, value: string, keyVariable: string): string {
  if (!SECRET.test(name)) return quoted(`${name}: ${value}`)
  return name === 'authorization' ? `"${name}: Bearer $${keyVariable}"` : quoted(`${name}: …`)
}

function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
