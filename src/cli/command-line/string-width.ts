/** Replaces the package `string-width` in the built programs. yargs only uses it for its own help, and loading its tables takes 24 ms. */
export default function stringWidth(text: string): number {
  return text.length
}
