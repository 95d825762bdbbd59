import { type CalendarDocument, type Component, parseDuration, readText } from '@dayport/core/ical'
import { cssColorName } from '../css-colors.ts'
import type { LintLog } from './findings.ts'

/** Programs that follow shorter ones would ask all day long; RFC 7986 §7 names it as a danger. */
const leastMinutes = 15

/** The calendars of the file and what each says of itself: RFC 5545 §3.7, RFC 7986 §5. */
export const lintHeader = ({ calendars }: CalendarDocument, log: LintLog): void => {
  for (const calendar of calendars.slice(1)) {
    log.add('several-calendars', calendar.start, 'The file holds a second VCALENDAR; put everything in one.')
  }
  for (const calendar of calendars) lintCalendar(calendar, log)
  const events = calendars.flatMap(({ components }) => components).filter(({ name }) => name !== 'VTIMEZONE')
  if (events.length === 0) {
    log.add(
      'no-events',
      calendars[0]?.start ?? 0,
      'The calendar is empty, for which some programs say that the address is wrong.',
    )
  }
}

const lintCalendar = (calendar: Component, log: LintLog): void => {
  const version = calendar.property('VERSION')
  if (version === undefined) log.add('missing-version', calendar.start, 'Add VERSION:2.0 to the calendar.')
  else if (version.value.trim() !== '2.0') log.add('missing-version', version.start, 'VERSION must be 2.0.')
  if (!calendar.property('PRODID')?.value.trim()) {
    log.add('missing-prodid', calendar.start, 'Add a PRODID that names the program which wrote the calendar.')
  }
  lintMethod(calendar, log)
  const name = calendar.property('X-WR-CALNAME')
  if (name === undefined || readText(name).trim() === '') {
    const also = calendar.property('NAME') === undefined ? 'X-WR-CALNAME and NAME' : 'X-WR-CALNAME beside NAME'
    log.add(
      'missing-name',
      calendar.start,
      `Add ${also}: without it subscribers show the address as the calendar’s name.`,
    )
  }
  lintRefresh(calendar, 'REFRESH-INTERVAL', log)
  lintRefresh(calendar, 'X-PUBLISHED-TTL', log)
  const color = calendar.property('COLOR')
  if (color !== undefined && (color.value.trim().startsWith('#') || cssColorName(color.value) === null)) {
    log.add('color-not-css', color.start, 'COLOR takes a CSS colour name; put numbers into X-APPLE-CALENDAR-COLOR.')
  }
}

const lintMethod = (calendar: Component, log: LintLog): void => {
  const method = calendar.property('METHOD')
  if (method === undefined) return
  const value = method.value.trim().toUpperCase().slice(0, 40)
  if (value === 'PUBLISH') {
    log.add(
      'method-publish',
      method.start,
      'A subscription needs no METHOD; PUBLISH is the only one that does no harm.',
    )
  } else {
    log.add('method', method.start, `METHOD:${value} makes the file a message to be answered; leave METHOD out.`)
  }
}

const lintRefresh = (calendar: Component, name: string, log: LintLog): void => {
  const property = calendar.property(name)
  if (property === undefined) return
  const duration = parseDuration(property.value.trim())
  if (duration === null) {
    log.add('refresh-interval', property.start, `${name} must be a duration: PT1H.`)
    return
  }
  if (name === 'REFRESH-INTERVAL' && property.param('VALUE')?.toUpperCase() !== 'DURATION') {
    log.add('refresh-interval', property.start, 'Write REFRESH-INTERVAL;VALUE=DURATION: its type has no default.')
  }
  if (duration.days * 1440 + duration.seconds / 60 < leastMinutes) {
    log.add(
      'refresh-interval',
      property.start,
      `${name} asks for a fetch more often than every ${leastMinutes} minutes.`,
    )
  }
}
