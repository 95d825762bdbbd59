import type { CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  createZoneResolver,
  draftOf,
  editCalendar,
  expandRule,
  formatRule,
  type Property,
  parseRule,
  type RecurrenceInstance,
  type RecurrenceRule,
  rawProperty,
  readTimes,
  textProperty,
  timeProperty,
} from '@dayport/core/ical'
import { PortalError } from '../problem.ts'
import type { OpenObject } from './read.ts'
import { shifted, wallDistance, wallText } from './times.ts'

const zones = createZoneResolver({})

/** A series cut in two: its past ends before the occurrence, its future begins with it under another UID. */
export interface SplitSeries {
  /** `null` when the occurrence is the first: nothing would be left before it. */
  readonly past: Uint8Array | null
  readonly future: Uint8Array
}

/** The last moment before an occurrence in the form that UNTIL must have: a DATE, local or UTC, as DTSTART is. RFC 5545 §3.3.10. */
const untilBefore = (start: CalendarTime): CalendarTime => {
  if (start.kind === 'date') return shifted(start, -86_400_000)
  const before = shifted(start, -1_000)
  if (before.kind !== 'zoned') return before
  const local = Date.parse(`${before.local}Z`)
  const ms = zones.resolve(before.tzid)?.toInstant(local)
  if (ms === undefined) throw new PortalError('unsupported-change', 'The zone of this series is not known here')
  return { kind: 'utc', instant: `${new Date(ms).toISOString().slice(0, 19)}Z` }
}

const isBefore = (time: CalendarTime, cut: CalendarTime): boolean => wallDistance(time, cut) > 0

/** Keeps those times of a list that the test names; the line goes when none is left. */
const keepTimes = (editor: CalendarEditor, property: Property, keep: (time: CalendarTime) => boolean): void => {
  const times = readTimes(property)
  const kept = times.filter(keep)
  if (kept.length === times.length) return
  if (kept.length === 0) editor.remove(property)
  else {
    const value = kept.map((time) => timeProperty(property.name, time).value).join(',')
    editor.replace(property, { ...draftOf(property), value })
  }
}

const eventsIn = (object: OpenObject): readonly Component[] =>
  [object.master, ...object.overrides].filter((component) => component !== null)

/**
 * Cuts a series before an occurrence. Exceptions go with their side. COUNT becomes what is left of it.
 *
 * @throws {PortalError} `unsupported-change` for series of another make than one rule.
 */
export const splitSeries = (object: OpenObject, instance: RecurrenceInstance, newUid: string): SplitSeries => {
  const { master, facts } = object
  const [text] = facts.rrules
  if (
    master === null ||
    facts.start === null ||
    text === undefined ||
    facts.rrules.length > 1 ||
    facts.exrules.length > 0
  ) {
    throw new PortalError('unsupported-change', 'Only a series of one rule can be cut in two')
  }
  const cut = instance.recurrenceId
  const rule = parseRule(text)
  const earlier = expandRule(rule, facts.start, { before: cut })
  const first = wallText(facts.start) === wallText(cut) || earlier.length === 0

  const side = (keepEarlier: boolean, change: (editor: CalendarEditor) => void): Uint8Array => {
    const editor = editCalendar(object.document)
    for (const name of ['EXDATE', 'RDATE']) {
      for (const property of master.propertiesNamed(name)) {
        keepTimes(editor, property, (time) => isBefore(time, cut) === keepEarlier)
      }
    }
    object.overrides.forEach((component, index) => {
      const id = facts.overrides[index]?.recurrenceId
      if (id !== undefined && isBefore(id, cut) !== keepEarlier) editor.removeComponent(component)
    })
    change(editor)
    return editor.toBytes()
  }

  const setRule = (editor: CalendarEditor, next: RecurrenceRule): void =>
    editor.set(master, rawProperty('RRULE', formatRule(next)))
  const past = first ? null : side(true, (editor) => setRule(editor, { ...rule, count: null, until: untilBefore(cut) }))
  const future = side(false, (editor) => {
    for (const component of eventsIn(object)) editor.set(component, textProperty('UID', newUid))
    const length = facts.end === null ? null : wallDistance(facts.start ?? cut, facts.end)
    // A task may repeat by its DUE alone.
    const isTask = master.name === 'VTODO'
    if (!isTask || master.property('DTSTART') !== undefined) editor.set(master, timeProperty('DTSTART', cut))
    if (length !== null) editor.set(master, timeProperty(isTask ? 'DUE' : 'DTEND', shifted(cut, length)))
    if (rule.count !== null) setRule(editor, { ...rule, count: Math.max(1, rule.count - earlier.length) })
  })
  return { past, future }
}
