import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import { attachment, dataUrl } from '../../../src/request/apis/attachment.js'

function file(name: string, bytes: Buffer) {
  return { name, bytes, base64: () => bytes.toString('base64') }
}

function bytesOf(latin1: string): Buffer {
  return Buffer.from(latin1, 'latin1')
}

test.each([
  ['PNG', '\u0089PNG\r\n\u001a\n', 'image', 'image/png', 'png'],
  ['JPEG', '\u00ff\u00d8\u00ff\u00e0', 'image', 'image/jpeg', 'jpeg'],
  ['GIF', 'GIF89a', 'image', 'image/gif', 'gif'],
  ['WebP', 'RIFF\0\0\0\0WEBPVP8 ', 'image', 'image/webp', 'webp'],
  ['PDF', '%PDF-1.7\n', 'document', 'application/pdf', 'pdf'],
  ['WAV', 'RIFF\0\0\0\0WAVEfmt ', 'audio', 'audio/wav', 'wav'],
  ['MP3 with a tag', 'ID3\u0004', 'audio', 'audio/mpeg', 'mp3'],
  ['MP3', '\u00ff\u00fb\u0090', 'audio', 'audio/mpeg', 'mp3'],
  ['MP3 of MPEG 2', '\u00ff\u00f3\u0090', 'audio', 'audio/mpeg', 'mp3'],
  ['FLAC', 'fLaC\0', 'audio', 'audio/flac', 'flac'],
  ['Ogg', 'OggS\0', 'audio', 'audio/ogg', 'ogg'],
  ['M4A', '\0\0\0\u0020ftypM4A ', 'audio', 'audio/mp4', 'm4a'],
])('%s is detected by its content, not by its name', (_, begin, kind, mediaType, format) => {
  const found = attachment(file('folder/a.txt', bytesOf(begin)))
  const base64 = Buffer.from(begin, 'latin1').toString('base64')
  expect(found).toEqual({ kind, name: 'a.txt', mediaType, format, base64 })
  expect(dataUrl(found)).toBe(`data:${mediaType};base64,${base64}`)
})

test.each([
  ['nothing', ''],
  ['text', 'Hello'],
  ['a signature at the wrong offset', ' %PDF-1.7'],
  ['half a signature', '\u0089PNG'],
])('a file of an unknown type is refused: %s', (_, begin) => {
  const message = 'a.png is not an image, PDF or audio file of a supported type; use -f for text'
  expect(() => attachment(file('a.png', bytesOf(begin)))).toThrow(new StreamError('bad_data', message))
})

test('a file that exceeds the limit is refused', () => {
  const bytes = Buffer.alloc(20 * 1024 * 1024 + 1)
  bytes.set(bytesOf('%PDF-'))
  expect(attachment(file('a.pdf', bytes.subarray(0, -1))).kind).toBe('document')
  expect(() => attachment(file('a.pdf', bytes))).toThrow(expect.objectContaining({ code: 'too_large' }))
})
