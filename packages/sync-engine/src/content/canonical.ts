import type { InstantRange } from '@dayport/core'
import { CalendarError } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  expandSeries,
  masterComponent,
  overrideComponents,
  parseCalendar,
  readText,
  readTime,
  seriesFacts,
} from '@dayport/core/ical'
import { digestOf } from './digest.ts'
import { type Groups, groupsOfComponent } from './groups.ts'
import { exceptionKey, exdatesOf, hasSubDaily, type SeriesZones, zonesOf } from './time-group.ts'

/** One event or series, parsed, with its parts at hand. */
export interface EventView {
  readonly document: CalendarDocument
  readonly master: Component | null
  readonly zones: SeriesZones
  readonly subDaily: boolean
  /** Overrides by the name of their original date. */
  readonly overrides: ReadonlyMap<string, Component>
  /** Names of occurrences that were taken out of the series. */
  readonly deleted: ReadonlySet<string>
}

/** What an exception that takes its occurrence out of the series is. */
export const deletedOccurrence = '"deleted"'

/** @throws {CalendarError} `invalid-calendar-data`. */
export const viewEvent = (data: Uint8Array): EventView => {
  const document = parseCalendar(data)
  const master = masterComponent(document)
  const list = overrideComponents(document)
  const startProperty = (master ?? list[0])?.property('DTSTART')
  const zones = zonesOf(document, startProperty === undefined ? null : readTime(startProperty))
  const subDaily = hasSubDaily(master)
  const overrides = new Map<string, Component>()
  for (const component of list) {
    const id = component.property('RECURRENCE-ID')
    const time = id === undefined ? null : readTime(id)
    if (time !== null) overrides.set(exceptionKey(time, zones, subDaily), component)
  }
  const deleted = new Set(exdatesOf(master).map((time) => exceptionKey(time, zones, subDaily)))
  return { document, master, zones, subDaily, overrides, deleted }
}

/** The content of an event in its canonical form. @throws {CalendarError} `invalid-calendar-data`. */
export const canonicalOf = (data: Uint8Array): Groups => {
  const known = remembered.get(data)
  if (known !== undefined) return known
  const groups = groupsOfView(viewEvent(data))
  remembered.set(data, groups)
  return groups
}

/** Bytes are never written to in place, so what they say once they say for ever. */
const remembered = new WeakMap<Uint8Array, Groups>()

export const groupsOfView = ({ master, overrides, deleted, zones }: EventView): Groups => {
  const groups: Record<string, string> = master === null ? {} : groupsOfComponent(master, zones)
  for (const key of deleted) groups[`exception:${key}`] = deletedOccurrence
  for (const [key, component] of overrides) groups[`exception:${key}`] = sorted(groupsOfComponent(component, zones))
  return groups
}

const sorted = (groups: Groups): string =>
  JSON.stringify(Object.fromEntries(Object.entries(groups).sort(([a], [b]) => (a < b ? -1 : 1))))

/** Another content has another one, unless somebody tries. */
export const digestOfGroups = (groups: Groups): string => digestOf(sorted(groups))

/** The same but for blanks and ends of lines: what servers make of a text without saying so. A person who changes no more than that is not heard. */
const withoutBlanks = (groups: Groups): Groups =>
  Object.fromEntries(
    Object.entries(groups).flatMap(([name, value]) => {
      const text = value.replace(/(?:\s|\\+[nrt])+/g, ' ').trim()
      return text === '' ? [] : [[name, text]]
    }),
  )

/** Whether one may be what a server has made of the other. */
export const sameButBlanks = (a: Groups, b: Groups): boolean => sameGroups(withoutBlanks(a), withoutBlanks(b))

/** A digest of what was sent that what a server has made of it has too. */
export const digestAsSent = (groups: Groups): string => digestOfGroups(withoutBlanks(groups))

/** What people know an event by. Other sides normalise these least. */
export const markOfGroups = ({ time, title }: Groups): string => digestOf(JSON.stringify([time ?? '', title ?? '']))

export const sameGroups = (a: Groups, b: Groups): boolean => changedGroups(a, b).length === 0

/** The new values, but for groups that are not settled: those keep the old ones, so that they are still seen as changed. */
export const withOldGroups = (now: Groups, old: Groups, unsettled: Iterable<string>): Groups => {
  const base: Record<string, string> = { ...now }
  for (const group of unsettled) {
    const before = old[group]
    if (before === undefined) delete base[group]
    else base[group] = before
  }
  return base
}

/** Groups whose values differ, in alphabetical order. */
export const changedGroups = (from: Groups, to: Groups): string[] =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => from[name] !== to[name]).sort()

/** @throws {CalendarError} `invalid-calendar-data` when there is no event, or it has no UID. */
export const uidOf = (data: Uint8Array): string => {
  const { master, overrides } = viewEvent(data)
  const property = (master ?? [...overrides.values()][0])?.property('UID')
  const uid = property === undefined ? '' : readText(property).trim()
  if (uid === '') throw new CalendarError('invalid-calendar-data', 'expected an event with a UID')
  return uid
}

/** Whether an occurrence touches the range. What cannot be told counts as within. */
export const occursWithin = (data: Uint8Array, range: InstantRange): boolean => {
  try {
    const { instances, truncated } = expandSeries(seriesFacts(parseCalendar(data)), { range, maxInstances: 1 })
    return truncated || instances.length > 0
  } catch (error) {
    if (CalendarError.is(error)) return true
    throw error
  }
}
