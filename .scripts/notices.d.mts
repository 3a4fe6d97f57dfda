import type { Plugin } from 'esbuild'

export function notices(file: URL): Plugin
