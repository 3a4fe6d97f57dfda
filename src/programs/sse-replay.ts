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
        'replay speed: 1 as recorded (50 events per second if no timing was recorded), 2 twice as fast, max without delays',
      default: 'max',
    },
    chunk: {
      type: 'text',
      placeholder: 'SIZE|recorded|random:SEED',
      description: 'write in pieces of SIZE bytes, of the recorded sizes, or of random sizes',
    },
    ...FAULT_OPTIONS,
    stall: {
      type: 'milliseconds',
      placeholder: 'MS',
      description: 'pause once for this long, after the first event or after --cut-after',
    },
  },
  examples: [
    ['sse-replay --speed 1 answer.sse | sse-text', 'print an answer as fast as it was recorded'],
    ['sse-replay --chunk 1 answer.sse | my-parser', 'test a parser with one byte at a time'],
    ['sse-replay --no-done answer.sse | my-parser', 'test a parser with a truncated answer'],
    ['sse-replay --error 429 answer.sse | my-parser', 'test a parser with an error in mid-stream'],
  ],
  begin({ speed: speedText = 'max', chunk, stall: pause, ...faultOptions }) {
    const speed = parseSpeed(speedText)
    const cuts = chunk === undefined ? undefined : parseCuts(chunk)
    const usesTiming = cuts === 'recorded' || Number.isFinite(speed)
    const faults = streamFaults(faultOptions, dialects)
    const where = faultOptions['cut-after'] === undefined ? 'first event' : 'everything'
    return async (file) => {
      const fault = faults()
      const chunks = usesTiming && file !== undefined ? await chunksIn(file) : undefined
      const faulty = chain(usesTiming ? asRecorded(chunks) : asRead(), injectFault(fault))
      const stage = pause === undefined ? faulty : chain(faulty, stall(pause, where))
      return {
        stage: typeof cuts === 'function' ? chain(stage, cut(cuts())) : stage,
        isOver: fault.isOver,
        schedule: (pieces: AsyncIterable<Piece | Pause>, signal) => atSpeed(pieces, speed, signal),
      }
    }
  },
})
