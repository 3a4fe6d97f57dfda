import { expect, test } from 'vitest'
import { APIS } from '../../../src/request/apis/index.js'
import { match } from '../../../src/server/router.js'
import { refusalReply } from '../../../src/server/reply.js'
import type { ApiRequest } from '../../../src/server/request.js'
import { apiRoutes } from '../../../src/server/routes/apis.js'

const REPLY = refusalReply({ status: 404, message: '' }, undefined)
const SIGNAL = new AbortController().signal

/** What `respond` gets if a body is sent to a path. */
async function responded(url: string, body: ApiRequest['body']) {
  const got: unknown[] = []
  const routes = apiRoutes(APIS, async (...args) => {
    got.push(args)
    return REPLY
  })
  const { found } = match({ method: 'POST', url, headers: { 'content-type': 'application/json' } }, routes, [])
  if (!('handle' in found) || found.body !== 'json') throw new Error(`no route at ${url}`)
  expect(await found.handle({ path: url, headers: { 'x-a': 'b' }, text: 'x', body }, SIGNAL)).toBe(REPLY)
  return got
}

test.each([
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
])('%s is answered with its API', async (path, name) => {
  const api = APIS.find((one) => one.name === name)
  const body = { model: 'm' }
  expect(await responded(path, body)).toEqual([
    [{ api, path, headers: { 'x-a': 'b' }, text: 'x', body, isStreaming: false }, SIGNAL],
  ])
})

test.each([
  [true, true],
  [false, false],
  ['true', false],
  [1, false],
])('stream: %j', async (stream, streams) => {
  expect(await responded('/messages', { stream })).toMatchObject([[{ isStreaming: streams }, {}]])
})
