import { writeSync } from 'node:fs'
import { hide } from '../core/secret.js'
import { oneLine } from '../core/visible.js'

/** What a program says to people: one line each on stderr, named, with nothing in it that could drive a terminal. */
export interface Messages {
  /** Always said. */
  error(code: string, text: string): void
  /** Said unless `--quiet`, as a warning and as a plain remark. */
  warn(text: string): void
  tell(text: string): void
  /** Said with `--verbose`. */
  note(text: string): void
  /** Keeps a secret, and every longer piece of it, out of all that is said from now on. */
  keep(secret: string): void
}

export function messages(name: string, { quiet, verbose }: { quiet: boolean; verbose: boolean }): Messages {
  const secrets: string[] = []
  const say = (text: string) => writeError(`${name}: ${oneLine(secrets.reduce(hide, text))}\n`)
  return {
    error: (code, text) => say(`${code}: ${text}`),
    warn: (text) => {
      if (!quiet) say(`warning: ${text}`)
    },
    tell: (text) => {
      if (!quiet) say(text)
    },
    note: (text) => {
      if (verbose) say(text)
    },
    keep: (text) => {
      secrets.push(text)
    },
  }
}

/** Writes to stderr. A stderr that is closed or full changes nothing: the exit status still tells. */
function writeError(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // There is nowhere left to complain to.
  }
}
