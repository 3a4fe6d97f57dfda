import { join } from 'node:path'
import { folderWith } from './folder.js'

/** Returns the environment for a program in which a host name resolves to these addresses, in this order. */
export function resolveTo(name: string, addresses: readonly string[]): Record<string, string> {
  const records = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const hook = `const dns = require('node:dns')
const { lookup } = dns
const records = ${JSON.stringify(records)}
dns.lookup = (name, options, callback) => {
  if (name !== ${JSON.stringify(name)}) return lookup(name, options, callback)
  process.nextTick(() => (options.all ? callback(null, records) : callback(null, records[0].address, records[0].family)))
}
`
  return { NODE_OPTIONS: `--require=${join(folderWith({ 'names.cjs': hook }), 'names.cjs')}` }
}
