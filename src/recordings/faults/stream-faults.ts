import { concatBytes, CR, LF } from '../../core/text/bytes.js'
import type { AnswerIdentity } from '../../core/answer/delta.js'
import type { Dialect, OutgoingError } from '../../core/answer/dialect.js'
import { serializeError } from '../../core/answer/error-event.js'
import { StreamError } from '../../core/errors/error.js'
import { endsAnswer, type ParsedEvent } from '../../core/answer/event.js'
import { parseEvents } from '../../core/answer/parse-events.js'
import { detectDialect } from '../detect-dialect.js'
import { sse } from '../../core/sse/parser.js'
import { chain, type Stage } from '../../core/stream/stage.js'
import { utf8 } from '../../core/text/utf8.js'
import { blockwise } from '../../core/sse/blocks.js'
import type { Piece } from '../pace.js'

/** Spoils the bytes of a stream on purpose: bytes in, bytes out, the same however they are cut. */
export interface StreamFault extends Stage<Uint8Array, Uint8Array> {
  /** Whether nothing more comes out, whatever is put in. */
  isOver(): boolean
}

/** The options that ask for faults, in the order in which they come upon a stream. */
export const FAULT_OPTIONS = {
  'no-done': {
    type: 'flag',
    description: 'leave out what ends the answer: [DONE], response.completed, message_stop, finish reasons',
  },
  error: {
    type: 'text',
    placeholder: 'CODE',
    description: 'end with an error event instead: CODE is an HTTP status, or a word such as overloaded',
  },
  crlf: { type: 'flag', description: 'end every line with CRLF' },
  'cut-after': { type: 'size', placeholder: 'SIZE', description: 'write only the first SIZE bytes' },
} as const

/** What was asked for by these options. */
export interface FaultValues {
  readonly 'no-done': boolean
  readonly error: string | undefined
  readonly crlf: boolean
  readonly 'cut-after': number | undefined
}

/** Makes the faults that were asked for, as one and in their order, anew for each stream. Throws `usage` for a code that is no error's. */
export function streamFaults(values: FaultValues, dialects: readonly Dialect[]): () => StreamFault {
  const { 'no-done': noDone, crlf, 'cut-after': length } = values
  const error = values.error === undefined ? undefined : errorOf(values.error)
  return () =>
    inOrder([
      ...(noDone ? [dropEndFault(dialects)] : []),
      ...(error === undefined ? [] : [errorEndFault(error, dialects)]),
      ...(crlf ? [crlfFault()] : []),
      ...(length === undefined ? [] : [truncateFault(length)]),
    ])
}

function inOrder(list: readonly StreamFault[]): StreamFault {
  const asItIs: Stage<Uint8Array, Uint8Array> = { push: (bytes) => [bytes], end: () => [] }
  return { ...list.reduce<typeof asItIs>(chain, asItIs), isOver: () => list.some((fault) => fault.isOver()) }
}

/** The error that a code means. Throws `usage`. */
function errorOf(typed: string): OutgoingError {
  const status = /^\d+$/.test(typed) ? Number(typed) : undefined
  if (typed === '' || (status !== undefined && (status < 400 || status > 599)))
    throw new StreamError('usage', `--error takes a status from 400 to 599, or a word, not "${typed}"`)
  return { code: status ?? typed, message: 'put here on purpose' }
}

const never = () => false

/** Leaves out the blocks that end an answer, so that a reader which looks for its end must call it truncated. */
export function dropEndFault(dialects: readonly Dialect[]): StreamFault {
  const blocks = blockwise()
  const words = said(dialects)
  return {
    *push(bytes) {
      for (const block of blocks.push(bytes)) if (![...words.push(block)].some(endsAnswer)) yield block
    },
    *end() {
      for (const rest of blocks.end()) if (![...words.push(rest), ...words.end()].some(endsAnswer)) yield rest
    },
    isOver: never,
  }
}

/**
 * Puts an error event, in the words of the stream's dialect, in the place of the block that ends the first answer, or at the end
 * where none does (half a block before it goes). It is the last thing that comes.
 */
export function errorEndFault(error: OutgoingError, dialects: readonly Dialect[]): StreamFault {
  const blocks = blockwise()
  const words = said(dialects)
  let speaker: string | undefined
  let answer: AnswerIdentity = { id: undefined, model: undefined, provider: undefined }
  let isOver = false

  function isLast(block: Uint8Array): boolean {
    const heard = [...words.push(block)]
    speaker ??= detectDialect(block, dialects).dialect
    for (const reading of heard) if (reading.type === 'chunk') answer = spokenBy(reading, answer)
    return heard.some(endsAnswer)
  }

  function last(): Uint8Array {
    isOver = true
    const dialect = dialects.find(({ name }) => name === speaker)
    return Buffer.from(serializeError(error, dialect, answer))
  }

  return {
    *push(bytes) {
      for (const block of blocks.push(bytes)) {
        if (isOver) return
        yield isLast(block) ? last() : block
      }
    },
    *end() {
      for (const rest of isOver ? [] : blocks.end()) if (!isLast(rest) && endsBlank(rest)) yield rest
      if (!isOver) yield last()
    },
    isOver: () => isOver,
  }
}

/** What whole blocks say to those who judge an answer; one that is over the bound of a reader says nothing. */
function said(dialects: readonly Dialect[]): Stage<Uint8Array, ParsedEvent> {
  const begin = () => chain(chain(utf8(), sse()), parseEvents(dialects))
  let step = begin()
  return {
    push(block) {
      try {
        return [...step.push(block)]
      } catch (error) {
        if (!(error instanceof StreamError)) throw error
        step = begin()
        return []
      }
    },
    end: () => step.end(),
  }
}

/** Whether the last line of a block is blank, where that ends in CR and nobody knew whether an LF would follow. */
function endsBlank(block: Uint8Array): boolean {
  const before = block.at(-2)
  return block.at(-1) === CR && (before === CR || before === LF)
}

function spokenBy({ id, model, provider }: AnswerIdentity, before: AnswerIdentity): AnswerIdentity {
  return { id: id ?? before.id, model: model ?? before.model, provider: provider ?? before.provider }
}

/** Makes CRLF of every line end, whatever it was. */
export function crlfFault(): StreamFault {
  let afterCr = false
  return {
    push(bytes) {
      const made = new Uint8Array(2 * bytes.length)
      let length = 0
      for (const byte of bytes) {
        if (byte === LF && afterCr) {
          afterCr = false
          continue
        }
        afterCr = byte === CR
        if (byte === LF || byte === CR) made[length++] = CR
        made[length++] = byte === CR ? LF : byte
      }
      return [made.subarray(0, length)]
    },
    end: () => [],
    isOver: never,
  }
}

/** Only the first bytes, so many. */
export function truncateFault(length: number): StreamFault {
  let left = length
  return {
    push(bytes) {
      const kept = bytes.subarray(0, left)
      left -= kept.length
      return [kept]
    },
    end: () => [],
    isOver: () => left === 0,
  }
}

/** The same fault upon pieces: what it gives for one is due with it. */
export function injectFault(fault: Stage<Uint8Array, Uint8Array>): Stage<Piece, Piece> {
  let at = 0

  function due(given: Iterable<Uint8Array>): Piece[] {
    const [bytes, ...more] = given
    if (bytes === undefined) return []
    return [{ at, bytes: more.length === 0 ? bytes : concatBytes(bytes, ...more) }]
  }

  return {
    push(piece) {
      at = piece.at
      return due(fault.push(piece.bytes))
    },
    end: () => due(fault.end()),
  }
}
