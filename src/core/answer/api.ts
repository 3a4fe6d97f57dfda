/** The APIs by the paths at which they are asked, below a base URL. The longer of two that end alike comes first. */
const API_PATHS = [
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
] as const

/** The name of an API, which is that of the dialect that is spoken there. */
export type ApiName = (typeof API_PATHS)[number][1]

/** Every path, as one would type it. */
export const API_PATH_LIST = API_PATHS.map(([path]) => path)

/** What stands before the path of an API: the base URLs that clients are given. */
const BASES = ['/api/v1', '/v1', '']

/** The API that a recorded path asks, whatever its base; a query says nothing. */
export function apiAskedAt(path: string): ApiName | undefined {
  const [place = ''] = path.split('?')
  return API_PATHS.find(([end]) => place.endsWith(end))?.[1]
}

/** The API that is served at a path: only those below a base that is known. */
export function apiServedAt(path: string): ApiName | undefined {
  const [place = ''] = path.split('?')
  return API_PATHS.find(([end]) => BASES.some((base) => place === base + end))?.[1]
}

/** The path of an API, to be put after a base URL. */
export function pathOf(api: ApiName): string {
  return API_PATHS.find(([, name]) => name === api)?.[0] ?? ''
}
