import * as undici from 'undici'
import { expect, test } from 'vitest'
import { buildConnector, Client } from '../../../src/client/undici/slim.js'

test('undici-slim exports the Client and the buildConnector of undici', () => {
  expect(Client).toBe(undici.Client)
  expect(buildConnector).toBe(undici.buildConnector)
})
