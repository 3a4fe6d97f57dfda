import type { CommandLine, OptionTable } from './argv.js'
import type { Reader } from './prompt.js'

/** What or-stream can ask for. */
export const asking = {
  model: { type: 'text', short: 'm', value: 'MODEL', what: 'the model (default openrouter/auto)' },
  system: { type: 'text', short: 's', value: 'TEXT|@FILE', what: 'the system prompt' },
  file: {
    type: 'list',
    short: 'f',
    value: 'FILE',
    what: 'add the text of a file to the prompt (repeatable, - is stdin)',
  },
  option: {
    type: 'list',
    short: 'o',
    value: 'KEY=VALUE',
    what: 'any field of the body; JSON or text, dots nest (repeatable)',
  },
  temperature: { type: 'number', short: 't', value: 'NUMBER', what: 'how freely to choose words' },
  'max-tokens': { type: 'number', value: 'NUMBER', what: 'the longest answer' },
  messages: { type: 'text', value: 'FILE', what: 'a conversation so far: a JSON array of messages' },
  body: { type: 'text', value: 'FILE', what: 'the whole body; only "stream" is set (- is stdin)' },
  'base-url': { type: 'text', value: 'URL', what: 'another endpoint than https://openrouter.ai/api/v1' },
  header: { type: 'list', short: 'H', value: 'NAME: VALUE', what: 'one more header (repeatable)' },
  'dry-run': { type: 'flag', what: 'print the body that would be sent, and send nothing' },
  'no-stdin': {
    type: 'flag',
    short: 'n',
    what: 'leave standard input alone (in loops: it would be read as part of the prompt)',
  },
} as const satisfies OptionTable

/** What the command line asks for, with every file that it names read. */
export async function asked({ values, operands }: CommandLine<typeof asking>, { text, prompt }: Reader) {
  const { system, messages, body } = values
  return {
    model: values.model,
    temperature: values.temperature,
    maxTokens: values['max-tokens'],
    fields: values.option,
    headers: values.header,
    system: system?.startsWith('@') ? await text(system.slice(1)) : system,
    messages: messages === undefined ? undefined : await text(messages),
    body: body === undefined ? undefined : await text(body),
    prompt: await prompt(operands, values.file, values['no-stdin'] || body !== undefined),
  }
}
