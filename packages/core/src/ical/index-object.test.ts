import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexObject } from './index-object.ts'
import { expandSeries } from './recurrence/expand-series.ts'
import { seriesFromFacts } from './recurrence/facts.ts'
import { seriesFacts } from './series-facts.ts'
import { toBytes } from './text/bytes.ts'
import { parseCalendar } from './text/parse.ts'

const calendar = (...lines: string[]) =>
  toBytes(['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'))
const of = (kind: string, ...lines: string[]) => [`BEGIN:${kind}`, 'UID:1', ...lines, `END:${kind}`]
const bounds = (kind: string, ...lines: string[]) => {
  const { firstStartMs, lastEndMs } = indexObject(calendar(...of(kind, ...lines)))
  const shown = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString().replace(':00.000Z', 'Z') : String(ms))
  return `${shown(firstStartMs)} ${shown(lastEndMs)}`
}
const everything = '-Infinity Infinity'

const oddKey = 'TZID'
const oddZone = [
  'BEGIN:VTIMEZONE',
  'TZID:Office',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0530',
  'TZOFFSETTO:+0530',
  'END:STANDARD',
  'END:VTIMEZONE',
]

describe('bounds of an event (RFC 4791 §9.9)', () => {
  it('reach from DTSTART to DTEND, DURATION, the end of the day, or DTSTART again', () => {
    expect(bounds('VEVENT', 'DTSTART:20260329T100000Z', 'DTEND:20260329T110000Z')).toBe(
      '2026-03-29T10:00Z 2026-03-29T11:00Z',
    )
    expect(bounds('VEVENT', 'DTSTART;TZID=Europe/Moscow:20260329T100000', 'DURATION:PT90M')).toBe(
      '2026-03-29T07:00Z 2026-03-29T08:30Z',
    )
    expect(bounds('VEVENT', 'DTSTART:20260329T100000Z')).toBe('2026-03-29T10:00Z 2026-03-29T10:00Z')
    expect(bounds('VEVENT', 'DTSTART:20260329T100000Z', 'DTEND:20260329T090000Z')).toBe(
      '2026-03-29T09:00Z 2026-03-29T10:00Z',
    )
  })

  it('count the days of a DURATION by the calendar: this night has 23 hours', () => {
    expect(bounds('VEVENT', 'DTSTART;TZID=Europe/Berlin:20260328T120000', 'DURATION:P1D')).toBe(
      '2026-03-28T11:00Z 2026-03-29T10:00Z',
    )
  })

  it('are a day wider on both sides for DATE, floating and unknown zones', () => {
    expect(bounds('VEVENT', 'DTSTART;VALUE=DATE:20260329')).toBe('2026-03-28T00:00Z 2026-03-31T00:00Z')
    expect(bounds('VEVENT', 'DTSTART:20260329T100000', 'DTEND:20260329T110000')).toBe(
      '2026-03-28T10:00Z 2026-03-30T11:00Z',
    )
    expect(bounds('VEVENT', 'DTSTART;TZID=Nowhere:20260329T100000')).toBe('2026-03-28T10:00Z 2026-03-30T10:00Z')
  })

  it('use the VTIMEZONE for a TZID that only it explains', () => {
    const index = indexObject(calendar(...oddZone, ...of('VEVENT', 'DTSTART;TZID=Office:20260329T100000')))
    expect(new Date(index.firstStartMs).toISOString()).toBe('2026-03-29T04:30:00.000Z')
    expect(index.tzids).toEqual(['Office'])
  })

  it('are open for what cannot be read', () => {
    expect(bounds('VEVENT', 'DTSTART:INVALID-DATE')).toBe(everything)
    expect(bounds('VEVENT')).toBe(everything)
    expect(bounds('X-THING', 'DTSTART:20260329T100000Z')).toBe(everything)
    expect(bounds('VEVENT', 'DTSTART:INVALID-DATE', 'RRULE:FREQ=DAILY;COUNT=2')).toBe(everything)
  })
})

describe('bounds of a task (RFC 4791 §9.9)', () => {
  it('follow the eight rows of the table', () => {
    expect(bounds('VTODO', 'DTSTART:20260101T000000Z', 'DURATION:PT1H')).toBe('2026-01-01T00:00Z 2026-01-01T01:00Z')
    expect(bounds('VTODO', 'DTSTART:20260101T000000Z', 'DUE:20260105T000000Z')).toBe(
      '2026-01-01T00:00Z 2026-01-05T00:00Z',
    )
    expect(bounds('VTODO', 'DTSTART:20260101T000000Z')).toBe('2026-01-01T00:00Z 2026-01-01T00:00Z')
    expect(bounds('VTODO', 'DUE:20260105T000000Z')).toBe('2026-01-05T00:00Z 2026-01-05T00:00Z')
    expect(bounds('VTODO', 'COMPLETED:20260103T000000Z', 'CREATED:20260101T000000Z')).toBe(
      '2026-01-01T00:00Z 2026-01-03T00:00Z',
    )
    expect(bounds('VTODO', 'COMPLETED:20260103T000000Z')).toBe('2026-01-03T00:00Z 2026-01-03T00:00Z')
    expect(bounds('VTODO', 'CREATED:20260101T000000Z')).toBe('2026-01-01T00:00Z Infinity')
    expect(bounds('VTODO')).toBe(everything)
  })

  it('hold a DUE before DTSTART', () => {
    expect(bounds('VTODO', 'DTSTART:20260105T000000Z', 'DUE:20260101T000000Z')).toBe(
      '2026-01-01T00:00Z 2026-01-05T00:00Z',
    )
  })
})

describe('bounds of other components', () => {
  it('are those of RFC 4791 §9.9 for journals and free/busy, and open ends for availability (RFC 7953 §3.1)', () => {
    expect(bounds('VJOURNAL', 'DTSTART;VALUE=DATE:20260101')).toBe('2025-12-31T00:00Z 2026-01-03T00:00Z')
    expect(bounds('VJOURNAL')).toBe(everything)
    expect(bounds('VFREEBUSY', 'DTSTART:20260101T000000Z', 'DTEND:20260102T000000Z')).toBe(
      '2026-01-01T00:00Z 2026-01-02T00:00Z',
    )
    expect(bounds('VFREEBUSY', 'FREEBUSY:20260101T000000Z/PT1H,20260103T000000Z/20260104T000000Z')).toBe(
      '2026-01-01T00:00Z 2026-01-04T00:00Z',
    )
    expect(bounds('VAVAILABILITY')).toBe(everything)
    expect(bounds('VAVAILABILITY', 'DTSTART:20260101T000000Z')).toBe('2026-01-01T00:00Z Infinity')
  })
})

describe('the index of a series', () => {
  it('holds what decides when it happens, and only the zones that nobody else knows', () => {
    const bytes = calendar(
      ...oddZone,
      ...oddZone.map((line) => line.replace('Office', 'Europe/Moscow')),
      ...of(
        'VEVENT',
        'DTSTART;TZID=Office:20260105T100000',
        'DTEND;TZID=Office:20260105T110000',
        'RRULE:FREQ=WEEKLY',
        'EXDATE;TZID=Office:20260112T100000',
        'RDATE;VALUE=PERIOD:20260110T100000Z/PT2H',
      ),
      ...of(
        'VEVENT',
        'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Office:20260119T100000',
        'DTSTART;TZID=Europe/Moscow:20260120T100000',
        'SEQUENCE:2',
        'DTSTAMP:20260101T000000Z',
      ),
    )
    const index = indexObject(bytes)
    const facts = seriesFromFacts(index.recurrence!)
    expect(facts).toEqual(seriesFacts(parseCalendar(bytes)))
    expect(Object.keys(facts.zones)).toEqual(['Office'])
    expect(facts.zones.Office).toContain('TZOFFSETTO:+0530')
    expect(facts).toMatchObject({
      start: { kind: 'zoned', local: '2026-01-05T10:00:00', tzid: 'Office' },
      rrules: ['FREQ=WEEKLY'],
      exdates: [{ kind: 'zoned', local: '2026-01-12T10:00:00' }],
      rdates: [{ start: { kind: 'utc' }, duration: 'PT2H' }],
      overrides: [{ thisAndFuture: true, sequence: 2, stamp: '20260101T000000Z' }],
    })
    expect(index.lastEndMs).toBe(Number.POSITIVE_INFINITY)
    expect(index.tzids).toEqual(['Office', 'Europe/Moscow'])
  })

  it('is kept for overrides without their master, with the bounds of these', () => {
    const index = indexObject(
      calendar(...of('VEVENT', 'RECURRENCE-ID:20260105T100000Z', 'DTSTART:20260106T100000Z', 'DTEND:20260106T110000Z')),
    )
    expect(index.recurrence).not.toBeNull()
    expect(index.firstStartMs).toBeLessThanOrEqual(Date.UTC(2026, 0, 6, 10))
    expect(index.lastEndMs).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 6, 11))
  })

  it('repeats a task without DTSTART by its DUE', () => {
    const index = indexObject(calendar(...of('VTODO', 'DUE:20260105T100000Z', 'RRULE:FREQ=DAILY;COUNT=3')))
    expect(index.lastEndMs).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 7, 10))
  })

  it('never leaves an instance outside its bounds', () => {
    const rule = fc.constantFrom(
      'FREQ=DAILY;COUNT=5',
      'FREQ=WEEKLY;UNTIL=20260301T000000Z',
      'FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4',
      'FREQ=YEARLY;COUNT=2',
    )
    const day = fc.integer({ min: 1, max: 28 }).map((value) => `202601${String(value).padStart(2, '0')}`)
    fc.assert(
      fc.property(
        rule,
        day,
        day,
        day,
        fc.constantFrom('', ';RANGE=THISANDFUTURE'),
        (rrule, start, extra, moved, range) => {
          const bytes = calendar(
            ...of(
              'VEVENT',
              `DTSTART;TZID=Europe/Berlin:${start}T100000`,
              'DURATION:P1DT1H',
              `RRULE:${rrule}`,
              `RDATE:${extra}T000000Z`,
            ),
            ...of(
              'VEVENT',
              `RECURRENCE-ID${range};TZID=Europe/Berlin:${start}T100000`,
              `DTSTART:${moved}T100000Z`,
              'DURATION:PT1H',
            ),
          )
          const index = indexObject(bytes)
          const range4 = { startMs: Date.UTC(2020, 0), endMs: Date.UTC(2040, 0) }
          const { instances } = expandSeries(seriesFromFacts(index.recurrence!), { range: range4 })
          expect(instances.length).toBeGreaterThan(0)
          for (const { startMs, endMs } of instances) {
            expect(startMs).toBeGreaterThanOrEqual(index.firstStartMs)
            expect(endMs).toBeLessThanOrEqual(index.lastEndMs)
          }
        },
      ),
    )
  })

  it('survives hostile names and a text without any UID', () => {
    const bytes = calendar(
      'BEGIN:VEVENT',
      'DTSTART;TZID=__proto__:20260105T100000',
      'RRULE:FREQ=DAILY',
      'END:VEVENT',
      ...oddZone.map((line) => line.replace('Office', '__proto__')),
    )
    const index = indexObject(bytes)
    expect(index.uid).toBe('')
    expect(index.tzids).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)[oddKey]).toBeUndefined()
    expect(Object.keys(JSON.parse(index.recurrence!).zones)).toEqual(['__proto__'])
  })

  it.each(['DTEND;VALUE=DATE:20260107', 'DURATION:PT0S'])(
    'lets a DATE with %s last its day, as instances do',
    (line) => {
      const text = `BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nDTSTART;VALUE=DATE:20260107\n${line}\nEND:VEVENT\nEND:VCALENDAR\n`
      const dayMs = 86_400_000
      expect(indexObject(new TextEncoder().encode(text)).lastEndMs).toBe(Date.UTC(2026, 0, 8) + dayMs)
    },
  )
})
