import type { StderrText } from '../../core/stream/output.js'
import type { AnswerEvent } from '../../core/answer/event.js'
import type { Stage } from '../../core/stream/stage.js'

/** Destinations of reasoning: dropped, stderr, stdout before the text, or stdout instead of the text. */
export const REASONING = ['off', 'stderr', 'stdout', 'only'] as const

/** Options of `text`. */
export interface TextOptions {
  /** The choice to write (default 0). With `all`, choice 0 is streamed and the others follow when the answer ends. */
  readonly choice?: number | 'all'
  readonly reasoning?: (typeof REASONING)[number]
}

/** Writes the text of each answer as it arrives. Reasoning and text on one output are separated by an empty line, and so are choices. */
export function text(
  options?: TextOptions & { readonly reasoning?: Exclude<TextOptions['reasoning'], 'stderr'> },
): Stage<AnswerEvent, string>
export function text(options?: TextOptions): Stage<AnswerEvent, string | StderrText>
export function text({ choice = 0, reasoning = 'off' }: TextOptions = {}): Stage<AnswerEvent, string | StderrText> {
  const streamed = choice === 'all' ? 0 : choice
  const otherChoices = new Map<number, string>()
  let last: 'text' | 'reasoning' | undefined
  let hasOutput = false

  function* render(kind: 'text' | 'reasoning', piece: string): Generator<string | StderrText> {
    if (kind === 'reasoning' && reasoning === 'off') return
    if (kind === 'text' && reasoning === 'only') return
    const isSwitch = last !== undefined && last !== kind
    last = kind
    hasOutput ||= kind === 'text' || reasoning !== 'stderr'
    if (reasoning === 'stderr' && kind === 'reasoning') yield { stderr: piece }
    else if (reasoning === 'stderr') yield* isSwitch ? [{ stderr: '\n' }, piece] : [piece]
    else yield isSwitch ? `\n\n${piece}` : piece
  }

  function* finishAnswer(): Generator<string | StderrText> {
    if (last === 'reasoning' && reasoning === 'stderr') yield { stderr: '\n' }
    for (const [, words] of [...otherChoices].toSorted(([a], [b]) => a - b)) {
      yield hasOutput ? `\n\n${words}` : words
      hasOutput = true
    }
    hasOutput = false
    otherChoices.clear()
    last = undefined
  }

  return {
    *push(event) {
      if (event.type === 'answer-end') yield* finishAnswer()
      if (event.type !== 'chunk') return
      for (const delta of event.deltas) {
        if (delta.type !== 'text' && delta.type !== 'reasoning') continue
        if (delta.choice === streamed) yield* render(delta.type, delta.text)
        else if (choice === 'all' && (delta.type === 'reasoning') === (reasoning === 'only')) {
          otherChoices.set(delta.choice, (otherChoices.get(delta.choice) ?? '') + delta.text)
        }
      }
    },
    end: () => [],
  }
}
