import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { StreamError } from '../core/errors.js'
import { isObject, parseJson } from '../core/json.js'

/** What the endpoint answers with: the pieces of one body, and the wait before each in milliseconds. */
export interface Answer {
  readonly name: string
  /** The dialect in which it speaks: it is given at that API's path; one that speaks none is given at every path. */
  readonly dialect: string | undefined
  readonly id: string | undefined
  readonly pieces: readonly Uint8Array[]
  readonly gap: number
}

export interface Endpoint {
  /** The base URL for clients, `http://127.0.0.1:PORT/api/v1`. */
  readonly url: string
  /** Takes no further connection and cuts those that are open. */
  close(): void
}

const BODY_LIMIT = 32 * 1024 * 1024

/** The paths that are served, and the dialect that is spoken at each. */
const PATHS = [
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
] as const

/**
 * Serves an OpenRouter-compatible endpoint on loopback. Each request takes the next answer in the dialect of its path, after
 * the last again the first. `log` hears one line a request. Throws `port_taken` or `forbidden`.
 */
export async function serve(answers: readonly Answer[], port: number, log: (line: string) => void): Promise<Endpoint> {
  const turns = new Map<string, number>()
  const next = (dialect: string) => {
    const spoken = answers.filter((answer) => answer.dialect === dialect || answer.dialect === undefined)
    const turn = turns.get(dialect) ?? 0
    turns.set(dialect, turn + 1)
    return spoken[turn % spoken.length]
  }
  const server = createServer((request, response) => {
    const outcome = respond(request, response, next).catch((error: Error) => `the client left (${error.message})`)
    void outcome.then((said) => log(`${request.method} ${request.url} ${said}`))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refused(error, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}/api/v1`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  next: (dialect: string) => Answer | undefined,
): Promise<string> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  const dialect = PATHS.find(([end]) => path.endsWith(end))?.[1]
  if (dialect === undefined)
    return fail(response, 404, `no such path: ${path} (served are POST …${PATHS.map(([end]) => end).join(', …')})`)
  if (request.method !== 'POST') return fail(response, 405, 'only POST is served')
  const text = await bodyOf(request)
  if (text === undefined) return fail(response, 413, `the body is over ${BODY_LIMIT} bytes`)
  const body = parseJson(text)
  if (!isObject(body)) return fail(response, 400, 'the body is not a JSON object')
  if (body['stream'] !== true) return fail(response, 400, 'only streams are served: set "stream" to true')
  const answer = next(dialect)
  return answer ? stream(response, answer) : fail(response, 404, `there is no recording of the ${dialect} API`)
}

async function stream(response: ServerResponse, { name, id, pieces, gap }: Answer): Promise<string> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    ...(id === undefined ? {} : { 'x-generation-id': id }),
  })
  response.flushHeaders()
  for (const piece of pieces) {
    if (gap > 0) await wait(gap, undefined, { signal: left.signal }).catch(() => {})
    if (left.signal.aborted) return `200 ${name}, the client left`
    if (!response.write(piece)) await once(response, 'drain', { signal: left.signal }).catch(() => {})
  }
  response.end()
  return `200 ${name}`
}

/** An error in the API's shape. */
function fail(response: ServerResponse, status: number, message: string): string {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { code: status, message } }))
  return `${status} ${message}`
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of request as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > BODY_LIMIT) return undefined
  }
  return text + decoder.decode()
}

function refused(error: NodeJS.ErrnoException, port: number): StreamError {
  if (error.code === 'EACCES')
    return new StreamError('forbidden', `port ${port} is for the superuser`, { cause: error })
  return new StreamError('port_taken', `port ${port} is taken; --port 0 takes a free one`, { cause: error })
}
