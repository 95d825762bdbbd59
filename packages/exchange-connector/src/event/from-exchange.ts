import { CalendarError, type CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  draftOf,
  editCalendar,
  rawProperty,
  serializeCalendar,
  textProperty,
  timeProperty,
  uriProperty,
} from '@dayport/core/ical'
import { classOf, exceptionFields, isSameSpan } from './compare.ts'
import { contentOf, sensitivityOf, stricter, upperOf } from './content-of.ts'
import { dateMs, instantText } from './days.ts'
import { editContent, setClass } from './edit-content.ts'
import { editPeople } from './edit-people.ts'
import { occurrenceTime, setDeleted, setRule, setSpan, timesOfSpan } from './edit-times.ts'
import { cleanUid } from './global-object-id.ts'
import type { ExchangeContent, ExchangeEvent, ExchangeException, ExchangeSpan } from './model.ts'
import { nominalSpan } from './nominal-span.ts'
import { type OpenEvent, openEvent, originalDate, spanOf } from './open-event.ts'
import type { MappingOptions } from './options.ts'
import { isSameRecurrence, recurrenceDates } from './recurrence-of.ts'
import { type EventTimes, timesOf, toExchange } from './to-exchange.ts'

/**
 * The iCalendar text of an item. What the item was written from (`portalData.source`) is the base: only what Exchange says otherwise
 * is changed in it, so that everything Exchange cannot hold comes back as it was.
 *
 * @throws {CalendarError} `invalid-calendar-data` when the item has no UID.
 */
export const fromExchange = (event: ExchangeEvent, options: MappingOptions): Uint8Array => {
  const base = baseOf(event) ?? scratch(event, options)
  const master = editMaster(base, event, options)
  if (event.recurrence === null) return master
  return editOverrides(addOverrides(master, event, base.zone), event, options, base.zone)
}

/** What would come back of an event after it went to Exchange. @throws {CalendarError} as `toExchange`. */
export const project = (data: Uint8Array, options: MappingOptions): Uint8Array =>
  fromExchange(toExchange(data, options), options)

interface Base {
  readonly open: OpenEvent
  readonly times: EventTimes
  readonly zone: string
}

const openBase = (data: Uint8Array, zone: string): Base => {
  const open = openEvent(data, zone)
  return { open, times: timesOf(open), zone }
}

/** `null` when there is none that can be used: an item with another UID is somebody's copy. */
const baseOf = ({ portalData, uid }: ExchangeEvent): Base | null => {
  if (portalData?.source == null) return null
  if (uid !== null && cleanUid(uid) !== cleanUid(portalData.uid)) return null
  try {
    return openBase(new TextEncoder().encode(portalData.source), portalData.zone)
  } catch {
    return null
  }
}

const scratch = (event: ExchangeEvent, options: MappingOptions): Base => {
  const uid = event.uid === null ? (event.portalData?.uid ?? '') : cleanUid(event.uid)
  if (uid === '') throw new CalendarError('invalid-calendar-data', 'expected an item with a UID')
  const stamp: CalendarTime = { kind: 'utc', instant: instantText(Math.floor((event.createdMs ?? 0) / 1000) * 1000) }
  const skeleton = (start: CalendarTime) =>
    serializeCalendar({
      name: 'VCALENDAR',
      properties: [rawProperty('VERSION', '2.0'), rawProperty('PRODID', '-//Dayport//Exchange//EN')],
      components: [
        {
          name: 'VEVENT',
          properties: [textProperty('UID', uid), timeProperty('DTSTAMP', stamp), timeProperty('DTSTART', start)],
        },
      ],
    })
  // Any start will do to learn the form that the span asks for.
  const { start } = timesOfSpan(openEvent(skeleton(stamp), options.zone), zonedSpan(event, options), null)
  return openBase(skeleton(start), options.zone)
}

/** A series needs a zone: one that nobody knows is taken for the mailbox owner's. */
const zonedSpan = (event: ExchangeEvent, options: MappingOptions): ExchangeSpan => {
  const { span } = event
  if (span.kind === 'days' || event.recurrence === null) return span
  return { ...span, startZone: span.startZone ?? options.zone, endZone: span.endZone ?? span.startZone ?? options.zone }
}

const lengthOf = (span: ExchangeSpan): number =>
  span.kind === 'days' ? dateMs(span.endDate) - dateMs(span.startDate) : span.endMs - span.startMs

const alarmStart = (span: ExchangeSpan, isSeries: boolean): number | null =>
  isSeries || span.kind === 'days' ? null : span.startMs

const editMaster = ({ open, times }: Base, event: ExchangeEvent, options: MappingOptions): Uint8Array => {
  const { master, document } = open
  const editor = editCalendar(document)
  const isSeries = times.recurrence !== null
  const before = contentOf(master, times.span, isSeries, options)
  const edit = {
    editor,
    component: master,
    before,
    startMs: alarmStart(times.span, isSeries),
    lengthMs: lengthOf(times.span),
  }
  editContent(edit, event, ['sensitivity'])
  editPeople(editor, master, event, options)
  if (event.isCancelled && upperOf(master, 'STATUS') !== 'CANCELLED')
    editor.set(master, rawProperty('STATUS', 'CANCELLED'))
  if (event.joinUrl !== null && !saysUrl(master, event.joinUrl)) {
    editor.add(master, uriProperty('CONFERENCE', event.joinUrl, { VALUE: 'URI', FEATURE: 'VIDEO' }))
  }
  const kept = editSeries(editor, open, times, event, options)
  // Exchange has one privacy for a series: the strictest of its components.
  const strictest = kept.map(sensitivityOf).reduce(stricter, before.sensitivity)
  if (classOf(strictest) !== classOf(event.sensitivity)) {
    for (const component of [master, ...kept]) setClass(editor, component, event.sensitivity)
  }
  return editor.toBytes()
}

const saysUrl = (component: Component, url: string): boolean =>
  component.properties.some(({ value }) => value.includes(url) || value.trim() === url)

/** @returns the overrides that stay. */
const editSeries = (
  editor: CalendarEditor,
  open: OpenEvent,
  times: EventTimes,
  event: ExchangeEvent,
  options: MappingOptions,
): readonly Component[] => {
  const { master } = open
  const span = withFirstDay(zonedSpan(event, options), event)
  const isSameTime = isSameSpan(times.span, span)
  const isSameRule = isSameRecurrence(times.recurrence, event.recurrence)
  const start = isSameTime ? open.start : setSpan(editor, open, master, span)
  if (event.recurrence === null) {
    if (times.recurrence === null) return []
    for (const name of ['RRULE', 'EXDATE']) editor.removeNamed(master, name)
    for (const component of open.overrides) editor.removeComponent(component)
    return []
  }
  if (!isSameRule || (!isSameTime && event.recurrence.range.kind === 'endDate')) {
    setRule(editor, master, event.recurrence, start)
  }
  const isSameSeries = isSameTime && isSameRule
  const changed = new Set(event.exceptions.map(({ originalDate: date }) => date))
  const deleted = new Set(event.deleted)
  const cancelled = new Set<string>()
  const kept: Component[] = []
  for (const component of open.overrides) {
    const date = dateOfOverride(open, component)
    const isCancelled = upperOf(component, 'STATUS') === 'CANCELLED'
    const stays =
      date !== null && (isCancelled ? deleted.has(date) : !deleted.has(date) && (isSameSeries || changed.has(date)))
    if (!stays) editor.removeComponent(component)
    else if (!isSameTime) editor.set(component, timeProperty('RECURRENCE-ID', occurrenceTime(start, date)))
    if (stays) kept.push(component)
    if (stays && isCancelled) cancelled.add(date)
  }
  if (isSameSeries && sameList(times.deleted, event.deleted)) return kept
  setDeleted(
    editor,
    master,
    start,
    event.deleted.filter((date) => !cancelled.has(date)),
  )
  return kept
}

const sameList = (a: readonly string[], b: readonly string[]): boolean => a.join() === [...b].sort().join()

/** A series starts on the first day of its pattern, also where the server's range begins before it. */
const withFirstDay = (span: ExchangeSpan, event: ExchangeEvent): ExchangeSpan => {
  if (event.recurrence === null) return span
  const [first] = recurrenceDates(event.recurrence, { limit: 1 })
  return first === undefined ? span : nominalSpan(span, first)
}

const dateOfOverride = (open: OpenEvent, component: Component): string | null => {
  const facts = open.facts.overrides[open.overrides.indexOf(component)]
  return facts === undefined ? null : originalDate(open, facts.recurrenceId)
}

/** What an override does not take from its master. */
const seriesOnly = new Set(['RRULE', 'RDATE', 'EXDATE', 'EXRULE', 'RECURRENCE-ID', 'DTSTART', 'DTEND', 'DURATION'])

/** Adds the components of exceptions that have none yet, as copies of the master. */
const addOverrides = (data: Uint8Array, event: ExchangeEvent, zone: string): Uint8Array => {
  const open = openEvent(data, zone)
  const present = new Set(open.overrides.map((component) => dateOfOverride(open, component)))
  const missing = event.exceptions.filter(({ originalDate: date }) => !present.has(date))
  if (missing.length === 0) return data
  const editor = editCalendar(open.document)
  const span = spanOf(open, open.master)
  for (const { originalDate: date } of missing) {
    const { start, end } = timesOfSpan(open, nominalSpan(span, date, open.seriesZone), open.master)
    const isPoint = span.kind === 'instants' && span.startMs === span.endMs
    editor.addComponent(open.calendar, {
      name: 'VEVENT',
      properties: [
        ...open.master.properties.filter(({ name }) => !seriesOnly.has(name)).map(draftOf),
        timeProperty('RECURRENCE-ID', occurrenceTime(open.start, date)),
        timeProperty('DTSTART', start),
        ...(isPoint ? [] : [timeProperty('DTEND', end)]),
      ],
      components: open.master.components.map((child) => ({
        name: child.name,
        properties: child.properties.map(draftOf),
      })),
    })
  }
  return editor.toBytes()
}

/** Lays the exceptions over their components, and what they inherit. */
const editOverrides = (data: Uint8Array, event: ExchangeEvent, options: MappingOptions, zone: string): Uint8Array => {
  const open = openEvent(data, zone)
  if (open.overrides.length === 0) return data
  const editor = editCalendar(open.document)
  const span = spanOf(open, open.master)
  const byDate = new Map(event.exceptions.map((exception) => [exception.originalDate, exception]))
  for (const component of open.overrides) {
    const date = dateOfOverride(open, component)
    if (date === null || upperOf(component, 'STATUS') === 'CANCELLED') continue
    const nominal = nominalSpan(span, date, open.seriesZone)
    editOverride(editor, open, component, nominal, byDate.get(date), event, options)
  }
  return editor.toBytes()
}

const editOverride = (
  editor: CalendarEditor,
  open: OpenEvent,
  component: Component,
  nominal: ExchangeSpan,
  exception: ExchangeException | undefined,
  event: ExchangeEvent,
  options: MappingOptions,
): void => {
  const before = spanOf(open, component, nominal)
  const after = exception?.span ?? nominal
  const content = contentOf(component, before, false, options)
  const inherited: ExchangeContent = { ...content, ...pick(event), ...exception?.fields }
  const edit = { editor, component, before: content, startMs: alarmStart(before, false), lengthMs: lengthOf(before) }
  const skipped = ['sensitivity', 'attendees']
  // Inherited categories are not told from none: an occurrence that had none keeps none.
  if (content.categories.length === 0 && exception?.fields.categories === undefined) skipped.push('categories')
  editContent(edit, inherited, skipped)
  if (!isSameSpan(before, after)) setSpan(editor, open, component, after)
}

const pick = (event: ExchangeEvent): Partial<ExchangeContent> =>
  Object.fromEntries(exceptionFields.map((field) => [field, event[field]]))
