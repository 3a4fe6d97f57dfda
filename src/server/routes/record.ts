import { rm } from 'node:fs/promises'
import type { Connections } from '../../client/connect.js'
import { heartbeat } from '../../client/heartbeat.js'
import type { HttpResponse } from '../../client/http.js'
import type { Dialect } from '../../core/answer/dialect.js'
import { StreamError } from '../../core/errors/error.js'
import { isEventStreamType } from '../../core/http/media-type.js'
import type { HttpRequest } from '../../core/http/http-request.js'
import { recordingIn } from '../../recordings/load.js'
import { isCut, keptHeaders, metaFileOf } from '../../recordings/metadata.js'
import { recorder } from '../../recordings/recorder.js'
import { indexRecording, type RecordingIndex, type IndexedRecording } from '../../recordings/recording-index.js'
import type { Reply } from '../reply.js'
import type { ApiRequest } from '../request.js'

/** Milliseconds without a byte from the upstream after which the client gets a comment, so that it doesn't time out. */
const HEARTBEAT_INTERVAL = 15_000

/** The upstream for requests without a recording, and the folder for its answers. */
export interface RecordUpstream {
  readonly folder: string
  readonly connections: Connections
  /** Returns the request to the upstream, and the secrets in it. */
  call(path: string, request: ApiRequest): { readonly call: HttpRequest; readonly secrets: readonly string[] }
}

export interface RecordOptions {
  readonly dialects: readonly Dialect[]
  /** Called if an answer could not be recorded. */
  warn(message: string): void
}

/** Forwards a request. The answer goes to the client and to the recorder as it arrives. The new recording replaces those in `failed`. */
export async function recordReply(
  request: ApiRequest,
  index: RecordingIndex,
  failed: readonly IndexedRecording[],
  { folder, connections, call: forward }: RecordUpstream,
  { dialects, warn }: RecordOptions,
  signal: AbortSignal,
): Promise<Reply> {
  // Loaded on demand, because undici takes longer to load than everything else.
  const { send } = await import('../../client/http.js')
  const { call, secrets } = forward(request.api.path, request)
  const { pathname, search } = call.url
  const recording = recorder(folder, { method: 'POST', path: pathname + search, body: request.body }, secrets)
  const disconnect = new AbortController()

  async function commit() {
    try {
      const file = recording.finish()
      if (file === undefined) return
      index.replace(indexRecording(await recordingIn(file), dialects), failed)
      for (const { file: old } of failed) for (const name of [old, metaFileOf(old)]) await rm(name, { force: true })
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      warn(error.message)
    }
  }

  async function* forwardBody({ body, headers }: HttpResponse): Reply['body'] & AsyncGenerator<Uint8Array | string> {
    const isStream = isEventStreamType(headers.get('content-type'))
    try {
      yield* isStream ? heartbeat(body(), HEARTBEAT_INTERVAL, () => disconnect.abort()) : body()
    } finally {
      await commit()
    }
  }

  try {
    const either = AbortSignal.any([signal, disconnect.signal])
    const response = await send(call, { connections, signal: either, observer: recording, denyLinkLocal: true })
    const { status, headers } = response
    return {
      name: `from ${call.url.host}, recorded`,
      status,
      headers: keptHeaders(headers),
      body: forwardBody(response),
    }
  } catch (error) {
    recording.finish()
    throw error
  }
}

/** Returns true if the recorded answer failed, so that the request should be sent again. */
export function hasFailed({ meta, failure }: IndexedRecording): boolean {
  return meta?.status !== 200 || isCut(meta) || failure !== undefined
}
