import { expect, test } from 'vitest'
import { chain, drain, fanOut, type Stage } from '../../../src/core/stream/stage.js'
import { run } from '../../support/feed.js'

/** Yields each letter of a word, and throws at an exclamation mark. Yields a full stop at the end. */
const letters: Stage<string, string> = {
  *push(word) {
    for (const letter of word) {
      if (letter === '!') throw new Error('exclaimed')
      yield letter
    }
  },
  end: () => ['.'],
}

/** Yields letters in pairs, and the remaining one at the end. */
function pairs(): Stage<string, string> {
  let held = ''
  return {
    *push(letter) {
      held += letter
      if (held.length < 2) return
      yield held
      held = ''
    },
    end: () => [held, '|'],
  }
}

test('chain: the outputs of the first stage go through the second, also those of its end', () => {
  expect(run(chain(letters, pairs()), ['ab', 'c', '', 'de'])).toEqual(['ab', 'cd', 'e.', '', '|'])
})

test('chain: three stages', () => {
  expect(run(chain(chain(letters, pairs()), letters), ['abc'])).toEqual(['a', 'b', 'c', '.', '|', '.'])
})

test('chain: outputs before a throw are delivered', () => {
  const delivered: string[] = []
  const push = () => {
    for (const pair of chain(letters, pairs()).push('abcd!ef')) delivered.push(pair)
  }
  expect(push).toThrow('exclaimed')
  expect(delivered).toEqual(['ab', 'cd'])
})

test('chain: the first stage only runs as far as its outputs are consumed', () => {
  const read: string[] = []
  const recording: Stage<string, string> = {
    *push(word) {
      for (const letter of word) {
        read.push(letter)
        yield letter
      }
    },
    end: () => [],
  }
  const outputs = chain(recording, pairs()).push('abcdef')[Symbol.iterator]()
  expect([outputs.next().value, read]).toEqual(['ab', ['a', 'b']])
})

test('fanOut: for each input and at the end, the outputs of the first stage come first', () => {
  expect(run(fanOut(letters, pairs()), ['ab', 'c'])).toEqual(['a', 'b', 'ab', 'c', '.', 'c', '|'])
})

test('drain: reads everything at once, and outputs nothing', () => {
  const read: string[] = []
  const recording: Stage<string, string> = {
    *push(word) {
      for (const letter of word) {
        read.push(letter)
        yield letter
      }
    },
    *end() {
      read.push('.')
      yield '.'
    },
  }
  const drained = drain(recording)
  // The result is not consumed, but the input has been read.
  drained.push('ab')
  expect([read.join(''), run(drained, ['c']), read.join('')]).toEqual(['ab', [], 'abc.'])
})

test('drain: an error is thrown', () => {
  expect(() => drain(letters).push('a!b')).toThrow('exclaimed')
})
