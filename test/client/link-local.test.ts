import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isLinkLocal, lookupPublic } from '../../src/client/link-local.js'

test.each([
  ['169.254.169.254', true],
  ['169.254.0.1', true],
  ['[fe80::1]', true],
  ['fe80::1', true],
  ['::ffff:169.254.169.254', true],
  ['[fd00:ec2::254]', true],
  ['100.100.100.200', true],
  ['127.0.0.1', false],
  ['[::1]', false],
  ['10.0.0.1', false],
  ['169.253.0.1', false],
  ['openrouter.ai', false],
])('%s is denied: %s', (host, isDenied) => {
  expect(isLinkLocal(host)).toBe(isDenied)
})

const look = promisify(lookupPublic) as (host: string, options: object) => Promise<unknown>

test('a name with a denied address fails with ELINKLOCAL', async () => {
  await expect(look('169.254.169.254', { all: true })).rejects.toMatchObject({
    code: 'ELINKLOCAL',
    message: '169.254.169.254 is 169.254.169.254',
  })
})

test('any other name is looked up as Node does', async () => {
  expect(await look('127.0.0.1', { all: true })).toEqual([{ address: '127.0.0.1', family: 4 }])
  expect(await look('127.0.0.1', {})).toBe('127.0.0.1')
  await expect(look('nowhere.invalid', {})).rejects.toMatchObject({
    code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) as string,
  })
})
