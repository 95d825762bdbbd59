const dayMs = 86_400_000
/** The two years over which the events are spread. */
export const epochMs = Date.UTC(2026, 0, 1)
export const days = 730

const text = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
export const utc = (ms: number): string => `${text(ms)}Z`
export const nameOf = (n: number): string => `event-${n}.ics`

const zone = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:DAYLIGHT',
  'DTSTART:19810329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'TZNAME:CEST',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'DTSTART:19961027T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'TZNAME:CET',
  'END:STANDARD',
  'END:VTIMEZONE',
]

/** An event of about 1.2 kB as programs write them; a tenth repeat weekly, ten times. */
export const eventOf = (n: number, sequence = 0): string => {
  const startMs = epochMs + ((n * 7_919) % days) * dayMs + (8 + (n % 10)) * 3_600_000
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Dayport//bench//EN',
    ...zone,
    'BEGIN:VEVENT',
    `UID:event-${n}@bench.example.org`,
    'DTSTAMP:20260101T000000Z',
    `SEQUENCE:${sequence}`,
    `DTSTART;TZID=Europe/Berlin:${text(startMs)}`,
    `DTEND;TZID=Europe/Berlin:${text(startMs + 3_600_000)}`,
    ...(n % 10 === 0 ? ['RRULE:FREQ=WEEKLY;COUNT=10'] : []),
    `SUMMARY:Встреча номер ${n}`,
    'LOCATION:Переговорная на третьем этаже',
    'DESCRIPTION:Agenda\\, minutes and decisions of the last meeting\\, as far as th',
    ' ey are known; see the board for what came up since.',
    'ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@example.org',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-PT15M',
    'DESCRIPTION:Reminder',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}
