import { describe, expect, it } from 'vitest'
import { isOfService, nameOfService } from './services.ts'

describe('hosts of one service', () => {
  it('share a secret only where the service is known to keep accounts on several of them', () => {
    for (const origin of [
      'https://caldav.icloud.com',
      'https://p7-caldav.icloud.com',
      'https://p123-caldav.icloud.com',
    ]) {
      expect([origin, isOfService('icloud', origin)]).toEqual([origin, true])
    }
    expect(isOfService('fastmail', 'https://d1234.caldav.fastmail.com')).toBe(true)
    const strangers = [
      'http://p7-caldav.icloud.com',
      'https://p7-caldav.icloud.com:8443',
      'https://p7-caldav.icloud.com.example.org',
      'https://example-p7-caldav.icloud.com',
      'https://www.icloud.com',
      'https://evil.example.org',
    ]
    for (const origin of strangers) expect([origin, isOfService('icloud', origin)]).toEqual([origin, false])
    // Of any other server nobody knows which hosts are its own.
    for (const service of ['caldav', 'google', 'microsoft'] as const) {
      expect(isOfService(service, 'https://p7-caldav.icloud.com')).toBe(false)
    }
    expect(isOfService('fastmail', 'https://p7-caldav.icloud.com')).toBe(false)
  })

  it('are called by the service, and others by their host', () => {
    expect(nameOfService('icloud', 'https://caldav.icloud.com/')).toBe('iCloud')
    expect(nameOfService('caldav', 'https://cloud.example.org:8443/remote.php/dav')).toBe('cloud.example.org')
  })
})
