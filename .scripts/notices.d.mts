import type { Options } from 'tsup'

export function notices(file: URL): NonNullable<Options['esbuildPlugins']>[number]
