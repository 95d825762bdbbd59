/** A VCALENDAR around lines. */
export const wrap = (...lines: readonly string[]): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fuzz//EN\r\n${lines.map((line) => `${line}\r\n`).join('')}END:VCALENDAR\r\n`

/** An event with UID `u` on 2026-01-01 09:00 UTC, with more lines. */
export const event = (...lines: readonly string[]): string => wrap(...eventLines(...lines))

export const eventLines = (...lines: readonly string[]): readonly string[] => [
  'BEGIN:VEVENT',
  'UID:u',
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20260101T090000Z',
  ...lines,
  'END:VEVENT',
]

/** `20260101T090000Z`, hours after the start of `event`. */
export const hoursLater = (hours: number): string =>
  `${new Date(Date.UTC(2026, 0, 1, 9) + hours * 3_600_000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

/** One text for each number from 0. */
export const times = (count: number, make: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => make(i))
