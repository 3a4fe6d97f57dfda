import { lookup } from 'node:dns'
import { BlockList, isIPv6, type LookupFunction } from 'node:net'

/** Addresses that only mean something on this link, and those at which clouds tell a machine its secrets. */
const CLOSED = new BlockList()
CLOSED.addSubnet('169.254.0.0', 16)
CLOSED.addSubnet('fe80::', 10, 'ipv6')
CLOSED.addAddress('fd00:ec2::254', 'ipv6')
CLOSED.addAddress('100.100.100.200')

/** Whether an address, or a host that is one, is of this link. */
export function isLinkLocal(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '')
  return CLOSED.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Looks a host up as Node does, but fails with ELINKLOCAL where one of its addresses is of this link: no name leads there either. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const closed = error ? undefined : found.find(({ address }) => isLinkLocal(address))
    if (closed) {
      const failure = Object.assign(new Error(`${hostname} is ${closed.address}`), { code: 'ELINKLOCAL' })
      callback(failure, [])
      return
    }
    const [first] = found ?? []
    if (error) callback(error, [])
    else if (options.all) callback(null, found)
    else callback(null, first?.address ?? '', first?.family)
  })
}
