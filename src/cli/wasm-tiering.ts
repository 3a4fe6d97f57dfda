/** Bytes of code that a WebAssembly function can run before V8 optimises it (default on Node 20: 1,800,000). Normal use stays below. */
const TIERING_BUDGET = 1_000_000_000

/** Returns the flag that keeps V8 from optimising WebAssembly; or undefined if this version of Node does not need it. */
export function tieringFlag(nodeVersion: string): string | undefined {
  // V8 prints an error for an unknown flag, and later versions optimise at a lower cost.
  return nodeVersion.startsWith('20.') ? `--wasm-tiering-budget=${TIERING_BUDGET}` : undefined
}

/**
 * Keeps V8 from optimising the WebAssembly of this process. Call it before the network code is loaded: it has no
 * effect on modules that are already loaded.
 *
 * undici parses HTTP in WebAssembly, and Node 20 optimises the parser in the background while the first response arrives: about
 * 60 ms of processor time and 36 MB. The unoptimised parser is as fast in a stream of 200,000 events.
 */
export function disableWasmTiering(): void {
  const flag = tieringFlag(process.versions.node)
  // Loaded on demand, because --dry-run and --curl do not need it. An `import()` would take twice as long.
  if (flag !== undefined) process.getBuiltinModule('node:v8').setFlagsFromString(flag)
}
