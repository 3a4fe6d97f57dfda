import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import type { RecordedRequest } from '../../src/recordings/metadata.js'
import { recordingPath, hashOf } from '../../src/recordings/file-name.js'
import { folderWith } from '../support/folder.js'

const WHEN = '2026-11-21T17:20:29.488Z'
const requestFor = (body: unknown): RecordedRequest => ({ method: 'POST', path: '/api/v1/chat/completions', body })
const folder = folderWith({ 'there.sse': '' })

test('a target that is no folder is the file', () => {
  expect(recordingPath(join(folder, 'cat.sse'), WHEN, requestFor({}))).toBe(join(folder, 'cat.sse'))
})

test('in a folder the name has the date, the model and a hash; an existing file is not replaced', () => {
  const [dogs, request] = [join(folder, 'dogs/of/all/'), requestFor({ model: 'a/b', prompt: 'dog' })]
  const first = recordingPath(dogs, WHEN, request)
  expect(first).toBe(join(dogs, `20261121T172029488Z-a_b-${hashOf(request)}.sse`))
  expect(statSync(dogs).mode & 0o777).toBe(0o700)
  writeFileSync(first, '')
  expect(recordingPath(dogs.slice(0, -1), WHEN, request)).toBe(first.replace('.sse', '-2.sse'))
})

test('the hash depends on the JSON value, not on its text', () => {
  const one = requestFor({ model: 'a', messages: [{ role: 'user', content: 'x' }] })
  const respelled = requestFor({ messages: [{ content: 'x', role: 'user' }], model: 'a' })
  const other = requestFor({ model: 'a', messages: [{ role: 'user', content: 'y' }] })
  expect([hashOf(respelled), hashOf(other) === hashOf(one)]).toEqual([hashOf(one), false])
})

describe('R110 · a request whose model is a path, a link, an option, a reserved name · the recording has a name of letters, digits, dots, dashes and underscores, in its folder · -', () => {
  test.each([
    '../../etc/passwd',
    '/etc/passwd',
    '..',
    '.',
    '',
    '-rf',
    'a\0b',
    'a\nb',
    '%2e%2e%2f',
    '猫',
    'CON',
    'a'.repeat(300),
    ' ',
    '~',
    '$(id)',
    'a/../../b',
    String.raw`a\b`,
    'c:d',
    '*',
    'x.sse',
  ])('the model %j does not lead out of the folder', (model) => {
    const file = recordingPath(folder, WHEN, requestFor({ model }))
    expect(join(folder, basename(file))).toBe(file)
    expect(basename(file)).toMatch(/^\d{8}T\d{9}Z-[A-Za-z0-9._-]{1,64}\.sse$/)
  })
})

test('a world-writable folder is refused', () => {
  const open = join(folder, 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  const failure = new StreamError(
    'no_output',
    `${open}: every user can replace files in this folder (chmod o-w ${open})`,
  )
  expect(() => recordingPath(open, WHEN, requestFor({}))).toThrow(failure)
  expect(() => recordingPath(join(open, 'cat.sse'), WHEN, requestFor({}))).toThrow(failure)
  chmodSync(open, 0o1777)
  expect(recordingPath(join(open, 'cat.sse'), WHEN, requestFor({}))).toBe(join(open, 'cat.sse'))
})

test.each([
  ['nowhere/cat.sse', 'nowhere: No such file or directory'],
  ['there.sse/', 'there.sse/: Not a directory'],
  ['there.sse/deep/', 'there.sse/deep/: Not a directory'],
])('a folder that cannot be created: %s', (target, message) => {
  const failure = new StreamError('no_output', join(folder, message))
  expect(() => recordingPath(join(folder, target), WHEN, requestFor({}))).toThrow(failure)
})
