import { lookup } from 'node:dns'
import { BlockList, isIPv6, type LookupFunction } from 'node:net'

/** Link-local addresses, and those at which clouds serve the credentials of a machine. */
const DENIED = new BlockList()
DENIED.addSubnet('169.254.0.0', 16)
DENIED.addSubnet('fe80::', 10, 'ipv6')
DENIED.addAddress('fd00:ec2::254', 'ipv6')
DENIED.addAddress('100.100.100.200')

/** Returns true if a host is a denied address. A host name is not looked up. */
export function isLinkLocal(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '')
  return DENIED.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Looks a host up as Node does, but fails with ELINKLOCAL if one of its addresses is denied. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const denied = error ? undefined : addresses.find(({ address }) => isLinkLocal(address))
    if (denied) {
      const failure = Object.assign(new Error(`${hostname} is ${denied.address}`), { code: 'ELINKLOCAL' })
      callback(failure, [])
      return
    }
    const [first] = addresses ?? []
    if (error) callback(error, [])
    else if (options.all) callback(null, addresses)
    else callback(null, first?.address ?? '', first?.family)
  })
}
