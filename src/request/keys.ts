import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'
import { withoutSecrets } from '../core/secrets/shapes.js'
import { checkKey } from './headers.js'
import { isLoopback, type Provider } from './providers.js'

/**
 * Returns the name of the key file, or undefined if none is given or `headers` contain a key. The variable of the key takes precedence over
 * the variable of the file.
 */
export function keyFileFor(
  { keyVariable }: Provider,
  flag: string | undefined,
  environment: Environment,
  headers: readonly string[] = [],
): string | undefined {
  if (hasKey(headers)) return undefined
  if (flag !== undefined) return flag
  const file = keyVariable === undefined ? undefined : environment[`${keyVariable}_FILE`]
  return file && !environment[keyVariable ?? ''] ? file : undefined
}

/** Returns the key in `content`. Throws `no_key`; the message has the name of the file, never its content. */
export function keyIn(file: string, content: string): string {
  try {
    const key = checkKey(content)
    if (key !== '') return key
  } catch (error) {
    throw error instanceof StreamError ? error.withMessage(`${file}: ${error.message}`) : error
  }
  throw new StreamError('no_key', `${file}: the file is empty`)
}

/** Returns the failure of a key file. Secrets are removed from its message, because the file name may be a key by mistake. */
export function keyFileFailure(error: unknown): unknown {
  return error instanceof StreamError ? error.withMessage(withoutSecrets(`key file ${error.message}`)) : error
}

function hasKey(headers: readonly string[]): boolean {
  return headers.some((header) => /^authorization\s*:/i.test(header))
}

/**
 * Returns the key for a provider, or undefined if `headers` contain a key or if there is none and the provider needs none. `fromFile` is
 * the key from a key file. Throws `no_key`; the message says what to do.
 */
export function keyFor(
  provider: Provider,
  fromFile: string | undefined,
  environment: Environment,
  headers: readonly string[] = [],
): string | undefined {
  if (hasKey(headers)) return undefined
  const { keyVariable, title } = provider
  const key = checkKey(fromFile ?? (keyVariable === undefined ? '' : (environment[keyVariable] ?? '')))
  if (key !== '') return key
  if (keyVariable === undefined || isLoopback(provider)) return undefined
  throw new StreamError(
    'no_key',
    keyVariable === 'OPENROUTER_API_KEY'
      ? `${title} needs an API key: set OPENROUTER_API_KEY (https://openrouter.ai/keys), or run or-serve and set OPENROUTER_BASE_URL to the URL that it prints`
      : `${title} needs an API key: set ${keyVariable}`,
  )
}

/** Returns advice for a key that the provider refuses. */
export function keyHint({ keyVariable, title }: Provider, keyFile: string | undefined): string {
  if (keyFile !== undefined) return `write a valid key to ${keyFile}`
  return keyVariable === undefined ? `check how ${title} authenticates requests` : `set ${keyVariable} to a valid key`
}

/** Returns the placeholder for the key in a request that is only printed; undefined if the provider needs no key. */
export function keyPlaceholder(provider: Provider): string | undefined {
  return provider.keyVariable === undefined || isLoopback(provider) ? undefined : `$${provider.keyVariable}`
}
