import { describe, expect, it } from 'vitest'
import { GuardedFetchError } from '../guarded-fetch-error.ts'
import { guardUrl, usualPorts } from './guarded-fetch-url.ts'

const policy = { schemes: ['https', 'http'] as const, allowPort: usualPorts }
const codeOf = (text: string, from: string | null = null): string => {
  try {
    return guardUrl(text, from === null ? null : new URL(from), policy).href
  } catch (error) {
    if (GuardedFetchError.is(error)) return error.code
    throw error
  }
}

describe('guardUrl', () => {
  it('takes http and https on 80, 443 and unprivileged ports, and drops the fragment', () => {
    expect(codeOf('https://example.com/a.ics?k=1#x')).toBe('https://example.com/a.ics?k=1')
    expect(codeOf('http://example.com:5232/a')).toBe('http://example.com:5232/a')
  })

  it('refuses other schemes, credentials, privileged ports, and what is no address or a very long one', () => {
    const refused = [
      ...[
        'webcal://example.com/',
        'file:///etc/passwd',
        'ftp://example.com/',
        'gopher://example.com/',
        'data:text/calendar,x',
      ],
      ...[
        'https://anna:secret@example.com/',
        'https://anna@example.com/',
        'http://example.com:25/',
        'https://example.com:22/',
      ],
      ...['', 'example.com/a.ics', 'https://', 'http://[::1', `https://example.com/${'a'.repeat(5_000)}`],
    ]
    expect(refused.filter((text) => codeOf(text) !== 'url-refused')).toEqual([])
  })

  it('follows relative redirects, from http to https, and not back', () => {
    expect(codeOf('/b.ics', 'https://example.com/a.ics')).toBe('https://example.com/b.ics')
    expect(codeOf('https://example.com/', 'http://example.com/')).toBe('https://example.com/')
    expect(codeOf('http://example.com/', 'https://example.com/')).toBe('url-refused')
    expect(codeOf('//anna@example.com/', 'https://example.com/')).toBe('url-refused')
  })
})
