import { writeSync } from 'node:fs'
import type { StreamError } from '../core/errors/error.js'
import { redact } from '../core/secrets/redact.js'
import { oneLine, visible } from '../core/text/terminal.js'

/** What a program says on stderr: one line each, with nothing in it that could drive a terminal. */
export interface Logger {
  /** Always said; false where nobody can hear it. */
  error(failure: StreamError): boolean
  /** Said unless `--quiet`, as a warning and as a plain remark. */
  warn(text: string): void
  info(text: string): void
  /** Said with `--verbose`. */
  debug(text: string): void
  /** Keeps a secret, and every longer piece of it, out of all that is said from now on. */
  redact(secret: string): void
  /** What is kept so. */
  secrets(): readonly string[]
}

export interface LoggerOptions {
  readonly quiet: boolean
  readonly verbose: boolean
  /** Lines of JSON, for machines. */
  readonly json: boolean
}

export function logger(name: string, { quiet, verbose, json }: LoggerOptions): Logger {
  const secrets: string[] = []
  const clean = (text: string) => oneLine(secrets.reduce(redact, text))
  const remark = (level: string, text: string, prefix = '') =>
    writeLine(json ? line({ tool: name, level, message: clean(text) }) : `${name}: ${prefix}${clean(text)}`)

  return {
    error(failure) {
      const { code, status, retryable, message, details } = failure
      if (!json) return writeLine(`${name}: ${code}: ${clean(message)}`)
      const known = Object.entries(details).map(([key, fact]) => [key, typeof fact === 'string' ? clean(fact) : fact])
      const told = { tool: name, level: 'error', code, status, retryable, message: clean(message) }
      return writeLine(line({ ...told, ...Object.fromEntries(known), retryable }))
    },
    warn: (text) => {
      if (!quiet) remark('warning', text, 'warning: ')
    },
    info: (text) => {
      if (!quiet) remark('info', text)
    },
    debug: (text) => {
      if (verbose) remark('debug', text)
    },
    redact: (text) => {
      secrets.push(text)
    },
    secrets: () => secrets,
  }
}

/** The same messages, for what is said of one of several inputs: each line names it, where it doesn't anyway. */
export function withPrefix(name: string | undefined, all: Logger): Logger {
  if (name === undefined) return all
  const named = (text: string) => (text.startsWith(`${name}: `) ? text : `${name}: ${text}`)
  return {
    ...all,
    error: (failure) => all.error(failure.withMessage(named(failure.message))),
    warn: (text) => all.warn(named(text)),
    debug: (text) => all.debug(named(text)),
  }
}

function line(value: object): string {
  return visible(JSON.stringify(value))
}

/** Writes to stderr. A stderr that is closed or full changes nothing: the exit status still tells. */
function writeLine(text: string): boolean {
  try {
    writeSync(2, `${text}\n`)
    return true
  } catch {
    return false
  }
}
