import { rm } from 'node:fs/promises'
import type { Connections } from '../../client/connect.js'
import { heartbeat } from '../../client/heartbeat.js'
import type { HttpResponse } from '../../client/http.js'
import type { Dialect } from '../../core/answer/dialect.js'
import { StreamError } from '../../core/errors/error.js'
import { isEventStreamType } from '../../core/http/media-type.js'
import type { HttpRequest } from '../../core/http/request.js'
import { recordingIn } from '../../recordings/load.js'
import { isCut, keptHeaders, metaFileOf } from '../../recordings/metadata.js'
import { recorder } from '../../recordings/recorder.js'
import { indexRecording, type RecordingIndex, type IndexedRecording } from '../../recordings/recording-index.js'
import type { Reply } from '../reply.js'
import type { ApiRequest } from '../request.js'

/** A client gets a comment after this long without a byte from the upstream, so that it doesn't give up. Milliseconds. */
const SILENCE = 15_000

/** The upstream that is asked if no recording answers a request, and the folder for its answers. */
export interface RecordUpstream {
  readonly folder: string
  readonly connections: Connections
  /** Returns the call that forwards a request, and the secrets in it. */
  call(path: string, request: ApiRequest): { readonly call: HttpRequest; readonly secrets: readonly string[] }
}

export interface RecordOptions {
  readonly dialects: readonly Dialect[]
  /** Called if an answer could not be recorded. */
  warn(sentence: string): void
}

/** Forwards a request. The answer goes to the client and to the recorder as it comes; the recording replaces those in `failed`. */
export async function recordReply(
  request: ApiRequest,
  shelf: RecordingIndex,
  failed: readonly IndexedRecording[],
  { folder, connections, call: calling }: RecordUpstream,
  { dialects, warn }: RecordOptions,
  signal: AbortSignal,
): Promise<Reply> {
  // Loaded on demand, because it takes longer than all the rest.
  const { send } = await import('../../client/http.js')
  const { call, secrets } = calling(request.api.path, request)
  const { pathname, search } = call.url
  const recording = recorder(folder, { method: 'POST', path: pathname + search, body: request.body }, secrets)
  const leaving = new AbortController()

  async function keep() {
    try {
      const file = recording.finish()
      if (file === undefined) return
      shelf.replace(indexRecording(await recordingIn(file), dialects), failed)
      for (const { file: old } of failed) for (const gone of [old, metaFileOf(old)]) await rm(gone, { force: true })
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      warn(error.message)
    }
  }

  async function* through({ body, headers }: HttpResponse): Reply['body'] & AsyncGenerator<Uint8Array | string> {
    const isStream = isEventStreamType(headers.get('content-type'))
    try {
      yield* isStream ? heartbeat(body(), SILENCE, () => leaving.abort()) : body()
    } finally {
      await keep()
    }
  }

  try {
    const either = AbortSignal.any([signal, leaving.signal])
    const answer = await send(call, { connections, signal: either, observer: recording, denyLinkLocal: true })
    const { status, headers } = answer
    return { name: `from ${call.url.host}, recorded`, status, headers: keptHeaders(headers), body: through(answer) }
  } catch (error) {
    recording.finish()
    throw error
  }
}

/** Returns true if a recording is of something that went wrong, and that may go well the next time. */
export function hasFailed({ meta, failure }: IndexedRecording): boolean {
  return meta?.status !== 200 || isCut(meta) || failure !== undefined
}
