import { expect, test } from 'vitest'
import { help } from '../../../src/cli/command-line/help.js'
import { DEFAULT_RETRY } from '../../../src/client/retry.js'
import { DEFAULT_TIMEOUTS } from '../../../src/client/timeouts.js'
import { requestEnvironment } from '../../../src/programs/options/request-environment.js'
import { REQUEST_OPTIONS, requestOptions } from '../../../src/programs/options/request-options.js'
import { orStream } from '../../../src/programs/or-stream.js'
import { PROVIDERS } from '../../../src/request/providers.js'

const acme = { name: 'acme', title: 'Acme', baseUrl: 'https://api.acme.test/v1', keyVariable: 'ACME_API_KEY' }

test('help and environment follow the constants: a new provider, a timeout, a number of retries', () => {
  const providers = [...PROVIDERS, acme]
  const options = requestOptions({
    providers,
    timeouts: { ...DEFAULT_TIMEOUTS, idle: 7500 },
    retry: { ...DEFAULT_RETRY, times: 9 },
  })
  const environment = requestEnvironment(providers)
  const lines = help({ ...orStream, options, environment }, { width: 1000, isShort: false }).split('\n')
  const line = (option: string) => lines.find((one) => one.includes(option))
  expect(line('--endpoint')).toMatch(/, lmstudio, acme$/)
  expect(line('--idle-timeout')).toMatch(/\(default 7500ms\)$/)
  expect(line('--retry ')).toMatch(/\(default 9\)$/)
  expect(line('ACME_API_KEY')).toMatch(/API key for --endpoint acme$/)
})

test('REQUEST_OPTIONS uses the default constants', () => {
  expect(REQUEST_OPTIONS).toEqual(
    requestOptions({ providers: PROVIDERS, timeouts: DEFAULT_TIMEOUTS, retry: DEFAULT_RETRY }),
  )
  expect(REQUEST_OPTIONS.endpoint.choices).toEqual(PROVIDERS.map(({ name }) => name))
})
