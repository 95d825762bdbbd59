import type { CalendarObject } from '@dayport/core'
import { editCalendar, parseCalendar, resolveKnownZone, vtimezoneText } from '@dayport/core/ical'

/** `CalDAV-Timezones`, RFC 7809 §4.1: every VTIMEZONE, none that is known by its name, or (absent) as stored. */
export type Timezones = 'all' | 'none' | 'stored'

export const readTimezones = (headers: Headers): Timezones => {
  const wish = headers.get('caldav-timezones')?.trim().toUpperCase()
  return wish === 'T' ? 'all' : wish === 'F' ? 'none' : 'stored'
}

/** Years that an added VTIMEZONE is written for, as most programs write it. */
const span = { fromMs: Date.UTC(1970, 0, 1), toMs: Date.UTC(2037, 11, 31) }

/** The object's text with the time zones that are wished for. Only zones that everybody knows by name come and go. */
export const withTimezones = ({ data, index }: Pick<CalendarObject, 'data' | 'index'>, wish: Timezones): Uint8Array => {
  if (wish === 'stored' || index.tzids.length === 0) return data
  const document = parseCalendar(data)
  const [root] = document.calendars
  if (root === undefined) return data
  const zones = root.components.filter(({ name }) => name === 'VTIMEZONE')
  const nameOf = (zone: (typeof zones)[number]) => zone.property('TZID')?.value ?? ''
  const editor = editCalendar(document)
  if (wish === 'none') {
    for (const zone of zones) if (resolveKnownZone(nameOf(zone)) !== null) editor.removeComponent(zone)
    return editor.toBytes()
  }
  const there = new Set(zones.map(nameOf))
  for (const tzid of index.tzids) {
    if (there.has(tzid) || resolveKnownZone(tzid) === null) continue
    editor.addComponent(root, encoder.encode(vtimezoneText(tzid, span)))
  }
  return editor.toBytes()
}

const encoder = new TextEncoder()
