import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHrefs, encodeSegment } from './hrefs.ts'

describe('addresses', () => {
  const hrefs = createHrefs('/dav/')

  it.each([
    ['/dav/', { kind: 'root' }],
    ['/dav', { kind: 'root' }],
    ['/', { kind: 'root' }],
    ['/dav/principals', { kind: 'principals' }],
    ['/dav/principals/anna/', { kind: 'principal', login: 'anna' }],
    ['/dav/calendars/anna', { kind: 'home', login: 'anna' }],
    ['/dav/calendars/anna/work', { kind: 'calendar', login: 'anna', calendar: 'work' }],
    ['//dav//calendars/anna//work/', { kind: 'calendar', login: 'anna', calendar: 'work' }],
    ['http://other.test:8080/dav/calendars/anna/work/', { kind: 'calendar', login: 'anna', calendar: 'work' }],
    ['/dav/calendars/boris%40example.org/', { kind: 'home', login: 'boris@example.org' }],
    [
      '/dav/calendars/anna/w%C3%B6rk/a%2bb%7E.ics',
      { kind: 'object', login: 'anna', calendar: 'wörk', name: 'a+b~.ics' },
    ],
    ['/dav/calendars/anna/x/%2541', { kind: 'object', login: 'anna', calendar: 'x', name: '%41' }],
    ['/dav/calendars/anna/x/../work/', { kind: 'calendar', login: 'anna', calendar: 'work' }],
  ])('reads %s', (path, address) => {
    expect(hrefs.parse(path)).toEqual(address)
  })

  it.each([
    '/other/calendars/anna/',
    '/dav/calendars/anna/work/..%2f..%2fboris/',
    '/dav/calendars/anna/work/a%2fb.ics',
    '/dav/calendars/anna/work/a%00b.ics',
    '/dav/calendars/anna/work/%ff.ics',
    '/dav/calendars/anna/work/deep/er.ics',
    '/dav/../etc/passwd',
    '/dav/nothing/here',
    'mailto:anna@example.org',
    'http://[broken',
  ])('finds nothing at %s', (path) => {
    expect(hrefs.parse(path)).toBeNull()
  })

  it('writes one encoding, with a slash behind collections', () => {
    expect(hrefs.of({ kind: 'object', login: 'boris@example.org', calendar: 'Arbeit (1)', name: "ü+;'.ics" })).toBe(
      "/dav/calendars/boris%40example.org/Arbeit%20(1)/%C3%BC%2B%3B'.ics",
    )
    expect(hrefs.of({ kind: 'home', login: 'anna' })).toBe('/dav/calendars/anna/')
  })

  it('reads back every name that it wrote', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[/\u0000-\u001f\u007f]/.test(text) && text !== '.' && text !== '..')
    fc.assert(
      fc.property(name, (text) => {
        const address = { kind: 'object', login: 'anna', calendar: 'work', name: text } as const
        expect(hrefs.parse(hrefs.of(address))).toEqual(address)
        expect(encodeSegment(text)).toMatch(/^[\w.~%!'()*-]+$/)
      }),
    )
  })
})
