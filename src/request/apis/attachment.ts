import { StreamError } from '../../core/errors/error.js'

/** A file that goes with the prompt. */
export interface Attachment {
  readonly kind: 'image' | 'document' | 'audio'
  readonly name: string
  readonly mediaType: string
  /** What audio APIs call the format: `wav`, `mp3` … */
  readonly format: string
  readonly base64: string
}

/** A file as it was read. Whoever reads it encodes it too, because JavaScript without Node takes forty times as long for that. */
export interface AttachedFile {
  readonly name: string
  readonly bytes: Uint8Array
  base64(): string
}

/** The largest file that is sent, 20 MiB: about what the providers take. */
const MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024

type Sign = readonly [kind: Attachment['kind'], mediaType: string, format: string, at: number, bytes: string]

/** How each type begins (bytes as Latin-1 text, at an offset); the content tells, never the name. */
const SIGNS: readonly Sign[] = [
  ['image', 'image/png', 'png', 0, '\u0089PNG\r\n\u001a\n'],
  ['image', 'image/jpeg', 'jpeg', 0, '\u00ff\u00d8\u00ff'],
  ['image', 'image/gif', 'gif', 0, 'GIF8'],
  ['image', 'image/webp', 'webp', 8, 'WEBP'],
  ['document', 'application/pdf', 'pdf', 0, '%PDF-'],
  ['audio', 'audio/wav', 'wav', 8, 'WAVE'],
  ['audio', 'audio/mpeg', 'mp3', 0, 'ID3'],
  ['audio', 'audio/mpeg', 'mp3', 0, '\u00ff\u00fb'],
  ['audio', 'audio/mpeg', 'mp3', 0, '\u00ff\u00f3'],
  ['audio', 'audio/flac', 'flac', 0, 'fLaC'],
  ['audio', 'audio/ogg', 'ogg', 0, 'OggS'],
  ['audio', 'audio/mp4', 'm4a', 4, 'ftypM4A'],
]

/** Reads what a file is from its first bytes. Throws `bad_data` for a type that no model takes, `too_large` over the limit. */
export function attachment({ name, bytes, base64 }: AttachedFile): Attachment {
  if (bytes.length > MAX_ATTACHMENT_BYTES) {
    throw new StreamError(
      'too_large',
      `${name} has ${bytes.length} bytes; an attachment can have ${MAX_ATTACHMENT_BYTES}`,
    )
  }
  const head = latin1(bytes.subarray(0, 16))
  const sign = SIGNS.find(([, , , at, begin]) => head.startsWith(begin, at))
  if (!sign)
    throw new StreamError('bad_data', `${name} is no image, PDF or audio file that can be attached; for text use -f`)
  const [kind, mediaType, format] = sign
  return { kind, name: name.replace(/^.*\//, ''), mediaType, format, base64: base64() }
}

/** An attachment as a data URL. */
export function dataUrl({ mediaType, base64 }: Attachment): string {
  return `data:${mediaType};base64,${base64}`
}

/** One character for each byte. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
