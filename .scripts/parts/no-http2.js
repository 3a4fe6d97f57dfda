// Replaces undici's HTTP/2 client, which is never used: loading Node's HTTP/2 module takes 15 ms.
export default function connectH2() {
  throw new Error('HTTP/2 is not built in')
}
