import type { CommandLine, OptionTable } from '../../cli/argv.js'
import { ANSWER_OPTIONS } from './reading.js'
import type { InputReader } from '../../cli/prompt.js'

/** What or-stream can ask for, and whom. */
export const REQUEST_OPTIONS = {
  model: { type: 'text', short: 'm', placeholder: 'MODEL', description: 'the model (default openrouter/auto)' },
  fallback: { type: 'list', placeholder: 'MODEL', description: 'the model to try where that one fails (repeatable)' },
  system: { type: 'text', short: 's', placeholder: 'TEXT|@FILE', description: 'the system prompt' },
  file: {
    type: 'list',
    short: 'f',
    placeholder: 'FILE',
    description: 'add the text of a file to the prompt (repeatable, - is stdin)',
  },
  attach: {
    type: 'list',
    short: 'a',
    placeholder: 'FILE',
    description: 'attach an image, a PDF or audio (repeatable, - is stdin)',
  },
  messages: { type: 'text', placeholder: 'FILE', description: 'a conversation so far: a JSON array of messages' },
  temperature: { type: 'number', short: 't', placeholder: 'NUMBER', description: 'how freely to choose words' },
  'top-p': { type: 'number', placeholder: 'NUMBER', description: 'the share of likely words to choose from' },
  'max-tokens': { type: 'number', placeholder: 'NUMBER', description: 'the longest answer' },
  seed: {
    type: 'number',
    placeholder: 'NUMBER',
    description: 'the same seed, the same answer (as far as the provider can)',
  },
  stop: { type: 'list', placeholder: 'TEXT', description: 'end the answer before this text (repeatable)' },
  reasoning: {
    type: 'text',
    placeholder: 'EFFORT',
    description: 'how hard to think: none, minimal, low, medium, high …',
  },
  schema: { type: 'text', placeholder: 'FILE', description: 'a JSON Schema that the answer is to follow' },
  tools: { type: 'text', placeholder: 'FILE', description: 'a JSON array of the tools that the model may call' },
  option: {
    type: 'list',
    short: 'o',
    placeholder: 'KEY=VALUE',
    description: 'any field of the body; JSON or text, dots nest (repeatable)',
  },
  body: { type: 'text', placeholder: 'FILE', description: 'the whole body; only "stream" is set (- is stdin)' },
  api: {
    type: 'text',
    placeholder: 'API',
    choices: ['chat', 'responses', 'messages'],
    description: 'chat (default), responses or messages',
  },
  endpoint: {
    type: 'text',
    placeholder: 'NAME',
    description: 'openai, groq, cerebras, deepseek, together, mistral, xai, ollama, vllm, llamacpp, lmstudio',
  },
  'base-url': { type: 'text', placeholder: 'URL', description: 'another base URL than that of the endpoint' },
  'api-key-file': { type: 'text', placeholder: 'FILE', description: 'a file that holds the key' },
  header: { type: 'list', short: 'H', placeholder: 'NAME: VALUE', description: 'one more header (repeatable)' },
  save: {
    type: 'text',
    placeholder: 'FILE',
    description: 'record the answer in FILE, or in a folder, under a name of its own; beside it FILE.meta.json',
  },
  'dry-run': { type: 'flag', description: 'print the body that would be sent, and send nothing' },
  curl: { type: 'flag', description: 'print the call as a line for curl, and send nothing' },
  retry: {
    type: 'number',
    placeholder: 'N',
    description: 'ask again so often where the answer has not begun (default 2; 0 is never)',
  },
  'retry-delay': {
    type: 'duration',
    placeholder: 'TIME',
    description: 'the longest wait before the first of them (default 500ms)',
  },
  'retry-max-time': {
    type: 'duration',
    placeholder: 'TIME',
    description: 'how long after the start the last may begin (default 60s)',
  },
  'connect-timeout': {
    type: 'duration',
    placeholder: 'TIME',
    description: 'the longest wait for a connection (default 10s; 0 is no limit)',
  },
  'first-byte-timeout': {
    type: 'duration',
    placeholder: 'TIME',
    description: 'for the answer to begin (default 120s)',
  },
  'idle-timeout': { type: 'duration', placeholder: 'TIME', description: 'for the next byte of it (default 120s)' },
  'data-timeout': {
    type: 'duration',
    placeholder: 'TIME',
    description: 'for the next event that is no comment (default 300s)',
  },
  'max-time': {
    type: 'duration',
    placeholder: 'TIME',
    description: 'for all, standard input and retries too (default no limit)',
  },
  heartbeat: {
    type: 'duration',
    placeholder: 'TIME',
    description: 'write a comment in every silence of this length, to notice a reader that left',
  },
  'no-trailer': { type: 'flag', description: 'write no comment that tells the next program of a failure' },
  'insecure-http': { type: 'flag', description: 'allow a base URL with http:// beyond this machine' },
  'max-event-bytes': ANSWER_OPTIONS['max-event-bytes'],
  'fail-on': ANSWER_OPTIONS['fail-on'],
  'allow-truncated': ANSWER_OPTIONS['allow-truncated'],
  'no-stdin': {
    type: 'flag',
    short: 'n',
    description: 'leave standard input alone (in loops: it would be read as part of the prompt)',
  },
} as const satisfies OptionTable

/** What the command line asks for, with every file that it names read. */
export async function readRequestOptions(
  { values, operands }: CommandLine<typeof REQUEST_OPTIONS>,
  { text, bytes, prompt }: InputReader,
) {
  const textOf = async (file: string | undefined) => (file === undefined ? undefined : text(file))
  const { system, body } = values
  const attachments: { name: string; bytes: Uint8Array; base64(): string }[] = []
  for (const name of values.attach) {
    const file = Buffer.from(await bytes(name))
    attachments.push({ name, bytes: file, base64: () => file.toString('base64') })
  }
  return {
    api: values.api ?? 'chat',
    model: values.model,
    temperature: values.temperature,
    maxTokens: values['max-tokens'],
    topP: values['top-p'],
    seed: values.seed,
    stop: values.stop,
    reasoning: values.reasoning,
    fallbacks: values.fallback,
    fields: values.option,
    attachments,
    system: system?.startsWith('@') ? await text(system.slice(1)) : system,
    messages: await textOf(values.messages),
    schema: await textOf(values.schema),
    tools: await textOf(values.tools),
    body: await textOf(body),
    prompt: await prompt({
      operands,
      files: values.file,
      ignoresStdin: values['no-stdin'] || body !== undefined,
      isAsked: values.messages !== undefined || attachments.length > 0,
    }),
  } as const
}
