import type { OptionTable } from '../../cli/command-line/option.js'
import { DEFAULT_RETRY } from '../../client/retry.js'
import { DEFAULT_TIMEOUTS } from '../../client/timeouts.js'
import { PROVIDERS } from '../../request/providers.js'
import { networkOptions, type NetworkConstants } from './network.js'
import { MAX_EVENT_BYTES_OPTION, POLICY_OPTIONS } from './reading.js'

/** Returns the options of or-stream. */
export function requestOptions(constants: NetworkConstants) {
  const [first] = constants.providers
  return {
    model: {
      type: 'text',
      short: 'm',
      placeholder: 'MODEL',
      description: 'use this model',
      ...(first?.model === undefined ? {} : { default: first.model }),
      group: 'Model',
      isBasic: true,
    },
    fallback: {
      type: 'list',
      placeholder: 'MODEL',
      description: 'try this model if the first one fails (repeatable)',
      group: 'Model',
    },
    system: {
      type: 'text',
      short: 's',
      placeholder: 'TEXT|@FILE',
      description: 'set the system prompt',
      group: 'Request',
      isBasic: true,
    },
    file: {
      type: 'list',
      short: 'f',
      placeholder: 'FILE',
      description: 'append the text of a file to the prompt (repeatable, - is stdin)',
      group: 'Request',
      isBasic: true,
    },
    attach: {
      type: 'list',
      short: 'a',
      placeholder: 'FILE',
      description: 'attach an image, a PDF or an audio file (repeatable, - is stdin)',
      group: 'Request',
      isBasic: true,
    },
    messages: {
      type: 'text',
      placeholder: 'FILE',
      description: 'continue a conversation: FILE has a JSON array of messages',
      group: 'Request',
    },
    schema: {
      type: 'text',
      placeholder: 'FILE',
      description: 'ask for JSON that follows the JSON Schema in FILE',
      group: 'Request',
    },
    tools: {
      type: 'text',
      placeholder: 'FILE',
      description: 'let the model call these tools: FILE has a JSON array',
      group: 'Request',
    },
    option: {
      type: 'list',
      short: 'o',
      placeholder: 'KEY=VALUE',
      description: 'set a field of the request body; VALUE is JSON or text, a.b=1 sets a nested field (repeatable)',
      group: 'Request',
      isBasic: true,
    },
    body: {
      type: 'text',
      placeholder: 'FILE',
      description: 'send the JSON in FILE as the request body, with "stream" set (- is stdin)',
      group: 'Request',
    },
    'no-stdin': {
      type: 'flag',
      short: 'n',
      description: 'do not read standard input (otherwise its text is added to the prompt, also in a shell loop)',
      group: 'Request',
      isBasic: true,
    },
    temperature: {
      type: 'number',
      short: 't',
      placeholder: 'NUMBER',
      description: 'set the sampling temperature',
      group: 'Model',
    },
    'top-p': {
      type: 'number',
      placeholder: 'NUMBER',
      description: 'sample only from the most likely tokens, up to this total probability',
      group: 'Model',
    },
    'max-tokens': {
      type: 'number',
      placeholder: 'NUMBER',
      description: 'stop after this many output tokens',
      group: 'Model',
    },
    seed: {
      type: 'number',
      placeholder: 'NUMBER',
      description: 'ask for reproducible sampling, as far as the provider supports it',
      group: 'Model',
    },
    stop: {
      type: 'list',
      placeholder: 'TEXT',
      description: 'stop the answer before this text (repeatable)',
      group: 'Model',
    },
    reasoning: {
      type: 'text',
      placeholder: 'EFFORT',
      description: 'set the reasoning effort: none, minimal, low, medium, high …',
      group: 'Model',
    },
    ...networkOptions(constants),
    save: {
      type: 'text',
      placeholder: 'FILE',
      description:
        'save the answer to FILE, or under a new name if FILE is a folder; the metadata goes to FILE.meta.json',
      group: 'Output',
      isBasic: true,
    },
    ...MAX_EVENT_BYTES_OPTION,
    ...POLICY_OPTIONS,
    heartbeat: {
      type: 'duration',
      placeholder: 'TIME',
      description: 'write a comment if nothing arrives for this long, so that a closed pipe is noticed',
      group: 'Output',
    },
    'no-trailer': {
      type: 'flag',
      description: 'do not append the comment that reports a failure to the next program',
      group: 'Output',
    },
    'dry-run': {
      type: 'flag',
      description: 'print the request body and send nothing',
      group: 'Output',
      isBasic: true,
    },
    curl: { type: 'flag', description: 'print the request as a curl command and send nothing', group: 'Output' },
  } as const satisfies OptionTable
}

export const REQUEST_OPTIONS = requestOptions({
  providers: PROVIDERS,
  timeouts: DEFAULT_TIMEOUTS,
  retry: DEFAULT_RETRY,
})
