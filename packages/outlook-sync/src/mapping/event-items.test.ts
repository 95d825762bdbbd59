import { expandSeries, parseCalendar, seriesFacts } from '@dayport/core/ical'
import { describe, expect, it } from 'vitest'
import { timesOf } from './items-of.ts'
import { calendar, context, event, mapping, only, text, upload, valid } from './test-mapping.ts'

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

  it('is when core says that it is, whatever form its times have', () => {
    for (const lines of [
      ['DTSTART:20260310T100000Z', 'DTEND:20260310T113000Z'],
      ['DTSTART;TZID=Europe/Berlin:20260329T013000', 'DTEND;TZID=Europe/Berlin:20260329T033000'],
      ['DTSTART;TZID=Europe/Berlin:20260329T023000', 'DTEND;TZID=Europe/Berlin:20260329T040000'],
      ['DTSTART;TZID=Europe/Berlin:20261025T013000', 'DTEND;TZID=America/New_York:20261025T013000'],
      ['DTSTART;TZID=Europe/Berlin:20260310T100000', 'DTEND:20260310T113000Z'],
      ['DTSTART;TZID=Nowhere/Land:20260310T100000', 'DTEND;TZID=Nowhere/Land:20260310T113000'],
      ['DTSTART:20260310T100000', 'DTEND:20260310T113000'],
      ['DTSTART:20260310T100000', 'DTEND:20260310T113000Z'],
      ['DTSTART:20260310T113000Z', 'DTEND:20260310T100000Z'],
      ['DTSTART:20260310T100000Z', 'DURATION:P1DT1H'],
      ['DTSTART:20260310T100000Z'],
      ['DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260312'],
      ['DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260310'],
      ['DTSTART;VALUE=DATE:20260310'],
    ]) {
      const data = calendar(event(...lines))
      const options = { range: { startMs: 0, endMs: Date.UTC(2100, 0, 1) }, floatingZone: context.timeZone }
      const [told] = expandSeries(seriesFacts(parseCalendar(data)), options).instances
      expect(only(data), lines.join()).toMatchObject(timesOf(told!))
    }
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
