/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'json.ts',
    what: 'a nested member is taken for a member of the object',
    from: 'if (depth === 1 && JSON.parse(string) === name)',
    to: 'if (JSON.parse(string) === name)',
  },
  {
    file: 'json.ts',
    what: 'an array counts as an object',
    from: ' && !Array.isArray(value)',
    to: '',
  },
  {
    file: 'json.ts',
    what: '1e999 counts as a number',
    from: "typeof value === 'number' && Number.isFinite(value)",
    to: "typeof value === 'number'",
  },
  {
    file: 'tokens.ts',
    what: 'a snapshot may end in half a surrogate pair',
    from: '? unit : at',
    to: '? at : at',
  },
  {
    file: 'tokens.ts',
    what: 'an unfinished number counts as finished',
    from: " && open.length === 0) endScalar('')",
    to: ") endScalar('')",
  },
  {
    file: 'path.ts',
    what: 'a path matches below other members',
    from: 'parent.isOnPath && step !== undefined && matchesStep(step, parent)',
    to: 'step !== undefined && matchesStep(step, parent)',
  },
  {
    file: 'value.ts',
    what: '__proto__ changes the prototype',
    from: "if (name !== '__proto__') object[name] = value",
    to: 'if (name) object[name] = value',
    tests: ['core/json/tokens'],
  },
  {
    file: 'start.ts',
    what: 'a brace in prose starts JSON',
    from: '(?=[ \\t\\r\\n]*["}])|',
    to: '|',
  },
  {
    file: 'scalars.ts',
    what: 'reading a missing member is not recorded',
    from: 'if (!object || value === undefined) onRead()',
    to: 'if (!object || value === undefined) return',
  },
  {
    file: 'merge.ts',
    what: 'an empty value replaces one with content',
    from: 'return known === undefined || !isEmpty(value) ? value : known',
    to: 'return value',
    tests: ['core/json/merge', 'filters/fold/fold'],
  },
  {
    file: 'merge.ts',
    what: '__proto__ changes the prototype of an assembled object',
    from: "names.includes('__proto__') ? names.filter((name) => name !== '__proto__') : names",
    to: 'names',
  },
]
