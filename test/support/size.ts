import { afterAll } from 'vitest'

const SIZES = ['small', 'ci', 'long'] as const

/** How much of a thing is tried: little at every `npm test`, more for a change, all of it before a release. */
export type Size = (typeof SIZES)[number]

/** The size of this run, from `TEST_SIZE`. */
export const SIZE: Size = sizeNamed(process.env['TEST_SIZE'] ?? 'small')

/** What all chance comes from: `TEST_SEED`, or the same in every run that isn't long. */
export const SEED = Number(process.env['TEST_SEED'] ?? (SIZE === 'long' ? Date.now() % 2 ** 31 : 7))

/** The one of three that is meant for this run. */
export function sized<T>(each: Readonly<Record<Size, T>>): T {
  return each[SIZE]
}

/** The rows of a table: all of them, but in a small run a few, evenly spread. */
export function few<const T>(table: readonly T[], count = 2): T[] {
  return some(table, sized({ small: count, ci: table.length, long: table.length }))
}

/** So many of a list, evenly spread over it; the whole of a shorter one. */
export function some<T>(list: readonly T[], count: number): T[] {
  if (count >= list.length) return [...list]
  const step = list.length / count
  return Array.from({ length: count }, (_, at) => list[Math.floor(at * step)] as T)
}

/** Counts what was tried, and tells of it after a run that isn't small. */
export function tally(what: string): { add(count?: number): void } {
  let total = 0
  afterAll(() => {
    if (SIZE !== 'small') console.log(`${what}: ${total.toLocaleString('en')} (seed ${SEED})`)
  })
  return {
    add: (count = 1) => {
      total += count
    },
  }
}

function sizeNamed(name: string): Size {
  const size = SIZES.find((known) => known === name)
  if (size === undefined) throw new Error(`TEST_SIZE is ${SIZES.join(', ')}, not "${name}"`)
  return size
}
