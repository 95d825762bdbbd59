import { describe, expect, it } from 'vitest'
import { CalendarError } from '../errors.ts'
import { toBytes } from './text/bytes.ts'
import { parseCalendar } from './text/parse.ts'
import { validateObject } from './validate-object.ts'

const calendar = (...lines: string[]): Uint8Array =>
  toBytes(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test', ...lines, 'END:VCALENDAR', ''].join('\r\n'))

const event = (...lines: string[]): string[] => ['BEGIN:VEVENT', 'UID:one', ...lines, 'END:VEVENT']

const refusal = (bytes: Uint8Array, limits = {}): string | null => {
  try {
    validateObject(parseCalendar(bytes), limits)
    return null
  } catch (error) {
    if (CalendarError.is(error)) return error.code
    throw error
  }
}

describe('validateObject', () => {
  it('takes a master with its overrides', () => {
    const master = event('DTSTART:20260101T100000Z', 'RRULE:FREQ=DAILY')
    const moved = event('RECURRENCE-ID:20260102T100000Z', 'DTSTART:20260102T120000Z')
    expect(refusal(calendar(...master, ...moved))).toBeNull()
  })

  it('takes an override without its master, an invitation to one instance (RFC 4791 §4.1)', () => {
    expect(refusal(calendar(...event('RECURRENCE-ID:20260102T100000Z', 'DTSTART:20260102T120000Z')))).toBeNull()
  })

  it('takes what real programs send: no VTIMEZONE, DTEND at DTSTART, EXDATE and UNTIL of another type', () => {
    const lines = [
      'DTSTART;TZID=Europe/Moscow:20260101T100000',
      'DTEND;TZID=Europe/Moscow:20260101T100000',
      'RRULE:FREQ=DAILY;UNTIL=20260301',
      'EXDATE;VALUE=DATE:20260105',
    ]
    expect(refusal(calendar(...event(...lines)))).toBeNull()
  })

  it.each([
    ['METHOD (RFC 4791 §4.1)', calendar('METHOD:REQUEST', ...event('DTSTART:20260101T100000Z'))],
    ['two masters', calendar(...event('DTSTART:20260101T100000Z'), ...event('DTSTART:20260102T100000Z'))],
    ['two UIDs', calendar(...event('DTSTART:20260101'), 'BEGIN:VEVENT', 'UID:two', 'DTSTART:20260101', 'END:VEVENT')],
    ['two kinds', calendar(...event('DTSTART:20260101'), 'BEGIN:VTODO', 'UID:one', 'END:VTODO')],
    [
      'two overrides of one instance',
      calendar(...event('RECURRENCE-ID:20260102T100000Z'), ...event('RECURRENCE-ID:20260102T100000Z')),
    ],
    ['only a time zone', calendar('BEGIN:VTIMEZONE', 'TZID:x', 'END:VTIMEZONE')],
  ])('refuses %s as no single object', (_, bytes) => {
    expect(refusal(bytes)).toBe('invalid-calendar-object')
  })

  it.each([
    ['a component without UID', calendar('BEGIN:VEVENT', 'DTSTART:20260101T100000Z', 'END:VEVENT')],
    ['a VEVENT without DTSTART (RFC 5545 §3.6.1)', calendar(...event('SUMMARY:x'))],
    ['a DTSTART that is no time', calendar(...event('DTSTART:20260230T100000Z'))],
    ['a rule that is none', calendar(...event('DTSTART:20260101T100000Z', 'RRULE:FREQ=DAILY;INTERVAL=0'))],
    ['an event that is cut off', toBytes('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:one\r\nDTSTART:20260101\r\n')],
    [
      'vCalendar 1.0',
      toBytes('BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR'),
    ],
  ])('refuses %s as invalid data', (_, bytes) => {
    expect(refusal(bytes)).toBe('invalid-calendar-data')
  })

  it('refuses more attendees, dates or overrides than the limits allow', () => {
    const attendees = event('DTSTART:20260101', 'ATTENDEE:mailto:a@example.com', 'ATTENDEE:mailto:b@example.com')
    expect(refusal(calendar(...attendees), { maxAttendees: 1 })).toBe('limit-exceeded')
    const dates = event('DTSTART:20260101', 'RDATE:20260102,20260103', 'EXDATE:20260104')
    expect(refusal(calendar(...dates), { maxRecurrenceDates: 2 })).toBe('limit-exceeded')
    const overrides = [...event('RECURRENCE-ID:20260102'), ...event('RECURRENCE-ID:20260103')]
    expect(refusal(calendar(...overrides), { maxOverrides: 0 })).toBe('limit-exceeded')
  })
})
