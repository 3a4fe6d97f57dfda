import type { Page } from './page.js'
import type { Block, Inline } from './prose.js'

/** The date and the version in the header and footer of a page. */
export interface Edition {
  /** As YYYY-MM-DD. */
  readonly date: string
  readonly version: string
}

const MANUALS = { 1: 'User Commands', 7: 'Miscellanea' } as const
const BULLET = String.raw`\(bu`

/** Writes a page in roff, with the macros of man(7), in ASCII. */
export function roffPage({ name, section, summary, blocks }: Page, { date, version }: Edition): string {
  const lines = [
    // The date has its hyphens, as mandoc reads it.
    `.TH ${argument(name.toUpperCase())} ${section} ${date} ${argument(`or-stream ${version}`)} ${argument(MANUALS[section])}`,
    // Words are broken nowhere and spaces keep their width: a command stays what one would type.
    '.nh',
    '.if n .ad l',
    '.SH NAME',
    String.raw`${escapeRoff(name)} \- ${escapeRoff(summary)}`,
    // A paragraph macro right after a heading has no effect, and mandoc warns about it.
    ...blocks.flatMap((block, index) => blockLines(block, index === 0 || blocks[index - 1]?.type === 'heading')),
  ]
  return `${lines.join('\n')}\n`
}

function blockLines(block: Block, isAfterHeading: boolean): string[] {
  switch (block.type) {
    case 'heading':
      return block.level === 1
        ? [`.SH ${argument(plain(block.content).toUpperCase())}`]
        : [`.SS ${argument(plain(block.content))}`]
    case 'paragraph':
      return [...(isAfterHeading ? [] : ['.PP']), textLine(block.content)]
    case 'code':
      return [
        ...(isAfterHeading ? [] : ['.PP']),
        '.RS 4',
        '.EX',
        ...block.text.split('\n').map((line) => protectedLine(escapeRoff(line))),
        '.EE',
        '.RE',
      ]
    case 'list':
      return block.items.flatMap((item, index) => [
        block.isOrdered ? `.IP ${index + 1}. 3` : `.IP ${BULLET} 2`,
        textLine(item),
      ])
    case 'definitions':
      return block.entries.flatMap(([term, description]) => ['.TP', textLine(term), textLine(description)])
  }
}

function textLine(content: readonly Inline[]): string {
  return protectedLine(content.map(inlineText).join(''))
}

/** A full stop at the start of a line would begin a request. So would an apostrophe, but it is always escaped. */
function protectedLine(line: string): string {
  return line.startsWith('.') ? String.raw`\&${line}` : line
}

function inlineText(inline: Inline): string {
  switch (inline.type) {
    case 'text':
      return escapeRoff(inline.text)
    case 'code':
      return font('B', escapeRoff(inline.text))
    case 'strong':
      return font('B', escapeRoff(plain(inline.content)))
    case 'emphasis':
      return font('I', escapeRoff(plain(inline.content)))
    case 'reference':
      return `${font('B', escapeRoff(inline.name))}(${inline.section})`
    case 'link': {
      const label = inline.content.map(inlineText).join('')
      const isExternal = /^https?:/.test(inline.target) && plain(inline.content) !== inline.target
      return isExternal ? `${label} (${escapeRoff(inline.target)})` : label
    }
  }
}

function font(letter: 'B' | 'I', escaped: string): string {
  return String.raw`\f${letter}${escaped}\fR`
}

/** The words without fonts. */
function plain(content: readonly Inline[]): string {
  return content
    .map((inline) => {
      if (inline.type === 'reference') return `${inline.name}(${inline.section})`
      return 'content' in inline ? plain(inline.content) : inline.text
    })
    .join('')
}

/** An argument of a macro. */
function argument(words: string): string {
  return /[ "]/.test(words) ? `"${escapeRoff(words).replaceAll('"', String.raw`\(dq`)}"` : escapeRoff(words)
}

/** The characters that roff reads as a command, or prints as typographical ones, which no shell takes. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': String.raw`\e`,
  '-': String.raw`\-`,
  "'": String.raw`\(aq`,
  '`': String.raw`\(ga`,
  '^': String.raw`\(ha`,
  '~': String.raw`\(ti`,
  // groff has no ASCII for it, and prints nothing in the C locale.
  '…': '...',
}

/** Escapes a text, so that roff prints it as it is, whatever the locale of the page. */
export function escapeRoff(words: string): string {
  return words.replaceAll(/[\\'`^~-]|[^\x20-\x7e]/gu, (character) => ESCAPES[character] ?? codePoint(character))
}

function codePoint(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return String.raw`\[u${code}]`
}
