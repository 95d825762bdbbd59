import { rawProperty } from '../text/drafts.ts'
import type { Component } from '../text/model.ts'
import { soundDrafts } from './lines.ts'
import type { RepairTerms } from './plan.ts'

/** Properties whose zone was seen to with their time: all of an entry's, and those of what has a start and an end. */
const timed: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...['VEVENT', 'VTODO', 'VJOURNAL'].map(
    (name) => [name, new Set(['DTSTART', 'DTEND', 'DUE', 'RECURRENCE-ID', 'EXDATE', 'RDATE'])] as const,
  ),
  ...['VFREEBUSY', 'VAVAILABILITY'].map((name) => [name, new Set(['DTSTART', 'DTEND'])] as const),
])

/** Every other property that names a zone names it as the times do, or not at all. */
export const repairOtherZones = (component: Component, { zones, edits }: RepairTerms): void => {
  const seenTo = timed.get(component.name)
  for (const property of component.properties) {
    if (seenTo?.has(property.name) === true) continue
    const given = property.param('TZID')?.trim()
    if (given === undefined) continue
    const tzid = given === '' ? null : zones.nameOf(given)
    if (tzid === given) continue
    for (const draft of soundDrafts(property)) {
      const { TZID: _, ...others } = draft.params ?? {}
      const params = tzid === null ? others : { ...others, TZID: tzid }
      edits.push((editor) => editor.replace(property, { ...draft, params }))
    }
  }
}

/** VTIMEZONEs that explain nothing go; the others have times where strict readers want them, RFC 5545 §3.6.5. */
export const repairZoneBlocks = ({ zones, edits }: RepairTerms): void => {
  for (const zone of zones.unreadable) edits.push((editor) => editor.removeComponent(zone))
  for (const observance of zones.authorities.flatMap(({ components }) => components)) {
    for (const name of ['DTSTART', 'RDATE']) {
      for (const property of observance.propertiesNamed(name)) {
        if (!property.value.split(',').some((value) => /^\d{8}$/.test(value.trim()))) continue
        const value = property.value.replace(/\b(\d{8})\b(?!T)/g, '$1T000000')
        edits.push((editor) => editor.replace(property, rawProperty(name, value)))
      }
    }
  }
}
