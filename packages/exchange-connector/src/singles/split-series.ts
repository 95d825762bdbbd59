import type { CalendarTime } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  type ComponentDraft,
  draftOf,
  editCalendar,
  expandSeries,
  masterComponent,
  objectComponents,
  overrideComponents,
  parseCalendar,
  type RecurrenceInstance,
  readText,
  readTimes,
  type SeriesFacts,
  serializeCalendar,
  seriesFacts,
  timeProperty,
  timesProperty,
} from '@dayport/core/ical'
import { dayMs } from '../event/days.ts'
import { unrepresentable } from '../event/options.ts'

/** One occurrence of a series by its original start. */
export interface Occurrence {
  readonly key: string
  readonly atMs: number
  readonly instance: RecurrenceInstance
}

/** A series that is to be kept as single items. */
export interface SplitSeries {
  readonly document: CalendarDocument
  readonly calendar: Component
  readonly master: Component
  readonly uid: string
  /** Overrides by the name of their occurrence. */
  readonly overrides: ReadonlyMap<string, Component>
  /** Occurrences whose original start is from `fromMs` to before `untilMs`, in their order; `null` when there are more than `most`. */
  occurrences(fromMs: number, untilMs: number, most: number): readonly Occurrence[] | null
  /** One occurrence as an event of its own. */
  single(occurrence: Occurrence): Uint8Array
}

/** The name of an occurrence: its original start as it stands in RECURRENCE-ID. */
export const keyOf = (time: CalendarTime): string =>
  time.kind === 'date' ? time.date : time.kind === 'utc' ? time.instant : time.local

/** How far from its original start an occurrence is looked for. */
const movedMs = 400 * dayMs

/** What a single event does not take from its series. */
const seriesOnly = new Set(['RRULE', 'RDATE', 'EXDATE', 'EXRULE', 'RECURRENCE-ID', 'DTSTART', 'DTEND', 'DURATION'])

/**
 * Opens a series.
 *
 * @param zone TZID in which floating times and days are read.
 * @throws {CalendarError} `unrepresentable` for what is no event with a master; as `parseCalendar`.
 */
export const splitSeries = (data: Uint8Array, zone: string): SplitSeries => {
  const document = parseCalendar(data)
  const [calendar] = document.calendars
  const components = document.calendars.flatMap(objectComponents)
  if (calendar === undefined || components.some(({ name }) => name !== 'VEVENT')) throw unrepresentable('no-event')
  const master = masterComponent(document)
  if (master === null) throw unrepresentable('no-master')
  const facts = seriesFacts(document)
  const list = overrideComponents(document)
  const uid = master.property('UID')
  return {
    document,
    calendar,
    master,
    uid: uid === undefined ? '' : readText(uid).trim(),
    overrides: new Map(facts.overrides.map(({ recurrenceId }, index) => [keyOf(recurrenceId), list[index]!])),
    occurrences: (fromMs, untilMs, most) => occurrencesOf(facts, zone, fromMs, untilMs, most),
    single: ({ instance }) => {
      const component = instance.override === null ? master : list[instance.override]!
      return singleText(calendar, component, instance)
    },
  }
}

const occurrencesOf = (
  facts: SeriesFacts,
  zone: string,
  fromMs: number,
  untilMs: number,
  most: number,
): readonly Occurrence[] | null => {
  const range = { startMs: fromMs - movedMs, endMs: untilMs + movedMs }
  const { instances, truncated } = expandSeries(facts, { range, floatingZone: zone, maxInstances: 20 * most + 200 })
  // What was cut off lies behind what is there.
  const isCut = truncated && (instances.at(-1)?.startMs ?? untilMs) < untilMs + movedMs / 2
  const found = instances
    .filter(({ recurrenceIdMs }) => recurrenceIdMs >= fromMs && recurrenceIdMs < untilMs)
    .map((instance) => ({ key: keyOf(instance.recurrenceId), atMs: instance.recurrenceIdMs, instance }))
    .sort((a, b) => a.atMs - b.atMs)
  return isCut || found.length > most ? null : found
}

/**
 * The same series without EXDATEs that name none of its occurrences: they say nothing, and no item could tell them.
 *
 * @throws {CalendarError} as `parseCalendar`.
 */
export const withoutIdleExdates = (data: Uint8Array): Uint8Array => {
  const document = parseCalendar(data)
  const master = masterComponent(document)
  const properties = master?.properties.filter(({ name }) => name === 'EXDATE') ?? []
  if (master === null || properties.length === 0) return data
  const facts = seriesFacts(document)
  const countWith = (exdates: readonly CalendarTime[], atMs: number): number => {
    const range = { startMs: atMs - 2 * dayMs, endMs: atMs + 2 * dayMs }
    return expandSeries({ ...facts, exdates, overrides: [] }, { range }).instances.length
  }
  const isIdle = (time: CalendarTime): boolean => {
    const text = time.kind === 'date' ? `${time.date}T00:00:00Z` : time.kind === 'utc' ? time.instant : `${time.local}Z`
    const atMs = Date.parse(text)
    return Number.isNaN(atMs) || countWith([time], atMs) === countWith([], atMs)
  }
  const editor = editCalendar(document)
  for (const property of properties) {
    const times = readTimes(property) ?? []
    const kept = times.filter((time) => !isIdle(time))
    if (kept.length === times.length) continue
    if (kept.length === 0) editor.remove(property)
    else editor.replace(property, timesProperty('EXDATE', kept))
  }
  return editor.toBytes()
}

/** A component as it is, for another document. */
export const draftOfComponent = ({ name, properties, components }: Component): ComponentDraft => ({
  name,
  properties: properties.map(draftOf),
  components: components.map(draftOfComponent),
})

const singleText = (calendar: Component, component: Component, instance: RecurrenceInstance): Uint8Array =>
  serializeCalendar({
    name: 'VCALENDAR',
    properties: calendar.properties.map(draftOf),
    components: [
      ...calendar.components.filter(({ name }) => name === 'VTIMEZONE').map(draftOfComponent),
      {
        name: 'VEVENT',
        properties: [
          ...component.properties.filter(({ name }) => !seriesOnly.has(name)).map(draftOf),
          timeProperty('DTSTART', instance.start),
          ...(instance.startMs === instance.endMs ? [] : [timeProperty('DTEND', instance.end)]),
        ],
        components: component.components.map(draftOfComponent),
      },
    ],
  })

/** An event of its own as an override of its series. RFC 5545 §3.8.4.4. */
export const overrideOf = (single: Component, recurrenceId: CalendarTime): ComponentDraft => ({
  name: 'VEVENT',
  properties: [
    ...single.properties.filter(({ name }) => name !== 'RECURRENCE-ID').map(draftOf),
    timeProperty('RECURRENCE-ID', recurrenceId),
  ],
  components: single.components.map(draftOfComponent),
})
