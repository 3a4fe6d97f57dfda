import { writeSync } from 'node:fs'
import type { StreamError } from '../core/errors/error.js'
import { redact } from '../core/secrets/redact.js'
import { oneLine, visible } from '../core/text/terminal.js'

/** Writes messages to stderr, one line each. Control characters are escaped, so that a message cannot control the terminal. */
export interface Logger {
  /** Always written. Returns false if stderr cannot be written. */
  error(failure: StreamError): boolean
  /** Written unless `--quiet` is set, with the prefix "warning: ". */
  warn(text: string): void
  /** Written unless `--quiet` is set. */
  info(text: string): void
  /** Written if `--verbose` is set. */
  debug(text: string): void
  /** Removes a secret, and long parts of it, from all later messages. */
  redact(secret: string): void
  /** Returns the secrets passed to `redact`. */
  secrets(): readonly string[]
}

export interface LoggerOptions {
  readonly quiet: boolean
  readonly verbose: boolean
  /** True if each message is a JSON object. */
  readonly json: boolean
}

export function logger(name: string, { quiet, verbose, json }: LoggerOptions): Logger {
  const secrets: string[] = []
  const clean = (text: string) => oneLine(secrets.reduce(redact, text))
  const log = (level: string, text: string, prefix = '') =>
    writeLine(json ? jsonLine({ tool: name, level, message: clean(text) }) : `${name}: ${prefix}${clean(text)}`)

  return {
    error(failure) {
      const { code, status, retryable, message, details } = failure
      if (!json) return writeLine(`${name}: ${code}: ${clean(message)}`)
      const facts = Object.entries(details).map(([key, fact]) => [key, typeof fact === 'string' ? clean(fact) : fact])
      const fields = { tool: name, level: 'error', code, status, retryable, message: clean(message) }
      return writeLine(jsonLine({ ...fields, ...Object.fromEntries(facts), retryable }))
    },
    warn: (text) => {
      if (!quiet) log('warning', text, 'warning: ')
    },
    info: (text) => {
      if (!quiet) log('info', text)
    },
    debug: (text) => {
      if (verbose) log('debug', text)
    },
    redact: (text) => {
      secrets.push(text)
    },
    secrets: () => secrets,
  }
}

/** Returns a logger that puts `name` before each message that does not already start with it. */
export function withPrefix(name: string | undefined, log: Logger): Logger {
  if (name === undefined) return log
  const prefixed = (text: string) => (text.startsWith(`${name}: `) ? text : `${name}: ${text}`)
  return {
    ...log,
    error: (failure) => log.error(failure.withMessage(prefixed(failure.message))),
    warn: (text) => log.warn(prefixed(text)),
    debug: (text) => log.debug(prefixed(text)),
  }
}

function jsonLine(value: object): string {
  return visible(JSON.stringify(value))
}

/** Writes a line to stderr. Returns false if stderr is closed or full, which is no error: the exit status still reports the failure. */
function writeLine(text: string): boolean {
  try {
    writeSync(2, `${text}\n`)
    return true
  } catch {
    return false
  }
}
