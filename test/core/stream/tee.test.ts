import { expect, test } from 'vitest'
import type { Output } from '../../../src/core/stream/output.js'
import type { Stage } from '../../../src/core/stream/stage.js'
import { withFinalNewline, tee, toStderr } from '../../../src/core/stream/tee.js'
import { run, utf8Bytes } from '../../support/feed.js'

/** Passes its input on, and adds `last` at the end. */
function echo(last: Output[]): Stage<Output, Output> {
  return { push: (output) => [output], end: () => last }
}

test.each<[string, Output[], Output[], Output[]]>([
  ['nothing', [], [], []],
  ['an empty text', [''], [], ['']],
  ['a text', ['Hi'], [], ['Hi', '\n']],
  ['a text and a newline', ['Hi', '\n'], [], ['Hi', '\n']],
  ['a text that ends with a newline', ['Hi you.\n'], [], ['Hi you.\n']],
  ['a text that only begins with a newline', ['\nHi'], [], ['\nHi', '\n']],
  ['an empty text at the end', ['Hi', ''], [], ['Hi', '', '\n']],
  ['text from the end of the stage', ['Hi\n'], ['Ho'], ['Hi\n', 'Ho', '\n']],
  ['text for stderr does not count', ['Hi', { stderr: '\n' }], [], ['Hi', { stderr: '\n' }, '\n']],
])('withFinalNewline: %s', (_, inputs, last, outputs) => {
  expect(run(withFinalNewline(echo(last)), inputs)).toEqual(outputs)
})

/** Reports the number of bytes, and throws at a zero. */
const counter: Stage<Uint8Array, string> = {
  *push(bytes) {
    yield `${bytes.length} `
    if (bytes.includes(0)) throw new Error('a zero')
  },
  end: () => ['in all'],
}

test('toStderr: text goes to stderr', () => {
  expect(run(toStderr(counter), [utf8Bytes('abc')])).toEqual([{ stderr: '3 ' }, { stderr: 'in all' }])
})

test('tee: the bytes pass unchanged, and the text of the stage goes to stderr', () => {
  const [first, second] = [utf8Bytes('a'), utf8Bytes('€\r\n')]
  const passed = run(tee(counter), [first, second])
  expect(passed).toEqual([first, { stderr: '1 ' }, second, { stderr: '5 ' }, { stderr: 'in all' }])
  expect([passed[0], passed[2]].map((bytes, at) => bytes === [first, second][at])).toEqual([true, true])
})

test('tee: if the stage throws, the bytes still pass, and the error is thrown at the end', () => {
  const step = tee(counter)
  const [first, second] = [Uint8Array.of(1, 0), Uint8Array.of(2)]
  expect([...step.push(first), ...step.push(second)]).toEqual([first, { stderr: '2 ' }, second])
  expect(() => [...step.end()]).toThrow('a zero')
})
