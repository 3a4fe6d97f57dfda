// Generates docs/check.md: the rules of sse-check.
import { RULES as rules } from '../dist/index.js'

const rows = rules.map(({ name, what }) => `| \`${name}\` | ${what} |`)

/** Returns the document. */
export function check() {
  return `# The rules of sse-check

What \`sse-check\` looks for in a stream, beside its verdict. Made by \`npm run docs\` from the table that the program uses.

| rule | what is wrong |
| --- | --- |
${rows.join('\n')}

A finding is a warning: the exit status is that of the verdict, unless \`--pedantic\` is given. It names the line of the stream where
its block begins, of NDJSON the line itself; of the end of an answer the line of its last event. A rule is told twenty times of one
stream; one more finding counts the rest. Input in which there is nothing of a stream has no findings: the failure says what it is.
No message repeats a secret, neither one of a finding nor that of a failure.
`
}
