import type { Provider } from '../../request/providers.js'

/** Returns the environment variables of or-stream, each with a description. */
export function requestEnvironment(providers: readonly Provider[]) {
  const [first] = providers
  const others = providers.filter((provider) => provider !== first)
  return [
    ['OPENROUTER_API_KEY', 'API key; not needed for an endpoint on this machine'],
    ['OPENROUTER_API_KEY_FILE', 'file that contains the API key; the other keys have such a variable too'],
    ['OPENROUTER_BASE_URL', `base URL (default ${first?.baseUrl ?? 'none'})`],
    ['OPENROUTER_MODEL', 'default for --model'],
    ['OPENROUTER_TEMPERATURE', 'default for --temperature'],
    ['OPENROUTER_MAX_TOKENS', 'default for --max-tokens'],
    ['OR_STREAM_MAX_TIME', 'default for --max-time; if unset, STREAMING_TIMEOUT in milliseconds'],
    ['OPENROUTER_HTTP_REFERER', 'URL of your app, sent to OpenRouter'],
    ['OPENROUTER_APP_TITLE', 'name of your app, sent to OpenRouter'],
    ...others.flatMap(({ name, keyVariable }) =>
      keyVariable === undefined ? [] : [[keyVariable, `API key for --endpoint ${name}`] as const],
    ),
    ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'proxy URLs, and the hosts that are reached without a proxy'],
  ] as const
}
