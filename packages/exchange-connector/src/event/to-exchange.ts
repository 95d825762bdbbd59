import { type Component, readText, readTime } from '@dayport/core/ical'
import { exceptionOf, isSameSpan } from './compare.ts'
import { contentOf, sensitivityOf, stricter, upperOf } from './content-of.ts'
import { dateMs, dayMs } from './days.ts'
import type { ExchangeContent, ExchangeEvent, ExchangeException, ExchangeRecurrence, ExchangeSpan } from './model.ts'
import { nominalSpan, startDateOf } from './nominal-span.ts'
import { instantOf, type OpenEvent, occurrenceDates, openEvent, originalDate, ruleOf, spanOf } from './open-event.ts'
import { type MappingOptions, unrepresentable } from './options.ts'
import { personOf } from './people.ts'
import { carriedSource } from './portal-data-of.ts'
import { recurrenceDates, recurrenceOf } from './recurrence-of.ts'

/** When an event happens, as Exchange tells it. */
export interface EventTimes {
  readonly span: ExchangeSpan
  readonly recurrence: ExchangeRecurrence | null
  /** Ascending, each once. */
  readonly deleted: readonly string[]
  /** Overrides that are no deletion, by their original day, ascending. */
  readonly overrides: readonly { readonly date: string; readonly component: Component }[]
}

/** Reads the times of an opened event. @throws {CalendarError} `unrepresentable`. */
export const timesOf = (event: OpenEvent): EventTimes => {
  const span = spanOf(event, event.master)
  const rule = ruleOf(event)
  if (rule === null) return { span, recurrence: null, deleted: [], overrides: [] }
  const recurrence = recurrenceOf(event, rule)
  if (span.kind === 'instants' && span.startZone === null) throw unrepresentable('time-zone')
  return { span, recurrence, ...exceptionsOf(event, recurrence, rule) }
}

const exceptionsOf = (
  event: OpenEvent,
  recurrence: ExchangeRecurrence,
  rule: NonNullable<ReturnType<typeof ruleOf>>,
) => {
  const { exdates, overrides } = event.facts
  if (exdates.length + overrides.length === 0) return { deleted: [], overrides: [] }
  const excluded = exdates.map((time) => originalDate(event, time)).filter((date) => date !== null)
  const changed = event.overrides.map((component, index) => {
    const facts = overrides[index]
    if (facts?.thisAndFuture === true) throw unrepresentable('this-and-future')
    const date = facts === undefined ? null : originalDate(event, facts.recurrenceId)
    if (date === null) throw unrepresentable('occurrence-outside-rule')
    return { date, component }
  })
  const last = [...excluded, ...changed.map(({ date }) => date)].sort().at(-1) ?? recurrence.range.startDate
  const dates = occurrenceDates(event, rule, last)
  if (changed.some(({ date }) => !dates.has(date))) throw unrepresentable('occurrence-outside-rule')
  const kept = changed.filter(({ component }) => upperOf(component, 'STATUS') !== 'CANCELLED')
  const keptDates = new Set(kept.map(({ date }) => date))
  const cancelled = changed.filter(({ date }) => !keptDates.has(date)).map(({ date }) => date)
  // An override shows its occurrence, whatever an EXDATE says.
  const deleted = [...new Set([...excluded.filter((date) => dates.has(date)), ...cancelled])]
    .filter((date) => !keptDates.has(date))
    .sort()
  assertOccurrenceLeft(recurrence, deleted)
  return { deleted, overrides: kept.sort((a, b) => (a.date < b.date ? -1 : 1)) }
}

const assertOccurrenceLeft = (recurrence: ExchangeRecurrence, deleted: readonly string[]): void => {
  const gone = new Set(deleted)
  const first = recurrenceDates(recurrence, { limit: deleted.length + 1 })
  if (first.every((date) => gone.has(date))) throw unrepresentable('no-occurrence')
}

/**
 * What Exchange is to hold of one event or series (RFC 4791 §4.1), its exceptions as differences, and in `portalData` what it cannot.
 *
 * @throws {CalendarError} `unrepresentable` with `details.reason` when Exchange would show other occurrences; as `parseCalendar` for what is
 * no iCalendar.
 */
export const toExchange = (data: Uint8Array, options: MappingOptions): ExchangeEvent => {
  const event = openEvent(data, options.zone)
  const times = timesOf(event)
  const isSeries = times.recurrence !== null
  const { master } = event
  const content = contentOf(master, times.span, isSeries, options)
  const sensitivity = [...event.overrides].map(sensitivityOf).reduce(stricter, content.sensitivity)
  const exceptions = times.overrides.flatMap(({ date, component }) => {
    const nominal = nominalSpan(times.span, date, event.seriesZone)
    const span = spanOf(event, component, nominal)
    const fields = exceptionOf(content, contentOf(component, span, false, options))
    const own = isSameSpan(span, nominal) ? {} : { span }
    return 'span' in own || Object.keys(fields).length > 0 ? [{ originalDate: date, fields, ...own }] : []
  })
  assertOrder(times, exceptions, event)
  const organizer = master.property('ORGANIZER')
  const uid = readUid(master)
  const { overrides: _, ...when } = times
  const shown: ExchangeEvent = {
    ...content,
    sensitivity,
    uid,
    ...when,
    exceptions,
    organizer: organizer === undefined ? null : personOf(organizer),
    isOrganizer: null,
    isCancelled: false,
    myResponse: 'none',
    joinUrl: null,
    portalData: { uid, zone: event.floating.name, source: carriedSource(event.document) },
    createdMs: stampOf(event, 'CREATED'),
    modifiedMs: stampOf(event, 'LAST-MODIFIED'),
  }
  return options.privateEvents === 'busy' && sensitivity !== 'normal' ? hidden(shown, options) : shown
}

const readUid = (master: Component): string => {
  const property = master.property('UID')
  return property === undefined ? '' : readText(property).trim()
}

const stampOf = (event: OpenEvent, name: string): number | null => {
  const property = event.master.property(name)
  const time = property === undefined ? null : readTime(property)
  return time === null ? null : instantOf(event, time)
}

/** A private event on a calendar that others read: its times and that somebody is busy. */
const hidden = (event: ExchangeEvent, options: MappingOptions): ExchangeEvent => {
  const nothing: Partial<ExchangeContent> = {
    subject: options.busyText,
    body: { kind: 'text', content: '' },
    location: '',
    categories: [],
    attendees: null,
  }
  return {
    ...event,
    ...nothing,
    exceptions: event.exceptions.flatMap(({ originalDate: date, span, fields }) => {
      const { showAs } = fields
      const shown: ExchangeException = {
        originalDate: date,
        fields: showAs === undefined ? {} : { showAs },
        ...(span === undefined ? {} : { span }),
      }
      return span === undefined && showAs === undefined ? [] : [shown]
    }),
    organizer: null,
    portalData: { uid: event.uid ?? '', zone: event.portalData?.zone ?? 'UTC', source: null },
  }
}

/** Exchange wants every occurrence on a day between those of its neighbours. */
const assertOrder = (times: EventTimes, exceptions: readonly ExchangeException[], event: OpenEvent): void => {
  if (times.recurrence === null) return
  const moved = exceptions.filter(({ span }) => span !== undefined)
  if (moved.length === 0) return
  const dayOf = new Map(moved.map(({ originalDate: date, span }) => [date, startDateOf(span!, event.seriesZone)]))
  const gone = new Set(times.deleted)
  const last = [...dayOf.keys(), ...dayOf.values()].sort().at(-1)!
  const limit = 20_000
  const dates = recurrenceDates(times.recurrence, {
    limit,
    before: new Date(dateMs(last) + 2 * dayMs).toISOString().slice(0, 10),
  })
  let previous = ''
  for (const date of dates) {
    if (gone.has(date)) continue
    const day = dayOf.get(date) ?? date
    if (day <= previous) throw unrepresentable('occurrence-order')
    previous = day
  }
}
