/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'guard.ts',
    what: 'any name of this machine will do',
    from: 'isOurs(host, port) ?',
    to: 'host ?',
    row: 108,
  },
  {
    file: 'guard.ts',
    what: 'a web page may post what a form can',
    from: "isMediaType(String(headers['content-type'] ?? ''), 'application/json')",
    to: "headers['content-type'] !== undefined",
    row: 108,
  },
  {
    file: 'deliver.ts',
    what: 'a cut looks like an end',
    from: 'else socket?.destroySoon()',
    to: 'else response.end()',
    row: 113,
  },
]
