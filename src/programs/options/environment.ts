import type { Provider } from '../../request/providers.js'

/** The environment variables of or-stream. */
export function requestEnvironment(providers: readonly Provider[]) {
  const [first] = providers
  const others = providers.filter((provider) => provider !== first)
  return [
    ['OPENROUTER_API_KEY', 'API key; an endpoint on this machine needs none'],
    ['OPENROUTER_API_KEY_FILE', 'file with the API key (the other keys have such a variable too)'],
    ['OPENROUTER_BASE_URL', `base URL (default ${first?.baseUrl ?? 'none'})`],
    ['OPENROUTER_MODEL', 'default of --model'],
    ['OPENROUTER_TEMPERATURE', 'default of --temperature'],
    ['OPENROUTER_MAX_TOKENS', 'default of --max-tokens'],
    ['OR_STREAM_MAX_TIME', 'default of --max-time; after it STREAMING_TIMEOUT, in milliseconds'],
    ['OPENROUTER_HTTP_REFERER', 'URL of your app, for its page at OpenRouter'],
    ['OPENROUTER_APP_TITLE', 'name of your app'],
    ...others.flatMap(({ name, keyVariable }) =>
      keyVariable === undefined ? [] : [[keyVariable, `API key for --endpoint ${name}`] as const],
    ),
    ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'proxy, and the hosts that are asked directly'],
  ] as const
}
