import { describe, expect, it } from 'vitest'
import { calendar, context, event, items, keys, mapping, only, text, upload, valid, weekly } from './test-mapping.ts'

describe('a series that Outlook makes or changes (specification section 8)', () => {
  it('takes a new series with its zone, and shows it as it came', () => {
    const xml =
      "<recurrence><rule><repeat><monthlyByDay we='TRUE' weekdayOfMonth='second' monthFrequency='2' /></repeat><repeatInstances>5</repeatInstances><firstDayOfWeek>su</firstDayOfWeek></rule></recurrence>"
    const zone =
      "<timeZoneRule><standardBias>300</standardBias><additionalDaylightBias>-60</additionalDaylightBias><standardDate><transitionRule  month='11' day='su' weekdayOfMonth='first' /><transitionTime>2:0:0</transitionTime></standardDate><daylightDate><transitionRule  month='3' day='su' weekdayOfMonth='second' /><transitionTime>2:0:0</transitionTime></daylightDate></timeZoneRule>"
    const made = mapping.create(
      upload({
        Title: 'Board',
        EventType: '1',
        fRecurrence: '1',
        EventDate: '2026-01-14T15:00:00Z',
        EndDate: '2026-01-14T16:00:00Z',
        Duration: '3600',
        RecurrenceData: xml,
        XMLTZone: zone,
      }),
      context,
    )
    expect(text(valid(made))).toContain('DTSTART;TZID=America/New_York:20260114T100000')
    expect(text(made)).toContain('RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE;COUNT=5')
    expect(keys(made)).toEqual(['master event 2026-01-14T15:00:00Z'])
  })

  it('refuses a series whose rule cannot be read, instead of storing one event', () => {
    const fields = { Title: 'S', EventType: '1', fRecurrence: '1', EventDate: '2026-01-14T15:00:00Z', Duration: '60' }
    for (const RecurrenceData of ['', 'Every day', '<recurrence/>']) {
      expect(() => mapping.create(upload({ ...fields, RecurrenceData }), context)).toThrow('RecurrenceData has no rule')
    }
  })

  describe('with a time zone (MS-OUTSPS 2.2.4.6–2.2.4.8)', () => {
    const october = '<transitionRule month="10" day="su" weekdayOfMonth="last"/>'
    const march = '<transitionRule month="3" day="su" weekdayOfMonth="last"/>'
    const date = (tag: string, rule: string, time: string): string =>
      `<${tag}>${rule}<transitionTime>${time}</transitionTime></${tag}>`
    const zoneXml = (...dates: string[]): string =>
      `<timeZoneRule><standardBias>-60</standardBias><additionalDaylightBias>-60</additionalDaylightBias>${dates.join('')}</timeZoneRule>`
    const made = (xml: string): string =>
      text(
        mapping.create(
          upload({
            ...{ Title: 'Board', EventType: '1', fRecurrence: '1', XMLTZone: xml },
            ...{ EventDate: '2026-03-04T09:00:00Z', EndDate: '2026-03-04T10:00:00Z' },
            RecurrenceData:
              '<recurrence><rule><repeat><weekly we="TRUE"/></repeat><repeatForever>FALSE</repeatForever></rule></recurrence>',
          }),
          context,
        ),
      )

    it('keeps its summer time, however the hour of the change is written', () => {
      for (const [late, early] of [
        ['3:0:0', '2:0:0'],
        ['03:00:00.000', '02:00:00.000'],
        ['3:00', '2:00'],
      ] as const) {
        const xml = zoneXml(date('standardDate', october, late), date('daylightDate', march, early))
        expect(made(xml)).toContain('DTSTART;TZID=Europe/Berlin:20260304T100000')
      }
    })

    it('is refused where its summer time cannot be read: an hour off for half a year is worse', () => {
      const autumn = date('standardDate', october, '3:0:0')
      const spring = date('daylightDate', march, '2:0:0')
      const fixed = (month: number, day: number): string =>
        date('standardDate', `<transitionRule month="${month}" dayOfMonth="${day}"/>`, '3:0:0')
      for (const broken of [
        [autumn],
        [spring],
        [date('standardDate', october.replace('last', 'fifth'), '3:0:0'), spring],
        [date('standardDate', october.replace('"su"', '"weekday"'), '3:0:0'), spring],
        [date('standardDate', october, 'soon'), spring],
        [date('standardDate', october, '24:0:0'), spring],
        [date('standardDate', october, '2:75:0'), spring],
        [fixed(2, 30), spring],
        [fixed(2, 29), spring],
        [fixed(11, 31), spring],
      ]) {
        expect(() => made(zoneXml(...broken)), broken.join('')).toThrow('XMLTZone is no time zone rule')
      }
      expect(made(zoneXml(fixed(10, 31), spring))).toContain('BYMONTH=10;BYMONTHDAY=31')
    })

    it('has none without dates, whatever bias is left of it', () => {
      expect(made(zoneXml())).not.toContain('BEGIN:DAYLIGHT')
    })
  })

  it('keeps its length where EndDate is the end of the series, beyond a change of the clock (section 8.3)', () => {
    const zone =
      "<timeZoneRule><standardBias>-60</standardBias><additionalDaylightBias>-60</additionalDaylightBias><standardDate><transitionRule month='10' day='su' weekdayOfMonth='last' /><transitionTime>3:0:0</transitionTime></standardDate><daylightDate><transitionRule month='3' day='su' weekdayOfMonth='last' /><transitionTime>2:0:0</transitionTime></daylightDate></timeZoneRule>"
    const rule =
      '<recurrence><rule><repeat><weekly we="TRUE"/></repeat><repeatInstances>10</repeatInstances></rule></recurrence>'
    const common = { EventType: '1', fRecurrence: '1', RecurrenceData: rule, XMLTZone: zone }
    const length = (bytes: Uint8Array): number | undefined => items(bytes)[0]?.durationSeconds
    const made = (start: string, end: string): Uint8Array =>
      mapping.create(upload({ ...common, EventDate: start, EndDate: end }), context)
    // The end of the last occurrence, which is in summer time.
    expect(length(made('2026-03-04T09:00:00Z', '2026-05-06T09:00:00Z'))).toBe(3600)
    expect(length(made('2026-03-04T09:00:00Z', '2026-05-06T08:30:00Z'))).toBe(1800)
    // The time of day of the first one, on the date of the last: MS-OUTSPS 3.2.4.2.2.
    expect(length(made('2026-03-04T09:00:00Z', '2026-05-06T10:00:00Z'))).toBe(3600)
    const stored = made('2026-03-04T09:00:00Z', '2026-03-04T10:30:00Z')
    for (const EndDate of ['2026-05-06T09:30:00Z', '2026-05-06T10:30:00Z']) {
      const { data } = mapping.update(stored, 'event', upload({ ...common, Title: 'New', EndDate }), context)
      expect(length(data), EndDate).toBe(5400)
    }
  })

  it('moves the exceptions with a series that moves, and drops them on deleteExceptions (section 8.5)', () => {
    const data = weekly(
      ['EXDATE;TZID=Europe/Berlin:20260112T090000'],
      [
        event(
          'RECURRENCE-ID;TZID=Europe/Berlin:20260119T090000',
          'DTSTART;TZID=Europe/Berlin:20260119T110000',
          'DURATION:PT1H',
          'SUMMARY:Moved',
        ),
      ],
    )
    const moved = mapping.update(
      data,
      'event',
      upload({ EventDate: '2026-01-05T09:00:00Z', EndDate: '2026-01-05T10:00:00Z', Duration: '3600' }),
      context,
    )
    expect(keys(valid(moved.data))).toEqual([
      'master event 2026-01-05T09:00:00Z',
      'deleted deleted:20260112T100000 2026-01-12T09:00:00Z',
      'exception exception:20260119T100000 2026-01-19T10:00:00Z',
    ])
    const xml =
      '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><daily dayFrequency="2"/></repeat><windowEnd>2026-02-01T22:59:00Z</windowEnd></rule></recurrence><deleteExceptions>true</deleteExceptions>'
    const cleared = mapping.update(
      data,
      'event',
      upload({ RecurrenceData: xml, fRecurrence: '1', EventType: '1' }),
      context,
    )
    expect(keys(valid(cleared.data))).toEqual(['master event 2026-01-05T08:00:00Z'])
    expect(text(cleared.data)).toContain('RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260201T225959Z')
  })

  it('keeps the last occurrence of a series that moves to a later hour, where UNTIL was its start', () => {
    const until = (rule: string) =>
      calendar(event('DTSTART;TZID=Europe/Berlin:20260105T090000', 'DURATION:PT1H', `RRULE:${rule}`))
    const data = until('FREQ=WEEKLY;UNTIL=20260119T080000Z;BYDAY=MO')
    const later = { EventDate: '2026-01-05T09:00:00Z', EndDate: '2026-01-05T10:00:00Z', Duration: '3600' }
    const moved = mapping.update(data, 'event', upload(later), context)
    expect(text(valid(moved.data))).toContain('RRULE:FREQ=WEEKLY;UNTIL=20260119T225959Z;BYDAY=MO')
    expect(only(moved.data).recurrenceData).toContain('<windowEnd>2026-01-19T09:00:00Z</windowEnd>')
  })

  it('stays a series, with what was changed in it, where a field comes empty that cannot be', () => {
    const data = weekly(['EXDATE;TZID=Europe/Berlin:20260119T090000'])
    for (const name of ['fRecurrence', 'EventType', 'RecurrenceData', 'XMLTZone', 'UID', 'EventDate', 'Duration']) {
      expect(mapping.update(data, 'event', upload({ [name]: '' }), context).data, name).toBe(data)
    }
    const every = { fRecurrence: '', EventType: '', fAllDayEvent: '', RecurrenceData: '', EventDate: '', EndDate: '' }
    expect(mapping.update(data, 'event', upload(every), context).data).toBe(data)
    const day = calendar(event('DTSTART;VALUE=DATE:20260310', 'SUMMARY:A'))
    expect(mapping.update(day, 'event', upload({ fAllDayEvent: '' }), context).data).toBe(day)
    const made = mapping.create(
      upload({
        ...{ Title: 'B', EventType: '1', fRecurrence: '', EventDate: '2026-03-09T09:00:00Z', Duration: '3600' },
        RecurrenceData:
          '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><daily dayFrequency="1"/></repeat><repeatForever>FALSE</repeatForever></rule></recurrence>',
      }),
      context,
    )
    expect(text(made)).toContain('RRULE:FREQ=DAILY')
  })

  it('makes a series of an event, and an event of a series', () => {
    const data = calendar(event('DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:A'))
    const xml =
      '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><weekly tu="TRUE" weekFrequency="1" /></repeat><repeatForever>FALSE</repeatForever></rule></recurrence>'
    const series = mapping.update(
      data,
      'event',
      upload({ RecurrenceData: xml, fRecurrence: '1', EventType: '1' }),
      context,
    )
    expect(text(valid(series.data))).toContain('RRULE:FREQ=WEEKLY;BYDAY=TU')
    expect(keys(series.data)).toEqual(['master event 2026-03-10T10:00:00Z'])
    const single = mapping.update(series.data, 'event', upload({ fRecurrence: '0', EventType: '0' }), context)
    expect(keys(single.data)).toEqual(['single event 2026-03-10T10:00:00Z'])
  })
})
