import fc from 'fast-check'
import type { Stage } from '../../src/core/stage.js'

/** All that a step gives for the inputs and its end. */
export function run<In, Out>(stage: Stage<In, Out>, inputs: Iterable<In>): Out[] {
  const outputs: Out[] = []
  for (const input of inputs) outputs.push(...stage.push(input))
  outputs.push(...stage.end())
  return outputs
}

/** Bytes in pieces of a size, the last as it comes. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let from = 0; from < bytes.length; from += size) pieces.push(bytes.subarray(from, from + size))
  return pieces
}

/** So many places are tried for a cut in two; of longer bytes every second, third … */
const PLACES = 800

/** The bytes cut in every way that matters, each cut with a name: whole, byte by byte, in two at every place, at seeded random places. */
export function* everyCut(bytes: Uint8Array): Generator<[name: string, pieces: Uint8Array[]]> {
  yield ['whole', [bytes]]
  yield ['byte by byte', inPieces(bytes, 1)]
  const step = Math.ceil(bytes.length / PLACES)
  for (let at = 1; at < bytes.length; at += step) yield [`in two at ${at}`, [bytes.subarray(0, at), bytes.subarray(at)]]
  const places = fc.array(fc.nat({ max: bytes.length }), { minLength: 2, maxLength: 12 })
  for (const cuts of fc.sample(places, { numRuns: 50, seed: 7 })) {
    const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
    yield [`at ${at.join()}`, at.slice(1).map((to, index) => bytes.subarray(at[index], to))]
  }
}

export function utf8Bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
