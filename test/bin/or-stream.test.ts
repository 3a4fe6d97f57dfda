import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { few } from '../support/size.js'
import { program, shell, start } from '../support/spawn.js'
import { stream, upstream } from '../support/upstream.js'
import { ANSWER } from '../support/wire.js'

const KEY = 'sk-or-v1-0123456789abcdef'

const cwd = folderWith({
  'a.txt': 'from a file\n',
  'b.txt': 'from another',
  'talk.json': '[{"role":"user","content":"hello"},{"role":"assistant","content":"hi"}]',
  'body.json': '{"model": "test/model", "messages": []}\n',
  'body-streams.json': ' { "stream": true, "n": 1.0 }\n',
  'list.json': '[]',
  'latin1.txt': Buffer.from([0x66, 0xfc, 0x72]),
})

const user = (content: string) => ({ role: 'user', content })
const asking = (content: string, rest: object = {}) => ({
  model: 'openrouter/auto',
  messages: [user(content)],
  ...rest,
  stream: true,
})

interface Row {
  readonly title: string
  readonly args: readonly string[]
  readonly input?: string
  readonly env?: Record<string, string>
  readonly body: object | string
}

const rows: readonly Row[] = [
  { title: 'a prompt', args: ['Why?'], body: asking('Why?') },
  { title: 'several words', args: ['Why', 'is', 'it'], body: asking('Why is it') },
  { title: 'a number stays as it was typed', args: ['1e3'], body: asking('1e3') },
  {
    title: 'other words that look like values are text',
    args: ['007', '0x10', 'true', 'null'],
    body: asking('007 0x10 true null'),
  },
  { title: 'what looks like an option, after --', args: ['--', '-x', '--model'], body: asking('-x --model') },
  { title: 'Japanese', args: ['空はなぜ青い？'], body: asking('空はなぜ青い？') },
  { title: 'a piped prompt', args: [], input: 'piped\n', body: asking('piped') },
  { title: 'piped text is joined to the argument', args: ['first'], input: 'piped\n', body: asking('first\n\npiped') },
  {
    title: '- stands for standard input',
    args: ['a', '-', 'b'],
    input: 'piped\n',
    body: asking('a\n\npiped\n\nb'),
  },
  { title: 'nothing is read with -n', args: ['-n', 'first'], input: 'piped\n', body: asking('first') },
  { title: 'nothing is read with --no-stdin', args: ['first', '--no-stdin'], input: 'x', body: asking('first') },
  { title: 'an empty pipe adds nothing', args: ['first'], input: '\n', body: asking('first') },
  { title: '-f keeps the prompt', args: ['-f', 'a.txt', 'Sum up'], body: asking('Sum up\n\nfrom a file') },
  { title: '-f twice', args: ['-f', 'a.txt', '-f', 'b.txt'], body: asking('from a file\n\nfrom another') },
  { title: '-f and a pipe', args: ['-f', 'a.txt', 'x'], input: 'y', body: asking('x\n\nfrom a file\n\ny') },
  { title: '-m', args: ['-m', 'test/model', 'x'], body: { ...asking('x'), model: 'test/model' } },
  {
    title: 'the last of two options wins',
    args: ['-m', 'a/b', '-m', 'c/d', 'x'],
    body: { ...asking('x'), model: 'c/d' },
  },
  {
    title: '-s',
    args: ['-s', 'Be brief', 'x'],
    body: { ...asking('x'), messages: [{ role: 'system', content: 'Be brief' }, user('x')] },
  },
  {
    title: '-s @file',
    args: ['-s', '@b.txt', 'x'],
    body: { ...asking('x'), messages: [{ role: 'system', content: 'from another' }, user('x')] },
  },
  {
    title: '--messages, then the prompt',
    args: ['--messages', 'talk.json', 'go on'],
    body: { ...asking(''), messages: [user('hello'), { role: 'assistant', content: 'hi' }, user('go on')] },
  },
  {
    title: '--messages from a pipe',
    args: ['--messages', '-'],
    input: '[{"role":"user","content":"hello"}]',
    body: asking('hello'),
  },
  {
    title: '-t and --max-tokens',
    args: ['-t', '0.5', '--max-tokens', '10', 'x'],
    body: asking('x', { temperature: 0.5, max_tokens: 10 }),
  },
  {
    title: '-o: JSON, text, dots',
    args: [
      '-o',
      'seed=7',
      '-o',
      'user=null',
      '-o',
      'stop=a=b',
      '-o',
      'provider.sort=price',
      '-o',
      'provider.only=["x"]',
      'x',
    ],
    body: asking('x', { seed: 7, user: null, stop: 'a=b', provider: { sort: 'price', only: ['x'] } }),
  },
  { title: '-o beats an option', args: ['-t', '1', '-o', 'temperature=0', 'x'], body: asking('x', { temperature: 0 }) },
  { title: 'it always streams', args: ['-o', 'stream=false', 'x'], body: asking('x') },
  {
    title: 'the environment',
    args: ['x'],
    env: { OPENROUTER_MODEL: 'env/model', OPENROUTER_TEMPERATURE: '0.1', OPENROUTER_MAX_TOKENS: '5' },
    body: { ...asking('x', { temperature: 0.1, max_tokens: 5 }), model: 'env/model' },
  },
  {
    title: 'options beat the environment',
    args: ['-m', 'flag/model', '-t', '1', '--max-tokens', '6', 'x'],
    env: { OPENROUTER_MODEL: 'env/model', OPENROUTER_TEMPERATURE: 'no number', OPENROUTER_MAX_TOKENS: '5' },
    body: { ...asking('x', { temperature: 1, max_tokens: 6 }), model: 'flag/model' },
  },
  {
    title: 'an empty variable counts as none',
    args: ['x'],
    env: { OPENROUTER_MODEL: '', OPENROUTER_TEMPERATURE: '', OPENROUTER_MAX_TOKENS: '' },
    body: asking('x'),
  },
  { title: '--body', args: ['--body', 'body.json'], body: { model: 'test/model', messages: [], stream: true } },
  {
    title: '--body that streams is sent unchanged',
    args: ['--body', 'body-streams.json'],
    body: '{ "stream": true, "n": 1.0 }',
  },
  { title: '--body from a pipe', args: ['--body', '-'], input: '{"n":2}', body: { n: 2, stream: true } },
  {
    title: 'no variable touches a --body',
    args: ['--body', 'body.json'],
    env: { OPENROUTER_MODEL: 'env/model', OPENROUTER_TEMPERATURE: 'no number', OPENROUTER_MAX_TOKENS: '5' },
    body: { model: 'test/model', messages: [], stream: true },
  },
]

const text = (body: object | string) => (typeof body === 'string' ? body : JSON.stringify(body))

test.each(few(rows, 12))('--dry-run: $title', async ({ args, body, env = {}, input }) => {
  const options = { cwd, env, ...(input === undefined ? {} : { input }) }
  expect(await program('or-stream', ['--dry-run', ...args], options)).toEqual({
    stdout: `${text(body)}\n`,
    stderr: '',
    status: 0,
  })
})

test('a long prompt and a long attachment are sent unchanged', async () => {
  const lines = Array.from({ length: 12_000 }, (_, line) => `Zeile ${line} für dich 日本\n`).join('')
  const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  const bytes = Buffer.from([...png, ...Array.from({ length: 200_000 }, (_, at) => (at * 31) % 251)])
  const long = folderWith({ 'long.txt': lines, 'long.png': bytes })
  const { stdout } = await program('or-stream', ['--dry-run', '-n', '-f', 'long.txt', '-a', 'long.png', 'x'], {
    cwd: long,
  })
  const { messages } = JSON.parse(stdout) as { messages: { content: object[] }[] }
  expect(messages.map(({ content }) => content)).toEqual([
    [
      { type: 'text', text: `x\n\n${lines.trimEnd()}` },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${bytes.toString('base64')}` } },
    ],
  ])
})

test('--dry-run prints the body that would be sent, and sends nothing', async () => {
  const server = await upstream(stream(ANSWER))
  const env = { OPENROUTER_BASE_URL: server.url }
  const args = ['-m', 'test/model', '-o', 'seed=7', 'Why?']
  const dry = await program('or-stream', ['--dry-run', ...args], { env })
  expect(server.requests).toEqual([])
  expect(await program('or-stream', args, { env })).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
  expect(server.requests.map(({ body }) => `${body}\n`)).toEqual([dry.stdout])
})

const HEADERS = {
  accept: 'text/event-stream',
  'accept-encoding': 'identity',
  connection: expect.stringMatching(/^(keep-alive|close)$/),
  'content-length': expect.stringMatching(/^\d+$/),
  'content-type': 'application/json',
  host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
  'user-agent': expect.stringMatching(/^or-stream/),
  'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
}

const NO_KEY = { OPENROUTER_API_KEY: undefined }

const heads: readonly { title: string; args?: string[]; env?: Record<string, string>; headers: object }[] = [
  { title: 'no key', headers: {} },
  { title: 'a key', env: { OPENROUTER_API_KEY: KEY }, headers: { authorization: `Bearer ${KEY}` } },
  { title: 'blanks around it', env: { OPENROUTER_API_KEY: ` ${KEY}\n` }, headers: { authorization: `Bearer ${KEY}` } },
  {
    title: 'the app',
    env: { OPENROUTER_HTTP_REFERER: 'https://app.example', OPENROUTER_APP_TITLE: 'An app' },
    headers: { 'http-referer': 'https://app.example', 'x-openrouter-title': 'An app' },
  },
  {
    title: '-H adds',
    args: ['-H', 'X-One: 1', '-H', 'x-two:2', '-H', 'X-Three: a: b'],
    headers: { 'x-one': '1', 'x-two': '2', 'x-three': 'a: b' },
  },
  {
    title: '-H beats ours',
    args: ['-H', 'Authorization: Basic abc', '-H', 'USER-AGENT: mine'],
    env: { OPENROUTER_API_KEY: KEY },
    headers: { authorization: 'Basic abc', 'user-agent': 'mine' },
  },
]

test.each(few(heads, 4))('the request as received: $title', async ({ args = [], env = {}, headers }) => {
  const server = await upstream(stream(ANSWER))
  const ended = await program('or-stream', ['--base-url', server.url, ...args, 'Why?'], { env: { ...NO_KEY, ...env } })
  expect({ ...ended, requests: server.requests }).toEqual({
    stdout: ANSWER,
    stderr: '',
    status: 0,
    requests: [
      {
        method: 'POST',
        path: '/api/v1/chat/completions',
        headers: { ...HEADERS, ...headers },
        body: JSON.stringify(asking('Why?')),
      },
    ],
  })
})

test('--base-url overrides its variable, and a trailing slash is ignored', async () => {
  const [asked, other] = [await upstream(stream(ANSWER)), await upstream(stream(ANSWER))]
  const env = { OPENROUTER_BASE_URL: other.url }
  await program('or-stream', ['--base-url', `${asked.url}/`, 'x'], { env })
  await program('or-stream', ['x'], { env: { OPENROUTER_BASE_URL: `${asked.url}//` } })
  expect([...asked.requests, ...other.requests].map(({ path }) => path)).toEqual([
    '/api/v1/chat/completions',
    '/api/v1/chat/completions',
  ])
})

test('-v logs the URL and the source of each setting, but never the key', async () => {
  const server = await upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-generation-id': 'gen-7' }).end(ANSWER)
  })
  const env = { OPENROUTER_API_KEY: KEY, OPENROUTER_MODEL: 'env/model' }
  expect(await program('or-stream', ['-v', '--base-url', server.url, '-t', '1', 'x'], { env })).toEqual({
    stdout: ANSWER,
    stderr: expect.stringMatching(
      new RegExp(
        `^or-stream: POST ${server.url}/chat/completions \\(.*\\bmodel env/model from OPENROUTER_MODEL, temperature 1 from --temperature\\)\n` +
          'or-stream: HTTP 200, generation gen-7\n(or-stream: .*\n)*$',
      ),
    ),
    status: 0,
  })
})

const NO_PROMPT = 'usage: no prompt given (pass it as an argument or on standard input)'
const TWO_PROMPTS = 'usage: --body is the whole request; it cannot be combined with a prompt or other request options'

test.each([
  [[], NO_PROMPT, 64],
  [[''], NO_PROMPT, 64],
  [['-t', 'hot', 'x'], 'usage: --temperature takes a number, not "hot"', 64],
  [['-t', '', 'x'], 'usage: --temperature takes a number, not ""', 64],
  [['--max-tokens', '1k', 'x'], 'usage: --max-tokens takes a number, not "1k"', 64],
  [['-o', 'seed', 'x'], 'usage: -o takes key=value, not "seed"', 64],
  [['-o', '=1', 'x'], 'usage: -o takes key=value, not "=1"', 64],
  [['-f', 'nowhere.txt', 'x'], 'no_input: nowhere.txt: No such file or directory', 66],
  [['-f', '.', 'x'], 'no_input: .: Is a directory', 66],
  [['-f', 'latin1.txt', 'x'], 'bad_data: latin1.txt is not text (invalid UTF-8)', 65],
  [['-s', '@nowhere.txt', 'x'], 'no_input: nowhere.txt: No such file or directory', 66],
  [['--messages', 'nowhere.json'], 'no_input: nowhere.json: No such file or directory', 66],
  [['--messages', 'a.txt'], 'bad_data: --messages is not a JSON array of objects', 65],
  [['--messages', 'body.json'], 'bad_data: --messages is not a JSON array of objects', 65],
  [['--body', 'nowhere.json'], 'no_input: nowhere.json: No such file or directory', 66],
  [['--body', 'a.txt'], 'bad_data: --body is not a JSON object', 65],
  [['--body', 'list.json'], 'bad_data: --body is not a JSON object', 65],
  [['--body', 'body.json', 'x'], TWO_PROMPTS, 64],
  [['--body', 'body.json', '-f', 'a.txt'], TWO_PROMPTS, 64],
  [['--body', 'body.json', '--messages', 'talk.json'], TWO_PROMPTS, 64],
  [['--modle', 'x'], 'usage: unknown option --modle (did you mean --model?)', 64],
] as const)('%j is refused before anything is sent', async (args, line, status) => {
  const server = await upstream(stream(ANSWER))
  const ended = await program('or-stream', args, { cwd, env: { OPENROUTER_BASE_URL: server.url } })
  expect({ ...ended, requests: server.requests }).toEqual({
    stdout: '',
    stderr: `or-stream: ${line}\n`,
    status,
    requests: [],
  })
})

test('-o with a file name gets a hint on how to save the stream', async () => {
  expect(await program('or-stream', ['--dry-run', '-o', 'out.sse', 'x'], { trailer: false })).toEqual({
    stdout: '',
    stderr: expect.stringMatching(/^or-stream: usage: -o takes key=value, not "out\.sse"; to keep the stream .+\n$/),
    status: 64,
  })
})

test.each([
  ['OPENROUTER_TEMPERATURE', 'warm'],
  ['OPENROUTER_MAX_TOKENS', 'ten'],
])('%s=%s exits 78', async (variable, value) => {
  expect(await program('or-stream', ['--dry-run', 'x'], { env: { [variable]: value }, trailer: false })).toEqual({
    stdout: '',
    stderr: `or-stream: bad_config: ${variable} must be a number, not "${value}"\n`,
    status: 78,
  })
})

const KEY_HINT =
  'set OPENROUTER_API_KEY (https://openrouter.ai/keys), or run or-serve and set OPENROUTER_BASE_URL to the URL that it prints'

test.each([
  ['none', {}, `no_key: OpenRouter needs an API key: ${KEY_HINT}`],
  ['blank', { OPENROUTER_API_KEY: ' ' }, `no_key: OpenRouter needs an API key: ${KEY_HINT}`],
  [
    'none for another host',
    { OPENROUTER_BASE_URL: 'https://llm.example/v1' },
    `no_key: llm.example needs an API key: ${KEY_HINT}`,
  ],
  [
    'with a newline in it',
    { OPENROUTER_API_KEY: 'sk-or\nx' },
    'no_key: the key has a line break at position 6, which a key cannot have',
  ],
  [
    'with an umlaut',
    { OPENROUTER_API_KEY: 'süß' },
    'no_key: the key has a non-ASCII character at position 2, which a key cannot have',
  ],
  [
    'with a blank in it',
    { OPENROUTER_API_KEY: 'Bearer sk-or' },
    'no_key: the key has white space at position 7, which a key cannot have',
  ],
])('an invalid key: %s', async (_, env, line) => {
  expect(await program('or-stream', ['x'], { env: { ...NO_KEY, ...env } })).toEqual({
    stdout: '',
    stderr: `or-stream: ${line}\n`,
    status: 78,
  })
})

const keys = folderWith({
  blank: '\r\n',
  env: `OPENROUTER_API_KEY=${KEY}\n`,
  quoted: `"${KEY}"\n`,
  latin1: Buffer.from([0x73, 0xfc, 0x6b]),
  good: `${KEY}\r\n`,
})

const ENV_LINE = 'the key has an equals sign at position 19, which a key cannot have; write only the key, not NAME=key'

test.each([
  ['nowhere', 'no_input: key file nowhere: No such file or directory', 66],
  ['.', 'no_input: key file .: Is a directory', 66],
  ['blank', 'no_key: key file blank: the file is empty', 78],
  ['env', `no_key: key file env: ${ENV_LINE}`, 78],
  [
    'quoted',
    'no_key: key file quoted: the key has a quotation mark at position 1, which a key cannot have; write the key without quotes',
    78,
  ],
  ['latin1', 'bad_data: key file latin1 is not text (invalid UTF-8)', 65],
  [`sk-or-v1-${'0a1b2c3d'.repeat(8)}`, 'no_input: key file [secret]: No such file or directory', 66],
])('--api-key-file %s', async (file, line, status) => {
  const expected = { stdout: '', stderr: `or-stream: ${line}\n`, status }
  expect(await program('or-stream', ['-n', '--api-key-file', file, 'x'], { cwd: keys, env: NO_KEY })).toEqual(expected)
  const env = { ...NO_KEY, OPENROUTER_API_KEY_FILE: file }
  expect(await program('or-stream', ['-n', 'x'], { cwd: keys, env })).toEqual(expected)
})

test.each([
  ['the key of a file without its line end', ['--api-key-file', 'good'], `Bearer ${KEY}`],
  [
    'a header beats a key file, which is not read',
    ['--api-key-file', 'nowhere', '-H', 'Authorization: Basic x'],
    'Basic x',
  ],
])('%s', async (_, args, authorization) => {
  const server = await upstream(stream(ANSWER))
  const ended = await program('or-stream', ['-n', '--base-url', server.url, ...args, 'x'], { cwd: keys, env: NO_KEY })
  expect(ended).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
  expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([authorization])
})

const VISIBLE = 'a key in an argument is visible to other users; set OPENROUTER_API_KEY'

test.each([
  ['or-stream', ['--api-key', KEY, 'x'], `--api-key (${VISIBLE} or use --api-key-file)`],
  ['or-stream', [`--api-key=${KEY}`, 'x'], `--api-key (${VISIBLE} or use --api-key-file)`],
  ['or-stream', ['--apikey', KEY], `--apikey (${VISIBLE} or use --api-key-file)`],
  ['or-stream', ['--key', KEY], `--key (${VISIBLE} or use --api-key-file)`],
  ['or-stream', [`--token=${KEY}`], `--token (${VISIBLE} or use --api-key-file)`],
  ['or-serve', ['--api-key', KEY], `--api-key (${VISIBLE})`],
  ['sse-text', ['--api-key', KEY], '--api-key (see --help; write -- before an operand that begins with a dash)'],
])('%s %j is an unknown option', async (name, args, message) => {
  expect(await program(name, args)).toEqual({
    stdout: '',
    stderr: `${name}: usage: unknown option ${message}\n`,
    status: 64,
  })
})

const NOT_HTTP = (url: string) => `bad_config: the base URL must begin with https:// or http://, not "${url}"`

test.each([
  ['openrouter.ai/api/v1', NOT_HTTP('openrouter.ai/api/v1')],
  ['ftp://127.0.0.1/', NOT_HTTP('ftp://127.0.0.1/')],
  ['file:///etc/passwd', NOT_HTTP('file:///etc/passwd')],
  ['data:text/plain,x', NOT_HTTP('data:text/plain,x')],
  ['https://', 'bad_config: the base URL is not a valid URL: "https://"'],
  ['http://127.0.0.1:65536', 'bad_config: the base URL is not a valid URL: "http://127.0.0.1:65536"'],
  ['http://me:secret@127.0.0.1/', 'bad_config: the base URL must not contain a user name or a password'],
  ['http://127.0.0.1/?', 'bad_config: the base URL must not contain ? or #'],
  ['http://127.0.0.1/?key=1', 'bad_config: the base URL must not contain ? or #'],
])('an invalid base URL: %s', async (url, line) => {
  const expected = { stdout: '', stderr: `or-stream: ${line}\n`, status: 78 }
  expect(await program('or-stream', ['--base-url', url, 'x'])).toEqual(expected)
  expect(await program('or-stream', ['x'], { env: { OPENROUTER_BASE_URL: url } })).toEqual(expected)
})

test.each([
  ['X-One', 'usage: -H takes "Name: value"'],
  [': value', 'usage: -H takes "Name: value"'],
  ['X One: 1', 'usage: -H takes "Name: value"'],
  [`X-Key: ${KEY}\r\nX-Two: 2`, 'usage: the header X-Key contains a character that is not allowed in a header'],
])('an invalid header: %j', async (header, line) => {
  const env = { OPENROUTER_BASE_URL: 'http://127.0.0.1:1', OPENROUTER_API_KEY: KEY }
  expect(await program('or-stream', ['-H', header, 'x'], { env })).toEqual({
    stdout: '',
    stderr: `or-stream: ${line}\n`,
    status: 64,
  })
})

test('a missing key is reported without waiting for standard input', async () => {
  const child = start('or-stream', ['x'], { env: NO_KEY })
  expect(await child.ended).toMatchObject({ stdout: '', status: 78 })
})

test('standard input that is not UTF-8 exits 65', async () => {
  const server = await upstream(stream(ANSWER))
  const command = "printf 'not text: \\377' | or-stream x"
  expect(await shell(command, { env: { OPENROUTER_BASE_URL: server.url } })).toEqual({
    stdout: ': or-stream status=65 verdict=error code=bad_data told=1\n',
    stderr: 'or-stream: bad_data: standard input is not text (invalid UTF-8)\n',
    status: 65,
  })
})

test('standard input can only be used once', async () => {
  expect(
    await program('or-stream', ['--dry-run', '--messages', '-', 'x', '-'], { input: '[]', trailer: false }),
  ).toEqual({
    stdout: '',
    stderr: 'or-stream: usage: "-" stands for standard input and can be used once\n',
    status: 64,
  })
})

test('a terminal on standard input is not read', async () => {
  expect(await shell("script -qec 'or-stream --dry-run hello' /dev/null")).toEqual({
    stdout: `${JSON.stringify(asking('hello'))}\r\n`,
    stderr: '',
    status: 0,
  })
})

test('a file on standard input is read', async () => {
  expect(await shell('or-stream --dry-run first <a.txt', { cwd })).toEqual({
    stdout: `${JSON.stringify(asking('first\n\nfrom a file'))}\n`,
    stderr: '',
    status: 0,
  })
})

test('after two seconds without input, or-stream logs that it is waiting, names -n, and keeps waiting', async () => {
  const server = await upstream(stream(ANSWER))
  const child = start('or-stream', ['--base-url', server.url, 'first'])
  const notice = 'or-stream: waiting for standard input (use -n to ignore it)\n'
  await child.wrote(notice, 'stderr')
  expect(server.requests).toEqual([])
  child.feed('piped')
  child.close()
  expect({ ...(await child.ended), bodies: server.requests.map(({ body }) => body) }).toEqual({
    stdout: ANSWER,
    stderr: notice,
    status: 0,
    bodies: [JSON.stringify(asking('first\n\npiped'))],
  })
})

test('- is a valid value of a repeatable option', async () => {
  const ended = await program('or-stream', ['--dry-run', '-f', '-', 'x'], { input: 'piped' })
  expect(JSON.parse(ended.stdout)).toMatchObject({ messages: [{ role: 'user', content: 'x\n\npiped' }] })
})
