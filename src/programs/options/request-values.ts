import type { CommandLine } from '../../cli/command-line/argv.js'
import type { InputReader } from '../../cli/prompt.js'
import { DEFAULT_API } from '../../request/apis/index.js'
import type { REQUEST_OPTIONS } from './request-options.js'

/** Reads the files that the command line names, and returns the contents of the request. */
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
    api: values.api ?? DEFAULT_API,
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
      isOptional: values.messages !== undefined || attachments.length > 0,
    }),
  } as const
}
