import { StreamError } from '../../core/errors/error.js'

/** A file that is sent with the prompt. */
export interface Attachment {
  readonly kind: 'image' | 'document' | 'audio'
  readonly name: string
  readonly mediaType: string
  /** The name of the format in audio APIs: `wav`, `mp3` … */
  readonly format: string
  readonly base64: string
}

/** The content of a file. The caller encodes it in Base64 with Node, because JavaScript without Node takes forty times as long. */
export interface AttachedFile {
  readonly name: string
  readonly bytes: Uint8Array
  base64(): string
}

/** 20 MiB, about the limit of the providers. */
const MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024

type Signature = readonly [kind: Attachment['kind'], mediaType: string, format: string, at: number, bytes: string]

/** The signature of each type: bytes as Latin-1 text, at an offset. The file name does not count. */
const SIGNATURES: readonly Signature[] = [
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

/** Detects the type of a file by its first bytes. Throws `bad_data` for an unknown type, `too_large` if the file exceeds the limit. */
export function attachment({ name, bytes, base64 }: AttachedFile): Attachment {
  if (bytes.length > MAX_ATTACHMENT_BYTES) {
    throw new StreamError(
      'too_large',
      `${name} has ${bytes.length} bytes; the limit for an attachment is ${MAX_ATTACHMENT_BYTES}`,
    )
  }
  const head = latin1(bytes.subarray(0, 16))
  const signature = SIGNATURES.find(([, , , at, begin]) => head.startsWith(begin, at))
  if (!signature)
    throw new StreamError('bad_data', `${name} is not an image, PDF or audio file of a supported type; use -f for text`)
  const [kind, mediaType, format] = signature
  return { kind, name: name.replace(/^.*\//, ''), mediaType, format, base64: base64() }
}

/** Returns an attachment as a data URL. */
export function dataUrl({ mediaType, base64 }: Attachment): string {
  return `data:${mediaType};base64,${base64}`
}

/** Returns one character for each byte. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
