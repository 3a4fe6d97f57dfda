import { fstatSync } from 'node:fs'
import { StreamError } from '../core/errors/error.js'
import { inputs, standardInput } from './input.js'
import type { ProgramContext } from './program.js'

/** Milliseconds. */
const STDIN_NOTICE_DELAY = 2000

/** Reads the files that a command line names. `-` is standard input, which can only be read once. */
export interface InputReader {
  /** Returns the text of a file. Throws `no_input`, or `bad_data` if it is not UTF-8. */
  text(file: string): Promise<string>
  /** Returns the bytes of a file. Throws `no_input`. */
  bytes(file: string): Promise<Uint8Array>
  /**
   * Returns the prompt: the operands (`-` stands for standard input), then the files, then piped standard input unless it is ignored,
   * separated by blank lines. Returns undefined if all of these are empty.
   */
  prompt(parts: PromptParts): Promise<string | undefined>
}

/** Parts of a prompt. */
export interface PromptParts {
  readonly operands: readonly string[]
  readonly files: readonly string[]
  readonly ignoresStdin: boolean
  /** True if there is something to send even without a prompt. Then waiting for standard input may be unintended, and is announced. */
  readonly isOptional: boolean
}

export function inputReader({ shutdown: { signal }, log }: ProgramContext): InputReader {
  let isStdinUsed = false
  // One listener for all files. A plain read of a pipe cannot be cancelled, so it is abandoned.
  const abortion = aborted(signal)
  abortion.catch(() => {})

  async function bytes(file: string, onFirst = () => {}): Promise<Uint8Array> {
    if (file === '-') {
      if (isStdinUsed) throw new StreamError('usage', '"-" stands for standard input and can be used once')
      isStdinUsed = true
    }
    const chunks = file === '-' ? [standardInput(signal)] : inputs([file]).map((input) => input.chunks())
    return Promise.race([readAll(chunks, onFirst), abortion])
  }

  async function text(file: string, onFirst?: () => void): Promise<string> {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(await bytes(file, onFirst))
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      const name = file === '-' ? 'standard input' : file
      throw new StreamError('bad_data', `${name} is not text (invalid UTF-8)`, { cause: error })
    }
  }

  /** Reads standard input without a time limit, as a producer may take minutes to start. Announces the wait if it may be unintended. */
  async function pipedText(announcesWait: boolean): Promise<string> {
    const timer = setTimeout(() => {
      if (announcesWait) log.info('waiting for standard input (use -n to ignore it)')
    }, STDIN_NOTICE_DELAY)
    try {
      return await text('-', () => clearTimeout(timer))
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    text,
    bytes,
    async prompt({ operands, files, ignoresStdin, isOptional }) {
      const parts: string[] = []
      let words: string[] = []
      for (const operand of operands) {
        if (operand === '-') {
          parts.push(words.join(' '), await text('-'))
          words = []
        } else words.push(operand)
      }
      parts.push(words.join(' '))
      for (const file of files) parts.push(await text(file))
      if (!ignoresStdin && !isStdinUsed && isPiped())
        parts.push(await pipedText(isOptional || operands.length > 0 || files.length > 0))
      const texts = parts.map((part) => withoutLineEnds(part)).filter((part) => part.trim() !== '')
      return texts.length > 0 ? texts.join('\n\n') : undefined
    },
  }
}

async function readAll(sources: readonly AsyncIterable<Uint8Array>[], onFirst: () => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for (const chunks of sources) {
    for await (const piece of chunks) {
      onFirst()
      // Copy, because the next read overwrites the buffer. `Buffer.slice` would not copy.
      pieces.push(new Uint8Array(piece))
    }
  }
  return Buffer.concat(pieces)
}

function withoutLineEnds(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--
  return text.slice(0, end)
}

/** Returns true if standard input is a file, a pipe or a socket. A terminal and /dev/null are character devices. */
function isPiped(): boolean {
  try {
    return !fstatSync(0).isCharacterDevice()
  } catch {
    return false
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}
