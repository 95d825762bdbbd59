import { describe, expect, it } from 'vitest'
import { davx5Link, portOf, serverOf, webcalLink } from './links.ts'

describe('links into programs', () => {
  it('give DAVx⁵ address and login, and never the password', () => {
    expect(davx5Link('https://portal.example.com/dav/', 'a.vetrova')).toBe('davx5://a.vetrova@portal.example.com/dav/')
    expect(davx5Link('https://portal.example.com:8443/dav/', 'Anna@Example.com')).toBe(
      'davx5://Anna%40Example.com@portal.example.com:8443/dav/',
    )
  })

  it('name plain http by the scheme that DAVx⁵ turns into it', () => {
    expect(davx5Link('http://portal.local:8080/dav/', 'anna')).toBe('caldav://anna@portal.local:8080/dav/')
  })

  it('keep path and query of a feed under webcal', () => {
    expect(webcalLink('https://portal.example.com/ical/1/s.ics?x=1')).toBe(
      'webcal://portal.example.com/ical/1/s.ics?x=1',
    )
  })

  it('refuse what is not http or https', () => {
    expect(() => webcalLink('file:///etc/passwd')).toThrow(TypeError)
    expect(() => davx5Link('javascript:alert(1)', 'x')).toThrow(TypeError)
  })

  it('tell server and port as programs ask for them', () => {
    expect([serverOf('https://a.example/dav/'), portOf('https://a.example/dav/')]).toEqual(['a.example', '443'])
    expect([serverOf('http://a.example:8080/'), portOf('http://a.example:8080/')]).toEqual(['a.example:8080', '8080'])
    expect(portOf('http://a.example/')).toBe('80')
  })
})
