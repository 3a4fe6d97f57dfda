import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A file that is written under a name of its own until it is whole: what bears its real name is never half of it. */
export interface AtomicFile {
  write(bytes: Uint8Array): void
  /** Forgets all that was written. */
  empty(): void
  /** Gives it its real name, in the same folder, once it is safe on the disk. Throws the system's errors, as all of these do. */
  commit(file: string): void
  /** Removes it, unless it has its real name. */
  discard(): void
}

/** Begins a file that is to be `file` or one beside it. It is new, so that no link planted for it is followed, and for its owner alone. */
export function atomicFile(file: string): AtomicFile {
  const name = join(dirname(file), `.${basename(file).slice(0, 200)}.${randomUUID().slice(0, 8)}.part`)
  const fd = openSync(name, 'ax', 0o600)
  let isOpen = true

  function close() {
    if (isOpen) closeSync(fd)
    isOpen = false
  }

  return {
    write(bytes) {
      for (let from = 0; from < bytes.length;) from += writeSync(fd, bytes, from)
    },
    empty: () => ftruncateSync(fd),
    commit(real) {
      fsyncSync(fd)
      renameSync(name, real)
      close()
    },
    discard() {
      close()
      rmSync(name, { force: true })
    },
  }
}
