import type { CalendarTime } from '@dayport/core'
import { type Component, expandSeries, type RecurrenceInstance } from '@dayport/core/ical'
import type { MappedObject, MappingContext } from '../item-mapping.ts'
import type { ItemKey, ItemKind, ListItem } from '../list-item.ts'
import { contentOf, type ItemContent, textOf } from './content.ts'
import { dayMs, isoOf, localMsOf } from './instants.ts'
import {
  createFinder,
  instantOf,
  localMsIn,
  type OpenObject,
  ridOf,
  type Span,
  slotMsOf,
  spanOfStart,
} from './open-object.ts'
import { type SeriesPart, type SeriesView, seriesView } from './series-view.ts'

/** Occurrences that are shown one by one, at most: those of every hour of the window. */
const maxSingles = 12_000

export interface ItemTimes {
  readonly start: string
  readonly end: string
  readonly allDay: boolean
  readonly durationSeconds: number
}

/** How a list writes when something is. Dates stand as they are, with 00:00:00Z and 23:59:00Z. Specification section 7.1. */
export const timesOf = ({ start, end, startMs, endMs }: Span): ItemTimes => {
  if (start.kind !== 'date') {
    const untilMs = Math.max(endMs, startMs)
    return { start: isoOf(startMs), end: isoOf(untilMs), allDay: false, durationSeconds: (untilMs - startMs) / 1000 }
  }
  const first = localMsOf(start)
  const days = Math.max(1, Math.round((localMsOf(end) - first) / dayMs))
  const length = days * dayMs - 60_000
  return { start: isoOf(first), end: isoOf(first + length), allDay: true, durationSeconds: length / 1000 }
}

/** The original start of an occurrence as a list writes it. */
export const listTimeOf = (object: OpenObject, time: CalendarTime): string =>
  isoOf(time.kind === 'date' ? localMsOf(time) : instantOf(object, time))

/** Read once: an event on a thousand dates has a thousand lines, and as many items of the same content. */
const read = new WeakMap<Component, ItemContent & { readonly isCancelled: boolean }>()
const readOnce = (component: Component): ItemContent & { readonly isCancelled: boolean } => {
  const known = read.get(component)
  if (known !== undefined) return known
  const isCancelled = textOf(component, 'STATUS').trim().toUpperCase() === 'CANCELLED'
  const content = { ...contentOf(component), isCancelled }
  read.set(component, content)
  return content
}

const isCancelled = (component: Component): boolean => readOnce(component).isCancelled

const contentOnce = (component: Component): ItemContent => {
  const { isCancelled: _, ...content } = readOnce(component)
  return content
}

const itemOf = (
  component: Component,
  key: ItemKey,
  kind: ItemKind,
  times: ItemTimes,
  more: Partial<ListItem> = {},
): ListItem => ({
  key,
  kind,
  masterKey: null,
  recurrenceId: null,
  recurrenceData: null,
  timeZoneXml: null,
  ...contentOnce(component),
  ...times,
  ...more,
})

/** The component that gives an instance its content. */
export const componentOf = (object: OpenObject, { override }: RecurrenceInstance): Component | null =>
  override === null ? object.master : (object.overrides[override] ?? null)

const single = (object: OpenObject, instance: RecurrenceInstance, key: ItemKey): ListItem[] => {
  const component = componentOf(object, instance)
  return component === null || isCancelled(component) ? [] : [itemOf(component, key, 'single', timesOf(instance))]
}

export const instanceKey = (time: CalendarTime): ItemKey => `instance:${ridOf(time)}`

/** The items of an object, masters first. */
export const itemsOfObject = (object: OpenObject, context: MappingContext): MappedObject => {
  const { master, facts } = object
  if (master !== null && isCancelled(master)) return { items: [], windowed: false }
  if (master === null || facts.start === null || facts.rrules.length + facts.exrules.length === 0) {
    const isAlone = facts.rdates.length + facts.exdates.length + facts.overrides.length === 0
    const span = master !== null && isAlone ? spanOfStart(object) : null
    if (master !== null && span !== null) {
      return { items: [itemOf(master, 'event', 'single', timesOf(span))], windowed: false }
    }
    const instances = createFinder(object, facts).all(maxSingles)
    const eventMs = facts.start === null ? null : instantOf(object, facts.start)
    const items = instances.flatMap((instance) =>
      single(
        object,
        instance,
        instance.recurrenceIdMs === eventMs && master !== null ? 'event' : instanceKey(instance.recurrenceId),
      ),
    )
    return { items, windowed: false }
  }
  const view = seriesView(object, context)
  if (view === null) {
    const { window, nowMs } = context
    const options = { floatingZone: object.floatingZone, maxInstances: maxSingles }
    const whole = expandSeries(facts, { ...options, range: window })
    // Of more than anybody could look through, those that are next are worth more than those of last month.
    const { instances } = whole.truncated
      ? expandSeries(facts, { ...options, range: { startMs: nowMs - dayMs, endMs: window.endMs } })
      : whole
    return {
      items: instances.flatMap((instance) => single(object, instance, instanceKey(instance.recurrenceId))),
      windowed: true,
    }
  }
  return { items: itemsOfSeries(object, master, view), windowed: false }
}

const masterItem = (master: Component, part: SeriesPart): ListItem =>
  itemOf(master, part.key, 'master', timesOf(part.first), {
    recurrenceData: part.recurrenceData,
    timeZoneXml: part.timeZoneXml,
  })

const itemsOfSeries = (object: OpenObject, master: Component, view: SeriesView): ListItem[] => {
  const { facts, overrides } = object
  const finder = createFinder(object, { ...facts, exdates: [], overrides: [], rdates: [] })
  const masters = view.parts.map((part) => masterItem(master, part))
  const occurrences = new Map<string, ListItem>()
  const singles = new Map<string, ListItem>()
  const add = (list: Map<string, ListItem>, items: readonly ListItem[]): void => {
    for (const item of items) list.set(item.key, item)
  }
  const deleted = (instance: RecurrenceInstance): ListItem[] => {
    const masterKey = view.partOf(instance.recurrenceId)
    if (masterKey === null) return []
    const recurrenceId = listTimeOf(object, instance.recurrenceId)
    const key = `deleted:${ridOf(instance.recurrenceId)}`
    return [
      itemOf(master, key, 'deleted', timesOf(instance), { masterKey, recurrenceId, description: '', attachments: [] }),
    ]
  }

  const removed = new Set<number>()
  for (const exdate of facts.exdates) {
    for (const instance of finder.named(exdate)) {
      removed.add(instance.recurrenceIdMs)
      add(occurrences, deleted(instance))
    }
  }
  // Dates beside the rule, with the overrides that belong to them.
  const beside = new Set<number>()
  const stray = view.stray === null ? null : instantOf(object, view.stray)
  if (facts.rdates.length > 0 || stray !== null) {
    const eventMs = facts.start === null ? null : instantOf(object, facts.start)
    for (const instance of createFinder(object, { ...facts, rrules: [] }).all(maxSingles)) {
      const { recurrenceIdMs, recurrenceId } = instance
      const isOfRule = recurrenceIdMs !== stray && (recurrenceIdMs === eventMs || finder.named(recurrenceId).length > 0)
      const isAlone = isOfRule || (recurrenceIdMs !== stray && !isDate(object, recurrenceIdMs))
      if (isAlone) continue
      beside.add(recurrenceIdMs)
      add(singles, single(object, instance, instanceKey(recurrenceId)))
    }
  }
  // Of several overrides for one occurrence one counts; whatever it stands for, it has a place of its own.
  const bare = { ...facts, rrules: [], rdates: [], exdates: [] }
  const placed = overrides.length === 0 ? [] : createFinder(object, bare).all(overrides.length + 1)
  const inOrder = placed.filter(({ override }) => override !== null).sort((a, b) => a.recurrenceIdMs - b.recurrenceIdMs)
  let lastDay = Number.NEGATIVE_INFINITY
  for (const shown of inOrder) {
    const component = componentOf(object, shown)
    const own = facts.overrides[shown.override ?? -1]
    if (component === null || own === undefined) continue
    const [occurrence] = finder.named(own.recurrenceId)
    if (beside.has(occurrence?.recurrenceIdMs ?? shown.recurrenceIdMs)) continue
    const isRemoved = occurrence === undefined || removed.has(occurrence.recurrenceIdMs)
    if (isCancelled(component)) {
      if (!isRemoved) add(occurrences, deleted(occurrence))
      continue
    }
    const masterKey = occurrence === undefined ? null : view.partOf(occurrence.recurrenceId)
    const times = timesOf(shown)
    const isKept = !isRemoved && masterKey !== null && (shown.start.kind === 'date') === (facts.start?.kind === 'date')
    const local = localMsIn(object, shown.start)
    const day = Math.floor(local / dayMs)
    // Neither the days that the rule has beside it nor that of the changed one before it.
    if (isKept && day > lastDay && !view.passesNeighbour(occurrence.recurrenceId, local)) {
      lastDay = day
      const recurrenceId = listTimeOf(object, occurrence.recurrenceId)
      const key = `exception:${ridOf(occurrence.recurrenceId)}`
      add(occurrences, [itemOf(component, key, 'exception', times, { masterKey, recurrenceId })])
      continue
    }
    // What Outlook does not take as a change of the series: its slot is gone, and it stands for itself.
    if (!isRemoved) add(occurrences, deleted(occurrence))
    const rid = occurrence?.recurrenceId ?? own.recurrenceId
    add(singles, [itemOf(component, instanceKey(rid), 'single', times)])
  }
  const byTime = (a: ListItem, b: ListItem): number =>
    (a.recurrenceId ?? a.start).localeCompare(b.recurrenceId ?? b.start)
  return [...masters, ...[...occurrences.values()].sort(byTime), ...[...singles.values()].sort(byTime)]
}

const isDate = (object: OpenObject, ms: number): boolean =>
  object.facts.rdates.some(({ start }) => slotMsOf(object, start) === ms)
