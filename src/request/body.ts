import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'
import { stringify, type JsonObject } from '../core/json/json.js'
import { apiNamed, type ApiName } from './apis/index.js'
import { listIn, namedSchema, objectIn, type ModelRequest } from './apis/model-request.js'
import { attachment, type AttachedFile } from './apis/attachment.js'
import type { Provider } from './providers.js'
import { withField } from './fields.js'
import { numberSetting, setting } from './settings.js'

/** The options of a request, with the content of every file. An option that is not given is undefined or empty. */
export interface RequestOptions {
  readonly api: ApiName
  readonly model: string | undefined
  readonly system: string | undefined
  /** JSON text; `schema`, `tools` and `body` too. */
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
  /** Further fields as `key=value`. They are set last and replace others. */
  readonly fields: readonly string[]
}

/** The body of a request, and the notes that `-v` prints about it. */
export interface Composed {
  readonly body: string
  readonly notes: readonly string[]
}

/** Returns the JSON body of a streaming request. Throws `usage`, `bad_data`, `too_large` or `bad_config`. */
export function compose(options: RequestOptions, provider: Provider, environment: Environment): Composed {
  if (options.body !== undefined) return wholeBody(options)
  const model = modelOf(options, provider, environment)
  const temperature = numberSetting(options.temperature, '--temperature', environment, 'OPENROUTER_TEMPERATURE')
  const maxTokens = numberSetting(options.maxTokens, '--max-tokens', environment, 'OPENROUTER_MAX_TOKENS')
  const request: ModelRequest = {
    model: model.value,
    messages: options.messages === undefined ? [] : listIn(options.messages, '--messages'),
    attachments: options.attachments.map(attachment),
    stop: options.stop,
    tools: options.tools === undefined ? [] : listIn(options.tools, '--tools'),
    fallbacks: options.fallbacks,
    ...definedFields({
      system: options.system,
      prompt: options.prompt,
      temperature: temperature?.value,
      maxTokens: maxTokens?.value,
      topP: options.topP,
      seed: options.seed,
      reasoning: options.reasoning,
      schema: options.schema === undefined ? undefined : namedSchema(objectIn(options.schema, '--schema')),
    }),
  }
  if (request.prompt === undefined && request.messages.length === 0 && request.attachments.length === 0) {
    throw new StreamError('usage', 'no prompt given (pass it as an argument or on standard input)')
  }
  let body = apiNamed(options.api).body(request, provider)
  for (const field of options.fields) body = withField(body, field)
  const settings = Object.entries({ model, temperature, 'max tokens': maxTokens })
  return {
    body: serialize({ ...body, stream: true }),
    notes: settings.flatMap(([name, found]) =>
      found === undefined ? [] : [`${name} ${found.value} from ${found.from}`],
    ),
  }
}

/**
 * Returns the body of `--body`. No option and no variable changes it. Its text is sent unchanged if `stream` is true in it; otherwise
 * `stream` is added.
 */
function wholeBody({ body: text = '', api: _api, ...rest }: RequestOptions): Composed {
  const hasOthers = Object.values(rest).some(
    (value) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  )
  if (hasOthers)
    throw new StreamError(
      'usage',
      '--body is the whole request; it cannot be combined with a prompt or other request options',
    )
  const body = objectIn(text, '--body')
  return {
    body: body['stream'] === true ? text.trim() : serialize({ ...body, stream: true }),
    notes: ['body from --body'],
  }
}

function serialize(body: JsonObject): string {
  const text = stringify(body)
  if (text === undefined) throw new StreamError('bad_data', 'the request is nested too deeply')
  return text
}

/** Returns the model. OPENROUTER_MODEL only counts for a provider with a default model: other providers do not know OpenRouter's names. */
function modelOf({ model }: RequestOptions, { model: defaultModel, title, name }: Provider, environment: Environment) {
  const found = setting(model, '--model', defaultModel === undefined ? {} : environment, 'OPENROUTER_MODEL')
  if (found) return found
  if (defaultModel === undefined)
    throw new StreamError('usage', `${title} has no default model (--endpoint ${name}); choose one with -m`)
  return { value: defaultModel, from: 'the default' }
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

/** Returns the fields that are not undefined. */
function definedFields<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>
}
