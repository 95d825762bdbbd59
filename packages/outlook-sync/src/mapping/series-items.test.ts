import { describe, expect, it } from 'vitest'
import { calendar, context, event, items, keys, mapping, upload, valid, weekly } from './test-mapping.ts'

describe('a series as list items (specification section 8)', () => {
  it('sends master, changed and deleted occurrences each as an item', () => {
    const data = weekly(
      ['EXDATE;TZID=Europe/Berlin:20260112T090000'],
      [
        event(
          'RECURRENCE-ID;TZID=Europe/Berlin:20260119T090000',
          'DTSTART;TZID=Europe/Berlin:20260120T110000',
          'DURATION:PT1H',
          'SUMMARY:Moved',
        ),
      ],
    )
    expect(keys(data)).toEqual([
      'master event 2026-01-05T08:00:00Z',
      'deleted deleted:20260112T090000 2026-01-12T08:00:00Z',
      'exception exception:20260119T090000 2026-01-20T10:00:00Z',
    ])
    const [master, , exception] = items(data)
    expect(master?.recurrenceData).toBe(
      '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><weekly mo="TRUE" weekFrequency="1" /></repeat><repeatForever>FALSE</repeatForever></rule></recurrence>',
    )
    expect(master?.timeZoneXml).toBe(
      "<timeZoneRule><standardBias>-60</standardBias><additionalDaylightBias>-60</additionalDaylightBias><standardDate><transitionRule month='10' day='su' weekdayOfMonth='last' /><transitionTime>3:0:0</transitionTime></standardDate><daylightDate><transitionRule month='3' day='su' weekdayOfMonth='last' /><transitionTime>2:0:0</transitionTime></daylightDate></timeZoneRule>",
    )
    expect(exception).toMatchObject({ recurrenceId: '2026-01-19T08:00:00Z', masterKey: 'event' })
  })

  it('sends an occurrence that was moved past its neighbour as a deleted one and an item of its own (section 8.6)', () => {
    const data = weekly(
      [],
      [
        event(
          'RECURRENCE-ID;TZID=Europe/Berlin:20260119T090000',
          'DTSTART;TZID=Europe/Berlin:20260126T150000',
          'DURATION:PT1H',
        ),
      ],
    )
    expect(keys(data)).toEqual([
      'master event 2026-01-05T08:00:00Z',
      'deleted deleted:20260119T090000 2026-01-19T08:00:00Z',
      'single instance:20260119T090000 2026-01-26T14:00:00Z',
    ])
  })

  it('takes one of two changed occurrences that crossed each other out of the series (section 8.6)', () => {
    const changed = (id: string, start: string): string =>
      event(`RECURRENCE-ID;TZID=Europe/Berlin:${id}`, `DTSTART;TZID=Europe/Berlin:${start}`, 'DURATION:PT1H')
    const data = weekly(
      [],
      [changed('20260119T090000', '20260117T090000'), changed('20260112T090000', '20260118T090000')],
    )
    expect(keys(data)).toEqual([
      'master event 2026-01-05T08:00:00Z',
      'exception exception:20260112T090000 2026-01-18T08:00:00Z',
      'deleted deleted:20260119T090000 2026-01-19T08:00:00Z',
      'single instance:20260119T090000 2026-01-17T08:00:00Z',
    ])
  })

  it('edits a later occurrence of THISANDFUTURE by itself, and refuses the one that speaks for all later ones', () => {
    const data = weekly(
      [],
      [
        event(
          'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260112T090000',
          'DTSTART;TZID=Europe/Berlin:20260112T110000',
          'DURATION:PT1H',
          'SUMMARY:Later',
        ),
      ],
    )
    const edited = mapping.update(data, 'instance:20260119T090000', upload({ Location: 'There' }), context)
    const shown = items(valid(edited.data)).map(({ title, location, start }) => `${title} ${location} ${start}`)
    expect(shown.slice(0, 4)).toEqual([
      'Week  2026-01-05T08:00:00Z',
      'Later  2026-01-12T10:00:00Z',
      'Later There 2026-01-19T10:00:00Z',
      'Later  2026-01-26T10:00:00Z',
    ])
    const first = 'instance:20260112T090000'
    expect(() => mapping.update(data, first, upload({ Location: 'There' }), context)).toThrow('all later ones')
    expect(() => mapping.remove(data, first, context)).toThrow('all later ones')
    expect(mapping.update(data, first, upload({ Title: 'Later' }), context).data).toBe(data)
  })

  it('shows a series once whose rule names an ordinal twice', () => {
    const data = calendar(event('DTSTART:20260131T090000Z', 'RRULE:FREQ=MONTHLY;BYDAY=-1SA,-1SA'))
    expect(keys(data)).toEqual(['master event 2026-01-31T09:00:00Z'])
  })

  it('reads the RECURRENCE-ID of a floating series by its clock, in whatever form, as every other door does', () => {
    const data = calendar(
      event('DTSTART:20260105T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3'),
      event('RECURRENCE-ID:20260106T090000Z', 'DTSTART:20260106T150000', 'DURATION:PT1H'),
    )
    expect(keys(data)[1]).toBe('exception exception:20260106T090000 2026-01-06T12:00:00Z')
  })

  it('splits a rule of several ordinals, and shows what it cannot say one by one', () => {
    const split = calendar(
      event('DTSTART:20260105T090000Z', 'DTEND:20260105T100000Z', 'RRULE:FREQ=MONTHLY;BYDAY=1MO,3MO'),
    )
    expect(keys(split)).toEqual(['master part:1 2026-01-05T09:00:00Z', 'master part:2 2026-01-19T09:00:00Z'])
    const expanded = calendar(
      event('DTSTART:20260131T090000Z', 'DTEND:20260131T100000Z', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=31'),
    )
    expect(mapping.itemsOf(expanded, context).windowed).toBe(true)
    expect(keys(expanded).slice(0, 2)).toEqual([
      'single instance:20260131T090000Z 2026-01-31T09:00:00Z',
      'single instance:20260331T090000Z 2026-03-31T09:00:00Z',
    ])
  })

  it('shows RDATEs, and a DTSTART that the rule does not match, as items of their own', () => {
    const data = calendar(
      event(
        'DTSTART:20260106T090000Z',
        'DTEND:20260106T100000Z',
        'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3',
        'RDATE:20260108T120000Z',
      ),
    )
    expect(keys(data)).toEqual([
      'master event 2026-01-12T09:00:00Z',
      'single instance:20260106T090000Z 2026-01-06T09:00:00Z',
      'single instance:20260108T120000Z 2026-01-08T12:00:00Z',
    ])
    expect(items(data)[0]?.recurrenceData).toContain('<repeatInstances>2</repeatInstances>')
  })

  it('shows every hour of the window, and of every minute those that are next', () => {
    const every = (freq: string) =>
      items(calendar(event('DTSTART:20250101T000000Z', 'DURATION:PT1M', `RRULE:FREQ=${freq}`)))
    const hours = every('HOURLY')
    expect([hours.length, hours[0]?.start, hours.at(-1)?.start]).toEqual([
      455 * 24,
      '2025-12-01T00:00:00Z',
      '2027-02-28T23:00:00Z',
    ])
    const minutes = every('MINUTELY')
    expect([minutes.length, minutes[0]?.start]).toEqual([12_000, '2026-02-28T12:00:00Z'])
  })
})
