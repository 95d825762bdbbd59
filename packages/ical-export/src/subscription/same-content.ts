import { type CalendarDocument, type Component, parseCalendar } from '@dayport/core/ical'

/** Written anew at each fetch by many producers, Google among them, and of no meaning in a calendar without METHOD. */
const restless = new Set(['DTSTAMP'])

/**
 * Whether two objects say the same: every component with every line in it, but DTSTAMP. The lines of the VCALENDAR itself are the file's
 * and not the event's, and do not count.
 */
export const sameContent = (a: Uint8Array, b: Uint8Array): boolean => {
  const left = linesOf(parseCalendar(a))
  const right = linesOf(parseCalendar(b))
  return left.length === right.length && left.every((line, i) => line === right[i])
}

const linesOf = (document: CalendarDocument): readonly string[] => {
  const lines: string[] = []
  for (const calendar of document.calendars) {
    for (const component of calendar.components) collect(component, document.bytes, lines)
  }
  return lines
}

const decoder = new TextDecoder()

const collect = (component: Component, bytes: Uint8Array, lines: string[]): void => {
  lines.push(`BEGIN:${component.name}`)
  for (const { name, start, end } of component.properties) {
    if (!restless.has(name)) lines.push(decoder.decode(bytes.subarray(start, end)).trimEnd())
  }
  for (const child of component.components) collect(child, bytes, lines)
  lines.push('END')
}
