import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'
import { withoutSecrets } from '../core/secrets/shapes.js'
import { checkedKey } from './headers.js'
import { isLoopback, type Provider } from './providers.js'

/** Returns the file that holds the key, if one is named and no header brings a key. A key in its own variable beats the variable of the file. */
export function keyFileFor(
  { keyVariable }: Provider,
  flag: string | undefined,
  environment: Environment,
  headers: readonly string[] = [],
): string | undefined {
  if (bringsKey(headers)) return undefined
  if (flag !== undefined) return flag
  const file = keyVariable === undefined ? undefined : environment[`${keyVariable}_FILE`]
  return file && !environment[keyVariable ?? ''] ? file : undefined
}

/** Returns the key in a file. Throws `no_key` with the name of the file, never with what is in it. */
export function keyIn(file: string, content: string): string {
  try {
    const key = checkedKey(content)
    if (key !== '') return key
  } catch (error) {
    throw error instanceof StreamError ? error.withMessage(`${file}: ${error.message}`) : error
  }
  throw new StreamError('no_key', `${file}: the file is empty`)
}

/** Returns the failure of a key file, whose message begins with the name of the file: that name can be a key, by mistake. */
export function keyFileFailure(error: unknown): unknown {
  return error instanceof StreamError ? error.withMessage(withoutSecrets(`key file ${error.message}`)) : error
}

function bringsKey(headers: readonly string[]): boolean {
  return headers.some((header) => /^authorization\s*:/i.test(header))
}

/**
 * Returns the key for a provider; undefined if it needs none and there is none, or if a header brings its own. `fromFile` is the content
 * of a key file. Throws `no_key`, with what to do.
 */
export function keyFor(
  to: Provider,
  fromFile: string | undefined,
  environment: Environment,
  headers: readonly string[] = [],
): string | undefined {
  if (bringsKey(headers)) return undefined
  const { keyVariable, title } = to
  const key = checkedKey(fromFile ?? (keyVariable === undefined ? '' : (environment[keyVariable] ?? '')))
  if (key !== '') return key
  if (keyVariable === undefined || isLoopback(to)) return undefined
  throw new StreamError(
    'no_key',
    keyVariable === 'OPENROUTER_API_KEY'
      ? `${title} wants a key: set OPENROUTER_API_KEY (https://openrouter.ai/keys), or run or-serve and set OPENROUTER_BASE_URL to the URL that it prints`
      : `${title} wants a key: set ${keyVariable}`,
  )
}

/** Says what to do if the provider refuses the key. */
export function keyHint({ keyVariable, title }: Provider, keyFile: string | undefined): string {
  if (keyFile !== undefined) return `put a valid one into ${keyFile}`
  return keyVariable === undefined ? `see what ${title} wants` : `set ${keyVariable} to a valid one`
}

/** Returns what stands for the key in a request that is only printed. */
export function keyPlaceholder(to: Provider): string | undefined {
  return to.keyVariable === undefined || isLoopback(to) ? undefined : `$${to.keyVariable}`
}
