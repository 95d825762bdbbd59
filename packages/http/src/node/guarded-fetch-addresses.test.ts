import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './guarded-fetch-addresses.ts'

describe('isPublicAddress', () => {
  it('is true for addresses of the public Internet, up to the edges of what is not', () => {
    const open = [
      ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
      ...['168.63.129.15', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0'],
      ...['192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'],
      ...['2001:4860:4860::8888', '2606:4700::1111', '2a00:1450:4010::1', '2001:200::1', '3ffe::1', '2003::1'],
    ]
    expect(open.filter((address) => !isPublicAddress(address))).toEqual([])
  })

  it('is false for every special-purpose IPv4 range, at both ends', () => {
    const inner = [
      ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
      ...['127.0.0.1', '127.255.255.255', '168.63.129.16', '169.254.169.254', '172.16.0.0', '172.31.255.255'],
      ...['192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.0.0', '192.168.255.255', '198.18.0.0', '198.19.255.255'],
      ...['198.51.100.7', '203.0.113.7', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ]
    expect(inner.filter(isPublicAddress)).toEqual([])
  })

  it('is false for IPv6 that is local, or carries an IPv4 address in any spelling', () => {
    const inner = [
      ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'fec0::1', 'ff02::1', '100::1'],
      ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1'],
      ...['64:ff9b:1::1', '2002:7f00:1::', '2001:0:7f00:1::', '2001:db8::1', '3fff::1', '5f00::1', '2001:4860::1%1'],
    ]
    expect(inner.filter(isPublicAddress)).toEqual([])
  })

  it('is false for what is no address in its normal spelling', () => {
    const other = ['', 'localhost', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '8.8.8.8.', ' 8.8.8.8', '[::1]']
    expect(other.filter(isPublicAddress)).toEqual([])
  })
})
