import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { program } from '../support/spawn.js'

const STREAM = 'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
/** Targets of the `CONNECT` requests that the proxy received. */
const tunnels: string[] = []

let upstream: Server
let proxy: Server

const portOf = (server: Server) => (server.address() as AddressInfo).port

beforeAll(async () => {
  upstream = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(STREAM))
  proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '')
    const through = connect(portOf(upstream), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
  })
  upstream.listen(0, '127.0.0.1')
  proxy.listen(0, '127.0.0.1')
  await Promise.all([once(upstream, 'listening'), once(proxy, 'listening')])
})

afterAll(() => {
  upstream.close()
  proxy.close()
})

const ask = (baseUrl: string, env: Record<string, string>) => {
  tunnels.length = 0
  return program('or-stream', ['--insecure-http', '--retry', '0', '--base-url', baseUrl, 'hi'], {
    env: { OPENROUTER_API_KEY: 'sk-or-v1-test', ...env },
  })
}

describe('R40 · a proxy in the environment · is used except for this machine and the hosts of NO_PROXY; its password is never printed · 0, unreachable 69, invalid URL 78', () => {
  test.each(['HTTP_PROXY', 'http_proxy'])('%s sets the proxy', async (variable) => {
    const ended = await ask('http://gateway.test/v1', { [variable]: `http://127.0.0.1:${portOf(proxy)}` })
    expect({ ...ended, tunnels }).toEqual({ stdout: STREAM, stderr: '', status: 0, tunnels: ['gateway.test:80'] })
  })

  test('requests to this machine bypass the proxy', async () => {
    const ended = await ask(`http://127.0.0.1:${portOf(upstream)}/v1`, { HTTP_PROXY: 'http://127.0.0.1:1' })
    expect({ ...ended, tunnels }).toEqual({ stdout: STREAM, stderr: '', status: 0, tunnels: [] })
  })

  test('requests to a host in NO_PROXY bypass the proxy', async () => {
    const env = { HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: 'gateway.invalid' }
    const ended = await ask('http://gateway.invalid/v1', env)
    expect({ ...ended, tunnels }).toEqual({
      stdout: '',
      stderr: 'or-stream: unreachable: gateway.invalid: no such host\n',
      status: 69,
      tunnels: [],
    })
  })

  test('an unreachable proxy is named without its password', async () => {
    const ended = await ask('http://gateway.test/v1', { HTTP_PROXY: 'http://me:hunter2hunter2@127.0.0.1:1' })
    expect(ended).toEqual({
      stdout: '',
      stderr: 'or-stream: unreachable: gateway.test: connection refused by the proxy 127.0.0.1:1\n',
      status: 69,
    })
  })

  test('a proxy that is not a URL exits 78', async () => {
    const ended = await ask('http://gateway.test/v1', { HTTPS_PROXY: 'me:hunter2hunter2' })
    expect(ended).toEqual({
      stdout: '',
      stderr: 'or-stream: bad_config: HTTP_PROXY and HTTPS_PROXY must be URLs that begin with http:// or https://\n',
      status: 78,
    })
  })
})
