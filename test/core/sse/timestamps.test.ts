import { expect, test } from 'vitest'
import type { SseItem } from '../../../src/core/sse/item.js'
import { withTimestamps } from '../../../src/core/sse/timestamps.js'
import { run } from '../../support/feed.js'

test('an event gets the current time, unless it already has a time', () => {
  const a: SseItem = { kind: 'event', event: 'message', data: 'a', id: '1' }
  const timed: SseItem = { kind: 'event', event: 'message', data: 'b', t: 0 }
  const comment: SseItem = { kind: 'comment', comment: 'x' }
  let time = 10
  const stage = withTimestamps(() => time++)
  expect(run(stage, [a, comment, timed, a])).toEqual([{ ...a, t: 10 }, comment, timed, { ...a, t: 11 }])
})
