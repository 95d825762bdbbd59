/**
 * A second opinion about projections: whole content lines as they may have them, by component, as regular expressions; written down
 * apart from the code that makes them.
 */
export type AllowedLines = Readonly<Record<string, readonly string[]>>

export interface Expected {
  /** Regular expressions. */
  readonly uid: string
  readonly title?: string
  /** Lines of the VCALENDAR itself; those of a projected object by default. */
  readonly calendar?: readonly string[]
}

const time = '(?:;VALUE=DATE:\\d{8}|:\\d{8}T\\d{6}Z?|;TZID=ZONE:\\d{8}T\\d{6})'
const period = '\\d{8}(?:T\\d{6}Z?)?/(?:\\d{8}(?:T\\d{6}Z?)?|P[\\dWDTHMS]+)'
const rule =
  'FREQ=[A-Z]+(?:;(?:UNTIL=[\\dTZ]+|(?:COUNT|INTERVAL)=\\d+|BY[A-Z]+=[-\\d,A-Z]+|WKST=[A-Z]{2}|SKIP=[A-Z]+))*'
const zoneName = '(?:[A-Z][A-Za-z_]+(?:/[A-Za-z_+\\-\\d]+)*|Zone-[a-z\\d]+|UTC[+-]\\d\\d:\\d\\d)'
const recurring = [
  ...[`(?:DTSTART|DTEND)${time}`, `RECURRENCE-ID(?:;RANGE=THISANDFUTURE)?${time}`, 'DURATION:-?P[\\dWDTHMS]+'],
  ...[`(?:RSCALE=[A-Z-]+;)?(?:RRULE|EXRULE):(?:RSCALE=[A-Z-]+;)?${rule}`],
  `(?:RDATE|EXDATE)(?:;VALUE=DATE:\\d{8}(?:,\\d{8})*|(?:;TZID=ZONE)?:\\d{8}T\\d{6}Z?(?:,\\d{8}T\\d{6}Z?)*)`,
  `RDATE;VALUE=PERIOD(?:;TZID=ZONE)?:${period}`,
  ...['DTSTAMP:\\d{8}T\\d{6}Z', 'SEQUENCE:-?\\d+', 'STATUS:(?:TENTATIVE|CONFIRMED|CANCELLED)'],
  'TRANSP:TRANSPARENT',
]
const observance = [
  ...['DTSTART:[\\dT]+Z?', 'TZOFFSET(?:FROM|TO):[+-]?[\\d:]+', 'TZNAME:[A-Z+\\-\\d]+', `RRULE:${rule}`],
  'RDATE:[\\dTZ,]+',
]
/** At free/busy. */
export const busyLines = ({ uid, title = 'Busy', calendar = ownLines }: Expected): AllowedLines => ({
  VCALENDAR: calendar,
  VTIMEZONE: ['TZID:ZONE', 'X-LIC-LOCATION:[A-Z][\\w+/-]+'],
  STANDARD: observance,
  DAYLIGHT: observance,
  VEVENT: [...recurring, `UID:${uid}`, `SUMMARY:${title}`],
})

const ownLines = ['VERSION:2.0', 'PRODID:-//Dayport//Projection//EN']
const taskStates = 'STATUS:(?:NEEDS-ACTION|COMPLETED|IN-PROCESS|CANCELLED|DRAFT|FINAL)'

/** At titles. */
export const titleLines = (expected: Expected): AllowedLines => {
  const { uid, title = '.*' } = expected
  const task = [...recurring, `UID:${uid}`, `SUMMARY:${title}`, taskStates]
  return { ...busyLines({ ...expected, title }), VTODO: [...task, `DUE${time}`], VJOURNAL: task }
}

/** Lines that are not on the list, components that have none among them. */
export const unexpectedLines = (text: string, allowed: AllowedLines): readonly string[] => {
  const path: string[] = []
  const unexpected: string[] = []
  for (const line of text.replaceAll('\r\n ', '').trimEnd().split('\r\n')) {
    if (line.startsWith('BEGIN:')) path.push(line.slice(6))
    const patterns = allowed[path.at(-1) ?? ''] ?? []
    if (line.startsWith('END:')) path.pop()
    else if (line.startsWith('BEGIN:')) {
      if (allowed[path.at(-1) ?? ''] === undefined) unexpected.push(line)
    } else if (!patterns.some((pattern) => new RegExp(`^(?:${pattern.replaceAll('ZONE', zoneName)})$`).test(line)))
      unexpected.push(line)
  }
  return unexpected
}
