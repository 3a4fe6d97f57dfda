import type { Metadata } from '../../src/recordings/metadata.js'

/** The meta of a recording that is whole, with these chunks; another request or status where that matters. */
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
