import { numberOf } from '../../core/json/json.js'
import { perAnswer, type Rule } from './rule.js'
import { CHOICE_RULES } from './choice-rules.js'
import { ENDING_RULES } from './ending-rules.js'
import { FRAMING_RULES } from './framing-rules.js'

/** All rules of `sse-check`. */
export const RULES: readonly Rule[] = [
  ...FRAMING_RULES,
  ...ENDING_RULES,
  ...CHOICE_RULES,
  {
    name: 'sequence-gap',
    what: 'The `sequence_number` of an event does not follow the previous one: events were lost, repeated or reordered.',
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
    what: 'The stream contains what looks like a key or a token of a known format: do not share a recording of it.',
    start: () => ({ secret: ({ found }) => `found what looks like ${found}` }),
  },
]
