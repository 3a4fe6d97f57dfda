import { expect, test } from 'vitest'
import { tieringFlag } from '../../src/cli/wasm-tiering.js'

test.each(['20.19.0', '20.20.2'])('Node %s gets the flag', (version) => {
  expect(tieringFlag(version)).toBe('--wasm-tiering-budget=1000000000')
})

test.each(['2.0.20', '18.20.8', '22.20.0', '24.21.0', '26.12.1', '200.1.0'])('Node %s gets no flag', (version) => {
  expect(tieringFlag(version)).toBeUndefined()
})
