import { StreamError } from '../core/errors/error.js'

/** Throws `bad_config` in Bun and Deno: undici, which opens the connections, needs modules of Node that they do not have. */
export function checkRuntime(globals: object): void {
  const name = ['Bun', 'Deno'].find((global) => global in globals)
  if (name === undefined) return
  throw new StreamError(
    'bad_config',
    `streamChat needs Node, it does not run in ${name} (read the response of fetch with parseAnswers of or-stream/pure)`,
  )
}
