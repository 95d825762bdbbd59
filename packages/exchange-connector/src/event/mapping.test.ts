import { CalendarError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { fromExchange, project } from './from-exchange.ts'
import { cleanUid, globalObjectId } from './global-object-id.ts'
import type { ExchangeEvent, ExchangePattern } from './model.ts'
import { defaultMappingOptions, type MappingOptions } from './options.ts'
import { parsePortalData, serializePortalData } from './portal-data.ts'
import { isSameRecurrence } from './recurrence-of.ts'
import { toExchange } from './to-exchange.ts'

const options: MappingOptions = {
  ...defaultMappingOptions,
  zone: 'Europe/Moscow',
  ownerAddresses: ['owner@portal.test'],
}

const calendar = (...components: readonly (readonly string[])[]): Uint8Array =>
  new TextEncoder().encode(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      ...components.flatMap((lines) => ['BEGIN:VEVENT', 'UID:u', ...lines, 'END:VEVENT']),
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )

const text = (data: Uint8Array): string => new TextDecoder().decode(data)

const reasonOf = (...components: readonly (readonly string[])[]): unknown => {
  try {
    toExchange(calendar(...components), options)
    return null
  } catch (error) {
    return CalendarError.is(error, 'unrepresentable') ? error.details?.reason : error
  }
}

describe('what Exchange cannot hold is refused with its reason (section 5.4)', () => {
  it.each([
    ['DTSTART:20260131T100000Z', 'RRULE:FREQ=MONTHLY', 'short-months'],
    ['DTSTART:20260130T100000Z', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=30', 'short-months'],
    ['DTSTART:20240229T100000Z', 'RRULE:FREQ=YEARLY', 'short-months'],
    ['DTSTART:20260101T100000Z', 'RRULE:FREQ=HOURLY', 'rule-pattern'],
    ['DTSTART:20260101T100000Z', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15', 'rule-pattern'],
    ['DTSTART:20260101T100000Z', 'RRULE:FREQ=YEARLY;BYWEEKNO=1', 'rule-pattern'],
    ['DTSTART:20260101T100000Z', 'RRULE:FREQ=MONTHLY;BYDAY=1MO,3MO', 'rule-pattern'],
    ['DTSTART:20261201T100000Z', 'RRULE:FREQ=WEEKLY;BYDAY=MO', 'start-outside-rule'],
    ['DTSTART:20261201T100000Z', 'RDATE:20261205T100000Z', 'extra-dates'],
    ['DTSTART:20261201T100000Z', 'DTEND:20261130T100000Z', 'end-before-start'],
    ['DTSTART:20261201T100000Z', 'DTEND:20331201T100000Z', 'too-long'],
    ['DTSTART:16000101T100000Z', 'SUMMARY:x', 'year-range'],
  ])('%s %s: %s', (start, rule, reason) => {
    expect(reasonOf([start, rule])).toBe(reason)
  })

  it('keeps the last day of months, and days 29 to 31 that a bounded series never misses', () => {
    expect(
      toExchange(calendar(['DTSTART:20260131T100000Z', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1']), options).recurrence
        ?.pattern,
    ).toMatchObject({
      kind: 'relativeMonthly',
      index: 'last',
    })
    expect(reasonOf(['DTSTART:20260731T100000Z', 'RRULE:FREQ=MONTHLY;COUNT=2'])).toBeNull()
  })

  it('refuses overrides outside the rule, past a neighbour, and for all that follow', () => {
    const master = ['DTSTART:20261201T100000Z', 'RRULE:FREQ=DAILY;COUNT=5']
    expect(reasonOf(master, ['RECURRENCE-ID:20270101T100000Z', 'DTSTART:20270101T100000Z'])).toBe(
      'occurrence-outside-rule',
    )
    expect(reasonOf(master, ['RECURRENCE-ID:20261202T100000Z', 'DTSTART:20261203T080000Z'])).toBe('occurrence-order')
    expect(reasonOf(master, ['RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T100000Z', 'DTSTART:20261202T110000Z'])).toBe(
      'this-and-future',
    )
    expect(
      reasonOf([
        ...master,
        'EXDATE:20261201T100000Z,20261202T100000Z,20261203T100000Z,20261204T100000Z,20261205T100000Z',
      ]),
    ).toBe('no-occurrence')
  })
})

describe('times', () => {
  it('ends a series on the day of its last occurrence in the zone of the series, not in UTC (UNTIL)', () => {
    const until = (tzid: string, value: string) =>
      toExchange(calendar([`DTSTART;TZID=${tzid}:20260302T230000`, `RRULE:FREQ=WEEKLY;UNTIL=${value}`]), options)
        .recurrence?.range
    expect(until('America/New_York', '20260324T030000Z')).toMatchObject({ endDate: '2026-03-23' })
    expect(until('Asia/Tokyo', '20260323T140000Z')).toMatchObject({ endDate: '2026-03-23' })
    expect(until('Asia/Tokyo', '20260323T135959Z')).toMatchObject({ endDate: '2026-03-16' })
  })

  it('takes an Outlook series on the 31st for the last day of shorter months', () => {
    const event = toExchange(calendar(['DTSTART:20260131T100000Z', 'SUMMARY:x']), options)
    const pattern: ExchangePattern = { kind: 'absoluteMonthly', interval: 1, day: 31 }
    const recurrence = { pattern, range: { kind: 'noEnd', startDate: '2026-01-31' } } as const
    const made = text(fromExchange({ ...event, recurrence, portalData: null }, options))
    expect(made).toContain('RRULE:FREQ=MONTHLY;BYMONTHDAY=-1')
  })

  it('knows one series under the two forms that EWS and iCalendar have for years', () => {
    const range = { kind: 'noEnd', startDate: '2026-12-31' } as const
    const yearly: ExchangePattern = { kind: 'absoluteYearly', interval: 3, month: 12, day: 31 }
    const monthly: ExchangePattern = { kind: 'absoluteMonthly', interval: 36, day: 31 }
    expect(isSameRecurrence({ pattern: yearly, range }, { pattern: monthly, range })).toBe(true)
    expect(isSameRecurrence({ pattern: yearly, range }, { pattern: { ...monthly, interval: 24 }, range })).toBe(false)
  })

  it('keeps the TZID that was written, and takes the CLDR zone of another Windows name', () => {
    const data = calendar(['DTSTART;TZID=Europe/Vienna:20261201T100000', 'DTEND;TZID=Europe/Vienna:20261201T110000'])
    const event = toExchange(data, options)
    expect(event.span).toMatchObject({ startZone: 'W. Europe Standard Time' })
    expect(text(fromExchange(event, options))).toContain('TZID=Europe/Vienna')
    const moved: ExchangeEvent = {
      ...event,
      span: { ...event.span, startZone: 'Tokyo Standard Time', endZone: 'Tokyo Standard Time' } as never,
    }
    expect(text(fromExchange(moved, options))).toContain('DTSTART;TZID=Asia/Tokyo:20261201T180000')
  })
})

describe('what travels beside an item', () => {
  it('is read back as it was, and nothing else is', () => {
    const data = { source: 'BEGIN:VCALENDAR\r\nПланёрка', uid: 'u', zone: 'UTC' }
    const packed = serializePortalData(data)!
    expect(parsePortalData(packed)).toEqual(data)
    expect(parsePortalData(packed.slice(0, -4))).toBeNull()
    expect(parsePortalData('dp1:9999999:AAAA')).toBeNull()
    expect(parsePortalData('')).toBeNull()
  })

  it('goes without long lines when it is too big, and the rest of the event still comes back', () => {
    let seed = 7
    const noise = Array.from({ length: 60_000 }, () => {
      seed ^= seed << 13
      seed ^= seed >>> 17
      seed ^= seed << 5
      return String.fromCharCode(97 + ((seed >>> 0) % 26))
    }).join('')
    const data = calendar([
      'DTSTART:20261201T100000Z',
      'DTEND:20261201T110000Z',
      'SUMMARY:Big',
      `DESCRIPTION:${noise}`,
      'X-NOTE:kept',
    ])
    const event = toExchange(data, options)
    expect(event.portalData?.source).not.toContain(noise.slice(0, 100))
    const back = text(project(data, options)).replaceAll('\r\n ', '')
    expect(back).toContain('X-NOTE:kept')
    expect(back).toContain(noise)
    expect(project(project(data, options), options)).toEqual(project(data, options))
  })

  it('holds no text of a private event on a calendar that shows only that somebody is busy', () => {
    const data = calendar([
      'DTSTART:20261201T100000Z',
      'DTEND:20261201T110000Z',
      'CLASS:PRIVATE',
      'SUMMARY:Doctor',
      'LOCATION:Clinic',
    ])
    const event = toExchange(data, { ...options, privateEvents: 'busy' })
    expect(JSON.stringify(event)).not.toMatch(/Doctor|Clinic/)
    expect(event).toMatchObject({ subject: 'Busy', sensitivity: 'private' })
  })
})

describe('UIDs (section 5.1)', () => {
  it('are unwrapped from a global object id, with or without its zero byte, and wrapped again', () => {
    const wrapped = globalObjectId('portal-1@portal.test')
    expect(cleanUid(wrapped)).toBe('portal-1@portal.test')
    expect(cleanUid(wrapped.toLowerCase())).toBe('portal-1@portal.test')
    expect(cleanUid(wrapped.slice(0, -2))).toBe('portal-1@portal.test')
  })

  it('of Outlook lose the date of an occurrence and the case of their letters', () => {
    const own = `040000008200e00074c5b7101a82e00807ea0c01${'00'.repeat(16)}10000000${'ab'.repeat(16)}`
    expect(cleanUid(own)).toBe(`040000008200E00074C5B7101A82E00800000000${'00'.repeat(16)}10000000${'AB'.repeat(16)}`)
    expect(globalObjectId(own)).toBe(cleanUid(own))
  })
})
