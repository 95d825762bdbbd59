import { describe, expect, it } from 'vitest'
import { wellKnownCalDav } from './well-known.ts'

describe('/.well-known/caldav', () => {
  const wellKnown = wellKnownCalDav({ basePath: '/dav/' })

  it.each(['GET', 'PROPFIND', 'OPTIONS', 'HEAD', 'POST'])(
    'redirects %s with a relative address and a bounded life in caches (RFC 6764 §5)',
    async (method) => {
      const response = await wellKnown(new Request('http://dav.test/.well-known/caldav', { method }))
      expect(response.status).toBe(307)
      expect(response.headers.get('location')).toBe('/dav/')
      expect(response.headers.get('cache-control')).toBe('public, max-age=3600')
    },
  )
})
