import type { OptionTable } from '../../cli/command-line/option.js'
import { durationText } from '../../core/text/duration.js'
import { OPENROUTER } from '../../request/providers.js'
import { FAULT_NAMES } from '../../server/reply-faults.js'

export const SERVE_DEFAULTS = { port: 8765, speed: '1', seed: 1, drain: 3000 } as const

/** The options of or-serve. */
export const SERVE_OPTIONS = {
  port: {
    type: 'number',
    short: 'p',
    placeholder: 'PORT',
    description: 'listen on this port; 0 takes a free one',
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
    description: 'forward requests that have no recording, and record the answers in the folder',
  },
  upstream: {
    type: 'text',
    placeholder: 'URL',
    description: 'base URL to which --record forwards',
    default: OPENROUTER.baseUrl,
  },
  'client-key': { type: 'flag', description: 'forward with the API key of the client instead of our own' },
  'insecure-http': { type: 'flag', description: 'allow an http:// upstream on other hosts than this machine' },
  faults: {
    type: 'text',
    placeholder: 'LIST',
    description: `let answers fail at random, for example 429=0.1,cut=0.05; a fault is an HTTP error status, ${FAULT_NAMES.join(', ')}`,
  },
  seed: {
    type: 'number',
    placeholder: 'NUMBER',
    description: 'seed of --faults; the same seed gives the same faults',
    default: String(SERVE_DEFAULTS.seed),
  },
  cors: { type: 'text', placeholder: 'ORIGIN', description: 'let web pages of this origin send requests' },
  drain: {
    type: 'duration',
    placeholder: 'TIME',
    description: 'on shutdown, let answers go on for this long',
    default: durationText(SERVE_DEFAULTS.drain),
  },
} as const satisfies OptionTable
