import { isObject, parseJson, stringify } from '../../json/json.js'
import { leavesIn, watch, type Leaf } from '../../json/scalars.js'
import type { EventParser } from '../parse-events.js'
import type { Slot, Template } from './template.js'
import { isSame, singleDelta, withWords, wordsOf, type SingleDeltaChunk } from './text-chunk.js'

/** A block that is one event, and the chunk that was parsed from its data. */
export interface SseBlock {
  readonly text: string
  readonly data: string
  readonly event: string
  readonly chunk: SingleDeltaChunk
}

/** No template is inferred for data with more scalars: the search would cost more than it saves. */
const MAX_SCALARS = 200
/** The maximum number of strings that equal the words and are tried as their slot. */
const MAX_CANDIDATES = 4

/** A slot and its offsets in the data. */
interface SlotAt {
  readonly slot: Slot
  readonly from: number
  readonly to: number
}

/**
 * Returns the template of `block`: which parts of its text are fixed, and which may vary while it still parses to the same chunk with
 * other words. Undefined if that cannot be proved. A value that differs from the previous block is a slot too, unless reading the chunk
 * accesses it.
 *
 * Why this is safe: (1) in JSON, replacing one scalar changes only that value, and white space changes nothing; (2) the chunk is read
 * again with other words and compared, and a dialect must not inspect the words except for emptiness; (3) a property that was never
 * accessed cannot have influenced the result.
 */
export function inferTemplate(block: SseBlock, before: SseBlock, read: EventParser['object']): Template | undefined {
  const { text, data, event, chunk } = block
  if (!isPlain(text, data)) return undefined
  const leaves = leavesIn(data)
  if (leaves.length > MAX_SCALARS) return undefined
  const words = stringify(wordsOf(chunk))
  const expected = withWords(chunk, `${wordsOf(chunk)}.`)
  const { changed, blanks } = changes(leaves, data, before.data)

  for (const leaf of leaves.filter(({ from, to }) => data.slice(from, to) === words).slice(0, MAX_CANDIDATES)) {
    const { from, to } = leaf
    const variant = parseJson(`${data.slice(0, to - 1)}.${data.slice(to - 1)}`)
    if (!isObject(variant)) continue
    const accessed = new Set([leaf])
    for (const one of changed) if (one !== leaf) watch(variant, one, () => accessed.add(one))
    const reparsed = singleDelta(read(variant, event))
    if (!reparsed || !isSame(reparsed, expected)) continue
    const wordsSlot: SlotAt = { slot: 'words', from: from + 1, to: to - 1 }
    const unread = changed.filter((one) => !accessed.has(one)).flatMap((one) => slotOf(one, data))
    const places = [wordsSlot, ...unread, ...blanks].toSorted((a, b) => a.from - b.from)
    return templateOf(text, data, places)
  }
  return undefined
}

/** Returns true if the block is one data line, perhaps after an event line, so that nothing else in it can vary. */
function isPlain(text: string, data: string): boolean {
  return text.endsWith(`${data}\n\n`) && /^(?:event:[^\n]*\n)?data: ?$/.test(text.slice(0, -data.length - 2))
}

/** Returns the scalars whose text differs between two texts of the same shape, and the slots for white space at the end if that differs. */
function changes(leaves: readonly Leaf[], data: string, other: string): { changed: Leaf[]; blanks: SlotAt[] } {
  const others = leavesIn(other)
  const none = { changed: [], blanks: [] }
  if (others.length !== leaves.length) return none
  const changed: Leaf[] = []
  let [at, otherAt] = [0, 0]
  for (const [index, leaf] of leaves.entries()) {
    const { from, to } = others[index] ?? leaf
    if (data.slice(at, leaf.from) !== other.slice(otherAt, from)) return none
    if (data.slice(leaf.from, leaf.to) !== other.slice(from, to)) changed.push(leaf)
    at = leaf.to
    otherAt = to
  }
  const end = data.slice(at)
  if (end === other.slice(otherAt) || !/^[ }\]]*$/.test(end)) return { changed, blanks: [] }
  const blanks = Array.from(end.trimEnd().matchAll(/ *(?=[}\]])/g), ({ 0: blank, index }): SlotAt => {
    return { slot: 'blanks', from: at + index, to: at + index + blank.length }
  })
  return { changed, blanks }
}

/** Returns the slot for a scalar that varies; `true`, `false` and `null` are never slots. */
function slotOf({ from, to }: Leaf, data: string): SlotAt[] {
  if (data[from] === '"') return [{ slot: 'string', from: from + 1, to: to - 1 }]
  return /[-\d]/.test(data[from] ?? '') ? [{ slot: 'number', from, to }] : []
}

/** Splits the text of a block around the slots in its data. */
function templateOf(text: string, data: string, places: readonly SlotAt[]): Template {
  const start = text.length - 2 - data.length
  const ends = [0, ...places.map(({ to }) => start + to)]
  const pieces = ends.map((end, index) => {
    const place = places[index]
    return text.slice(end, place && start + place.from)
  })
  return { literals: pieces, slots: places.map(({ slot }) => slot) }
}
