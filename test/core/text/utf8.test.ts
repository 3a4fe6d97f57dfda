import { expect, test } from 'vitest'
import { checkedUtf8, utf8 } from '../../../src/core/text/utf8.js'
import { everyCut, inOneBuffer, run } from '../../support/feed.js'

test.each<[string, number[], string]>([
  ['nothing', [], ''],
  ['a BOM alone', [0xef, 0xbb, 0xbf], ''],
  ['a BOM at the start is stripped, a second is not', [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
  ['two, three and four bytes', [0xc3, 0x84, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x90, 0x9f], 'Ä€🐟'],
  ['line ends and U+2028', [0x0d, 0x0a, 0xe2, 0x80, 0xa8, 0x0a], '\r\n\u2028\n'],
  ['NUL', [0], '\0'],
  ['invalid bytes', [0x61, 0xff, 0x62, 0xc0, 0x80, 0x63], 'a\ufffdb\ufffd\ufffdc'],
  ['a surrogate, which is invalid in UTF-8', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
  ['a lead byte before a character that is cut off', [0xc3, 0xa9, 0xf0, 0xc3], 'é\ufffd\ufffd'],
  [
    'lead bytes among others',
    [0xc3, 0xa9, 0xf0, 0xc3, 0x41, 0xf0, 0xc3, 0x22, 0xe2, 0x80, 0x41],
    'é\ufffd\ufffdA\ufffd\ufffd"\ufffdA',
  ],
  ['a character that is cut off by the end', [0x61, 0xf0, 0x9f, 0x90], 'a\ufffd'],
])('%s', (_, bytes, text) => {
  for (const [cut, pieces] of everyCut(Uint8Array.from(bytes))) {
    const checked = run(checkedUtf8(), pieces)
    expect([cut, run(utf8(), pieces).join('')]).toEqual([cut, text])
    expect([cut, run(utf8(), inOneBuffer(pieces)).join('')]).toEqual([cut, text])
    expect([cut, run(checkedUtf8(), inOneBuffer(pieces)).map((piece) => piece.text)]).toEqual([
      cut,
      checked.map((piece) => piece.text),
    ])
    expect([cut, checked.map((piece) => piece.text).join('')]).toEqual([cut, text])
    expect([cut, checked.every(({ isUtf8 }) => isUtf8)]).toEqual([cut, !text.includes('\ufffd')])
  }
})

test('a character is held until it is complete, and empty input gives no output', () => {
  const decoder = utf8()
  const pieces = [[0x61, 0xe2], [0x82], [], [0xac, 0x62]].map((bytes) => Uint8Array.from(bytes))
  expect(pieces.map((bytes) => [...decoder.push(bytes)].join('|'))).toEqual(['a', '', '', '€b'])
})
