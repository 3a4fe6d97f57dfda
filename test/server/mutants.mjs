/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'guard.ts',
    what: 'any Host header is accepted',
    from: 'isThisServer(host, port) ?',
    to: 'host ?',
    row: 108,
  },
  {
    file: 'router.ts',
    what: 'a form of a web page may post',
    from: "isMediaType(String(headers['content-type'] ?? ''), 'application/json')",
    to: "headers['content-type'] !== undefined",
    row: 108,
  },
  {
    file: 'router.ts',
    what: 'a path below any base is served',
    from: 'path === base + route.path',
    to: 'path.startsWith(base) && path.endsWith(route.path)',
  },
  {
    file: 'deliver.ts',
    what: 'a cut ends the response properly',
    from: 'else socket?.destroySoon()',
    to: 'else response.end()',
    row: 113,
  },
]
