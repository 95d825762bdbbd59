import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ianaZone } from './iana.ts'
import { createZoneResolver } from './resolver.ts'
import { parseVtimezone } from './vtimezone.ts'

const utc = (text: string) => Date.parse(`${text}Z`)
const vtimezone = (...lines: string[]) => ['BEGIN:VTIMEZONE', ...lines, 'END:VTIMEZONE', ''].join('\r\n')
const observance = (kind: string, ...lines: string[]) => [`BEGIN:${kind}`, ...lines, `END:${kind}`]

/** As Outlook writes it: rules from 1601 on, whose first day does not match them. */
const outlook = vtimezone(
  'TZID:Customized Time Zone',
  ...observance(
    'STANDARD',
    'DTSTART:16010101T030000',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
  ),
  ...observance(
    'DAYLIGHT',
    'DTSTART:16010101T020000',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
  ),
)

describe('a zone by its VTIMEZONE', () => {
  it('follows endless rules, also long after the table ends', () => {
    const zone = parseVtimezone(outlook)!
    const berlin = ianaZone('Europe/Berlin')
    expect(zone.id).toBe('Customized Time Zone')
    for (let ms = utc('1997-01-01T00:00'); ms < utc('9999-01-01T00:00'); ms += 40 * 86_400_000 * 7.3) {
      expect(zone.offsetAt(ms)).toBe(berlin.offsetAt(ms))
    }
    expect(zone.toInstant(utc('2026-03-29T02:30'))).toBe(utc('2026-03-29T01:30'))
    expect(zone.toInstant(utc('2026-10-25T02:30'))).toBe(utc('2026-10-25T00:30'))
  })

  it('reads onsets as local by TZOFFSETFROM, UNTIL as UTC and inclusive, and RDATE lists (RFC 5545 §3.6.5)', () => {
    const zone = parseVtimezone(
      vtimezone(
        'TZID:X',
        ...observance(
          'STANDARD',
          'DTSTART:20000101T000000',
          'RDATE:20051030T020000,20061029T020000',
          'TZOFFSETFROM:-0400',
          'TZOFFSETTO:-0500',
        ),
        ...observance(
          'DAYLIGHT',
          'DTSTART:20040404T020000',
          'RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z',
          'TZOFFSETFROM:-0500',
          'TZOFFSETTO:-0400',
        ),
      ),
    )!
    expect(zone.offsetAt(utc('1990-01-01T00:00'))).toBe(-4 * 3600)
    expect(zone.offsetAt(utc('2006-04-02T06:59:59'))).toBe(-5 * 3600)
    expect(zone.offsetAt(utc('2006-04-02T07:00'))).toBe(-4 * 3600)
    expect(zone.offsetAt(utc('2006-10-29T05:59:59'))).toBe(-4 * 3600)
    expect(zone.offsetAt(utc('2006-10-29T06:00'))).toBe(-5 * 3600)
    expect(zone.offsetAt(utc('2007-07-01T00:00'))).toBe(-5 * 3600)
  })

  it('reads offsets with seconds', () => {
    const zone = parseVtimezone(
      vtimezone(
        'TZID:L',
        ...observance('STANDARD', 'DTSTART:18000101T000000', 'TZOFFSETFROM:-004430', 'TZOFFSETTO:-004430'),
      ),
    )
    expect(zone?.offsetAt(0)).toBe(-(44 * 60 + 30))
  })

  it('makes do with a missing offset, a missing start and an unreadable rule', () => {
    const only = (...lines: string[]) => parseVtimezone(vtimezone('TZID:X', ...observance('STANDARD', ...lines)))
    expect(only('DTSTART:20000101T000000', 'TZOFFSETTO:+0300')?.offsetAt(0)).toBe(3 * 3600)
    expect(only('TZOFFSETFROM:+0300')?.offsetAt(0)).toBe(3 * 3600)
    expect(
      only('DTSTART:20000101T000000', 'TZOFFSETFROM:+0300', 'TZOFFSETTO:+0300', 'RRULE:FREQ=NEVER')?.offsetAt(0),
    ).toBe(3 * 3600)
  })

  it('is null without an observance, without offsets and without a VTIMEZONE', () => {
    expect(parseVtimezone(vtimezone('TZID:X'))).toBeNull()
    expect(parseVtimezone(vtimezone('TZID:X', ...observance('STANDARD', 'DTSTART:20000101T000000')))).toBeNull()
    expect(parseVtimezone('BEGIN:VEVENT\r\nEND:VEVENT\r\n')).toBeNull()
    expect(parseVtimezone('')).toBeNull()
  })

  it('ends quickly on rules made to run for ever', () => {
    const hostile = [
      'FREQ=SECONDLY',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      'FREQ=DAILY;INTERVAL=1',
      'FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30',
    ]
    const blocks = hostile.flatMap((rule) =>
      observance('STANDARD', 'DTSTART:00010101T000000', 'TZOFFSETFROM:+0000', 'TZOFFSETTO:+0100', `RRULE:${rule}`),
    )
    const start = performance.now()
    expect(parseVtimezone(vtimezone('TZID:X', ...blocks))).not.toBeNull()
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('is a zone or null for any mixture of lines', () => {
    const line = fc.constantFrom(
      'BEGIN:STANDARD',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'END:DAYLIGHT',
      'BEGIN:VTIMEZONE',
      'END:VTIMEZONE',
      'DTSTART:20260101T000000',
      'DTSTART:2026',
      'TZOFFSETFROM:+9999',
      'TZOFFSETFROM:-0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;COUNT=3',
      'RRULE:',
      'RDATE:x,20270101T000000',
      'TZID:é',
      ';',
      '',
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const zone = parseVtimezone(vtimezone('TZID:X', ...lines))
        expect(zone === null || Number.isFinite(zone.offsetAt(1.8e12))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('createZoneResolver', () => {
  const fixed = (tzid: string, offset: string, ...more: string[]) =>
    vtimezone(
      `TZID:${tzid}`,
      ...more,
      ...observance('STANDARD', 'DTSTART:19700101T000000', `TZOFFSETFROM:${offset}`, `TZOFFSETTO:${offset}`),
    )

  it('takes the zone database and not the VTIMEZONE for IANA and Windows names', () => {
    const resolver = createZoneResolver({
      vtimezones: {
        'Europe/Berlin': fixed('Europe/Berlin', '+0900'),
        'Russian Standard Time': fixed('Russian Standard Time', '+0900'),
      },
    })
    expect(resolver.resolve('Europe/Berlin')?.id).toBe('Europe/Berlin')
    expect(resolver.resolve('Russian Standard Time')?.id).toBe('Europe/Moscow')
  })

  it('takes the VTIMEZONE for custom names, whatever quotes and case refer to it', () => {
    const resolver = createZoneResolver({ vtimezones: { 'My Zone': fixed('My Zone', '+0930') } })
    expect(resolver.resolve('My Zone')?.offsetAt(0)).toBe(9.5 * 3600)
    expect(resolver.resolve('"my zone"')?.offsetAt(0)).toBe(9.5 * 3600)
  })

  it('follows X-LIC-LOCATION before the VTIMEZONE itself', () => {
    const resolver = createZoneResolver({
      vtimezones: { Custom: fixed('Custom', '+0900', 'X-LIC-LOCATION:Europe/Paris') },
    })
    expect(resolver.resolve('Custom')?.id).toBe('Europe/Paris')
  })

  it('lets a VTIMEZONE explain EST, and reads EST by the zone database without one', () => {
    const winterAndSummer = outlook.replace('Customized Time Zone', 'EST')
    expect(
      createZoneResolver({ vtimezones: { EST: winterAndSummer } })
        .resolve('EST')
        ?.offsetAt(utc('2026-07-01T00:00')),
    ).toBe(7200)
    expect(createZoneResolver().resolve('EST')?.offsetAt(utc('2026-07-01T00:00'))).toBe(-5 * 3600)
  })

  it('lets a VTIMEZONE explain a plain offset, and reads the offset without one', () => {
    const text = outlook.replace('Customized Time Zone', '(GMT+01:00)')
    const resolver = createZoneResolver({ vtimezones: { '(GMT+01:00)': text } })
    expect(resolver.resolve('(GMT+01:00)')?.offsetAt(utc('2026-07-01T00:00'))).toBe(7200)
    expect(createZoneResolver().resolve('(GMT+01:00)')?.offsetAt(utc('2026-07-01T00:00'))).toBe(3600)
  })

  it('is null for names that nobody explains, also those that every object has', () => {
    const resolver = createZoneResolver({ vtimezones: { Broken: vtimezone('TZID:Broken') } })
    for (const tzid of ['Broken', 'Custom', '__proto__', 'constructor', '']) expect(resolver.resolve(tzid)).toBeNull()
  })

  it('finds a VTIMEZONE whose TZID is __proto__', () => {
    const vtimezones = Object.fromEntries([['__proto__', fixed('__proto__', '+0100')]])
    expect(createZoneResolver({ vtimezones }).resolve('__proto__')?.offsetAt(0)).toBe(3600)
  })
})
