// Stands in for undici's HTTP/2, which is never asked for: Node's takes 15 ms to load.
export default function connectH2() {
  throw new Error('HTTP/2 is not built in')
}
