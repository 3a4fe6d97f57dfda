/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'gemini/read.ts',
    what: 'a thought of Gemini counts as text',
    from: "part['thought'] === true ? 'reasoning' : 'text'",
    to: "'text'",
  },
  {
    file: 'gemini/assemble.ts',
    what: '__proto__ in a path of Gemini changes the prototype',
    from: "else if (step === '__proto__') return",
    to: '',
    tests: ['filters/fold/fold'],
  },
  {
    file: 'anthropic/read.ts',
    what: 'message_stop does not end the answer',
    from: "isFinal: type === 'message_stop'",
    to: 'isFinal: false',
  },
  {
    file: 'responses/read.ts',
    what: 'max_output_tokens is complete',
    from: "['max_output_tokens', 'length'],",
    to: '',
  },
]
