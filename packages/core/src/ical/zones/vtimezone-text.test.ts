import ICAL from 'ical.js'
import { describe, expect, it } from 'vitest'
import { ianaZone } from './iana.ts'
import { canonicalName } from './known-names.ts'
import { parseVtimezone } from './vtimezone.ts'
import { vtimezoneText } from './vtimezone-text.ts'

const span = (from: number, to: number) => ({ fromMs: Date.UTC(from, 0, 1), toMs: Date.UTC(to, 11, 31) })

/** Every change of the zone and the second before it, and the middle of every month. */
function instants(name: string, from: number, to: number): number[] {
  const list = ianaZone(name)
    .transitions(Date.UTC(from, 0, 1), Date.UTC(to + 1, 0, 1))
    .flatMap(({ atMs }) => [atMs - 1000, atMs])
  for (let month = from * 12; month < (to + 1) * 12; month++) list.push(Date.UTC(0, month % 12, 15) + yearMs(month))
  return list
}

function yearMs(month: number): number {
  return Date.UTC(Math.floor(month / 12), 0, 1) - Date.UTC(0, 0, 1)
}

function disagreements(name: string, offsetAt: (ms: number) => number, from: number, to: number): string[] {
  const zone = ianaZone(name)
  return instants(name, from, to)
    .filter((ms) => offsetAt(ms) !== zone.offsetAt(ms))
    .map((ms) => new Date(ms).toISOString())
}

const withHistory = [
  'Europe/Moscow',
  'America/Sao_Paulo',
  'Asia/Almaty',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Europe/Dublin',
  'Europe/London',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'America/New_York',
  'America/Santiago',
  'America/Nuuk',
  'Asia/Kathmandu',
  'Asia/Jerusalem',
  'Asia/Tehran',
  'Asia/Gaza',
  'Pacific/Apia',
  'Pacific/Norfolk',
  'Antarctica/Troll',
  'Etc/GMT+3',
]

describe('vtimezoneText', () => {
  it('writes the rules of Berlin as Outlook and Apple programs know them, with CRLF', () => {
    expect(vtimezoneText('W. Europe Standard Time', span(2026, 2026)).split('\r\n')).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:W. Europe Standard Time',
      'X-LIC-LOCATION:Europe/Berlin',
      'BEGIN:DAYLIGHT',
      'DTSTART:20250330T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'TZNAME:CEST',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
      'END:DAYLIGHT',
      'BEGIN:STANDARD',
      'DTSTART:20251026T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'TZNAME:CET',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
      'END:STANDARD',
      'END:VTIMEZONE',
      '',
    ])
  })

  it('writes one STANDARD for zones that do not change', () => {
    for (const tzid of ['UTC', 'Asia/Kolkata', 'Europe/Moscow', 'UTC+05:45', 'Etc/GMT+3']) {
      const text = vtimezoneText(tzid, span(2026, 2027))
      expect(text.match(/BEGIN:/g)).toHaveLength(2)
      expect(text).toContain('BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n')
    }
  })

  it.each(withHistory)('says of %s what the zone database says, at every change since 1930', (name) => {
    const zone = parseVtimezone(vtimezoneText(name, span(1930, 2030)))!
    expect(disagreements(name, (ms) => zone.offsetAt(ms), 1930, 2030)).toEqual([])
  })

  it('says of every third zone what the database says, at every change from 2010 to 2030', () => {
    const names = Intl.supportedValuesOf('timeZone').filter((_, i) => i % 3 === 0)
    for (const name of names.map((zone) => canonicalName(zone)!)) {
      const zone = parseVtimezone(vtimezoneText(name, span(2010, 2030)))!
      expect(
        disagreements(name, (ms) => zone.offsetAt(ms), 2010, 2030),
        name,
      ).toEqual([])
    }
  })

  it('goes on beyond the years in use where the rule does', () => {
    const endless = [
      'Europe/Berlin',
      'America/New_York',
      'America/Santiago',
      'Asia/Jerusalem',
      'Australia/Lord_Howe',
      'Antarctica/Troll',
    ]
    for (const name of endless) {
      const zone = parseVtimezone(vtimezoneText(name, span(2026, 2026)))!
      expect(
        disagreements(name, (ms) => zone.offsetAt(ms), 2026, 2128),
        name,
      ).toEqual([])
    }
  })

  it('means the same to ical.js', () => {
    for (const name of withHistory) {
      const text = vtimezoneText(name, span(1990, 2030))
      const zone = new ICAL.Timezone(ICAL.Component.fromString(text))
      const ours = ianaZone(name)
      const differences = instants(name, 1990, 2030).filter((ms) => {
        const local = ours.toLocal(ms)
        // Times that come twice are read differently on purpose.
        const later = local - ours.offsetAt(ms + 86_400_000) * 1000
        if (ours.toInstant(local) !== ms || (later !== ms && ours.toLocal(later) === local)) return false
        const fields = new Date(local).toISOString().slice(0, 19)
        return zone.utcOffset(ICAL.Time.fromDateTimeString(fields)) !== ours.offsetAt(ms)
      })
      expect(
        differences.map((ms) => new Date(ms).toISOString()),
        name,
      ).toEqual([])
    }
  })

  it('is read back under a TZID that needs escapes, and folded at 75 octets', () => {
    const tzid = '(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna'
    const text = vtimezoneText(tzid, span(2026, 2026))
    expect(parseVtimezone(text)?.id).toBe(tzid)
    for (const line of vtimezoneText('America/Sao_Paulo', span(1990, 2026)).split('\r\n')) {
      expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
    }
  })

  it('is the same text for instants of the same years, and takes ends that are open', () => {
    expect(vtimezoneText('Europe/Berlin', { fromMs: Date.UTC(2026, 1, 3), toMs: Date.UTC(2026, 4, 1) })).toBe(
      vtimezoneText('Europe/Berlin', span(2026, 2026)),
    )
    const open = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
    const zone = parseVtimezone(vtimezoneText('Africa/Casablanca', open))!
    expect(disagreements('Africa/Casablanca', (ms) => zone.offsetAt(ms), 1901, 2099)).toEqual([])
  })

  it('refuses names that no zone is known by', () => {
    expect(() => vtimezoneText('Nowhere', span(2026, 2026))).toThrow(TypeError)
  })
})
