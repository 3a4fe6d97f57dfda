import { StreamError } from '../core/errors/error.js'
import type { ProviderQuirks } from './apis/chat-request.js'

/** A place that speaks the API, and what it wants otherwise than OpenRouter does. */
export interface Provider extends ProviderQuirks {
  readonly name: string
  /** What messages call it. */
  readonly title: string
  /** The URL to which the path of an API is appended, without a slash at its end. */
  readonly baseUrl: string
  /** The variable that holds its key; none where it needs none. */
  readonly keyVariable?: string
  /** The model that is asked where none is named. */
  readonly model?: string
  /** Whether it knows the app by the headers of OpenRouter. */
  readonly attributes?: boolean
}

/** The endpoints that are known by name. Facts: each provider's API reference. */
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

/** The provider that is asked if none is named. */
export const [OPENROUTER] = PROVIDERS as readonly [Provider]

/** The endpoint of a name. Throws `usage`. */
export function providerNamed(name: string): Provider {
  const found = PROVIDERS.find((endpoint) => endpoint.name === name.toLowerCase())
  if (!found)
    throw new StreamError(
      'usage',
      `--endpoint takes ${PROVIDERS.map((endpoint) => endpoint.name).join(', ')}, not "${name}"`,
    )
  return found
}

/**
 * The endpoint at a base URL, speaking as `like` does. A host of the table is that endpoint, so that no key goes to another
 * provider; on this machine no key is needed.
 * Throws `bad_config` for anything but a plain https URL, or http on this machine (`isInsecure` allows it anywhere but at a known
 * endpoint); a URL with a password in it is not repeated in the message.
 */
export function providerAt(baseUrl: string, like: Provider = OPENROUTER, isInsecure = false): Provider {
  const url = checkedUrl(baseUrl)
  const clean = url.href.replace(/\/+$/, '')
  const known = PROVIDERS.find((row) =>
    isLoopback(row) ? row.baseUrl === clean : new URL(row.baseUrl).hostname === url.hostname,
  )
  if (known && !isLoopback(known) && url.protocol !== 'https:')
    throw new StreamError('bad_config', `${known.title} is asked by https://, not by "${baseUrl}"`)
  if (known) return { ...known, baseUrl: clean }
  if (url.protocol !== 'https:' && !isInsecure && !isLoopback({ ...like, baseUrl: clean }))
    throw new StreamError(
      'bad_config',
      `"${baseUrl}" would send the prompt and the key in plain sight: use https://, or allow it with --insecure-http`,
    )
  const { keyVariable, ...rest } = like
  return {
    ...rest,
    name: url.host,
    title: url.host,
    baseUrl: clean,
    ...(keyVariable === undefined ? {} : { keyVariable }),
  }
}

function checkedUrl(baseUrl: string): URL {
  // Neither is repeated in a message: they are where secrets stand.
  if (/^https?:\/\//i.test(baseUrl) ? /^[a-z]+:[/\\]*[^/\\?#]*@/i.test(baseUrl) : baseUrl.includes('@'))
    throw new StreamError('bad_config', 'the base URL holds a user name or a password: it takes none')
  if (/[?#]/.test(baseUrl))
    throw new StreamError('bad_config', 'the base URL has a ? or # in it: it takes a path at the most')
  if (!/^https?:\/\//i.test(baseUrl))
    throw new StreamError('bad_config', `the base URL must begin with https:// or http://, not "${baseUrl}"`)
  if (!URL.canParse(baseUrl)) throw new StreamError('bad_config', `the base URL is no URL: "${baseUrl}"`)
  const url = new URL(baseUrl)
  if (url.hostname.endsWith('.'))
    throw new StreamError('bad_config', `the host of the base URL ends in a dot: "${baseUrl}"`)
  return url
}

/** Whether an endpoint is on this machine. */
export function isLoopback({ baseUrl }: Provider): boolean {
  const { hostname } = new URL(baseUrl)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
