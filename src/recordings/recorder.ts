import { rmSync } from 'node:fs'
import { StreamError } from '../core/errors/error.js'
import { mask } from '../core/secrets/mask.js'
import { errnoMessage, createError } from '../core/errors/errno.js'
import { keptHeaders, metaFileOf, type RecordedRequest } from './metadata.js'
import { recordingPath } from './file-name.js'
import { atomicFile, type AtomicFile } from './atomic-file.js'

/** Writes a response down while it comes. What fails here is told at the end, and disturbs nobody before. */
export interface Recorder {
  /** A response begins; what came of one before it is forgotten. */
  opened(status: number, headers: ReadonlyMap<string, string>): void
  push(bytes: Uint8Array): void
  /** The body has ended: it came whole, the reader had enough, or the failure cut it. Only the first call counts. */
  ended(end: 'whole' | 'enough' | StreamError): void
  /** Gives the recording its name, and tells it; undefined where no response came. Throws `no_output` or `write_failed`: then there is none. */
  finish(): string | undefined
}

/** How much of the meta is gathered before it is written. */
const GATHERED = 32 * 1024

/**
 * Records the response to a request into a file, or into a folder under a name of its own (see `fileFor`). Both parts have mode
 * 0600 and names of their own until they are whole; the `.sse` gets its real one last. The secrets are masked in both, and in
 * the body of a refusal the names of accounts. Throws `no_output` where the files can't be made.
 */
export function recorder(target: string, request: RecordedRequest, secrets: readonly string[]): Recorder {
  const began = performance.now()
  const recorded = new Date().toISOString()
  const file = recordingPath(target, recorded, request)
  const [sse, meta] = parts(file)
  let failure: StreamError | undefined
  let masked = mask({ secrets, accounts: false })
  let gathered = ''
  let chunks = 0
  let isOpen = false
  let isEnded = true

  function attempt(step: () => void) {
    if (failure) return
    try {
      step()
    } catch (error) {
      failure = new StreamError('write_failed', `${file}: ${errnoMessage(error)} (the recording is given up)`, {
        cause: error,
      })
      drop()
    }
  }

  function drop() {
    sse.discard()
    meta.discard()
  }

  function writeMeta(text: string, atMost = GATHERED) {
    gathered += text
    if (gathered.length < atMost) return
    meta.write(Buffer.from(gathered))
    gathered = ''
  }

  return {
    opened: (status, headers) =>
      attempt(() => {
        sse.empty()
        meta.empty()
        masked = mask({ secrets, accounts: status !== 200 })
        gathered = ''
        chunks = 0
        isOpen = true
        isEnded = false
        const members = Object.entries({ recorded, request, status, headers: keptHeaders(headers) })
        writeMeta(
          `{\n${members.map(([name, value]) => ` "${name}": ${spelled(value, secrets)},\n`).join('')} "chunks": [`,
        )
      }),
    push: (bytes) =>
      attempt(() => {
        for (const ready of masked.push(bytes)) sse.write(ready)
        writeMeta(`${chunks++ === 0 ? '' : ', '}[${Math.round(performance.now() - began)}, ${bytes.length}]`)
      }),
    ended(end) {
      if (isEnded) return
      isEnded = true
      attempt(() => {
        for (const ready of masked.end()) sse.write(ready)
        writeMeta(`],\n "end": "${typeof end === 'string' ? end : end.code}"\n}\n`, 0)
      })
    },
    finish() {
      if (failure) throw failure
      if (!isOpen) {
        drop()
        return undefined
      }
      try {
        // Never a new meta beside old bytes.
        rmSync(file, { force: true })
        meta.commit(metaFileOf(file))
        sse.commit(file)
      } catch (error) {
        drop()
        throw createError(error, file)
      }
      return file
    },
  }
}

function parts(file: string): [sse: AtomicFile, meta: AtomicFile] {
  let sse: AtomicFile | undefined
  try {
    sse = atomicFile(file)
    return [sse, atomicFile(metaFileOf(file))]
  } catch (error) {
    sse?.discard()
    throw createError(error, file)
  }
}

/** A value as JSON on one line, without a secret in it. */
function spelled(value: unknown, secrets: readonly string[]): string {
  const masked = mask({ secrets, accounts: false })
  const bytes = Buffer.from(JSON.stringify(value))
  return Buffer.concat([...masked.push(bytes), ...masked.end()]).toString()
}
