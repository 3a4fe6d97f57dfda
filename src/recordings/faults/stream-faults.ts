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

/** A stage that injects a fault into a stream of bytes. The output does not depend on the sizes of the input chunks. */
export interface StreamFault extends Stage<Uint8Array, Uint8Array> {
  /** Returns true if there will be no more output, whatever is pushed. */
  isOver(): boolean
}

/** The options for faults, in the order in which the faults are applied. */
export const FAULT_OPTIONS = {
  'no-done': {
    type: 'flag',
    description: 'omit the end of the answer: [DONE], response.completed, message_stop, finish reasons',
  },
  error: {
    type: 'text',
    placeholder: 'CODE',
    description: 'end the answer with an error event; CODE is an HTTP status or a word such as overloaded',
  },
  crlf: { type: 'flag', description: 'end every line with CRLF' },
  'cut-after': { type: 'size', placeholder: 'SIZE', description: 'write only the first SIZE bytes' },
} as const

/** The values of `FAULT_OPTIONS`. */
export interface FaultValues {
  readonly 'no-done': boolean
  readonly error: string | undefined
  readonly crlf: boolean
  readonly 'cut-after': number | undefined
}

/**
 * Returns a function that creates the fault for one stream: all faults in `values`, in their order. Throws `usage` for an invalid error
 * code.
 */
export function streamFaults(values: FaultValues, dialects: readonly Dialect[]): () => StreamFault {
  const { 'no-done': noDone, crlf, 'cut-after': length } = values
  const error = values.error === undefined ? undefined : parseError(values.error)
  return () =>
    chainFaults([
      ...(noDone ? [dropEndFault(dialects)] : []),
      ...(error === undefined ? [] : [errorEndFault(error, dialects)]),
      ...(crlf ? [crlfFault()] : []),
      ...(length === undefined ? [] : [truncateFault(length)]),
    ])
}

function chainFaults(list: readonly StreamFault[]): StreamFault {
  const unchanged: Stage<Uint8Array, Uint8Array> = { push: (bytes) => [bytes], end: () => [] }
  return { ...list.reduce<typeof unchanged>(chain, unchanged), isOver: () => list.some((fault) => fault.isOver()) }
}

/** Parses the code of an error. Throws `usage`. */
function parseError(text: string): OutgoingError {
  const status = /^\d+$/.test(text) ? Number(text) : undefined
  if (text === '' || (status !== undefined && (status < 400 || status > 599)))
    throw new StreamError('usage', `--error takes a status from 400 to 599 or a word, not "${text}"`)
  return { code: status ?? text, message: 'injected error' }
}

const never = () => false

/** Omits the blocks that end an answer, so that a reader must report it as truncated. */
export function dropEndFault(dialects: readonly Dialect[]): StreamFault {
  const blocks = blockwise()
  const parser = parseBlocks(dialects)
  return {
    *push(bytes) {
      for (const block of blocks.push(bytes)) if (![...parser.push(block)].some(endsAnswer)) yield block
    },
    *end() {
      for (const rest of blocks.end()) if (![...parser.push(rest), ...parser.end()].some(endsAnswer)) yield rest
    },
    isOver: never,
  }
}

/**
 * Replaces the block that ends the first answer with an error event in the stream's dialect, and ends the stream there. If no block ends
 * the answer, the error event is appended, and an unterminated block before it is dropped.
 */
export function errorEndFault(error: OutgoingError, dialects: readonly Dialect[]): StreamFault {
  const blocks = blockwise()
  const parser = parseBlocks(dialects)
  let dialectName: string | undefined
  let identity: AnswerIdentity = { id: undefined, model: undefined, provider: undefined }
  let isOver = false

  function isLast(block: Uint8Array): boolean {
    const parsed = [...parser.push(block)]
    dialectName ??= detectDialect(block, dialects).dialect
    for (const event of parsed) if (event.type === 'chunk') identity = mergeIdentity(event, identity)
    return parsed.some(endsAnswer)
  }

  function errorEvent(): Uint8Array {
    isOver = true
    const dialect = dialects.find(({ name }) => name === dialectName)
    return Buffer.from(serializeError(error, dialect, identity))
  }

  return {
    *push(bytes) {
      for (const block of blocks.push(bytes)) {
        if (isOver) return
        yield isLast(block) ? errorEvent() : block
      }
    },
    *end() {
      for (const rest of isOver ? [] : blocks.end()) if (!isLast(rest) && endsWithBlankLine(rest)) yield rest
      if (!isOver) yield errorEvent()
    },
    isOver: () => isOver,
  }
}

/** Parses complete blocks. A block that exceeds the maximum event size yields nothing. */
function parseBlocks(dialects: readonly Dialect[]): Stage<Uint8Array, ParsedEvent> {
  const start = () => chain(chain(utf8(), sse()), parseEvents(dialects))
  let stage = start()
  return {
    push(block) {
      try {
        return [...stage.push(block)]
      } catch (error) {
        if (!(error instanceof StreamError)) throw error
        stage = start()
        return []
      }
    },
    end: () => stage.end(),
  }
}

/** Returns true if a block ends with a blank line that ends in CR. It was still held back, because an LF could have followed. */
function endsWithBlankLine(block: Uint8Array): boolean {
  const before = block.at(-2)
  return block.at(-1) === CR && (before === CR || before === LF)
}

function mergeIdentity({ id, model, provider }: AnswerIdentity, before: AnswerIdentity): AnswerIdentity {
  return { id: id ?? before.id, model: model ?? before.model, provider: provider ?? before.provider }
}

/** Replaces every line end with CRLF. */
export function crlfFault(): StreamFault {
  let afterCr = false
  return {
    push(bytes) {
      const output = new Uint8Array(2 * bytes.length)
      let length = 0
      for (const byte of bytes) {
        if (byte === LF && afterCr) {
          afterCr = false
          continue
        }
        afterCr = byte === CR
        if (byte === LF || byte === CR) output[length++] = CR
        output[length++] = byte === CR ? LF : byte
      }
      return [output.subarray(0, length)]
    },
    end: () => [],
    isOver: never,
  }
}

/** Passes only the first `length` bytes. */
export function truncateFault(length: number): StreamFault {
  let remaining = length
  return {
    push(bytes) {
      const kept = bytes.subarray(0, remaining)
      remaining -= kept.length
      return [kept]
    },
    end: () => [],
    isOver: () => remaining === 0,
  }
}

/** Applies a fault to pieces. The output for a piece has its time. */
export function injectFault(fault: Stage<Uint8Array, Uint8Array>): Stage<Piece, Piece> {
  let at = 0

  function toPieces(output: Iterable<Uint8Array>): Piece[] {
    const [bytes, ...more] = output
    if (bytes === undefined) return []
    return [{ at, bytes: more.length === 0 ? bytes : concatBytes(bytes, ...more) }]
  }

  return {
    push(piece) {
      at = piece.at
      return toPieces(fault.push(piece.bytes))
    },
    end: () => toPieces(fault.end()),
  }
}
