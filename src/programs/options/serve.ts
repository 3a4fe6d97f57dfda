import type { OptionTable } from '../../cli/command-line/option.js'
import { durationText } from '../../core/text/duration.js'
import { OPENROUTER } from '../../request/providers.js'
import { FAULT_NAMES } from '../../server/reply-faults.js'

export const SERVE_DEFAULTS = { port: 8765, speed: '1', seed: 1, drain: 3000 } as const

/** Options of or-serve. */
export const SERVE_OPTIONS = {
  port: {
    type: 'number',
    short: 'p',
    placeholder: 'PORT',
    description: 'listen on this port; 0 selects a free port',
    default: String(SERVE_DEFAULTS.port),
  },
  speed: {
    type: 'text',
    placeholder: 'NUMBER|max',
    description: 'replay speed: 1 as recorded, 2 twice as fast, max without delays',
    default: SERVE_DEFAULTS.speed,
  },
  record: {
    type: 'flag',
    description: 'forward requests that have no recording, and record the answers in the folder that is the operand',
  },
  upstream: {
    type: 'text',
    placeholder: 'URL',
    description: 'forward requests to this base URL (with --record)',
    default: OPENROUTER.baseUrl,
  },
  'client-key': { type: 'flag', description: 'forward the API key of the client instead of using our own' },
  'insecure-http': { type: 'flag', description: 'allow an http:// upstream on hosts other than this machine' },
  faults: {
    type: 'text',
    placeholder: 'LIST',
    description: `inject faults at random, for example 429=0.1,cut=0.05 (name and probability); a fault is an HTTP error status, ${FAULT_NAMES.join(', ')}`,
  },
  seed: {
    type: 'number',
    placeholder: 'NUMBER',
    description: 'seed for --faults; the same seed gives the same faults',
    default: String(SERVE_DEFAULTS.seed),
  },
  cors: { type: 'text', placeholder: 'ORIGIN', description: 'allow requests from web pages of this origin' },
  drain: {
    type: 'duration',
    placeholder: 'TIME',
    description: 'on shutdown, wait this long for unfinished answers',
    default: durationText(SERVE_DEFAULTS.drain),
  },
} as const satisfies OptionTable
