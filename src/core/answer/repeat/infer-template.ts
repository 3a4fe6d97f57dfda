import type { Template, Slot } from './template.js'
import { isObject, parseJson, stringify } from '../../json/json.js'
import { leavesIn, watch, type Leaf } from '../../json/scalars.js'
import type { EventParser } from '../parse-events.js'
import { isSame, singleDelta, withWords, wordsOf, type SingleDeltaChunk } from './text-chunk.js'

/** A block of a stream that is one event, and the chunk that was read in its data. */
export interface SseBlock {
  readonly text: string
  readonly data: string
  readonly event: string
  readonly chunk: SingleDeltaChunk
}

/** What has more leaves than this has no frame, for the search would take longer than is gained. */
const MOST_LEAVES = 200
/** How many of the strings that are as the words are tried out. */
const MOST_TRIES = 4

/** A place in data where something else may stand. */
interface Place {
  readonly hole: Slot
  readonly from: number
  readonly to: number
}

/**
 * The frame of a block, whose texts are all the same chunk around other words; undefined where it can't be told. What differs
 * from the block `before`, and isn't asked for when the chunk is read, is a hole in it too.
 *
 * Why they are: in JSON, another string or number in the place of one changes the value in that place and nothing else, and blanks
 * change nothing. The words are tried out: with others in their place the same chunk is read around these, and a dialect asks of
 * its words only whether there are any. A value that was not asked for meanwhile can be any other, because what is read
 * depends on nothing but what was asked for.
 */
export function inferTemplate(block: SseBlock, before: SseBlock, read: EventParser['object']): Template | undefined {
  const { text, data, event, chunk } = block
  if (!isPlain(text, data)) return undefined
  const leaves = leavesIn(data)
  if (leaves.length > MOST_LEAVES) return undefined
  const words = stringify(wordsOf(chunk))
  const expected = withWords(chunk, `${wordsOf(chunk)}.`)
  const { changed, blanks } = changes(leaves, data, before.data)

  for (const leaf of leaves.filter(({ from, to }) => data.slice(from, to) === words).slice(0, MOST_TRIES)) {
    const { from, to } = leaf
    const tried = parseJson(`${data.slice(0, to - 1)}.${data.slice(to - 1)}`)
    if (!isObject(tried)) continue
    const asked = new Set([leaf])
    for (const one of changed) if (one !== leaf) watch(tried, one, () => asked.add(one))
    const again = singleDelta(read(tried, event))
    if (!again || !isSame(again, expected)) continue
    const own: Place = { hole: 'words', from: from + 1, to: to - 1 }
    const idle = changed.filter((one) => !asked.has(one)).flatMap((one) => placeOf(one, data))
    const places = [own, ...idle, ...blanks].toSorted((a, b) => a.from - b.from)
    return framed(text, data, places)
  }
  return undefined
}

/** Whether a block is a line of its data, perhaps under one with its name, so that nothing else in it may be another. */
function isPlain(text: string, data: string): boolean {
  return text.endsWith(`${data}\n\n`) && /^(?:event:[^\n]*\n)?data: ?$/.test(text.slice(0, -data.length - 2))
}

/** The leaves in which data differs from other data of the same shape, and what may be blank at its end, where it differs in that. */
function changes(leaves: readonly Leaf[], data: string, other: string): { changed: Leaf[]; blanks: Place[] } {
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
  const blanks = Array.from(end.trimEnd().matchAll(/ *(?=[}\]])/g), ({ 0: blank, index }): Place => {
    return { hole: 'blanks', from: at + index, to: at + index + blank.length }
  })
  return { changed, blanks }
}

/** What may stand in the place of a leaf; of `true`, `false` and `null` nothing. */
function placeOf({ from, to }: Leaf, data: string): Place[] {
  if (data[from] === '"') return [{ hole: 'string', from: from + 1, to: to - 1 }]
  return /[-\d]/.test(data[from] ?? '') ? [{ hole: 'number', from, to }] : []
}

/** The text around places in the data that it ends with. */
function framed(text: string, data: string, places: readonly Place[]): Template {
  const start = text.length - 2 - data.length
  const ends = [0, ...places.map(({ to }) => start + to)]
  const pieces = ends.map((end, index) => {
    const place = places[index]
    return text.slice(end, place && start + place.from)
  })
  return { literals: pieces, slots: places.map(({ hole }) => hole) }
}
