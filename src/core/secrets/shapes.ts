/**
 * What keys look like that are known by their shape alone: the name, how it begins, how it goes on. A masked key (`sk-or-v1-ab…yz`)
 * is none, and neither is a placeholder.
 */
export const SECRET_SHAPES: readonly (readonly [name: string, beginning: RegExp, rest: RegExp])[] = [
  ['an OpenRouter key', /sk-or-v1-/, /[\da-f]{24,}/],
  ['an Anthropic key', /sk-ant-/, /(?=[\w-]*\d)[\w-]{24,}/],
  ['an OpenAI key of a project', /sk-(?:proj|svcacct|admin)-/, /(?=[\w-]*\d)[\w-]{24,}/],
  ['an OpenAI key', /sk-/, /(?=[a-zA-Z]*\d)[a-zA-Z\d]{24,}/],
  ['a Groq key', /gsk_/, /[a-zA-Z\d]{40,}/],
  ['an xAI key', /xai-/, /[a-zA-Z\d]{60,}/],
  ['a Google key', /AIza/, /[\w-]{35}/],
  ['a Hugging Face token', /hf_/, /[a-zA-Z\d]{30,}/],
  ['an AWS access key', /A(?:KI|SI)A/, /(?!\w*EXAMPLE)[A-Z\d]{16}/],
  ['a GitHub token', /gh[opsur]_/, /[a-zA-Z\d]{36,}/],
  ['a GitHub token', /github_pat_/, /\w{50,}/],
  ['a GitLab token', /glpat-/, /[\w-]{20,}/],
  ['an npm token', /npm_/, /[a-zA-Z\d]{36}/],
  ['a Slack token', /xox[abeoprs]-/, /\d[\w-]{20,}/],
  ['a Stripe key', /[rs]k_live_/, /[a-zA-Z\d]{20,}/],
  ['a bearer token', /[Bb]earer /, /(?=[\w.~+/-]*\d)[\w.~+/-]{20,}=*/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY/, /-----/],
]

/** Not in the middle of a longer word, as it may stand in an image by chance; JSON spells the line end before it as `\n`. */
const ALONE = String.raw`(?<=^|[^\w+/-]|\\[bfnrt])`

const shapes = SECRET_SHAPES.map(
  ([name, beginning, rest]) => [name, new RegExp(`${ALONE}${beginning.source}${rest.source}(?![\\w-])`)] as const,
)
/** Looked for first, for it takes a fraction of the time. */
const anyBeginning = new RegExp(joined(SECRET_SHAPES.map(([, beginning]) => beginning)))
const any = new RegExp(joined(shapes.map(([, shape]) => shape)), 'g')
/** What an excerpt has cut off. */
const anyCut = new RegExp(`${ALONE}${anyBeginning.source}[^\\s"]*…`, 'g')

function joined(patterns: readonly RegExp[]): string {
  return `(?:${patterns.map(({ source }) => source).join('|')})`
}

/** The name of a secret that a text has in it, where it has one. */
export function secretIn(text: string): string | undefined {
  return anyBeginning.test(text) ? shapes.find(([, shape]) => shape.test(text))?.[0] : undefined
}

/** The text with every secret in it put out of sight, and what an excerpt left of one. */
export function withoutSecrets(text: string): string {
  return text.replace(any, '[secret]').replace(anyCut, '[secret]…')
}
