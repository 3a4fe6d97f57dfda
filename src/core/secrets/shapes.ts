/**
 * Patterns of keys that can be recognised by their form alone: a name, the prefix, the rest. Masked keys (`sk-or-v1-ab…yz`) and
 * placeholders do not match.
 */
export const SECRET_SHAPES: readonly (readonly [name: string, beginning: RegExp, rest: RegExp])[] = [
  ['an OpenRouter key', /sk-or-v1-/, /[\da-f]{24,}/],
  ['an Anthropic key', /sk-ant-/, /(?=[\w-]*\d)[\w-]{24,}/],
  ['an OpenAI project key', /sk-(?:proj|svcacct|admin)-/, /(?=[\w-]*\d)[\w-]{24,}/],
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

/** Not inside a longer word, where the base64 text of an image may match by chance. In JSON, a line end is written as `\n`. */
const WORD_START = String.raw`(?<=^|[^\w+/-]|\\[bfnrt])`

const SHAPES = SECRET_SHAPES.map(
  ([name, beginning, rest]) => [name, new RegExp(`${WORD_START}${beginning.source}${rest.source}(?![\\w-])`)] as const,
)
/** Tested first, because it takes a fraction of the time. */
const ANY_BEGINNING = new RegExp(alternation(SECRET_SHAPES.map(([, beginning]) => beginning)))
const ANY_SECRET = new RegExp(alternation(SHAPES.map(([, shape]) => shape)), 'g')
/** Matches a secret that an excerpt has cut off. */
const ANY_CUT = new RegExp(`${WORD_START}${ANY_BEGINNING.source}[^\\s"]*…`, 'g')

function alternation(patterns: readonly RegExp[]): string {
  return `(?:${patterns.map(({ source }) => source).join('|')})`
}

/** Returns the name of a secret in the text, or undefined if it contains none. */
export function secretIn(text: string): string | undefined {
  return ANY_BEGINNING.test(text) ? SHAPES.find(([, shape]) => shape.test(text))?.[0] : undefined
}

/** Replaces every secret in the text by `[secret]`, also one that an excerpt has cut off. */
export function withoutSecrets(text: string): string {
  return text.replace(ANY_SECRET, '[secret]').replace(ANY_CUT, '[secret]…')
}
