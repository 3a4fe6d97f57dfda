import { expect, test } from 'vitest'
import { APIS } from '../../../src/request/apis/index.js'
import { match } from '../../../src/server/router.js'
import { refusalReply } from '../../../src/server/reply.js'
import type { ApiRequest } from '../../../src/server/request.js'
import { apiRoutes } from '../../../src/server/routes/apis.js'

const REPLY = refusalReply({ status: 404, message: '' }, undefined)
const SIGNAL = new AbortController().signal

/** Sends a body to a path. Returns the arguments of each call of `respond`. */
async function callsFor(url: string, body: ApiRequest['body']) {
  const calls: unknown[] = []
  const routes = apiRoutes(APIS, async (...args) => {
    calls.push(args)
    return REPLY
  })
  const { found } = match({ method: 'POST', url, headers: { 'content-type': 'application/json' } }, routes, [])
  if (!('handle' in found) || found.body !== 'json') throw new Error(`no route at ${url}`)
  expect(await found.handle({ path: url, headers: { 'x-a': 'b' }, text: 'x', body }, SIGNAL)).toBe(REPLY)
  return calls
}

test.each([
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
])('%s is answered with its API', async (path, name) => {
  const api = APIS.find((one) => one.name === name)
  const body = { model: 'm' }
  expect(await callsFor(path, body)).toEqual([
    [{ api, path, headers: { 'x-a': 'b' }, text: 'x', body, isStreaming: false }, SIGNAL],
  ])
})

test.each([
  [true, true],
  [false, false],
  ['true', false],
  [1, false],
])('stream: %j is a stream: %s', async (stream, isStreaming) => {
  expect(await callsFor('/messages', { stream })).toMatchObject([[{ isStreaming }, {}]])
})
