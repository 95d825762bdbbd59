import { BlockList, isIP } from 'node:net'

/** Not globally reachable by the IANA IPv4 Special-Purpose Address Registry, and what else never is a stranger's calendar. */
const inner4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], // this network, RFC 791
  ['10.0.0.0', 8], // private, RFC 1918
  ['100.64.0.0', 10], // carrier-grade NAT, RFC 6598
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // Azure's inside of a virtual machine
  ['169.254.0.0', 16], // link-local; metadata of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments, RFC 6890
  ['192.0.2.0', 24], // documentation, RFC 5737
  ['192.88.99.0', 24], // 6to4 relays, RFC 7526
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks, RFC 2544
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
]

/** Within 2000::/3 not a place of its own: the rest of IPv6 (mapped and NAT64 forms too) is refused as a whole. */
const inner6: readonly (readonly [string, number])[] = [
  ['2001::', 23], // protocol assignments, Teredo among them: it carries an IPv4 address
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: carries an IPv4 address
  ['3fff::', 20], // documentation, RFC 9637
]

const blockListOf = (subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family)
  return list
}

const refused4 = blockListOf(inner4, 'ipv4')
const refused6 = blockListOf(inner6, 'ipv6')
const global6 = blockListOf([['2000::', 3]], 'ipv6')

/**
 * Whether an IP address is one of the public Internet: not private, loopback, link-local, unique local, shared, multicast, reserved,
 * for documentation, nor an IPv6 form that carries an IPv4 address. `false` for anything that is no address.
 *
 * An IPv6-only network that reaches IPv4 by NAT64 (64:ff9b::/96) must allow that prefix itself.
 */
export const isPublicAddress = (address: string): boolean => {
  if (address.includes('%')) return false // a zone: link-local by its nature
  switch (isIP(address)) {
    case 4:
      return !refused4.check(address, 'ipv4')
    case 6:
      return global6.check(address, 'ipv6') && !refused6.check(address, 'ipv6')
    default:
      return false
  }
}
