import { afterAll } from 'vitest'

const SIZES = ['small', 'ci', 'long'] as const

/** Amount of test cases: few for `npm test`, more for CI, all before a release. */
export type Size = (typeof SIZES)[number]

/** Size of this run, from `TEST_SIZE`. */
export const SIZE: Size = parseSize(process.env['TEST_SIZE'] ?? 'small')

/** Seed of all random choices: `TEST_SEED`, or a constant except in long runs. */
export const SEED = Number(process.env['TEST_SEED'] ?? (SIZE === 'long' ? Date.now() % 2 ** 31 : 7))

/** Returns the value for the size of this run. */
export function sized<T>(each: Readonly<Record<Size, T>>): T {
  return each[SIZE]
}

/** Returns the rows of a table: all of them, but in a small run only `count`, evenly spread. */
export function few<const T>(table: readonly T[], count = 2): T[] {
  return some(table, sized({ small: count, ci: table.length, long: table.length }))
}

/** Returns `count` evenly spread items of a list, or all of a shorter list. */
export function some<T>(list: readonly T[], count: number): T[] {
  if (count >= list.length) return [...list]
  const step = list.length / count
  return Array.from({ length: count }, (_, at) => list[Math.floor(at * step)] as T)
}

/** Returns a counter of test cases, which is printed at the end except in small runs. */
export function tally(label: string): { add(count?: number): void } {
  let total = 0
  afterAll(() => {
    if (SIZE !== 'small') console.log(`${label}: ${total.toLocaleString('en')} (seed ${SEED})`)
  })
  return {
    add: (count = 1) => {
      total += count
    },
  }
}

function parseSize(name: string): Size {
  const size = SIZES.find((known) => known === name)
  if (size === undefined) throw new Error(`TEST_SIZE must be ${SIZES.join(', ')}, not "${name}"`)
  return size
}
