import { join } from 'node:path'
import { folderWith } from './folder.js'

/** The environment of a program for which a host name has these addresses, in this order. */
export function resolving(name: string, addresses: readonly string[]): Record<string, string> {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const hook = `const dns = require('node:dns')
const { lookup } = dns
const found = ${JSON.stringify(found)}
dns.lookup = (name, options, callback) => {
  if (name !== ${JSON.stringify(name)}) return lookup(name, options, callback)
  process.nextTick(() => (options.all ? callback(null, found) : callback(null, found[0].address, found[0].family)))
}
`
  return { NODE_OPTIONS: `--require=${join(folderWith({ 'names.cjs': hook }), 'names.cjs')}` }
}
