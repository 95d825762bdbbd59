import { describe, expect, it } from 'vitest'
import { type DisarmOptions, disarmObject } from './disarm-object.ts'
import { isUnsafeAddress } from './repair/addresses.ts'

const encode = (...lines: string[]) =>
  new TextEncoder().encode(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join(
      '\r\n',
    ),
  )
const alarm = (action: string, ...more: string[]) => [
  'BEGIN:VALARM',
  `ACTION:${action}`,
  'TRIGGER:-PT5M',
  ...more,
  'END:VALARM',
]
const left = (lines: readonly string[], options?: DisarmOptions) =>
  new TextDecoder()
    .decode(disarmObject(encode(...lines), options))
    .split('\r\n')
    .slice(4, -3)

describe('A disarmed object', () => {
  it('rings for nobody, unless reminders are wanted, and then mails and starts nothing (RFC 5545 §3.8.6.1)', () => {
    const lines = [...alarm('DISPLAY'), ...alarm('email'), ...alarm('Procedure'), ...alarm('AUDIO')]
    expect(left(lines)).toEqual([])
    expect(left(lines, { alarms: true })).toEqual([...alarm('DISPLAY'), ...alarm('AUDIO')])
  })

  it('plays no sound from a share, as the reminder of CVE-2023-23397 did', () => {
    const sound = alarm('AUDIO', 'ATTACH;FMTTYPE=audio/basic:\\\\198.51.100.1\\s\\a.wav')
    expect(left(sound, { alarms: true })).toEqual(alarm('AUDIO'))
  })

  it('keeps every other octet, and all of them where nothing acts', () => {
    const sound = 'ATTACH;ENCODING=BASE64;VALUE=BINARY://uQAA=='
    const lines = ['ATTACH:https://example.org/a.pdf', sound, 'X-ODD:file:///x', 'summary:  a']
    const data = encode(...lines)
    expect(disarmObject(data)).toBe(data)
    expect(left([...lines, 'URL:file:///etc/passwd'])).toEqual(lines)
  })

  it.each([
    ...[
      'file:///etc/passwd',
      'FILE:x',
      'f\til\ne:x',
      ' javascript:alert(1)',
      'vbscript:x',
      '\\\\host\\share',
      '//host/share',
    ],
    ...[
      '/\\host',
      'C:\\x',
      'c:/x',
      'data:text/html,<script>',
      'smb://h/s',
      'ms-msdt:/id',
      'search-ms:q',
      'jar:http://x!/',
    ],
    ...['"file:///x"', 'view-source:file:///x', 'blob:http://x', 'ldap://x', 'data:image/svg+xml,<svg onload="1">'],
  ])('counts %j among the addresses that act', (address) => {
    expect(isUnsafeAddress(address)).toBe(true)
  })

  it.each(['https://example.org/file:x', 'cid:part1', 'mailto:a@example.org', 'data:image/png;base64,AA', 'tel:1'])(
    'counts %j not among them',
    (address) => {
      expect(isUnsafeAddress(address)).toBe(false)
    },
  )
})
