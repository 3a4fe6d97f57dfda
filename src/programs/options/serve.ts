import type { OptionTable } from '../../cli/argv.js'

/** What or-serve can be told. */
export const SERVE_OPTIONS = {
  port: {
    type: 'number',
    short: 'p',
    placeholder: 'PORT',
    description: 'where to listen (default 8765; 0 takes a free port)',
  },
  speed: {
    type: 'text',
    placeholder: 'NUMBER|max',
    description: 'the pace: 1 is the recorded one (default), 2 is twice that, max is at once',
  },
  record: { type: 'flag', description: 'ask upstream what no recording answers, and keep that in the folder' },
  upstream: {
    type: 'text',
    placeholder: 'URL',
    description: 'whom --record asks (default https://openrouter.ai/api/v1)',
  },
  'client-key': { type: 'flag', description: "send the client's key upstream, in place of our own" },
  'insecure-http': { type: 'flag', description: 'allow an upstream with http:// beyond this machine' },
  faults: {
    type: 'text',
    placeholder: 'LIST',
    description: 'what goes wrong, how often: 429=0.1,cut=0.05 (any status, cut, reset, stall, slow)',
  },
  seed: {
    type: 'number',
    placeholder: 'NUMBER',
    description: 'the chance of --faults: the same seed, the same faults (default 1)',
  },
  cors: { type: 'text', placeholder: 'ORIGIN', description: 'let web pages of this origin ask too' },
  drain: {
    type: 'duration',
    placeholder: 'TIME',
    description: 'how long answers may go on once it is to end (default 3s)',
  },
} as const satisfies OptionTable
