import { expect, test } from 'vitest'
import type { Output } from '../../../src/core/stream/output.js'
import type { Stage } from '../../../src/core/stream/stage.js'
import { withFinalNewline, tee, toStderr } from '../../../src/core/stream/tee.js'
import { run, utf8Bytes } from '../../support/feed.js'

/** Gives on what it is given, and a word of its own at the end. */
function echo(last: Output[]): Stage<Output, Output> {
  return { push: (output) => [output], end: () => last }
}

test.each<[string, Output[], Output[], Output[]]>([
  ['nothing', [], [], []],
  ['an empty word', [''], [], ['']],
  ['a word', ['Hi'], [], ['Hi', '\n']],
  ['a word that ends its line', ['Hi', '\n'], [], ['Hi', '\n']],
  ['words that end their line', ['Hi you.\n'], [], ['Hi you.\n']],
  ['words that only begin with a line', ['\nHi'], [], ['\nHi', '\n']],
  ['an empty word at the end', ['Hi', ''], [], ['Hi', '', '\n']],
  ['what comes at the end', ['Hi\n'], ['Ho'], ['Hi\n', 'Ho', '\n']],
  ['asides end no line', ['Hi', { stderr: '\n' }], [], ['Hi', { stderr: '\n' }, '\n']],
])('endLine: %s', (_, given, last, outputs) => {
  expect(run(withFinalNewline(echo(last)), given)).toEqual(outputs)
})

/** Says how many bytes there are, and throws at a zero. */
const counter: Stage<Uint8Array, string> = {
  *push(bytes) {
    yield `${bytes.length} `
    if (bytes.includes(0)) throw new Error('a zero')
  },
  end: () => ['in all'],
}

test('toStderr: what is said is said aside', () => {
  expect(run(toStderr(counter), [utf8Bytes('abc')])).toEqual([{ stderr: '3 ' }, { stderr: 'in all' }])
})

test('tee: the bytes pass untouched, and what is said of them is said aside', () => {
  const [first, second] = [utf8Bytes('a'), utf8Bytes('€\r\n')]
  const passed = run(tee(counter), [first, second])
  expect(passed).toEqual([first, { stderr: '1 ' }, second, { stderr: '5 ' }, { stderr: 'in all' }])
  expect([passed[0], passed[2]].map((bytes, at) => bytes === [first, second][at])).toEqual([true, true])
})

test('tee: where the step gives up, the bytes still pass, and its failure is told at the end', () => {
  const step = tee(counter)
  const [first, second] = [Uint8Array.of(1, 0), Uint8Array.of(2)]
  expect([...step.push(first), ...step.push(second)]).toEqual([first, { stderr: '2 ' }, second])
  expect(() => [...step.end()]).toThrow('a zero')
})
