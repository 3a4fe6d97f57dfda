import { fstatSync } from 'node:fs'
import { StreamError } from '../core/errors/error.js'
import { inputs, standardInput } from './input.js'
import type { ProgramContext } from './program.js'

const PATIENCE = 2000

/** Reads the texts that a command line names. `-` is standard input, which can be asked for once. */
export interface InputReader {
  /** The text of a file. Throws `no_input`, or `bad_data` where it isn't UTF-8. */
  text(file: string): Promise<string>
  /** The bytes of a file. Throws `no_input`. */
  bytes(file: string): Promise<Uint8Array>
  /**
   * The prompt: the operands (a `-` among them is the place of standard input), then the files, then what is piped in
   * unless it is to be ignored, apart by blank lines. Undefined where all that is empty.
   */
  prompt(wanted: PromptParts): Promise<string | undefined>
}

/** What a prompt is made of. */
export interface PromptParts {
  readonly operands: readonly string[]
  readonly files: readonly string[]
  readonly ignoresStdin: boolean
  /** Whether something is asked without a prompt: then nobody may know that standard input is waited for. */
  readonly isAsked: boolean
}

export function inputReader({ shutdown: { signal }, log }: ProgramContext): InputReader {
  let isTaken = false
  // One listener, however many files are read; a plain read of a pipe can't be given up, so it is left behind.
  const gone = aborted(signal)
  gone.catch(() => {})

  async function bytes(file: string, onFirst = () => {}): Promise<Uint8Array> {
    if (file === '-') {
      if (isTaken) throw new StreamError('usage', '"-" stands for standard input and can be used once')
      isTaken = true
    }
    const chunks = file === '-' ? [standardInput(signal)] : inputs([file]).map((input) => input.chunks())
    return Promise.race([whole(chunks, onFirst), gone])
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

  /** A producer may take minutes to begin, so no timer drops what it sends; but a wait that nobody meant must be seen. */
  async function pipedText(isExtra: boolean): Promise<string> {
    const patience = setTimeout(() => {
      if (isExtra) log.info('waiting for standard input; -n (--no-stdin) does without it')
    }, PATIENCE)
    try {
      return await text('-', () => clearTimeout(patience))
    } finally {
      clearTimeout(patience)
    }
  }

  return {
    text,
    bytes,
    async prompt({ operands, files, ignoresStdin, isAsked }) {
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
      if (!ignoresStdin && !isTaken && isPiped())
        parts.push(await pipedText(isAsked || operands.length > 0 || files.length > 0))
      const said = parts.map((part) => withoutLineEnds(part)).filter((part) => part.trim() !== '')
      return said.length > 0 ? said.join('\n\n') : undefined
    },
  }
}

async function whole(sources: readonly AsyncIterable<Uint8Array>[], onFirst: () => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for (const chunks of sources) {
    for await (const piece of chunks) {
      onFirst()
      // The next read overwrites what was read; a Buffer's slice would be no copy.
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

/** Whether standard input is a file, a pipe or a socket; a terminal and /dev/null are devices. */
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
