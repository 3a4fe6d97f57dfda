import type { Dialect } from './dialect.js'

/** An HTTP API that streams answers. */
export interface Api {
  readonly name: string
  /** Its path below a base URL. */
  readonly path: string
  /** The dialect of its answers and errors. */
  readonly dialect: Dialect
}

/** Returns the first API whose path is the end of a recorded path. The base and the query are ignored. */
export function apiAskedAt<OneApi extends Api>(path: string, apis: readonly OneApi[]): OneApi | undefined {
  const [place = ''] = path.split('?')
  return apis.find((api) => place.endsWith(api.path))
}
