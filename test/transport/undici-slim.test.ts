import * as undici from 'undici'
import request from 'undici/lib/api/api-request.js'
import PrivateClient from 'undici/lib/dispatcher/client.js'
import { expect, test } from 'vitest'
import { Client } from '../../src/transport/undici-slim.js'

test('the private modules are what the public undici is made of', () => {
  expect(PrivateClient).toBe(undici.Client)
  expect(request).toBe(undici.Dispatcher.prototype.request)
})

test('the stand-in is that client, with that request', () => {
  expect(Client).toBe(undici.Client)
  expect(Client.prototype.request).toBe(undici.Dispatcher.prototype.request)
})
