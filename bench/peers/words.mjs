/** Standard output in pieces of 64 KiB, so that no peer pays for a system call a word. */
export function words() {
  let held = ''
  const end = () => {
    process.stdout.write(held)
    held = ''
  }
  return {
    end,
    write(text) {
      held += text
      if (held.length >= 65_536) end()
    },
  }
}
