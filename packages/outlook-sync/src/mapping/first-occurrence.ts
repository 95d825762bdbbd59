import type { CalendarTime } from '@dayport/core'
import { draftOf, editCalendar, expandRule, parseRule } from '@dayport/core/ical'
import type { MappingContext } from '../item-mapping.ts'
import { setTimes } from './edit-times.ts'
import { localMsOf } from './instants.ts'
import { opened } from './item-component.ts'
import { createFinder, instantOf } from './open-object.ts'

/** What a series was before an edit; `null` for a new one. */
interface SeriesBefore {
  readonly rule: string | null
  /** DTSTART if it was no occurrence of the rule, and an item of its own. */
  readonly stray: CalendarTime | null
}

/**
 * An uploaded rule makes occurrences on its own days only: "A recurrence is generated on PatternStartDate only if it matches the pattern"
 * (Outlook's object model), while DTSTART is an instance whatever the rule says (RFC 5545 §3.8.5.3). So DTSTART is put on the first of them.
 * One that was an item of its own before, and that nobody has moved, stays and is counted: repeatInstances counts what the pattern makes.
 */
export const withFirstOccurrence = (
  data: Uint8Array,
  before: SeriesBefore | null,
  context: MappingContext,
): Uint8Array => {
  const object = opened(data, context)
  const { facts, master } = object
  const rule = master?.property('RRULE')
  const { start } = facts
  if (master === null || rule === undefined || start === null || rule.value === before?.rule) return data
  const [first] = expandRule({ ...parseRule(rule.value), count: null }, start, { limit: 1, zone: object.seriesZone })
  if (first === undefined || localMsOf(first) === localMsOf(start)) return data
  const editor = editCalendar(object.document)
  if (before?.stray != null && localMsOf(before.stray) === localMsOf(start)) {
    const counted = rule.value.replace(/COUNT=(\d+)/i, (_, count: string) => `COUNT=${Number(count) + 1}`)
    if (counted === rule.value) return data
    editor.replace(rule, { ...draftOf(rule), value: counted })
    return editor.toBytes()
  }
  const [alone] = createFinder(object, { ...facts, rrules: [], rdates: [], exdates: [], overrides: [] }).all(1)
  if (alone === undefined) return data
  const allDay = first.kind === 'date'
  const startMs = allDay ? localMsOf(first) : instantOf(object, first)
  const lengthMs = allDay ? localMsOf(alone.end) - localMsOf(alone.start) : alone.endMs - alone.startMs
  setTimes(editor, object, master, first, { allDay, startMs, endMs: startMs + lengthMs }, null)
  return editor.toBytes()
}
