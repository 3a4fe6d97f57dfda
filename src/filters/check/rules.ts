import { numberOf } from '../../core/json/json.js'
import { perAnswer, type Rule } from './rule.js'
import { CHOICE_RULES } from './choice-rules.js'
import { ENDING_RULES } from './ending-rules.js'
import { FRAMING_RULES } from './framing-rules.js'

/** All that a stream is looked at for. */
export const RULES: readonly Rule[] = [
  ...FRAMING_RULES,
  ...ENDING_RULES,
  ...CHOICE_RULES,
  {
    name: 'sequence-gap',
    what: 'The `sequence_number` of an event is not the one after the last: events were lost, repeated or shuffled.',
    start: perAnswer(() => {
      let last: number | undefined
      return {
        chunk({ json }) {
          const number = numberOf(json['sequence_number'])
          if (number === undefined) return undefined
          const before = last
          last = number
          return before !== undefined && number !== before + 1
            ? `sequence_number goes from ${before} to ${number}`
            : undefined
        },
      }
    }),
  },
  {
    name: 'secret',
    what: 'Something looks like a key or a token of a known shape: a recording with it is not to be shared.',
    start: () => ({ secret: ({ found }) => `here stands what looks like ${found}` }),
  },
]
