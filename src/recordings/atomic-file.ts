import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A file that is written under a temporary name and renamed when it is complete, so that its real name never has half of it. */
export interface AtomicFile {
  write(bytes: Uint8Array): void
  /** Discards everything written so far. */
  truncate(): void
  /** Flushes the file to disk and renames it to `file`, in the same folder. Throws the system's errors, as the other methods do. */
  commit(file: string): void
  /** Deletes the file. Does nothing after `commit`. */
  discard(): void
}

/** Creates the temporary file beside `file`, with mode 0600. It is always a new file, so that it cannot follow a planted link. */
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
    truncate: () => ftruncateSync(fd),
    commit(target) {
      fsyncSync(fd)
      renameSync(name, target)
      close()
    },
    discard() {
      close()
      rmSync(name, { force: true })
    },
  }
}
