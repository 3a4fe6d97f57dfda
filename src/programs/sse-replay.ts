import { player } from '../cli/player.js'
import { chain } from '../core/stream/stage.js'
import { dialects } from '../dialects/index.js'
import { cut, parseCuts } from '../recordings/faults/cuts.js'
import { FAULT_OPTIONS, streamFaults, injectFault } from '../recordings/faults/stream-faults.js'
import { chunksIn } from '../recordings/load.js'
import { asRead, asRecorded, atSpeed, parseSpeed, type Piece, type Pause } from '../recordings/pace.js'
import { stall } from '../recordings/faults/stall.js'

export const sseReplay = player({
  name: 'sse-replay',
  summary: 'Replays a recorded stream byte for byte: with its timing, in its chunks, or with faults.',
  options: {
    speed: {
      type: 'text',
      placeholder: 'NUMBER|max',
      description:
        'replay speed: 1 as recorded (50 events a second without timing), 2 twice as fast, max without delays',
      default: 'max',
    },
    chunk: {
      type: 'text',
      placeholder: 'SIZE',
      description: 'write pieces of SIZE bytes, pieces as recorded, or pieces of random:SEED sizes',
    },
    ...FAULT_OPTIONS,
    stall: {
      type: 'milliseconds',
      placeholder: 'MS',
      description: 'pause once for this long: after the first event, or after --cut-after',
    },
  },
  examples: [
    ['sse-replay --speed 1 answer.sse | sse-text', 'print an answer as fast as it was written'],
    ['sse-replay --chunk 1 answer.sse | my-parser', 'test a parser with single bytes'],
    ['sse-replay --no-done answer.sse | my-parser', 'test it with a truncated answer'],
    ['sse-replay --error 429 answer.sse | my-parser', 'test it with an error in the middle'],
  ],
  begin({ speed: typed = 'max', chunk, stall: pause, ...faulty }) {
    const speed = parseSpeed(typed)
    const cuts = chunk === undefined ? undefined : parseCuts(chunk)
    const keepsTime = cuts === 'recorded' || Number.isFinite(speed)
    const faults = streamFaults(faulty, dialects)
    const where = faulty['cut-after'] === undefined ? 'first event' : 'everything'
    return async (file) => {
      const fault = faults()
      const chunks = keepsTime && file !== undefined ? await chunksIn(file) : undefined
      const spoiled = chain(keepsTime ? asRecorded(chunks) : asRead(), injectFault(fault))
      const stalling = pause === undefined ? spoiled : chain(spoiled, stall(pause, where))
      return {
        stage: typeof cuts === 'function' ? chain(stalling, cut(cuts())) : stalling,
        isOver: fault.isOver,
        schedule: (pieces: AsyncIterable<Piece | Pause>, signal) => atSpeed(pieces, speed, signal),
      }
    }
  },
})
