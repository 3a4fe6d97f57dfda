import { lexer, type MarkedToken, type Token } from 'marked'

/** Names a page and its section of the manual. */
export interface Reference {
  readonly name: string
  readonly section: 1 | 7
}

export type Inline =
  | { readonly type: 'text' | 'code'; readonly text: string }
  | { readonly type: 'emphasis' | 'strong'; readonly content: readonly Inline[] }
  | ({ readonly type: 'reference' } & Reference)
  /** `target` is a URL, or a path relative to the folder of the documents. */
  | { readonly type: 'link'; readonly target: string; readonly content: readonly Inline[] }

export type Block =
  | { readonly type: 'heading'; readonly level: 1 | 2; readonly content: readonly Inline[] }
  | { readonly type: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly type: 'code'; readonly language: string; readonly text: string }
  | { readonly type: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly type: 'definitions'
      readonly entries: readonly (readonly [term: readonly Inline[], description: readonly Inline[]])[]
    }

/** The sections of the document, by the name of the page that they belong to. */
export type Prose = ReadonlyMap<string, readonly Block[]>

/** The page about all programs. */
export const OVERVIEW: Reference = { name: 'or-stream-toolkit', section: 7 }
const OVERVIEW_TITLE = 'What all programs share'

/**
 * Parses the document about the programs: a `##` heading begins a page, `###` a subsection of it. What stands before the first page is for
 * readers of the document only.
 *
 * @throws Error if the document has Markdown that a manual page cannot have: tables, pictures, nested lists
 */
export function parseProse(markdown: string): Prose {
  const tokens = lexer(markdown)
  const pages = new Map<string, Block[]>()
  const anchors = new Map<string, Reference>()
  let page: Reference | undefined
  for (const token of tokens.filter(isHeading)) {
    if (token.depth === 2) page = pageTitled(token.text)
    if (page) anchors.set(`#${anchorOf(token.text)}`, page)
  }
  let blocks: Block[] | undefined
  for (const token of tokens) {
    if (isHeading(token) && token.depth === 2) {
      blocks = []
      pages.set(pageTitled(token.text).name, blocks)
    } else blocks?.push(...blockOf(token, anchors))
  }
  return pages
}

type Anchors = ReadonlyMap<string, Reference>
type Heading = Extract<MarkedToken, { type: 'heading' }>

function isHeading(token: Token): token is Heading {
  return token.type === 'heading'
}

function pageTitled(title: string): Reference {
  return title === OVERVIEW_TITLE ? OVERVIEW : { name: title, section: 1 }
}

/** The anchor that GitHub gives a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')
}

function blockOf(generic: Token, anchors: Anchors): Block[] {
  const token = generic as MarkedToken
  switch (token.type) {
    case 'space':
      return []
    case 'heading':
      return [{ type: 'heading', level: 2, content: inlines(token.tokens, anchors) }]
    case 'paragraph':
      return [{ type: 'paragraph', content: inlines(token.tokens, anchors) }]
    case 'code':
      return [{ type: 'code', language: token.lang ?? '', text: token.text }]
    case 'list':
      return [
        {
          type: 'list',
          isOrdered: token.ordered,
          items: token.items.map((item) => item.tokens.flatMap((part) => itemPart(part, anchors))),
        },
      ]
    default:
      throw unknownMarkdown(token)
  }
}

/** The words of a list item. In a list with blank lines between its items they are a paragraph. */
function itemPart(token: Token, anchors: Anchors): Inline[] {
  if (token.type === 'space') return []
  if (token.type !== 'text' && token.type !== 'paragraph') throw unknownMarkdown(token)
  return inlines(token.tokens ?? [], anchors)
}

function inlines(tokens: readonly Token[], anchors: Anchors): Inline[] {
  return tokens.map((token) => inlineOf(token as MarkedToken, anchors))
}

function inlineOf(token: MarkedToken, anchors: Anchors): Inline {
  switch (token.type) {
    case 'text':
    case 'escape':
      return { type: 'text', text: token.text.replaceAll('\n', ' ') }
    case 'codespan':
      return { type: 'code', text: token.text }
    case 'em':
      return { type: 'emphasis', content: inlines(token.tokens, anchors) }
    case 'strong':
      return { type: 'strong', content: inlines(token.tokens, anchors) }
    case 'link': {
      const page = anchors.get(token.href)
      if (page) return { type: 'reference', ...page }
      return { type: 'link', target: token.href, content: inlines(token.tokens, anchors) }
    }
    default:
      throw unknownMarkdown(token)
  }
}

function unknownMarkdown({ type, raw }: Token): Error {
  return new Error(`a manual page cannot have this ${type}: ${raw}`)
}
