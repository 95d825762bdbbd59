import { rememberClientAddress } from '@dayport/http'
import { describe, expect, it } from 'vitest'
import { metricsGuard } from './metrics-guard.ts'

const token = 'a-token-of-the-metrics'

const from = (address: string | null, headers: Record<string, string> = {}): Request => {
  const request = new Request('http://portal.test/metrics', { headers })
  if (address !== null) rememberClientAddress(request, address)
  return request
}

describe('the metrics', () => {
  const guard = metricsGuard({ token, behindProxy: false })

  it('are open to this machine and to nobody else without the token', () => {
    expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map((address) => guard(from(address)))).toEqual([true, true, true])
    expect(['10.0.0.1', '2001:db8::1', null].map((address) => guard(from(address)))).toEqual([false, false, false])
  })

  it('are open to the exact token from everywhere', () => {
    const bearing = (text: string) => guard(from('10.0.0.1', { authorization: `Bearer ${text}` }))
    expect([bearing(token), bearing(`${token}x`), bearing('')]).toEqual([true, false, false])
    const none = metricsGuard({ token: null, behindProxy: false })
    expect(none(from('10.0.0.1', { authorization: 'Bearer null' }))).toBe(false)
  })

  it('stay closed to what a proxy on this machine passes on', () => {
    expect(guard(from('127.0.0.1', { 'x-forwarded-for': '10.0.0.1' }))).toBe(false)
    expect(guard(from('127.0.0.1', { forwarded: 'for=10.0.0.1' }))).toBe(false)
  })
})
