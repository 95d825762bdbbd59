import type { ShownTexts } from './projection/omit.ts'
import { repairAddresses } from './repair/addresses.ts'
import { repairAlarm } from './repair/alarms.ts'
import { repairEntries, repairSpan } from './repair/entries.ts'
import { hasLineFaults, rewrittenLines } from './repair/lines.ts'
import type { Edit, RepairTerms } from './repair/plan.ts'
import { repairTexts } from './repair/texts.ts'
import { createZoneNames } from './repair/zone-names.ts'
import { repairOtherZones, repairZoneBlocks } from './repair/zones.ts'
import { editCalendar } from './text/edit.ts'
import type { CalendarDocument, Component } from './text/model.ts'
import { parseCalendar } from './text/parse.ts'
import { timeValue } from './text/values-time.ts'

export interface RepairOptions extends Pick<ShownTexts, 'reminderText'> {
  /** ms since the Unix epoch, when the object was stored: the DTSTAMP of components without one. */
  readonly modifiedMs: number
}

/** What may be a series with overrides, and what has times alone. RFC 5545 §3.6, RFC 7953 §3.1. */
const entryKinds = new Set(['VEVENT', 'VTODO', 'VJOURNAL'])
const spanKinds = new Set(['VFREEBUSY', 'VAVAILABILITY'])

/**
 * A view of an object over which no calendar program stumbles; the same octets where none would. Every instance stays when and what
 * it is for our own engine: what that reads leniently is written as RFC 5545 has it, and what it leaves out is left out. In full:
 * lines that are none, control characters, times without their type or zone, names of zones that only some programs know, ends before
 * their start, rules and dates in another form than DTSTART, overrides without a master, texts without escapes, incomplete reminders,
 * reminders that mail or start programs, addresses of files. The stored object never changes.
 *
 * @throws {CalendarError} when it is no calendar text.
 */
export const repairObject = (data: Uint8Array, { modifiedMs, reminderText }: RepairOptions): Uint8Array => {
  let document = parseCalendar(data)
  if (hasLineFaults(document)) document = parseCalendar(rewrittenLines(document))
  const edits = editsOf(document, stampOf(modifiedMs), reminderText)
  if (edits.length === 0) return document.bytes
  const editor = editCalendar(document)
  for (const edit of edits) edit(editor)
  return editor.toBytes()
}

/** Whether {@link repairObject} has anything to do. */
export const needsRepair = (document: CalendarDocument): boolean =>
  hasLineFaults(document) || editsOf(document, '').length > 0

const editsOf = (document: CalendarDocument, stamp: string, reminderText = 'Reminder'): readonly Edit[] => {
  const edits: Edit[] = []
  const terms: RepairTerms = { zones: createZoneNames(document), stamp, reminderText, edits }
  const components = document.calendars.flatMap((calendar) => calendar.components)
  repairEntries(
    components.filter(({ name }) => entryKinds.has(name)),
    terms,
  )
  for (const component of components) {
    if (spanKinds.has(component.name)) repairSpan(component, terms)
    if (component.name !== 'VTIMEZONE') repairContent(component, terms)
  }
  repairZoneBlocks(terms)
  return edits
}

const repairContent = (component: Component, terms: RepairTerms): void => {
  // The last word is with what takes lines away.
  repairOtherZones(component, terms)
  repairTexts(component, terms)
  repairAddresses(component, terms)
  for (const child of component.components) {
    if (child.name === 'VALARM') repairAlarm(child, component, terms)
    repairContent(child, terms)
  }
}

const stampOf = (modifiedMs: number): string =>
  timeValue({ kind: 'utc', instant: `${new Date(modifiedMs).toISOString().slice(0, 19)}Z` })
