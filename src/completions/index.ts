import type { Shell } from '../cli/command-line/common-options.js'
import { bashCompletion } from './bash.js'
import type { CompletionWriter } from './command.js'
import { fishCompletion } from './fish.js'
import { zshCompletion } from './zsh.js'

/** The writer of each shell that `--completion` takes. */
export const COMPLETIONS: Readonly<Record<Shell, CompletionWriter>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

export { commandOf } from './command.js'
