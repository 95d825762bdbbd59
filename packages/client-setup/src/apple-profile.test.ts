import { describe, expect, it } from 'vitest'
import { appleProfile } from './apple-profile.ts'
import { qrCode, qrCodeSvg } from './qr-code.ts'
import { input } from './test-input.ts'

const ids = () => {
  let count = 0
  return () => {
    count += 1
    return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`
  }
}

/** What stands behind a key. */
const after = (profile: string, key: string): string | undefined =>
  new RegExp(`<key>${key}</key>\\n(?:<(?:string|integer)>([^<]*)</|<(true|false)/>)`)
    .exec(profile)
    ?.slice(1)
    .find(Boolean)

describe('an Apple profile', () => {
  it('holds one CalDAV account with host, port, TLS, principal, login and password', () => {
    const profile = appleProfile(input, ids())
    expect(profile).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<!DOCTYPE plist /)
    expect(
      Object.fromEntries(
        ['HostName', 'Port', 'UseSSL', 'PrincipalURL', 'Username', 'Password'].map((name) => [
          name,
          after(profile, `CalDAV${name}`),
        ]),
      ),
    ).toEqual({
      HostName: 'portal.example.com',
      Port: '443',
      UseSSL: 'true',
      PrincipalURL: '/dav/principals/a.vetrova/',
      Username: 'a.vetrova',
      Password: input.password,
    })
    expect(profile.match(/com\.apple\.caldav\.account/g)).toHaveLength(1)
    expect(new Set(profile.match(/00000000-0000-4000-8000-\d{12}/g)).size).toBe(2)
  })

  it('keeps its identifier for the same host and login, so that it replaces itself', () => {
    const identifiers = (login: string) => appleProfile({ ...input, login }, ids()).match(/com\.example\.portal[^<]*/g)
    expect(identifiers('a.vetrova')).toEqual(identifiers('a.vetrova'))
    expect(identifiers('igor')).not.toEqual(identifiers('a.vetrova'))
  })

  it('escapes what people typed, leaves an absent password out and tells plain http', () => {
    const profile = appleProfile(
      { ...input, login: '<a>&"\u0007', password: null, caldavUrl: 'http://portal.local:8080/dav/' },
      ids(),
    )
    expect(after(profile, 'CalDAVUsername')).toBe('&lt;a&gt;&amp;&quot;')
    expect(profile).not.toContain('CalDAVPassword')
    expect(after(profile, 'CalDAVUseSSL')).toBe('false')
    expect(after(profile, 'CalDAVPort')).toBe('8080')
  })
})

describe('a QR code', () => {
  it('has the three finders of ISO/IEC 18004 at its corners, inside a quiet zone', () => {
    const { size, path } = qrCode('https://portal.example.com/setup/ticket')
    const dark = new Set([...path.matchAll(/M(\d+) (\d+)/g)].map(([, x, y]) => `${x} ${y}`))
    const finder = (left: number, top: number): boolean =>
      [0, 1, 2, 3, 4, 5, 6].every((i) =>
        [`${left + i} ${top}`, `${left + i} ${top + 6}`, `${left} ${top + i}`, `${left + 6} ${top + i}`].every((at) =>
          dark.has(at),
        ),
      ) && !dark.has(`${left + 1} ${top + 1}`)
    expect([finder(2, 2), finder(size - 9, 2), finder(2, size - 9)]).toEqual([true, true, true])
    expect([...dark].some((at) => at.split(' ').some((n) => Number(n) < 2 || Number(n) >= size - 2))).toBe(false)
    expect(qrCodeSvg('x', '"<label>')).toContain('aria-label="&quot;&lt;label&gt;"')
  })
})
