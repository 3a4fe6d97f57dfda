import type { Metadata } from '../../src/recordings/metadata.js'

/** Returns the metadata of a complete recording with these chunks; `rest` overrides other fields. */
export function metaWith(chunks: Metadata['chunks'], rest: Partial<Metadata> = {}): Metadata {
  return {
    recorded: '2026-11-21T12:00:00.000Z',
    request: { method: 'POST', path: '/api/v1/chat/completions', body: {} },
    status: 200,
    headers: {},
    chunks,
    end: 'whole',
    ...rest,
  }
}
