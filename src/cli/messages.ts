import { writeSync } from 'node:fs'
import { oneLine } from '../core/visible.js'

/** What a program says to people: one line each on stderr, named, with nothing in it that could drive a terminal. */
export interface Messages {
  /** Always said. */
  error(code: string, text: string): void
  /** Said unless `--quiet`. */
  warn(text: string): void
  /** Said with `--verbose`. */
  note(text: string): void
}

export function messages(name: string, { quiet, verbose }: { quiet: boolean; verbose: boolean }): Messages {
  const say = (text: string) => writeError(`${name}: ${oneLine(text)}\n`)
  return {
    error: (code, text) => say(`${code}: ${text}`),
    warn: (text) => {
      if (!quiet) say(`warning: ${text}`)
    },
    note: (text) => {
      if (verbose) say(text)
    },
  }
}

/** Writes to stderr. A stderr that is closed or full changes nothing: the exit status still tells. */
export function writeError(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // There is nowhere left to complain to.
  }
}
