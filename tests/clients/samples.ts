/** Joins the lines of one VCALENDAR with CRLF; `lines` stand between its header and its end. */
export const calendarOf = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Dayport//client tests//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')

const stamp = 'DTSTAMP:20270101T000000Z'

/** One VEVENT with DTSTAMP; the other lines as given. */
export const event = (uid: string, ...lines: readonly string[]): string =>
  ['BEGIN:VEVENT', `UID:${uid}`, stamp, ...lines, 'END:VEVENT'].join('\r\n')

/** A one-hour meeting in Berlin on 2027-05-04, written in UTC (08:00 on the wall of Berlin is 06:00 UTC). */
export const meeting = (uid: string, summary: string, ...more: readonly string[]): string =>
  calendarOf(event(uid, 'DTSTART:20270504T060000Z', 'DTEND:20270504T070000Z', `SUMMARY:${summary}`, ...more))

/** A whole day: 2027-05-09. */
export const wholeDay = (uid: string, summary: string): string =>
  calendarOf(
    event(uid, 'DTSTART;VALUE=DATE:20270509', 'DTEND;VALUE=DATE:20270510', `SUMMARY:${summary}`, 'TRANSP:TRANSPARENT'),
  )

/** Europe/Berlin as the rules have been since 1996. */
export const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'TZNAME:CEST',
  'DTSTART:19700329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'TZNAME:CET',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
].join('\r\n')

/**
 * Five Wednesdays from 2027-03-10, 10:00 to 11:00 in Berlin, over the change to summer time of 2027-03-28: the second one
 * (17 March) is deleted, the fourth (31 March) is moved to 1 April 15:00 and has its own title.
 */
export const series = (uid: string, summary: string, movedSummary: string): string =>
  calendarOf(
    berlin,
    event(
      uid,
      'DTSTART;TZID=Europe/Berlin:20270310T100000',
      'DTEND;TZID=Europe/Berlin:20270310T110000',
      'RRULE:FREQ=WEEKLY;COUNT=5',
      'EXDATE;TZID=Europe/Berlin:20270317T100000',
      `SUMMARY:${summary}`,
    ),
    event(
      uid,
      'RECURRENCE-ID;TZID=Europe/Berlin:20270331T100000',
      'DTSTART;TZID=Europe/Berlin:20270401T150000',
      'DTEND;TZID=Europe/Berlin:20270401T160000',
      `SUMMARY:${movedSummary}`,
    ),
  )

/** The starts of that series as instants, in order. 10:00 in Berlin is 09:00 UTC in winter and 08:00 in summer. */
export const seriesInstants = [
  '2027-03-10T09:00:00Z',
  '2027-03-24T09:00:00Z',
  '2027-04-01T13:00:00Z',
  '2027-04-07T08:00:00Z',
] as const

/** One file with `count` meetings, one UID each, an hour apart from 2027-01-01. */
export const manyMeetings = (count: number): string => {
  const first = Date.UTC(2027, 0, 1)
  const compact = (instant: number): string => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '')
  const events = Array.from({ length: count }, (_, index) => {
    const start = first + index * 3_600_000
    return event(
      `many-${index}@dayport.example`,
      `DTSTART:${compact(start)}`,
      `DTEND:${compact(start + 1_800_000)}`,
      `SUMMARY:Встреча № ${index}`,
    )
  })
  return calendarOf(...events)
}

/** Unfolded content lines of an iCalendar text (RFC 5545 §3.1), for looking at what arrived. */
export const contentLines = (text: string): readonly string[] => text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)
