import fc from 'fast-check'
import type { Stage } from '../../src/core/stream/stage.js'
import { SEED } from './size.js'

/** Runs a stage over its inputs and its end, and returns all output. */
export function run<In, Out>(stage: Stage<In, Out>, inputs: Iterable<In>): Out[] {
  const outputs: Out[] = []
  for (const input of inputs) outputs.push(...stage.push(input))
  outputs.push(...stage.end())
  return outputs
}

/** Splits bytes into pieces of `size` bytes; the last one may be shorter. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let from = 0; from < bytes.length; from += size) pieces.push(bytes.subarray(from, from + size))
  return pieces
}

/** Yields the pieces as a program reads them: all in one buffer, each overwriting the previous one. */
export function* inOneBuffer(pieces: readonly Uint8Array[]): Generator<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, ...pieces.map((piece) => piece.length)))
  for (const piece of pieces) {
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
  }
}

/** Splits bytes at the given offsets, in any order. An offset past the end wraps around. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b)
  return [...at, bytes.length].map((to, index) => bytes.subarray(at[index - 1] ?? 0, to))
}

/**
 * Yields different splits of the bytes, each with a name: whole, byte by byte, in two, and at seeded random offsets. The splits in two
 * are at every offset, or at `places` evenly spread offsets.
 */
export function* everyCut(
  bytes: Uint8Array,
  places = bytes.length,
  samples = 50,
): Generator<[name: string, pieces: Uint8Array[]]> {
  yield ['whole', [bytes]]
  yield ['byte by byte', inPieces(bytes, 1)]
  const step = Math.max(1, Math.ceil(bytes.length / places))
  for (let at = 1 + (SEED % step); at < bytes.length; at += step) yield [`in two at ${at}`, cutAt(bytes, [at])]
  const cuts = fc.array(fc.nat({ max: bytes.length }), { minLength: 2, maxLength: 12 })
  for (const at of fc.sample(cuts, { numRuns: samples, seed: SEED })) yield [`at ${at.join()}`, cutAt(bytes, at)]
}

export function utf8Bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
