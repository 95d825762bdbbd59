import { indexObject, parseCalendar, validateObject } from '@dayport/core/ical'
import { describe, expect, it } from 'vitest'
import { type MappingContext, OccurrenceChanged } from '../item-mapping.ts'
import type { ItemUpload, ListItem } from '../list-item.ts'
import { createItemMapping } from './index.ts'

const mapping = createItemMapping()
const nowMs = Date.UTC(2026, 2, 1, 12)
const context: MappingContext = {
  nowMs,
  window: { startMs: Date.UTC(2025, 11, 1), endMs: Date.UTC(2027, 2, 1) },
  timeZone: 'Europe/Moscow',
  newUid: () => 'new-uid',
}

const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', 'UID:u1', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n')
const calendar = (...events: string[]): Uint8Array =>
  new TextEncoder().encode(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//T//EN', ...events, 'END:VCALENDAR', ''].join('\r\n'),
  )
const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? new Uint8Array())
const items = (bytes: Uint8Array): readonly ListItem[] => mapping.itemsOf(bytes, context).items
const only = (bytes: Uint8Array): ListItem => {
  const list = items(bytes)
  expect(list.map(({ key }) => key)).toHaveLength(1)
  return list[0]!
}
const upload = (fields: Record<string, string>, bag: Record<string, string> = {}): ItemUpload => ({
  fields: new Map(Object.entries(fields)),
  bag: new Map(Object.entries(bag)),
})
const valid = (bytes: Uint8Array): Uint8Array => {
  validateObject(parseCalendar(bytes))
  indexObject(parseCalendar(bytes))
  return bytes
}
const keys = (bytes: Uint8Array): string[] => items(bytes).map(({ kind, key, start }) => `${kind} ${key} ${start}`)

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

describe('a deletion of an occurrence that is cancelled already, which Outlook has as deleted (section 8.1)', () => {
  it('leaves the override with its attendees and what else is in it', () => {
    const stored = calendar(
      event('DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=DAILY;COUNT=3', 'SUMMARY:A'),
      event(
        ...['RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T090000Z', 'DTEND:20260303T100000Z', 'SUMMARY:A'],
        ...['STATUS:CANCELLED', 'ATTENDEE:mailto:z@example.com', 'X-KEEP:1'],
      ),
    )
    const deletion = upload({ EventType: '3', RecurrenceID: '2026-03-03T09:00:00Z' })
    const { data, key } = mapping.addOccurrence(stored, deletion, context)
    expect(key).toBe('deleted:20260303T090000Z')
    expect(items(stored).map((item) => item.key)).toContain(key)
    expect(text(data)).toBe(text(stored))
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

describe('an event as a list item (specification section 7)', () => {
  it('maps what the maker chose as busy state both ways, and takes the -1 of Outlook as no answer (section 5.4)', () => {
    const plain = calendar(event('DTSTART:20260310T100000Z', 'SUMMARY:A'))
    expect(only(plain).intendedBusyStatus).toBe(-1)
    const stored = calendar(event('DTSTART:20260310T100000Z', 'SUMMARY:A', 'X-MICROSOFT-CDO-INTENDEDSTATUS:OOF'))
    expect(only(stored).intendedBusyStatus).toBe(3)
    for (const sent of ['-1', '3', '4', '']) {
      expect(mapping.update(stored, 'event', upload({}, { IntendedBusyStatus: sent }), context).data).toBe(stored)
    }
    const { data } = mapping.update(stored, 'event', upload({}, { IntendedBusyStatus: '1' }), context)
    expect(text(data)).toContain('X-MICROSOFT-CDO-INTENDEDSTATUS:TENTATIVE')
    expect(only(data)).toMatchObject({ intendedBusyStatus: 1, busyStatus: 2 })
    expect(() => mapping.update(stored, 'event', upload({}, { IntendedBusyStatus: '9' }), context)).toThrow('unknown')
  })

  it('writes instants in UTC, text as HTML, and what the property bag holds', () => {
    const item = only(
      calendar(
        event(
          'DTSTART;TZID=Europe/Moscow:20260310T100000',
          'DURATION:PT1H30M',
          'SUMMARY:Plan\\, R&D',
          'LOCATION:Room 5',
          'DESCRIPTION:a < b\\nnext',
          'CATEGORIES:Red,Blue; deep',
          'PRIORITY:2',
          'TRANSP:TRANSPARENT',
        ),
      ),
    )
    expect(item).toMatchObject({
      key: 'event',
      kind: 'single',
      title: 'Plan, R&D',
      location: 'Room 5',
      description: '<div>a &lt; b<br>next</div>',
      start: '2026-03-10T07:00:00Z',
      end: '2026-03-10T08:30:00Z',
      allDay: false,
      durationSeconds: 5400,
      categories: ['Red', 'Blue deep'],
      priority: 1,
      busyStatus: 0,
    })
  })

  it('writes all-day events as dates that no zone shifts, to 23:59 of the last day (section 7.1)', () => {
    const item = only(calendar(event('DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260312', 'SUMMARY:Trip')))
    expect(item).toMatchObject({
      start: '2026-03-10T00:00:00Z',
      end: '2026-03-11T23:59:00Z',
      allDay: true,
      durationSeconds: 172_740,
    })
  })

  it('changes nothing when what comes back says what was sent', () => {
    const data = calendar(
      event(
        'DTSTART;TZID=Europe/Moscow:20260310T100000',
        'DTEND;TZID=Europe/Moscow:20260310T110000',
        'SUMMARY:A',
        'DESCRIPTION:x  y\\nz',
        'CATEGORIES:b,a',
        'ATTENDEE:mailto:a@example.com',
      ),
    )
    const item = only(data)
    const echo = upload(
      {
        Title: item.title,
        Location: '',
        Description: item.description,
        EventDate: item.start,
        EndDate: item.end,
        fAllDayEvent: '0',
        fRecurrence: '0',
        EventType: '0',
      },
      { Categories: 'a; b', BusyStatus: '2', Priority: '0' },
    )
    expect(mapping.update(data, 'event', echo, context).data).toBe(data)
  })

  it('rewrites only the properties that changed; attendees, alarms and strange properties keep their bytes', () => {
    const alarm = 'BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM'
    const data = calendar(
      event(
        'DTSTART;TZID=Europe/Moscow:20260310T100000',
        'DTEND;TZID=Europe/Moscow:20260310T110000',
        'SUMMARY:A',
        'X-KEEP;P=1:v',
        'ATTENDEE;CN=B:mailto:b@example.com',
        'CLASS:PRIVATE',
        alarm,
      ),
    )
    const { data: next } = mapping.update(
      data,
      'event',
      upload({ Title: 'New\r\nX-EVIL:1', EventDate: '2026-03-11T08:00:00Z' }),
      context,
    )
    const lines = text(valid(next))
    expect(lines).toContain('SUMMARY:New\\nX-EVIL:1\r\n')
    expect(lines).toContain('DTSTART;TZID=Europe/Moscow:20260311T110000\r\nDTEND;TZID=Europe/Moscow:20260311T120000')
    for (const line of ['X-KEEP;P=1:v', 'ATTENDEE;CN=B:mailto:b@example.com', 'CLASS:PRIVATE', alarm])
      expect(lines).toContain(line)
    expect(lines).toContain('SEQUENCE:1')
  })

  it('cuts the description that Outlook sends to safe HTML and derives its text', () => {
    const data = calendar(event('DTSTART:20260310T100000Z', 'SUMMARY:A'))
    const html =
      '\n\n<div dir="LTR"><font face="Calibri">One <b onclick="x()">two</b></font></div><script>alert(1)</script><a href="javascript:x">l</a>\n'
    const { data: next } = mapping.update(data, 'event', upload({ Description: html }), context)
    expect(text(next)).toContain('DESCRIPTION:One two\\nl')
    expect(text(next).replaceAll('\r\n ', '')).toContain(
      'X-ALT-DESC;FMTTYPE=text/html:<div dir="LTR"><font face="Calibri">One <b>two</b></font></div><a>l</a>',
    )
    expect(mapping.update(next, 'event', upload({ Description: only(next).description }), context).data).toBe(next)
  })

  it('takes a new event in the zone of the person, with its VTIMEZONE', () => {
    const made = mapping.create(
      upload(
        {
          Title: 'Lunch',
          EventDate: '2026-03-02T11:00:00Z',
          EndDate: '2026-03-02T12:00:00Z',
          fAllDayEvent: '0',
          fRecurrence: '0',
          EventType: '0',
        },
        { BusyStatus: '3' },
      ),
      context,
    )
    expect(text(valid(made))).toContain('DTSTART;TZID=Europe/Moscow:20260302T140000')
    expect(text(made)).toContain('BEGIN:VTIMEZONE')
    expect(only(made)).toMatchObject({
      title: 'Lunch',
      start: '2026-03-02T11:00:00Z',
      end: '2026-03-02T12:00:00Z',
      busyStatus: 3,
    })
  })

  it('takes an all-day event that ends at 23:59 or at the midnight after it (section 7.1)', () => {
    for (const end of ['2026-03-03T23:59:00Z', '2026-03-04T00:00:00Z']) {
      const made = mapping.create(
        upload({ Title: 'Off', EventDate: '2026-03-02T00:00:00Z', EndDate: end, fAllDayEvent: '-1' }),
        context,
      )
      expect(text(made)).toContain('DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260304')
    }
  })

  it('cuts title and place to the 255 characters of one line that Outlook holds, and keeps the rest when they come back', () => {
    const long = `${'Ж'.repeat(254)}😀 and the rest`
    const data = calendar(event('DTSTART:20260310T100000Z', `SUMMARY:${long}`, 'LOCATION:Room 5\\nFloor 2 '))
    const item = only(data)
    expect(item).toMatchObject({ title: 'Ж'.repeat(254), location: 'Room 5 Floor 2' })
    const echo = { Title: item.title, Location: item.location }
    expect(mapping.update(data, 'event', upload(echo), context).data).toBe(data)
    const { data: next } = mapping.update(data, 'event', upload({ ...echo, Location: 'Hall' }), context)
    expect(text(valid(next)).replaceAll('\r\n ', '')).toContain(`SUMMARY:${long}\r\nLOCATION:Hall`)
  })

  it('refuses what is no time, and an end before its start', () => {
    const data = calendar(event('DTSTART:20260310T100000Z'))
    expect(() => mapping.update(data, 'event', upload({ EventDate: 'tomorrow' }), context)).toThrow(
      'EventDate is no time',
    )
    expect(() => mapping.update(data, 'event', upload({ EndDate: '2026-03-10T09:00:00Z' }), context)).toThrow(
      'EndDate is before',
    )
  })
})

describe('a series as list items (specification section 8)', () => {
  const weekly = (more: string[] = [], overrides: string[] = []) =>
    calendar(
      event(
        'DTSTART;TZID=Europe/Berlin:20260105T090000',
        'DTEND;TZID=Europe/Berlin:20260105T100000',
        'RRULE:FREQ=WEEKLY;BYDAY=MO',
        'SUMMARY:Week',
        ...more,
      ),
      ...overrides,
    )

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

  it('refuses a series whose rule cannot be read, instead of storing one event', () => {
    const fields = { Title: 'S', EventType: '1', fRecurrence: '1', EventDate: '2026-01-14T15:00:00Z', Duration: '60' }
    for (const RecurrenceData of ['', 'Every day', '<recurrence/>']) {
      expect(() => mapping.create(upload({ ...fields, RecurrenceData }), context)).toThrow('RecurrenceData has no rule')
    }
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

  describe('of Outlook whose EventDate is none of its days', () => {
    const weekly = (days: string, end: string, every = 1): string =>
      `<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><weekly ${days} weekFrequency="${every}" /></repeat>${end}</rule></recurrence>`
    const three = '<repeatInstances>3</repeatInstances>'
    const create = (fields: Record<string, string>) =>
      mapping.create(upload({ Title: 'Board', EventType: '1', fRecurrence: '1', ...fields }), context)
    const tuesday = { EventDate: '2026-01-06T15:00:00Z', EndDate: '2026-01-06T16:00:00Z' }

    it('begins on its first day, and has no meeting before it', () => {
      const made = create({ ...tuesday, RecurrenceData: weekly('mo="TRUE"', three) })
      expect(keys(made)).toEqual(['master event 2026-01-12T15:00:00Z'])
      expect(text(valid(made))).toContain('COUNT=3')
      expect(items(made)[0]).toMatchObject({ recurrenceData: weekly('mo="TRUE"', three), durationSeconds: 3600 })
    })

    it('keeps the weeks and months that it leaves out', () => {
      const fortnight = create({ ...tuesday, RecurrenceData: weekly('mo="TRUE"', three, 2) })
      expect(keys(fortnight)).toEqual(['master event 2026-01-19T15:00:00Z'])
      const quarter = create({
        ...tuesday,
        RecurrenceData:
          '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><monthly monthFrequency="3" day="2" /></repeat><repeatForever>FALSE</repeatForever></rule></recurrence>',
      })
      expect(keys(quarter)).toEqual(['master event 2026-04-02T15:00:00Z'])
    })

    it('keeps its time of day over a change of the clock, and its days when it is all-day', () => {
      const zone =
        "<timeZoneRule><standardBias>-60</standardBias><additionalDaylightBias>-60</additionalDaylightBias><standardDate><transitionRule month='10' day='su' weekdayOfMonth='last' /><transitionTime>3:0:0</transitionTime></standardDate><daylightDate><transitionRule month='3' day='su' weekdayOfMonth='last' /><transitionTime>2:0:0</transitionTime></daylightDate></timeZoneRule>"
      const friday = { EventDate: '2026-03-27T09:00:00Z', EndDate: '2026-03-27T09:30:00Z', XMLTZone: zone }
      const summer = create({ ...friday, RecurrenceData: weekly('mo="TRUE"', three) })
      expect(keys(summer)).toEqual(['master event 2026-03-30T08:00:00Z'])
      expect(items(summer)[0]?.durationSeconds).toBe(1800)
      const days = create({
        ...{ EventDate: '2026-01-06T00:00:00Z', EndDate: '2026-01-06T23:59:00Z', fAllDayEvent: '1' },
        RecurrenceData: weekly('mo="TRUE"', three),
      })
      expect(items(days)[0]).toMatchObject({ start: '2026-01-12T00:00:00Z', end: '2026-01-12T23:59:00Z', allDay: true })
    })

    it('has no end where windowEnd lies beyond Outlook’s calendar, and takes a date alone', () => {
      const until = (end: string) =>
        items(create({ ...tuesday, RecurrenceData: weekly('tu="TRUE"', `<windowEnd>${end}</windowEnd>`) }))[0]
      for (const end of ['9999-12-31T23:59:59Z', '4500-08-31T23:59:00Z']) {
        expect(until(end)?.recurrenceData).toContain('<repeatForever>FALSE</repeatForever>')
      }
      expect(until('2099-12-31')?.recurrenceData).toContain('<windowEnd>2099-12-29T15:00:00Z</windowEnd>')
    })

    it('stays a meeting where no day of it is left', () => {
      const end = '<windowEnd>2026-01-08T00:00:00Z</windowEnd>'
      const made = create({ ...tuesday, RecurrenceData: weekly('mo="TRUE"', end) })
      expect(items(made).map(({ kind, start }) => [kind, start])).toEqual([['single', '2026-01-06T15:00:00Z']])
    })

    it('moves to its first day when its rule is edited, but leaves a meeting that stands beside the rule', () => {
      const made = create({ ...tuesday, RecurrenceData: weekly('tu="TRUE"', three) })
      const edited = mapping.update(
        made,
        'event',
        upload({ RecurrenceData: weekly('th="TRUE"', three), fRecurrence: '1' }),
        context,
      )
      expect(keys(edited.data)).toEqual(['master event 2026-01-08T15:00:00Z'])
      const stored = calendar(
        event(
          'DTSTART:20260106T150000Z',
          'DTEND:20260106T160000Z',
          'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4',
          'SUMMARY:Board',
        ),
      )
      expect(items(stored)[0]?.recurrenceData).toBe(weekly('mo="TRUE"', three))
      for (const count of [1, 2, 5]) {
        const rule = weekly('mo="TRUE"', `<repeatInstances>${count}</repeatInstances>`)
        const { data } = mapping.update(stored, 'event', upload({ RecurrenceData: rule, fRecurrence: '1' }), context)
        expect(items(data)[0]?.recurrenceData).toBe(rule)
        expect(keys(data)).toContain('single instance:20260106T150000Z 2026-01-06T15:00:00Z')
      }
      const renamed = mapping.update(
        stored,
        'event',
        upload({ Title: 'Council', RecurrenceData: weekly('mo="TRUE"', three) }),
        context,
      )
      expect(text(renamed.data)).toContain('COUNT=4')
    })
  })

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

  it('adds changed and deleted occurrences, and takes them back', () => {
    const data = weekly()
    const changed = mapping.addOccurrence(
      data,
      upload({
        EventType: '4',
        fRecurrence: '1',
        RecurrenceID: '2026-01-12T08:00:00Z',
        EventDate: '2026-01-12T12:00:00Z',
        EndDate: '2026-01-12T13:00:00Z',
        Title: 'Late',
      }),
      context,
    )
    expect(changed.key).toBe('exception:20260112T090000')
    expect(items(valid(changed.data)).find(({ key }) => key === changed.key)).toMatchObject({
      title: 'Late',
      start: '2026-01-12T12:00:00Z',
    })
    const deletion = upload({ EventType: '3', fRecurrence: '1', RecurrenceID: '2026-01-12T08:00:00Z' })
    expect(() => mapping.addOccurrence(changed.data, deletion, context)).toThrow(OccurrenceChanged)
    const deleted = mapping.addOccurrence(data, deletion, context)
    expect(keys(valid(deleted.data))).toEqual([
      'master event 2026-01-05T08:00:00Z',
      'deleted deleted:20260112T090000 2026-01-12T08:00:00Z',
    ])
    const restored = mapping.remove(deleted.data, deleted.key, context)
    expect(keys(restored!)).toEqual(['master event 2026-01-05T08:00:00Z'])
    expect(keys(mapping.remove(changed.data, changed.key, context)!)).toEqual(['master event 2026-01-05T08:00:00Z'])
  })

  it('turns a changed occurrence into a deleted one when an update says so (MS-OUTSPS 7 note 16)', () => {
    const data = weekly(
      [],
      [
        event(
          'RECURRENCE-ID;TZID=Europe/Berlin:20260119T090000',
          'DTSTART;TZID=Europe/Berlin:20260119T110000',
          'DURATION:PT1H',
        ),
      ],
    )
    const gone = mapping.update(
      data,
      'exception:20260119T090000',
      upload({ EventType: '3', fRecurrence: '1' }),
      context,
    )
    expect(gone.key).toBe('deleted:20260119T090000')
    expect(keys(valid(gone.data))).toEqual([
      'master event 2026-01-05T08:00:00Z',
      'deleted deleted:20260119T090000 2026-01-19T08:00:00Z',
    ])
  })

  it('takes a RecurrenceID for the occurrence of its day when none begins just then', () => {
    for (const id of ['2026-01-12T08:30:00Z', '2026-01-12T00:00:00Z', '2026-01-11T23:30:00Z']) {
      const { key } = mapping.addOccurrence(weekly(), upload({ EventType: '3', RecurrenceID: id }), context)
      expect(key).toBe('deleted:20260112T090000')
    }
    const other = upload({ EventType: '3', RecurrenceID: '2026-01-13T08:00:00Z' })
    expect(() => mapping.addOccurrence(weekly(), other, context)).toThrow('no occurrence at RecurrenceID')
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
