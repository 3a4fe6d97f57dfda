import type { OptionTable } from '../../cli/argv.js'

/** What or-serve can be told. */
export const serving = {
  port: { type: 'number', short: 'p', value: 'PORT', what: 'where to listen (default 8765; 0 takes a free port)' },
  speed: {
    type: 'text',
    value: 'NUMBER|max',
    what: 'the pace: 1 is the recorded one (default), 2 is twice that, max is at once',
  },
  record: { type: 'flag', what: 'ask upstream what no recording answers, and keep that in the folder' },
  upstream: { type: 'text', value: 'URL', what: 'whom --record asks (default https://openrouter.ai/api/v1)' },
  'client-key': { type: 'flag', what: "send the client's key upstream, in place of our own" },
  'insecure-http': { type: 'flag', what: 'allow an upstream with http:// beyond this machine' },
  faults: {
    type: 'text',
    value: 'LIST',
    what: 'what goes wrong, how often: 429=0.1,cut=0.05 (any status, cut, reset, stall, slow)',
  },
  seed: { type: 'number', value: 'NUMBER', what: 'the chance of --faults: the same seed, the same faults (default 1)' },
  cors: { type: 'text', value: 'ORIGIN', what: 'let web pages of this origin ask too' },
  drain: { type: 'duration', value: 'TIME', what: 'how long answers may go on once it is to end (default 3s)' },
} as const satisfies OptionTable
