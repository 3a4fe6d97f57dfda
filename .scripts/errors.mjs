// Generates docs/errors.md: the error codes, the JSON that --errors=json prints, and the trailer.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { DESCRIPTIONS as descriptions, FAILURES as failures, trailerLine } from '../dist/index.js'

const codes = Object.entries(failures).map(
  ([code, { status, retryable }]) =>
    `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${descriptions[code].when} | ${descriptions[code].advice} |`,
)

/** Descriptions of the details of an error, by their names in src/core/answer/provider-details.ts. */
const DETAILS = {
  http_status: 'the status that the server answered with, or that stands in the error event',
  retry_after_ms: 'the wait that the other side asks for',
  provider: 'the provider that failed',
  provider_code: 'its own code',
  model: 'the model that was asked',
  tried: 'the providers that were tried before',
  limit: 'the limit that was reached',
  limit_usd: 'how high it is',
  spend_usd: 'how much of it is spent',
  resets_at: 'when it begins anew',
  reason: 'why, in a word of the provider',
  flagged: 'what the prompt was flagged for',
  flagged_input: 'the words that were',
  patterns: 'the guardrail that stopped it',
  availability: 'why no provider was left, in a word of OpenRouter',
  constraint: 'the field of the request that left none',
  excluded_by: 'the settings that left none',
  fallback_models: 'models that would answer',
  remedy: 'what the provider advises',
  docs_url: 'where it says more',
  cause: 'of a `truncated` answer: how its connection broke, by a code of this table',
}

function checkDetails() {
  const source = readFileSync(new URL('../src/core/answer/provider-details.ts', import.meta.url), 'utf8')
  const [found = ''] = /const found: .*?\n {2}\}/s.exec(source) ?? []
  const undescribed = Array.from(found.matchAll(/^ {4}(\w+):/gm), ([, name]) => name).filter(
    (name) => !(name in DETAILS),
  )
  if (undescribed.join() !== 'retryable')
    throw new Error(`.scripts/errors.mjs does not describe the details ${undescribed.join(', ')}`)
}

/** An error response of OpenRouter. */
const ERROR_RESPONSE = {
  error: { code: 429, message: 'Provider returned error', metadata: { provider_name: 'Acme', raw: 'Slow down' } },
}

/** Runs or-stream against that response, and returns its JSON message and its trailer. */
async function example() {
  const server = createServer((_, response) => {
    response
      .writeHead(429, { 'content-type': 'application/json', 'retry-after': '20' })
      .end(JSON.stringify(ERROR_RESPONSE))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const program = new URL('../dist/bin/or-stream.cjs', import.meta.url).pathname
  const url = `http://127.0.0.1:${server.address().port}/api/v1`
  const args = ['--no-stdin', '--retry=0', '--errors=json', `--base-url=${url}`, 'Why?']
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: {} })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  server.close()
  const { code, status } = JSON.parse(stderr)
  if (stdout !== trailerLine({ status, verdict: 'error', code, reported: true }))
    throw new Error(`expected a trailer, not ${stdout}`)
  return { line: stderr.trim(), trailer: stdout.trim() }
}

/** Returns the document. */
export async function errors() {
  checkDetails()
  const { line, trailer } = await example()
  return `# Errors

Every failure has a code and a status. The status is for \`$?\`, the code says more; both are part of the interface, the words of a
message are not. On standard error it is one line, \`program: code: message\`. Made by \`npm run docs\` from the table that the programs use.

| code | status | again? | when | what one does |
| --- | --- | --- | --- | --- |
${codes.join('\n')}

"Again" tells whether the same call may succeed when it is made again; what the other side says of that beats the table.
\`or-stream\` makes it again by itself as long as no data event was written (\`--retry\`). Of several failures the worst decides the status:
a signal, 141, 74, then the error of the answer, 65, 76.

A pipeline has the status of its last program, and \`or-stream\` reports its failure to the next program, so no \`pipefail\` is needed if that
is one of ours. [The README](../README.md#exit-status) shows a script that looks at the status.

## \`--errors=json\`

Every program speaks JSON on standard error then, one object a line, warnings and remarks too:

\`\`\`json
${line}
\`\`\`

| key | what it is |
| --- | --- |
| \`tool\` | the program that speaks |
| \`level\` | \`error\`, \`warning\`, \`info\` (what it does: a retry, a wait), \`debug\` (with \`--verbose\`) |
| \`message\` | for people |
| \`code\`, \`status\`, \`retryable\` | of an \`error\`: as in the table above |
${Object.entries(DETAILS)
  .map(([name, what]) => `| \`${name}\` | ${what} |`)
  .join('\n')}

What is not known is left out; \`code\`, \`status\` and \`retryable\` are there in every \`error\`. Never in it: the key.

\`\`\`sh
(
  or-stream --errors=json "Why is the sky blue?" 2> errors.ndjson | sse-text
  status=$?
  jq -r 'select(.level == "error") | .code' errors.ndjson
  exit "$status"
)
\`\`\`

## The trailer

Where \`or-stream\` fails and a program reads it, the last line that it writes is a comment of SSE, which every parser passes over:

\`\`\`text
${trailer}
\`\`\`

| field | what it is |
| --- | --- |
| \`status\` | the status that \`or-stream\` leaves with, and with it every reader |
| \`verdict\` | \`truncated\`, \`empty\`, \`error\`, or with \`--fail-on\` \`length\`, \`filtered\` |
| \`code\` | the code of the table above |
| \`told\` | 1 if the failure was already reported on stderr, so that readers do not report it again |

No empty line follows, so that half an event before it stays half an event. It is not written to a file or a terminal, not after success,
and not with \`--no-trailer\`. Readers trust it with nothing but a failure: a status of 0, or one that no program has, is not taken,
and a trailer can make an answer worse, never better. \`sse-parse\` hands it on: \`{"comment":"${trailer.slice(2)}"}\`.
`
}
