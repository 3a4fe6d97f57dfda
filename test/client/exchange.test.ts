import type { Dispatcher } from 'undici'
import { expect, test } from 'vitest'
import { exchange } from '../../src/client/exchange.js'

const call = { method: 'POST' as const, url: new URL('http://127.0.0.1/v1'), headers: {}, body: '' }
const HEAD = { 'transfer-encoding': 'chunked' }

/** A dispatcher that behaves like undici: it passes on the first pieces, and the others synchronously in `resume`. */
function dispatcher(first: readonly Buffer[], others: readonly Buffer[]): Dispatcher {
  let isPaused = false
  const dispatch: Dispatcher['dispatch'] = (_, handler) => {
    const controller = {
      pause: () => (isPaused = true),
      resume() {
        if (!isPaused) return
        isPaused = false
        for (const piece of others) handler.onResponseData?.(controller, piece)
        handler.onResponseEnd?.(controller, {})
      },
      abort() {},
    } as unknown as Dispatcher.DispatchController
    handler.onRequestStart?.(controller, {})
    handler.onResponseStart?.(controller, 200, HEAD)
    for (const piece of first) handler.onResponseData?.(controller, piece)
    return true
  }
  return { dispatch } as Dispatcher
}

async function piecesOf(client: Dispatcher, coalesce: boolean): Promise<string[]> {
  const { body } = await exchange(
    { dispatcher: client, connectionError: () => undefined },
    call,
    new AbortController().signal,
  )
  const pieces: string[] = []
  for await (const piece of body(coalesce))
    pieces.push(`${piece.length} ${Buffer.from(piece).toString('latin1', 0, 1)}`)
  return pieces
}

const many = Buffer.alloc(200_000, 'a')

test('pieces that arrive during resume() are not lost, and waiting pieces are joined if coalesce is true', async () => {
  const [first, others] = [
    [many, many],
    [Buffer.from('b'), Buffer.from('c')],
  ]
  expect(await piecesOf(dispatcher(first, others), true)).toEqual(['400000 a', '2 b'])
  expect(await piecesOf(dispatcher(first, others), false)).toEqual(['200000 a', '200000 a', '1 b', '1 c'])
})
