import * as undici from 'undici'
import { expect, test } from 'vitest'
import { buildConnector, Client } from '../../src/client/undici-slim.js'

test('the stand-in is the client and the connector of the public undici', () => {
  expect(Client).toBe(undici.Client)
  expect(buildConnector).toBe(undici.buildConnector)
})
