import { describe, expect, it } from 'vitest'
import { hiddenSeries } from './hidden-series.ts'

const ical = (master: readonly string[], override: readonly string[]) =>
  new TextEncoder().encode(
    [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//P//EN', 'X-WR-CALNAME:Secret'],
      ...['BEGIN:VEVENT', 'UID:o@x', 'DTSTAMP:20260101T000000Z', 'DTSTART:20260112T060000Z', ...master, 'END:VEVENT'],
      ...['BEGIN:VEVENT', 'UID:o@x', 'DTSTAMP:20260101T000000Z', 'RECURRENCE-ID:20260113T060000Z', ...override],
      ...['END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n'),
  )
const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Secret', 'TRIGGER:-PT5M', 'END:VALARM']
const shown = (data: Uint8Array) => new TextDecoder().decode(hiddenSeries(data, 'Busy'))

describe('a series of which anything is private (exchange.md §5.7)', () => {
  it.each([
    ['all of it', ['RRULE:FREQ=DAILY', 'CLASS:PRIVATE'], ['DTSTART:20260113T080000Z']],
    ['one occurrence', ['RRULE:FREQ=DAILY'], ['DTSTART:20260113T080000Z', 'CLASS:CONFIDENTIAL']],
  ])('says its times and nothing else, where %s is', (_what, master, override) => {
    const words = ['SUMMARY:Secret', 'LOCATION:Secret', 'DESCRIPTION:Secret', 'ATTENDEE:mailto:secret@x', 'X-A:Secret']
    const text = shown(ical([...master, ...words, ...alarm], [...override, ...words]))
    expect(text).not.toMatch(/secret/i)
    expect(text.match(/SUMMARY:Busy/g)).toHaveLength(2)
    expect(text.match(/CLASS:(PRIVATE|CONFIDENTIAL)/g)).toHaveLength(2)
    expect(text).toContain('RRULE:FREQ=DAILY')
    expect(text).toContain('DTSTART:20260113T080000Z')
    expect(shown(new TextEncoder().encode(text))).toBe(text)
  })

  it('is as it was when nothing of it is', () => {
    const data = ical(['RRULE:FREQ=DAILY', 'SUMMARY:Open'], ['DTSTART:20260113T080000Z', 'CLASS:PUBLIC'])
    expect(hiddenSeries(data, 'Busy')).toBe(data)
  })
})
