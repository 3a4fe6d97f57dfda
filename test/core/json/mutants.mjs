/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'json.ts',
    what: 'a member of a member is taken for one',
    from: 'if (depth === 1 && JSON.parse(string) === name)',
    to: 'if (JSON.parse(string) === name)',
  },
  {
    file: 'json.ts',
    what: 'a list is an object',
    from: ' && !Array.isArray(value)',
    to: '',
  },
  {
    file: 'json.ts',
    what: '1e999 is a number',
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
    what: 'a number that is cut is one',
    from: " && open.length === 0) endScalar('')",
    to: ") endScalar('')",
  },
  {
    file: 'path.ts',
    what: 'a path leads astray',
    from: 'parent.isOnPath && step !== undefined && fits(step, parent)',
    to: 'step !== undefined && fits(step, parent)',
  },
  {
    file: 'value.ts',
    what: '__proto__ is no name like others',
    from: "if (name !== '__proto__') object[name] = value",
    to: 'if (name) object[name] = value',
    tests: ['core/json/tokens'],
  },
  {
    file: 'start.ts',
    what: 'a brace in prose begins JSON',
    from: '(?=[ \\t\\r\\n]*["}])|',
    to: '|',
  },
  {
    file: 'scalars.ts',
    what: 'a leaf that is not there is not asked for',
    from: 'if (!object || value === undefined) asked()',
    to: 'if (!object || value === undefined) return',
  },
]
