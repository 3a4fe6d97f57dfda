import { StreamError } from '../core/errors/error.js'
import type { ProviderQuirks } from './apis/model-request.js'

/** A provider of the chat API, with its differences from OpenRouter. */
export interface Provider extends ProviderQuirks {
  readonly name: string
  /** The name in messages. */
  readonly title: string
  /** The URL before the path of an API, without a slash at its end. */
  readonly baseUrl: string
  /** The environment variable of its key; undefined if it needs no key. */
  readonly keyVariable?: string
  /** The default model. */
  readonly model?: string
  /** True if it reads OpenRouter's headers for the name and the URL of the app. */
  readonly attributes?: boolean
}

/** The providers that are known by name. The facts are from each provider's API reference. */
export const PROVIDERS: readonly Provider[] = [
  {
    name: 'openrouter',
    title: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    keyVariable: 'OPENROUTER_API_KEY',
    model: 'openrouter/auto',
    attributes: true,
  },
  {
    name: 'openai',
    title: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    keyVariable: 'OPENAI_API_KEY',
    asksUsage: true,
    maxTokens: 'max_completion_tokens',
    reasoning: 'reasoning_effort',
  },
  {
    name: 'groq',
    title: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    keyVariable: 'GROQ_API_KEY',
    reasoning: 'reasoning_effort',
  },
  {
    name: 'cerebras',
    title: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    keyVariable: 'CEREBRAS_API_KEY',
    reasoning: 'reasoning_effort',
  },
  {
    name: 'deepseek',
    title: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com',
    keyVariable: 'DEEPSEEK_API_KEY',
    asksUsage: true,
  },
  { name: 'together', title: 'Together', baseUrl: 'https://api.together.ai/v1', keyVariable: 'TOGETHER_API_KEY' },
  { name: 'mistral', title: 'Mistral', baseUrl: 'https://api.mistral.ai/v1', keyVariable: 'MISTRAL_API_KEY' },
  {
    name: 'xai',
    title: 'xAI',
    baseUrl: 'https://api.x.ai/v1',
    keyVariable: 'XAI_API_KEY',
    asksUsage: true,
    reasoning: 'reasoning_effort',
  },
  {
    name: 'ollama',
    title: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    asksUsage: true,
    reasoning: 'reasoning_effort',
  },
  { name: 'vllm', title: 'vLLM', baseUrl: 'http://localhost:8000/v1', asksUsage: true, reasoning: 'reasoning_effort' },
  {
    name: 'llamacpp',
    title: 'llama.cpp',
    baseUrl: 'http://localhost:8080/v1',
    asksUsage: true,
    reasoning: 'reasoning_effort',
  },
  {
    name: 'lmstudio',
    title: 'LM Studio',
    baseUrl: 'http://localhost:1234/v1',
    asksUsage: true,
    reasoning: 'reasoning_effort',
  },
]

/** The default provider. */
export const [OPENROUTER] = PROVIDERS as readonly [Provider]

/** Returns the provider of a name, in any case. Throws `usage`. */
export function providerNamed(name: string): Provider {
  const found = PROVIDERS.find((provider) => provider.name === name.toLowerCase())
  if (!found)
    throw new StreamError(
      'usage',
      `--endpoint takes ${PROVIDERS.map((provider) => provider.name).join(', ')}, not "${name}"`,
    )
  return found
}

/**
 * Returns the provider at a base URL. If its host is in the table, it is that provider, so that a key is never sent to another one.
 * Otherwise it has the properties of `template`. On this machine no key is needed.
 * Throws `bad_config` for anything but a plain https URL, or an http URL on this machine. `isInsecure` allows http on other hosts too, but
 * not for a provider in the table. The message does not repeat a URL that contains a password.
 */
export function providerAt(baseUrl: string, template: Provider = OPENROUTER, isInsecure = false): Provider {
  const url = parseBaseUrl(baseUrl)
  const normalized = url.href.replace(/\/+$/, '')
  const known = PROVIDERS.find((row) =>
    isLoopback(row) ? row.baseUrl === normalized : new URL(row.baseUrl).hostname === url.hostname,
  )
  if (known && !isLoopback(known) && url.protocol !== 'https:')
    throw new StreamError('bad_config', `${known.title} requires https://, not "${baseUrl}"`)
  if (known) return { ...known, baseUrl: normalized }
  if (url.protocol !== 'https:' && !isInsecure && !isLoopback({ ...template, baseUrl: normalized }))
    throw new StreamError(
      'bad_config',
      `"${baseUrl}" would send the prompt and the key unencrypted: use https://, or allow it with --insecure-http`,
    )
  const { keyVariable, ...rest } = template
  return {
    ...rest,
    name: url.host,
    title: url.host,
    baseUrl: normalized,
    ...(keyVariable === undefined ? {} : { keyVariable }),
  }
}

function parseBaseUrl(baseUrl: string): URL {
  // The messages about credentials and about a query do not repeat the URL: both can be secrets.
  if (/^https?:\/\//i.test(baseUrl) ? /^[a-z]+:[/\\]*[^/\\?#]*@/i.test(baseUrl) : baseUrl.includes('@'))
    throw new StreamError('bad_config', 'the base URL must not contain a user name or a password')
  if (/[?#]/.test(baseUrl)) throw new StreamError('bad_config', 'the base URL must not contain ? or #')
  if (!/^https?:\/\//i.test(baseUrl))
    throw new StreamError('bad_config', `the base URL must begin with https:// or http://, not "${baseUrl}"`)
  if (!URL.canParse(baseUrl)) throw new StreamError('bad_config', `the base URL is not a valid URL: "${baseUrl}"`)
  const url = new URL(baseUrl)
  if (url.hostname.endsWith('.'))
    throw new StreamError('bad_config', `the host of the base URL must not end in a dot: "${baseUrl}"`)
  return url
}

/** Returns true if a provider is on this machine. */
export function isLoopback({ baseUrl }: Provider): boolean {
  const { hostname } = new URL(baseUrl)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
