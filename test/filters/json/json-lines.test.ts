import { describe, expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import type { ParsedEvent } from '../../../src/core/answer/event.js'
import { parseJsonPath, elementsOf } from '../../../src/core/json/path.js'
import { judge, type Policy } from '../../../src/core/answer/judge.js'
import { chain } from '../../../src/core/stream/stage.js'
import type { JsonQuery } from '../../../src/filters/json/answer-json.js'
import { parseJsonSource } from '../../../src/filters/json/json-text.js'
import { json } from '../../../src/filters/json/json-lines.js'
import { compileSchema } from '../../../src/filters/json/schema.js'
import { inShort, writtenBy } from '../../support/outcomes.js'

function chunk(...deltas: Delta[]): ParsedEvent {
  return { type: 'chunk', id: undefined, model: undefined, provider: undefined, deltas }
}

const text = (piece: string, choice = 0): Delta => ({ type: 'text', choice, text: piece })
const call = (piece: string, index: number | undefined, name?: string, choice = 0): Delta => ({
  type: 'tool-call',
  choice,
  index,
  id: name && `id-${name}`,
  name,
  arguments: piece,
})
const finish = (reason: string, choice = 0) => chunk({ type: 'finish', choice, reason, native: undefined })
const DONE: ParsedEvent = { type: 'done' }

/** Returns an answer whose text arrives character by character. */
const answerWith = (whole: string, reason = 'stop') => [
  ...[...whole].map((character) => chunk(text(character))),
  finish(reason),
  DONE,
]

interface How extends JsonQuery, Policy {
  readonly schema?: object
}

/** Returns the printed lines, the failure and the warnings. */
function jsonOf(events: readonly ParsedEvent[], { schema, ...query }: How = {}) {
  const checker = schema && compileSchema(JSON.stringify(schema), 'a.json')
  const { stdout, failure, warnings } = writtenBy(chain(judge(query), json(query, checker)), events)
  return { printed: stdout, failure: inShort(failure), warnings }
}

const good = (...lines: string[]) => ({
  printed: lines.map((line) => `${line}\n`).join(''),
  failure: undefined,
  warnings: [],
})

const each = (path: string) => ({ path: elementsOf(parseJsonPath(path)) })
const FENCED = 'Here you are:\n\n```json\n{ "a": 1.0 }\n```\n\nAnything else, {name}?'

describe('printed values', () => {
  test.each<[string, ParsedEvent[], How, string[]]>([
    [
      'the value on one line, with its original notation',
      answerWith(' {"a": 1.0,\n "b": "\\u0041"}\n'),
      {},
      ['{"a":1.0,"b":"\\u0041"}'],
    ],
    ['a number', answerWith('12'), {}, ['12']],
    ['a repeated name', answerWith('{"a":1,"a":2}'), {}, ['{"a":1,"a":2}']],
    ['text around the JSON is ignored', answerWith(FENCED), { extract: true }, ['{"a":1.0}']],
    ['elements', answerWith('{"items":[1,[2],{"a":3}],"n":0}'), each('items'), ['1', '[2]', '{"a":3}']],
    ['elements of the whole', answerWith('[1, 2]'), each('.'), ['1', '2']],
    ['no elements', answerWith('{"items":[]}'), each('items'), []],
    ['a member', answerWith('{"a":{"b":"c"}}'), { path: parseJsonPath('a.b') }, ['"c"']],
    ['the elements in a block of code', answerWith('```\n[1]\n```'), { ...each('.'), extract: true }, ['1']],
    [
      'another choice',
      [chunk(text('1'), text('[2]', 1)), finish('stop'), finish('stop', 1), DONE],
      { choice: 1 },
      ['[2]'],
    ],
    ['one value of each answer', [...answerWith('[1]'), ...answerWith('[2]')], {}, ['[1]', '[2]']],
  ])('%s', (_, events, query, lines) => {
    expect(jsonOf(events, query)).toEqual(good(...lines))
  })
})

describe('--from', () => {
  const calls = [
    chunk(text('Let me see.'), call('', 0, 'sum')),
    chunk(call('{"a":', 0), call('{"c":', 1, 'find')),
    chunk(call('1}', 0), call('2}', 1)),
    finish('tool_calls'),
    DONE,
  ]

  test.each([
    ['tool', '{"a":1}'],
    ['tool:sum', '{"a":1}'],
    ['tool:find', '{"c":2}'],
  ])('%s', (from, line) => {
    expect(jsonOf(calls, { source: parseJsonSource(from) })).toEqual(good(line))
  })

  test('tool: the first call, if pieces have no index and another call follows', () => {
    const events = [
      chunk(call('{"a"', undefined, 'sum'), call(':1}', undefined)),
      chunk(call('{}', undefined, 'find')),
      finish('tool_calls'),
    ]
    expect(jsonOf(events, { source: parseJsonSource('tool') })).toEqual(good('{"a":1}'))
    expect(jsonOf(events, { source: parseJsonSource('tool:find') })).toEqual(good('{}'))
  })

  test('a missing call', () => {
    expect(jsonOf(calls, { source: parseJsonSource('tool:none') })).toMatchObject({
      printed: '',
      failure: 'bad_data: the text contains no JSON',
    })
  })

  test.each(['tools', 'tool:', 'text:a', ''])('%j is not a source', (from) => {
    expect(() => parseJsonSource(from)).toThrow('--from takes text, tool or tool:NAME')
  })
})

describe('values that are not printed', () => {
  test.each<[string, ParsedEvent[], How, string, string]>([
    [
      'words',
      answerWith('Sure!'),
      {},
      '',
      'bad_data: invalid JSON at character 1: Sure! (--extract skips text around the JSON)',
    ],
    ['a block of code', answerWith(FENCED), {}, '', expect.stringContaining('(--extract')],
    ['no JSON to extract', answerWith('Sure!'), { extract: true }, '', 'bad_data: the text contains no JSON'],
    ['no text', answerWith(''), {}, '', 'bad_data: the text contains no JSON'],
    [
      'half a value in a whole answer',
      answerWith('{"a":'),
      {},
      '',
      'bad_data: the JSON ends too soon, after 5 characters',
    ],
    [
      'half a value at the token limit',
      answerWith('{"a":', 'length'),
      {},
      '',
      'length: the JSON is incomplete: the answer reached the token limit',
    ],
    [
      'a number at the token limit',
      answerWith('12', 'length'),
      {},
      '',
      'length: the JSON is incomplete: the answer reached the token limit',
    ],
    [
      'half a value that was filtered',
      answerWith('{', 'content_filter'),
      {},
      '',
      'filtered: the JSON is incomplete: the answer was refused or filtered',
    ],
    [
      'the value of an answer that is cut',
      answerWith('{}').slice(0, 2),
      {},
      '',
      'truncated: the stream ended after 2 events without an end marker',
    ],
    [
      'a number of an answer that is cut',
      answerWith('12').slice(0, 2),
      { allowTruncated: true },
      '',
      'truncated: the JSON is incomplete and the answer has no end marker',
    ],
    [
      'an element that is cut',
      answerWith('[1,[2]').slice(0, 5),
      each('.'),
      '1\n',
      'truncated: the stream ended after 5 events without an end marker',
    ],
    [
      'a member that is not there',
      answerWith('{"a":1}'),
      { path: parseJsonPath('b') },
      '',
      'bad_data: the JSON has no value at this path',
    ],
    ['elements of an object', answerWith('{"a":{}}'), each('a'), '', 'bad_data: the JSON has no value at this path'],
    [
      'what follows an element',
      answerWith('[1] so'),
      each('.'),
      '1\n',
      expect.stringContaining('invalid JSON at character 5: so'),
    ],
  ])('%s', (_, events, query, printed, failure) => {
    expect(jsonOf(events, query)).toMatchObject({ printed, failure })
  })

  test("the answer's own error wins over missing JSON", () => {
    const error: Delta = { type: 'error', error: { code: undefined, message: 'it broke' } as never }
    expect(jsonOf([...answerWith('Oh').slice(0, 2), chunk(error)])).toMatchObject({
      printed: '',
      failure: expect.stringMatching(/^stream_error: /),
    })
  })

  test('--allow-truncated prints a complete value of an answer without an end marker', () => {
    expect(jsonOf(answerWith('{}').slice(0, 2), { allowTruncated: true })).toMatchObject({
      printed: '{}\n',
      failure: undefined,
    })
  })

  test('a complete value at the token limit is printed', () => {
    expect(jsonOf(answerWith('{}', 'length'))).toMatchObject({ printed: '{}\n', failure: undefined })
  })
})

const item = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
const list = { type: 'object', properties: { items: { type: 'array', items: { $ref: '#/$defs/item' }, minItems: 3 } } }
const LIST = '{"items":[{"n":1},{"n":"two"},{}]}'

describe('--schema', () => {
  test('the whole value is printed only if it matches the schema', () => {
    const schema = { ...list, $defs: { item } }
    expect(jsonOf(answerWith('{"items":[{"n":1},{"n":2},{"n":3}]}'), { schema })).toEqual(
      good('{"items":[{"n":1},{"n":2},{"n":3}]}'),
    )
    expect(jsonOf(answerWith(LIST), { schema })).toEqual({
      printed: '',
      failure: 'bad_data: the JSON does not match the schema (2 violations)',
      warnings: [
        '/items/1/n: Instance type "string" is invalid. Expected "integer".',
        '/items/2: Instance does not have required property "n".',
      ],
    })
  })

  test('each element is validated, then the whole value', () => {
    const schema = { ...list, $defs: { item } }
    expect(jsonOf(answerWith('{"items":[{"n":1},{"n":"two"}]}'), { schema, ...each('items') })).toEqual({
      printed: '{"n":1}\n',
      failure: 'bad_data: the JSON does not match the schema (2 violations)',
      warnings: [
        '/items/1/n: Instance type "string" is invalid. Expected "integer".',
        '/items: Array has too few items (2 < 3).',
      ],
    })
  })

  const draft7 = 'http://json-schema.org/draft-07/schema#'
  const pair = [{ type: 'string' }, { type: 'number' }]

  test.each<[string, object, string, number]>([
    ['2020-12 is the default: prefixItems', { prefixItems: pair }, '["a","b"]', 1],
    ['2020-12 by name', { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: pair }, '["a","b"]', 1],
    ['draft 7: items is a list', { $schema: draft7, items: pair, additionalItems: false }, '["a",1,2]', 1],
    [
      'draft 7: what stands beside $ref is nothing',
      { $schema: draft7, $ref: '#/definitions/a', type: 'string', definitions: { a: true } },
      '1',
      0,
    ],
    ['2020-12: siblings of $ref apply', { $ref: '#/$defs/a', type: 'string', $defs: { a: true } }, '1', 1],
    [
      'anyOf is reported as one violation',
      { anyOf: [{ type: 'object', required: ['a'] }, { type: 'array' }] },
      '{}',
      1,
    ],
    ['nothing more is allowed', { properties: { a: true }, additionalProperties: false }, '{"b":1}', 1],
  ])('%s', (_, schema, value, count) => {
    expect(jsonOf(answerWith(value), { schema }).warnings).toHaveLength(count)
  })

  test('at most twenty violations are reported', () => {
    const { warnings, failure } = jsonOf(answerWith(JSON.stringify(Array(30).fill('a'))), {
      schema: { items: { type: 'null' } },
    })
    expect([warnings.length, warnings.at(-1), failure]).toEqual([
      21,
      'and 10 more',
      'bad_data: the JSON does not match the schema (30 violations)',
    ])
  })

  test.each<[unknown, string]>([
    [[], 'it is not a JSON object'],
    [{ type: 'objekt' }, '/type: '],
    [{ properties: { a: { required: 'b' } } }, '/properties/a/required: '],
    [{ items: 5 }, '/items: '],
    [{ $ref: '#/$defs/none' }, 'its $ref "#/$defs/none" cannot be resolved'],
    [{ pattern: '(' }, '/pattern: '],
    [{ patternProperties: { '(': {} } }, '/patternProperties: '],
    [{ $schema: 'http://json-schema.org/draft-04/schema#' }, 'its $schema is neither draft 2020-12 nor draft 7'],
  ])('%j is no schema', (schema, why) => {
    expect(() => compileSchema(JSON.stringify(schema), 'a.json')).toThrow(`a.json is not a JSON Schema: ${why}`)
  })

  test('a schema that references itself endlessly is an error', () => {
    expect(() => jsonOf(answerWith('1'), { schema: { $ref: '#' } })).toThrow('the schema references itself endlessly')
  })
})
