import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../fixtures/', import.meta.url)

/** A fixture: the bytes of a stream and the expected output of every stage. */
export interface Case {
  readonly name: string
  readonly file: string
  readonly stream: Buffer
  readonly text: Buffer
  /** Reasoning of choice 0, if any. */
  readonly reasoning: Buffer | undefined
  readonly events: string
  readonly usage: Record<string, unknown>
  readonly outcome: { readonly verdict: string; readonly status: number }
}

/** Returns all fixtures; a new folder is found automatically. */
export function cases(): Case[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((dialect) => dialect.isDirectory())
    .flatMap((dialect) =>
      readdirSync(new URL(`${dialect.name}/`, ROOT)).map((name) => readCase(`${dialect.name}/${name}`)),
    )
}

function readCase(name: string): Case {
  const at = (file: string) => new URL(`${name}/${file}`, ROOT)
  return {
    name,
    file: fileURLToPath(at('stream.sse')),
    stream: readFileSync(at('stream.sse')),
    text: readFileSync(at('text.txt')),
    reasoning: existsSync(at('reasoning.txt')) ? readFileSync(at('reasoning.txt')) : undefined,
    events: existsSync(at('events.ndjson')) ? readFileSync(at('events.ndjson'), 'utf8') : '',
    usage: JSON.parse(readFileSync(at('usage.json'), 'utf8')) as Case['usage'],
    outcome: JSON.parse(readFileSync(at('outcome.json'), 'utf8')) as Case['outcome'],
  }
}
