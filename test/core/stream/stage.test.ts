import { expect, test } from 'vitest'
import { chain, drain, fanOut, type Stage } from '../../../src/core/stream/stage.js'
import { run } from '../../support/feed.js'

/** Gives each letter of a word, and throws at an exclamation mark. At the end it gives a full stop. */
const letters: Stage<string, string> = {
  *push(word) {
    for (const letter of word) {
      if (letter === '!') throw new Error('exclaimed')
      yield letter
    }
  },
  end: () => ['.'],
}

/** Gives letters two by two, at the end the one that is left. */
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

test('what the first gives goes through the second, what it gives at its end too', () => {
  expect(run(chain(letters, pairs()), ['ab', 'c', '', 'de'])).toEqual(['ab', 'cd', 'e.', '', '|'])
})

test('three in a row', () => {
  expect(run(chain(chain(letters, pairs()), letters), ['abc'])).toEqual(['a', 'b', 'c', '.', '|', '.'])
})

test('what came out before a throw is delivered', () => {
  const delivered: string[] = []
  const push = () => {
    for (const pair of chain(letters, pairs()).push('abcd!ef')) delivered.push(pair)
  }
  expect(push).toThrow('exclaimed')
  expect(delivered).toEqual(['ab', 'cd'])
})

test('no more is taken from the first than is asked for', () => {
  const asked: string[] = []
  const noting: Stage<string, string> = {
    *push(word) {
      for (const letter of word) {
        asked.push(letter)
        yield letter
      }
    },
    end: () => [],
  }
  const given = chain(noting, pairs()).push('abcdef')[Symbol.iterator]()
  expect([given.next().value, asked]).toEqual(['ab', ['a', 'b']])
})

test('together: of each piece, and of the end, the first speaks first', () => {
  expect(run(fanOut(letters, pairs()), ['ab', 'c'])).toEqual(['a', 'b', 'ab', 'c', '.', 'c', '|'])
})

test('silently: all is read, at once, and nothing said', () => {
  const heard: string[] = []
  const noting: Stage<string, string> = {
    *push(word) {
      for (const letter of word) {
        heard.push(letter)
        yield letter
      }
    },
    *end() {
      heard.push('.')
      yield '.'
    },
  }
  const quiet = drain(noting)
  // Nobody takes what it gives, and it has read all the same.
  quiet.push('ab')
  expect([heard.join(''), run(quiet, ['c']), heard.join('')]).toEqual(['ab', [], 'abc.'])
})

test('silently: a throw is not swallowed', () => {
  expect(() => drain(letters).push('a!b')).toThrow('exclaimed')
})
