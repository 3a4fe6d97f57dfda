import { rmSync } from 'node:fs'
import { StreamError } from '../core/errors/error.js'
import { mask } from '../core/secrets/mask.js'
import { errnoMessage, createError } from '../core/errors/errno.js'
import { keptHeaders, metaFileOf, type RecordedRequest } from './metadata.js'
import { recordingPath } from './file-name.js'
import { atomicFile, type AtomicFile } from './atomic-file.js'

/** Records a response while it arrives. A failure to write is only reported by `finish`, so that it does not disturb the answer. */
export interface Recorder {
  /** Starts a response. Discards an earlier one. */
  opened(status: number, headers: ReadonlyMap<string, string>): void
  push(bytes: Uint8Array): void
  /** Called at the end of the body: `whole`, `enough` if the reader stopped it, or the failure that cut it. Only the first call counts. */
  ended(end: 'whole' | 'enough' | StreamError): void
  /**
   * Completes the recording and returns its file, or undefined if there was no response. Throws `no_output` or `write_failed`; then there
   * is no recording.
   */
  finish(): string | undefined
}

/** Characters of metadata that are buffered before a write. */
const META_BUFFER = 32 * 1024

/**
 * Records the response to a request into a file, or into a new file in a folder (see `recordingPath`). The recording and its metadata have
 * mode 0600 and temporary names until they are complete; the `.sse` file is renamed last. Secrets are masked in both, and account names in
 * the body of an error response. Throws `no_output` if the files can't be created.
 */
export function recorder(target: string, request: RecordedRequest, secrets: readonly string[]): Recorder {
  const startTime = performance.now()
  const recorded = new Date().toISOString()
  const file = recordingPath(target, recorded, request)
  const [sse, meta] = createFiles(file)
  let failure: StreamError | undefined
  let masked = mask({ secrets, accounts: false })
  let bufferedMeta = ''
  let chunks = 0
  let isOpen = false
  let isEnded = true

  function attempt(step: () => void) {
    if (failure) return
    try {
      step()
    } catch (error) {
      failure = new StreamError('write_failed', `${file}: ${errnoMessage(error)} (recording stopped)`, {
        cause: error,
      })
      discard()
    }
  }

  function discard() {
    sse.discard()
    meta.discard()
  }

  function writeMeta(text: string, limit = META_BUFFER) {
    bufferedMeta += text
    if (bufferedMeta.length < limit) return
    meta.write(Buffer.from(bufferedMeta))
    bufferedMeta = ''
  }

  return {
    opened: (status, headers) =>
      attempt(() => {
        sse.truncate()
        meta.truncate()
        masked = mask({ secrets, accounts: status !== 200 })
        bufferedMeta = ''
        chunks = 0
        isOpen = true
        isEnded = false
        const members = Object.entries({ recorded, request, status, headers: keptHeaders(headers) })
        writeMeta(
          `{\n${members.map(([name, value]) => ` "${name}": ${maskedJson(value, secrets)},\n`).join('')} "chunks": [`,
        )
      }),
    push: (bytes) =>
      attempt(() => {
        for (const ready of masked.push(bytes)) sse.write(ready)
        writeMeta(`${chunks++ === 0 ? '' : ', '}[${Math.round(performance.now() - startTime)}, ${bytes.length}]`)
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
        discard()
        return undefined
      }
      try {
        // Delete the old recording first, so that new metadata is never beside old bytes.
        rmSync(file, { force: true })
        meta.commit(metaFileOf(file))
        sse.commit(file)
      } catch (error) {
        discard()
        throw createError(error, file)
      }
      return file
    },
  }
}

function createFiles(file: string): [sse: AtomicFile, meta: AtomicFile] {
  let sse: AtomicFile | undefined
  try {
    sse = atomicFile(file)
    return [sse, atomicFile(metaFileOf(file))]
  } catch (error) {
    sse?.discard()
    throw createError(error, file)
  }
}

/** Returns a value as JSON on one line, with its secrets masked. */
function maskedJson(value: unknown, secrets: readonly string[]): string {
  const masked = mask({ secrets, accounts: false })
  const bytes = Buffer.from(JSON.stringify(value))
  return Buffer.concat([...masked.push(bytes), ...masked.end()]).toString()
}
