/** Bytes that a WebAssembly function may run before V8 optimises it (default on Node 20: 1,800,000). A short call stays far below. */
const BUDGET = 1_000_000_000

/** Returns the flag that keeps V8 from optimising WebAssembly; undefined if this version of Node gets none. */
export function tieringFlag(nodeVersion: string): string | undefined {
  // V8 prints an error for a flag that it does not know, and later versions spend less.
  return nodeVersion.startsWith('20.') ? `--wasm-tiering-budget=${BUDGET}` : undefined
}

/**
 * Keeps V8 from optimising the WebAssembly of this process. It has no effect on modules that are loaded already, so a program
 * calls it before it loads the network.
 *
 * undici parses HTTP in WebAssembly, and Node 20 optimises the parser in the background while the first response comes: about
 * 60 ms of processor time and 36 MB. The unoptimised parser is as fast in a stream of 200,000 events.
 */
export function disableWasmTiering(): void {
  const flag = tieringFlag(process.versions.node)
  // Loaded on demand, because a call that is only printed does without it; an `import()` would take twice as long.
  if (flag !== undefined) process.getBuiltinModule('node:v8').setFlagsFromString(flag)
}
