/** Returns a buffered writer to standard output, in pieces of 64 KiB, so that peers do not need a system call per word. */
export function words() {
  let buffer = ''
  const end = () => {
    process.stdout.write(buffer)
    buffer = ''
  }
  return {
    end,
    write(text) {
      buffer += text
      if (buffer.length >= 65_536) end()
    },
  }
}
