import type { CalendarTime } from '@dayport/core'
import {
  type CalendarDocument,
  type CalendarEditor,
  type Component,
  type ComponentDraft,
  draftOf,
  editCalendar,
  expandSeries,
  masterComponent,
  overrideComponents,
  type PropertyDraft,
  parseCalendar,
  readTime,
  seriesFacts,
  textListProperty,
  timeProperty,
} from '@dayport/core/ical'
import { type EventView, viewEvent } from './canonical.ts'
import { alarmsOf, categoriesOf, groupsOfComponent, namesOfGroup, peopleOf } from './groups.ts'
import { exceptionKey } from './time-group.ts'

export interface TransferOptions {
  /** What the other side sees of the target. Of lists that it sees in part, the part that it does not see stays. Default: the target. */
  readonly shown?: Uint8Array
  /** Categories that both sides shall have, where both have changed them. Default: the source's. */
  readonly categories?: readonly string[]
}

export interface Transferred {
  readonly data: Uint8Array
  /** Exceptions of the target or the source that have no occurrence any more. */
  readonly lost: readonly string[]
}

const exceptionPrefix = 'exception:'

/**
 * The target with the named groups as the source has them. Everything else keeps its bytes.
 *
 * @throws {CalendarError} `invalid-calendar-data` when one of them is no event.
 */
export const transferGroups = (
  target: Uint8Array,
  source: Uint8Array,
  groups: readonly string[],
  options: TransferOptions = {},
): Transferred => {
  const from = viewEvent(source)
  const shown = options.shown === undefined ? null : viewEvent(options.shown)
  const plain = groups.filter((name) => !name.startsWith(exceptionPrefix))
  const keys = groups
    .filter((name) => name.startsWith(exceptionPrefix))
    .map((name) => name.slice(exceptionPrefix.length))
  const moved = withPlainGroups(viewEvent(target), from, plain, shown, options.categories)
  const timeMoved = plain.includes('time')
  if (keys.length === 0 && !timeMoved) return { data: moved, lost: [] }
  return withExceptions(viewEvent(moved), from, keys, shown, plain)
}

const withPlainGroups = (
  to: EventView,
  from: EventView,
  groups: readonly string[],
  shown: EventView | null,
  categories: readonly string[] | undefined,
): Uint8Array => {
  if (groups.length === 0 || to.master === null || from.master === null) return to.document.bytes
  const editor = editCalendar(to.document)
  for (const group of groups) {
    copyGroup(editor, to.master, from.master, group, shown?.master ?? to.master, categories)
  }
  copyZones(editor, to.document, from.document, groups.includes('time'))
  return editor.toBytes()
}

const copyGroup = (
  editor: CalendarEditor,
  to: Component,
  from: Component,
  group: string,
  shown: Component,
  categories?: readonly string[],
): void => {
  if (group === 'alarm') {
    copyAlarms(editor, to, from, shown)
    return
  }
  if (group === 'people') {
    copyPeople(editor, to, from, shown)
    return
  }
  if (group === 'categories') {
    const wanted = categories ?? categoriesOf(from)
    editor.setAll(to, 'CATEGORIES', wanted.length === 0 ? [] : [textListProperty('CATEGORIES', wanted)])
    return
  }
  const names = group.startsWith('prop:') ? [group.slice('prop:'.length)] : (namesOfGroup[group] ?? [])
  for (const name of names) editor.setAll(to, name, from.propertiesNamed(name).map(draftOf))
}

/** A person who is the same for the other side keeps the line, with the parameters that the other side knows nothing of. */
const copyPeople = (editor: CalendarEditor, to: Component, from: Component, shown: Component): void => {
  const kept = new Map<string, PropertyDraft>()
  const seen = new Map(peopleOf(shown).map(({ item, canonical }) => [addressOf(item), canonical]))
  for (const { item } of peopleOf(to)) kept.set(addressOf(item), draftOf(item))
  const drafts = peopleOf(from).map(({ item, canonical }) => {
    const own = kept.get(addressOf(item))
    return own !== undefined && seen.get(addressOf(item)) === canonical ? own : draftOf(item)
  })
  const named = (name: string) => drafts.filter((draft) => draft.name.toUpperCase() === name)
  editor.setAll(to, 'ORGANIZER', named('ORGANIZER'))
  editor.setAll(to, 'ATTENDEE', named('ATTENDEE'))
}

const addressOf = ({ name, value }: { readonly name: string; readonly value: string }): string =>
  `${name} ${value.trim().toLowerCase()}`

/** Alarms that the other side does not see stay; of those that it sees, the ones that it still has. */
const copyAlarms = (editor: CalendarEditor, to: Component, from: Component, shown: Component): void => {
  const seen = new Set(alarmsOf(shown).map(({ canonical }) => canonical))
  const wanted = new Map(alarmsOf(from).map(({ item, canonical }) => [canonical, item]))
  for (const { item, canonical } of alarmsOf(to)) {
    if (wanted.has(canonical)) wanted.delete(canonical)
    else if (seen.has(canonical)) editor.removeComponent(item)
  }
  for (const alarm of wanted.values()) editor.addComponent(to, draftOfComponent(alarm))
}

const draftOfComponent = (component: Component, without: ReadonlySet<string> = new Set()): ComponentDraft => ({
  name: component.name,
  properties: component.properties.filter(({ name }) => !without.has(name)).map(draftOf),
  components: component.components.map((child) => draftOfComponent(child)),
})

/**
 * The zones that moved lines may name, unless the target has zones of those names. One that only its VTIMEZONE defines comes along with
 * the time all the same: the target may mean another by that name.
 */
const copyZones = (editor: CalendarEditor, to: CalendarDocument, from: CalendarDocument, withTime: boolean): void => {
  const [calendar] = to.calendars
  if (calendar === undefined) return
  const has = new Map(zonesIn(to).map((zone) => [tzidOf(zone), zone]))
  const [theirs, ours] = withTime ? [seriesFacts(from).zones, seriesFacts(to).zones] : [{}, {}]
  for (const zone of zonesIn(from)) {
    const tzid = tzidOf(zone)
    const known = has.get(tzid)
    if (known !== undefined && theirs[tzid] === ours[tzid]) continue
    if (known !== undefined) editor.removeComponent(known)
    has.set(tzid, zone)
    editor.addComponent(calendar, draftOfComponent(zone))
  }
}

const zonesIn = (document: CalendarDocument): readonly Component[] =>
  document.calendars.flatMap(({ components }) => components.filter(({ name }) => name === 'VTIMEZONE'))

const tzidOf = (zone: Component): string => zone.property('TZID')?.value.trim() ?? ''

const ofSeriesOnly = new Set(['RRULE', 'RDATE', 'EXDATE', 'EXRULE', 'RECURRENCE-ID'])

const withExceptions = (
  to: EventView,
  from: EventView,
  keys: readonly string[],
  shown: EventView | null,
  plain: readonly string[],
): Transferred => {
  const timeMoved = plain.includes('time')
  const anchorOf = createAnchors(to)
  const lost: string[] = []
  const deleted = new Map<string, CalendarTime>()
  const dropped = new Set<string>()
  const added: { readonly key: string; readonly at: CalendarTime }[] = []
  const anchored = (key: string): CalendarTime | null => {
    const at = anchorOf(key)
    if (at === null) lost.push(key)
    return at
  }
  const wanted = new Set(keys)
  for (const key of new Set([...to.deleted, ...keys])) {
    const isDeleted = wanted.has(key) ? from.deleted.has(key) && !from.overrides.has(key) : to.deleted.has(key)
    const at = isDeleted ? anchorOf(key) : null // one that is out of a series that never meets its day is out anyway
    if (at !== null) deleted.set(key, at)
  }
  for (const key of new Set([...to.overrides.keys(), ...keys])) {
    const stays = wanted.has(key) ? from.overrides.has(key) : true
    if (!stays) dropped.add(key)
    else if (wanted.has(key) || timeMoved) {
      const at = anchored(key)
      if (at === null) dropped.add(key)
      else added.push({ key, at })
    }
  }
  const editor = editCalendar(to.document)
  if (to.master !== null && (timeMoved || [...wanted].some((key) => to.deleted.has(key) !== deleted.has(key)))) {
    editor.setAll(
      to.master,
      'EXDATE',
      [...deleted.values()].map((at) => timeProperty('EXDATE', at)),
    )
  }
  for (const key of dropped) {
    const override = to.overrides.get(key)
    if (override !== undefined) editor.removeComponent(override)
  }
  const [calendar] = to.document.calendars
  for (const { key, at } of added) {
    const override = to.overrides.get(key)
    if (override !== undefined) editor.set(override, timeProperty('RECURRENCE-ID', at))
    else if (calendar !== undefined) editor.addComponent(calendar, newOverride(to, from, key, at))
  }
  copyZones(editor, to.document, from.document, false)
  return {
    data: withOverrideGroups(editor.toBytes(), from, keys, shown, new Set(to.overrides.keys()), new Set(plain)),
    lost,
  }
}

/** What the target's own calendar makes of an exception: its master's content, at the original time. */
const newOverride = (to: EventView, from: EventView, key: string, at: CalendarTime): ComponentDraft => {
  const model = to.master ?? from.overrides.get(key)!
  const draft = draftOfComponent(model, ofSeriesOnly)
  return { ...draft, properties: [...draft.properties, timeProperty('RECURRENCE-ID', at)] }
}

const withOverrideGroups = (
  data: Uint8Array,
  from: EventView,
  keys: readonly string[],
  shown: EventView | null,
  before: ReadonlySet<string>,
  moved: ReadonlySet<string>,
): Uint8Array => {
  const to = viewEvent(data)
  const editor = editCalendar(to.document)
  for (const key of keys) {
    const target = to.overrides.get(key)
    const source = from.overrides.get(key)
    if (target === undefined || source === undefined) continue
    const own = before.has(key) ? shown?.overrides.get(key) : undefined
    const seen = own ?? target
    const has = groupsOfComponent(seen, own === undefined || shown === null ? to.zones : shown.zones)
    const wants = groupsOfComponent(source, from.zones)
    // What the other side saw as in its series, and still has so, it has not changed here: ours may say more than it was shown.
    const series = own === undefined && shown?.master ? groupsOfComponent(shown.master, shown.zones) : null
    for (const group of new Set([...Object.keys(has), ...Object.keys(wants)])) {
      const isInherited = series !== null && series[group] === wants[group] && group !== 'time' && !moved.has(group)
      if (has[group] !== wants[group] && !isInherited) copyGroup(editor, target, source, group, seen)
    }
  }
  return editor.toBytes()
}

const dayMs = 86_400_000

/** Finds the occurrence that an exception is about: in the series as its rule makes it, before anything is taken out. */
const createAnchors = (view: EventView): ((key: string) => CalendarTime | null) => {
  const { master, zones, subDaily } = view
  if (master === null) {
    const times = new Map([...view.overrides].map(([key, { property }]) => [key, readTime(property('RECURRENCE-ID')!)]))
    return (key) => times.get(key) ?? null
  }
  const facts = { ...seriesFacts(view.document), exdates: [], overrides: [] }
  return (key) => {
    const dayMsOfKey = Date.parse(`${key.slice(0, 10)}T00:00:00Z`)
    if (Number.isNaN(dayMsOfKey)) return null
    const range = { startMs: dayMsOfKey - 2 * dayMs, endMs: dayMsOfKey + 3 * dayMs }
    const { instances } = expandSeries(facts, { range })
    return (
      instances.find(({ recurrenceId }) => exceptionKey(recurrenceId, zones, subDaily) === key)?.recurrenceId ?? null
    )
  }
}

/** The same event under another UID, in all its components. */
export const withUid = (data: Uint8Array, uid: PropertyDraft): Uint8Array => {
  const document = parseCalendar(data)
  const editor = editCalendar(document)
  const master = masterComponent(document)
  for (const component of [...(master === null ? [] : [master]), ...overrideComponents(document)]) {
    editor.set(component, uid)
  }
  return editor.toBytes()
}
