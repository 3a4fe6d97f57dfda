/** Words for stderr, in their place between what goes to stdout. */
export interface Aside {
  readonly aside: string
}

/** What a program puts out: data for stdout, as text or bytes, or an aside. */
export type Output = string | Uint8Array | Aside
