// docs/terminal.svg: the demo, run in a terminal and drawn as a picture.
// usage: npm run recording      with --check nothing is written, and the exit status is 1 if the picture would change
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const PICTURE = new URL('../docs/terminal.svg', import.meta.url)
const COLUMNS = 84
const [FONT, LINE, CHARACTER, MARGIN, BAR] = [13, 18, 7.8, 18, 34]
/** The commands of the demo, without its closing remarks. */
const END = 'The answer came from a sample'
/** Seconds: before a command, and for each line of its output. */
const [PAUSE, STEP] = [0.9, 0.09]

/** Returns what the demo writes on a terminal, without the closing remarks. */
function terminalOutput() {
  // script(1) gives it a terminal; --return makes the exit status that of the demo.
  const { status, stdout, stderr } = spawnSync(
    'script',
    ['--quiet', '--return', '--command', 'sh .scripts/demo.sh', '/dev/null'],
    { cwd: new URL('..', import.meta.url), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  if (status !== 0) throw new Error(`the demo exited ${status}: ${stdout}${stderr}`)
  return stdout.slice(0, stdout.indexOf(END)).replaceAll('\r', '').trimEnd()
}

/** Breaks a line between words, as the answer is easier to read so; a terminal breaks in the middle of them. */
function wrapped(line) {
  const lines = ['']
  for (const word of line.split(/(?<= )/)) {
    if (lines.at(-1).length + word.trimEnd().length > COLUMNS) lines.push('')
    lines[lines.length - 1] += word
  }
  return lines.map((part) => part.trimEnd())
}

/** Spells a text in XML. Not every renderer keeps several spaces, so they are no-break spaces. */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('  ', '\u00a0\u00a0')

/** Draws one line, which appears at a time of the animation. */
function drawn(line, row, at) {
  const isCommand = line.startsWith('$ ')
  const isMessage = /^[a-z]+-[a-z]+: /.test(line)
  const kind = isCommand ? ' c' : isMessage ? ' m' : ''
  const length = (line.length * CHARACTER).toFixed(1)
  const y = BAR + MARGIN + row * LINE
  return `<text class="l${kind}" x="${MARGIN}" y="${y}" textLength="${length}" style="animation-delay:${at.toFixed(2)}s">${escaped(line)}</text>`
}

function picture(output) {
  const lines = output.split('\n').flatMap(wrapped)
  let at = 0
  const texts = lines.flatMap((line, row) => {
    at += line.startsWith('$ ') && row > 0 ? PAUSE : STEP
    return line === '' ? [] : [drawn(line, row, at)]
  })
  const width = Math.ceil(COLUMNS * CHARACTER + 2 * MARGIN)
  const height = BAR + lines.length * LINE + 2 * MARGIN - 10
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A terminal: or-stream asks why the sky is blue, sse-text prints the answer, sse-usage its tokens and cost, and an answer that was cut exits 76">
<style>
.l { font: ${FONT}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d4d9e0; animation: show .01s both }
.c { fill: #7ee0b0; font-weight: 600 }
.m { fill: #ffb070 }
@keyframes show { from { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { .l { animation: none } }
</style>
<rect width="${width}" height="${height}" rx="9" fill="#171a21" stroke="#3a404c"/>
<circle cx="${MARGIN}" cy="18" r="5" fill="#4a5160"/><circle cx="${MARGIN + 17}" cy="18" r="5" fill="#4a5160"/><circle cx="${MARGIN + 34}" cy="18" r="5" fill="#4a5160"/>
${texts.join('\n')}
</svg>
`
}

const made = picture(terminalOutput())
if (!process.argv.includes('--check')) writeFileSync(PICTURE, made)
else if (readFileSync(PICTURE, 'utf8') !== made) {
  console.error('docs/terminal.svg does not show what the demo prints: run npm run recording')
  process.exitCode = 1
}
