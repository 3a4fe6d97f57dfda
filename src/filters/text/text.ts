import type { StderrText } from '../../core/stream/output.js'
import type { AnswerEvent } from '../../core/answer/event.js'
import type { Stage } from '../../core/stream/stage.js'

/** Where reasoning goes: nowhere, to stderr, to stdout before the words, or to stdout in their place. */
export const REASONING = ['off', 'stderr', 'stdout', 'only'] as const

/** Options of `text`. */
export interface TextOptions {
  /** The choice whose words are given; of `all` the first as it comes, the others after it. */
  readonly choice?: number | 'all'
  readonly reasoning?: (typeof REASONING)[number]
}

/** The words of an answer, piece by piece as they come. Reasoning and words on one output are an empty line apart, and so are choices. */
export function text(
  options?: TextOptions & { readonly reasoning?: Exclude<TextOptions['reasoning'], 'stderr'> },
): Stage<AnswerEvent, string>
export function text(options?: TextOptions): Stage<AnswerEvent, string | StderrText>
export function text({ choice = 0, reasoning = 'off' }: TextOptions = {}): Stage<AnswerEvent, string | StderrText> {
  const streamed = choice === 'all' ? 0 : choice
  const held = new Map<number, string>()
  let last: 'text' | 'reasoning' | undefined
  let spoke = false

  /** What one piece comes to; `kind` tells what it is a piece of. */
  function* said(kind: 'text' | 'reasoning', piece: string): Generator<string | StderrText> {
    if (kind === 'reasoning' && reasoning === 'off') return
    if (kind === 'text' && reasoning === 'only') return
    const turns = last !== undefined && last !== kind
    last = kind
    spoke ||= kind === 'text' || reasoning !== 'stderr'
    if (reasoning === 'stderr' && kind === 'reasoning') yield { stderr: piece }
    else if (reasoning === 'stderr') yield* turns ? [{ stderr: '\n' }, piece] : [piece]
    else yield turns ? `\n\n${piece}` : piece
  }

  function* rest(): Generator<string | StderrText> {
    if (last === 'reasoning' && reasoning === 'stderr') yield { stderr: '\n' }
    for (const [, words] of [...held].toSorted(([a], [b]) => a - b)) {
      yield spoke ? `\n\n${words}` : words
      spoke = true
    }
    spoke = false
    held.clear()
    last = undefined
  }

  return {
    *push(event) {
      if (event.type === 'answer-end') yield* rest()
      if (event.type !== 'chunk') return
      for (const delta of event.deltas) {
        if (delta.type !== 'text' && delta.type !== 'reasoning') continue
        if (delta.choice === streamed) yield* said(delta.type, delta.text)
        else if (choice === 'all' && (delta.type === 'reasoning') === (reasoning === 'only')) {
          held.set(delta.choice, (held.get(delta.choice) ?? '') + delta.text)
        }
      }
    },
    end: () => [],
  }
}
