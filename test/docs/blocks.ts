import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)

/** A fenced block of a document. */
export interface Block {
  /** The heading above it. */
  readonly heading: string
  readonly language: string
  readonly code: string
}

export function documentText(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8')
}

/** Returns the fenced blocks of a document in their order. */
export function blocksOf(file: string): Block[] {
  const blocks: Block[] = []
  let heading = ''
  for (const [, title, language = '', code = ''] of documentText(file).matchAll(
    /^#+ (.*)$|^```(\w+)\n([^]*?)^```$/gm,
  )) {
    if (title === undefined) blocks.push({ heading, language, code })
    else heading = title
  }
  return blocks
}
