import { describe, expect, it } from 'vitest'
import { calendar, context, event, items, mapping, text, upload, valid, weekly } from './test-mapping.ts'

describe('an end', () => {
  const eastern =
    "<timeZoneRule><standardBias>300</standardBias><additionalDaylightBias>-60</additionalDaylightBias><standardDate><transitionRule month='11' day='su' weekdayOfMonth='first' /><transitionTime>2:0:0</transitionTime></standardDate><daylightDate><transitionRule month='3' day='su' weekdayOfMonth='second' /><transitionTime>2:0:0</transitionTime></daylightDate></timeZoneRule>"
  const series = {
    EventType: '1',
    fRecurrence: '1',
    UID: '{00000000-0000-4000-8000-000000000001}',
    RecurrenceData:
      '<recurrence><rule><firstDayOfWeek>su</firstDayOfWeek><repeat><daily dayFrequency="1" /></repeat><repeatForever>FALSE</repeatForever></rule></recurrence>',
    XMLTZone: eastern,
  }

  it('goes by the clock of its start when a day becomes an hour, and the hour a series of another zone', () => {
    const day = calendar(event('DTSTART;VALUE=DATE:20260310', 'SUMMARY:A'))
    const timed = mapping.update(
      day,
      'event',
      upload({ EventDate: '2026-03-10T09:00:00Z', EndDate: '2026-03-10T10:00:00Z', fAllDayEvent: '0' }),
      context,
    ).data
    expect(text(timed)).toContain('DTEND;TZID=Europe/Moscow:20260310T130000')
    const repeated = text(valid(mapping.update(timed, 'event', upload(series), context).data))
    expect(repeated).toContain('DTSTART;TZID=America/New_York:20260310T050000')
    expect(repeated).toContain('DTEND;TZID=America/New_York:20260310T060000')
  })

  it('keeps a clock of its own', () => {
    const flight = calendar(
      event('DTSTART;TZID=Europe/Moscow:20260310T100000', 'DTEND;TZID=Asia/Tokyo:20260310T170000', 'SUMMARY:A'),
    )
    const { data } = mapping.update(flight, 'event', upload({ EndDate: '2026-03-10T09:00:00Z' }), context)
    expect(text(data)).toContain('DTEND;TZID=Asia/Tokyo:20260310T180000')
  })
})

describe('an upload that says only that the event lasts all day (an Update may carry only what changed, section 6.1)', () => {
  const becomesDays = (...lines: string[]) => {
    const stored = calendar(event(...lines, 'SUMMARY:A'))
    const { data } = mapping.update(stored, 'event', upload({ fAllDayEvent: '1' }), context)
    return text(valid(data)).match(/DT(?:START|END).*/g)
  }

  it('gives it the days that its own clock shows, which near midnight are not those of UTC', () => {
    const night = ['DTSTART;TZID=Europe/Moscow:20260310T010000', 'DTEND;TZID=Europe/Moscow:20260310T020000']
    expect(becomesDays(...night)).toEqual(['DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260311'])
    const evening = ['DTSTART;TZID=America/New_York:20260310T210000', 'DTEND;TZID=America/New_York:20260310T220000']
    expect(becomesDays(...evening)).toEqual(['DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260311'])
  })

  it('takes the calendar’s clock for an instant in UTC', () => {
    const night = ['DTSTART:20260309T220000Z', 'DTEND:20260309T230000Z']
    expect(becomesDays(...night)).toEqual(['DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260311'])
  })

  it('keeps all of its days, and adds none for an end at midnight', () => {
    const days = ['DTSTART;TZID=Europe/Moscow:20260310T100000', 'DTEND;TZID=Europe/Moscow:20260312T120000']
    expect(becomesDays(...days)).toEqual(['DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260313'])
    const midnight = ['DTSTART;TZID=Europe/Moscow:20260310T220000', 'DTEND;TZID=Europe/Moscow:20260311T000000']
    expect(becomesDays(...midnight)).toEqual(['DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260311'])
  })
})

describe('an upload that says only that the event no longer lasts all day', () => {
  const becomesTimed = (bytes: Uint8Array, key = 'event') => {
    const { data } = mapping.update(bytes, key, upload({ fAllDayEvent: '0' }), context)
    return text(valid(data))
  }

  it('keeps its days, from midnight on the clock of the person and not of UTC', () => {
    const day = becomesTimed(calendar(event('DTSTART;VALUE=DATE:20260310', 'SUMMARY:A')))
    expect(day).toContain('DTSTART;TZID=Europe/Moscow:20260310T000000')
    expect(day).toContain('DTEND;TZID=Europe/Moscow:20260310T235900')
    const days = becomesTimed(calendar(event('DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260313', 'SUMMARY:A')))
    expect(days).toContain('DTSTART;TZID=Europe/Moscow:20260310T000000')
    expect(days).toContain('DTEND;TZID=Europe/Moscow:20260312T235900')
  })

  it('does so in a series, and in a changed occurrence on the clock of its series', () => {
    const series = becomesTimed(calendar(event('DTSTART;VALUE=DATE:20260309', 'RRULE:FREQ=WEEKLY', 'SUMMARY:A')))
    expect(series).toContain('DTSTART;TZID=Europe/Moscow:20260309T000000')
    expect(series).toContain('DTEND;TZID=Europe/Moscow:20260309T235900')
    const day = event('RECURRENCE-ID;TZID=Europe/Berlin:20260119T090000', 'DTSTART;VALUE=DATE:20260119', 'SUMMARY:B')
    const key = items(weekly([], [day])).find(({ allDay }) => allDay)!.key
    const changed = items(mapping.update(weekly([], [day]), key, upload({ fAllDayEvent: '0' }), context).data).find(
      ({ title }) => title === 'B',
    )!
    expect([changed.start, changed.end, changed.allDay]).toEqual([
      '2026-01-18T23:00:00Z',
      '2026-01-19T22:59:00Z',
      false,
    ])
  })
})
