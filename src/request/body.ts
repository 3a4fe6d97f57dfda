import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'
import { stringify, type JsonObject } from '../core/json/json.js'
import { apiNamed, type ApiName } from './apis/index.js'
import { listIn, namedSchema, objectIn, type ChatRequest } from './apis/chat-request.js'
import { attachment, type AttachedFile } from './apis/attachment.js'
import type { Provider } from './providers.js'
import { withField } from './fields.js'
import { numberSetting, setting } from './settings.js'

/** What the command line asks for, with every file read. What isn't asked for is undefined or empty. */
export interface RequestOptions {
  readonly api: ApiName
  readonly model: string | undefined
  readonly system: string | undefined
  /** JSON texts. */
  readonly messages: string | undefined
  readonly schema: string | undefined
  readonly tools: string | undefined
  readonly body: string | undefined
  readonly prompt: string | undefined
  readonly attachments: readonly AttachedFile[]
  readonly temperature: number | undefined
  readonly maxTokens: number | undefined
  readonly topP: number | undefined
  readonly seed: number | undefined
  readonly stop: readonly string[]
  readonly reasoning: string | undefined
  readonly fallbacks: readonly string[]
  /** Further fields as `key=value`. They come last, and win. */
  readonly fields: readonly string[]
}

/** The body of a request, and what `-v` tells of it. */
export interface Composed {
  readonly body: string
  readonly notes: readonly string[]
}

/** The JSON body that is asked for, streaming. Throws `usage`, `bad_data`, `too_large` or `bad_config` where it can't be. */
export function compose(asked: RequestOptions, endpoint: Provider, environment: Environment): Composed {
  if (asked.body !== undefined) return givenBody(asked)
  const model = modelOf(asked, endpoint, environment)
  const temperature = numberSetting(asked.temperature, '--temperature', environment, 'OPENROUTER_TEMPERATURE')
  const maxTokens = numberSetting(asked.maxTokens, '--max-tokens', environment, 'OPENROUTER_MAX_TOKENS')
  const ask: ChatRequest = {
    model: model.value,
    messages: asked.messages === undefined ? [] : listIn(asked.messages, '--messages'),
    attachments: asked.attachments.map(attachment),
    stop: asked.stop,
    tools: asked.tools === undefined ? [] : listIn(asked.tools, '--tools'),
    fallbacks: asked.fallbacks,
    ...given({
      system: asked.system,
      prompt: asked.prompt,
      temperature: temperature?.value,
      maxTokens: maxTokens?.value,
      topP: asked.topP,
      seed: asked.seed,
      reasoning: asked.reasoning,
      schema: asked.schema === undefined ? undefined : namedSchema(objectIn(asked.schema, '--schema')),
    }),
  }
  if (ask.prompt === undefined && ask.messages.length === 0 && ask.attachments.length === 0) {
    throw new StreamError('usage', 'there is no prompt: give one as an argument or on standard input')
  }
  let body = apiNamed(asked.api).body(ask, endpoint)
  for (const field of asked.fields) body = withField(body, field)
  const settings = Object.entries({ model, temperature, 'max tokens': maxTokens })
  return {
    body: spelled({ ...body, stream: true }),
    notes: settings.flatMap(([name, found]) =>
      found === undefined ? [] : [`${name} ${found.value} from ${found.from}`],
    ),
  }
}

/** A whole body goes as it is, only that it streams: no option and no variable touches it, and its spelling is kept unless `stream` has to be added. */
function givenBody({ body: text = '', api: _api, ...rest }: RequestOptions): Composed {
  const isMore = Object.values(rest).some(
    (value) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  )
  if (isMore) throw new StreamError('usage', '--body is the whole request: give no prompt and no field with it')
  const body = objectIn(text, '--body')
  return {
    body: body['stream'] === true ? text.trim() : spelled({ ...body, stream: true }),
    notes: ['body from --body'],
  }
}

function spelled(body: JsonObject): string {
  const text = stringify(body)
  if (text === undefined) throw new StreamError('bad_data', 'the request is nested too deep to be sent')
  return text
}

/** A model named for OpenRouter means nothing to another provider. */
function modelOf({ model }: RequestOptions, { model: preset, title, name }: Provider, environment: Environment) {
  const found = setting(model, '--model', preset === undefined ? {} : environment, 'OPENROUTER_MODEL')
  if (found) return found
  if (preset === undefined)
    throw new StreamError(
      'usage',
      `${title} has no model that it takes by itself: name one with -m (--endpoint ${name})`,
    )
  return { value: preset, from: 'the default' }
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

/** The fields that are there. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>
}
