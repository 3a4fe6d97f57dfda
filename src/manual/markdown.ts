import type { Page } from './page.js'
import type { Block, Inline, Reference } from './prose.js'

/** Writes a page in Markdown, for a folder below that of the documents. */
export function markdownPage({ name, section, summary, blocks }: Page): string {
  const parts = [
    `# ${name}(${section})`,
    `${escapeMarkdown(name)} - ${escapeMarkdown(summary)}`,
    ...blocks.map(blockText),
  ]
  return `${parts.join('\n\n')}\n`
}

/** Returns the name of the file of a page, without the ending of its format. */
export function fileNameOf({ name, section }: Reference): string {
  return `${name}.${section}`
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `${'#'.repeat(block.level + 1)} ${inlineTexts(block.content)}`
    case 'paragraph':
      return inlineTexts(block.content)
    case 'code':
      return `\`\`\`${block.language}\n${block.text}\n\`\`\``
    case 'list':
      return block.items
        .map((item, index) => `${block.isOrdered ? `${index + 1}.` : '-'} ${inlineTexts(item)}`)
        .join('\n')
    case 'definitions':
      // A backslash at the end of a line breaks it.
      return block.entries
        .map(([term, description]) => `- ${inlineTexts(term)}\\\n  ${inlineTexts(description)}`)
        .join('\n')
  }
}

function inlineTexts(content: readonly Inline[]): string {
  return content.map(inlineText).join('')
}

function inlineText(inline: Inline): string {
  switch (inline.type) {
    case 'text':
      return escapeMarkdown(inline.text)
    case 'code':
      return codeSpan(inline.text)
    case 'strong':
      return `**${inlineTexts(inline.content)}**`
    case 'emphasis':
      return `*${inlineTexts(inline.content)}*`
    case 'reference':
      return `[${inline.name}(${inline.section})](${fileNameOf(inline)}.md)`
    case 'link':
      return `[${inlineTexts(inline.content)}](${/^https?:/.test(inline.target) ? '' : '../'}${inline.target})`
  }
}

/** A code span; its fence is longer than any run of backticks in it. */
function codeSpan(words: string): string {
  const runs = words.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1)
  const space = /^`|`$/.test(words) ? ' ' : ''
  return `${fence}${space}${words}${space}${fence}`
}

function escapeMarkdown(words: string): string {
  return words.replaceAll(/[\\`*_[\]<]/g, String.raw`\$&`)
}
