import { CalendarError, type CalendarTime } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  createZoneResolver,
  expandRule,
  masterComponent,
  objectComponents,
  overrideComponents,
  parseCalendar,
  parseDuration,
  parseRule,
  type RecurrenceRule,
  readTime,
  type SeriesFacts,
  seriesFacts,
  type TimeZone,
  type ZoneResolver,
} from '@dayport/core/ical'
import { addDays, dateMs, dateOf, dayMs, floorMinute, midnightIn } from './days.ts'
import type { ExchangeSpan } from './model.ts'
import { unrepresentable } from './options.ts'
import { exchangeZoneOf, utcZone, zoneNamed } from './zones.ts'

/** The TZID that iCalendar times without one are read in. */
export interface FloatingZone {
  readonly name: string
  readonly zone: TimeZone
}

export const floatingZone = (name: string): FloatingZone => {
  const zone = zoneNamed(name)
  return zone === null ? { name: 'UTC', zone: utcZone } : { name, zone }
}

/** An event's iCalendar, opened for reading. */
export interface OpenEvent {
  readonly document: CalendarDocument
  readonly calendar: Component
  readonly master: Component
  readonly overrides: readonly Component[]
  readonly facts: SeriesFacts
  readonly resolver: ZoneResolver
  readonly floating: FloatingZone
  /** DTSTART of the master. */
  readonly start: CalendarTime
  /** Where the days of the series are counted. */
  readonly seriesZone: TimeZone
}

/**
 * Opens one event or series.
 *
 * @throws {CalendarError} as `parseCalendar`; `unrepresentable` for what is no event with a master.
 */
export const openEvent = (data: Uint8Array, zoneName: string): OpenEvent => {
  const document = parseCalendar(data)
  const [calendar] = document.calendars
  const components = document.calendars.flatMap(objectComponents)
  if (calendar === undefined || components.length === 0 || components.some(({ name }) => name !== 'VEVENT')) {
    throw unrepresentable('no-event')
  }
  const facts = seriesFacts(document)
  const lone = components.length === 1 ? components[0]! : null
  const master = masterComponent(document) ?? lone
  if (master === null) throw unrepresentable('no-master')
  const resolver = createZoneResolver({ vtimezones: facts.zones })
  const floating = floatingZone(zoneName)
  const start = startOf(master)
  if (start === null) throw unrepresentable('no-start')
  const zone = start.kind === 'zoned' ? resolver.resolve(start.tzid) : start.kind === 'utc' ? utcZone : floating.zone
  // The only component of a single occurrence is an event by itself.
  const isLone = master.property('RECURRENCE-ID') !== undefined
  return {
    document,
    calendar,
    master,
    overrides: isLone ? [] : overrideComponents(document),
    facts: isLone ? { ...facts, overrides: [] } : facts,
    resolver,
    floating,
    start,
    seriesZone: zone ?? floating.zone,
  }
}

const timeOf = (component: Component, name: string): CalendarTime | null => {
  const property = component.property(name)
  return property === undefined ? null : readTime(property)
}

const startOf = (component: Component): CalendarTime | null =>
  timeOf(component, 'DTSTART') ?? timeOf(component, 'RECURRENCE-ID')

/** Wall-clock ms of a time in its own zone. */
export const localMs = (time: CalendarTime): number => {
  if (time.kind === 'date') return dateMs(time.date)
  return Date.parse(time.kind === 'utc' ? time.instant : `${time.local}Z`)
}

const zoneOfTime = (event: OpenEvent, time: CalendarTime): TimeZone => {
  if (time.kind === 'utc') return utcZone
  const zone = time.kind === 'zoned' ? event.resolver.resolve(time.tzid) : null
  return zone ?? event.floating.zone
}

/** The instant of a time; days and floating times are read in the owner's zone. */
export const instantOf = (event: OpenEvent, time: CalendarTime): number =>
  zoneOfTime(event, time).toInstant(localMs(time))

/** Exchange's name of a time's zone; `null` when it has none. */
const zoneNameOf = (event: OpenEvent, time: CalendarTime): string | null => {
  if (time.kind === 'utc') return 'UTC'
  const own = [event.floating.name]
  const tzid = time.kind === 'zoned' ? time.tzid : event.floating.name
  if (time.kind === 'zoned' && event.resolver.resolve(tzid) === null)
    return exchangeZoneOf(own[0]!, event.resolver, 0, [])
  return exchangeZoneOf(tzid, event.resolver, localMs(time), own)
}

const fiveYearsMs = 5 * 366 * dayMs
const firstMs = Date.UTC(1601, 0, 2)
const lastMs = Date.UTC(4500, 0, 1)

/** When a component is. An override without times of its own is told by `fallback`. */
export const spanOf = (event: OpenEvent, component: Component, fallback: ExchangeSpan | null = null): ExchangeSpan => {
  const own = timeOf(component, 'DTSTART')
  if (own === null && fallback !== null) return fallback
  const start = own ?? startOf(component)
  if (start === null) throw unrepresentable('no-start')
  const span = start.kind === 'date' ? daysOf(event, component, start.date) : instantsOf(event, component, start)
  const [fromMs, toMs] =
    span.kind === 'days' ? [dateMs(span.startDate), dateMs(span.endDate)] : [span.startMs, span.endMs]
  if (toMs < fromMs) throw unrepresentable('end-before-start')
  if (toMs - fromMs > fiveYearsMs) throw unrepresentable('too-long')
  if (fromMs < firstMs || toMs > lastMs) throw unrepresentable('year-range')
  return span
}

const daysOf = (event: OpenEvent, component: Component, startDate: string): ExchangeSpan => {
  const end = timeOf(component, 'DTEND')
  const duration = parseDuration(component.property('DURATION')?.value ?? '')
  const days = duration === null ? 1 : duration.days + Math.ceil(duration.seconds / 86_400)
  const stated = end === null ? addDays(startDate, days) : dateOf(localMs(end))
  // A day that ends where it begins is that day: RFC 5545 §3.6.1, and programs write it so.
  const endDate = stated === startDate ? addDays(startDate, 1) : stated
  return { kind: 'days', startDate, endDate, zone: exchangeZoneOf(event.floating.name, event.resolver, 0, []) }
}

const instantsOf = (event: OpenEvent, component: Component, start: CalendarTime): ExchangeSpan => {
  const startMs = instantOf(event, start)
  const end = timeOf(component, 'DTEND')
  const duration = parseDuration(component.property('DURATION')?.value ?? '')
  let endMs = startMs
  if (end !== null) endMs = instantOf(event, end)
  else if (duration !== null) {
    endMs = zoneOfTime(event, start).toInstant(localMs(start) + duration.days * dayMs) + duration.seconds * 1000
  }
  const startZone = zoneNameOf(event, start)
  const endZone = end === null || end.kind === 'date' ? startZone : zoneNameOf(event, end)
  return { kind: 'instants', startMs: floorMinute(startMs), endMs: floorMinute(endMs), startZone, endZone }
}

/** Most occurrences that are looked through to place exceptions and ends. */
const maxOccurrences = 20_000

/** The one rule of a series; `null` for a single event. */
export const ruleOf = (event: OpenEvent): RecurrenceRule | null => {
  const { rrules, exrules, rdates } = event.facts
  if (exrules.length > 0) throw unrepresentable('rule-excluded')
  if (rdates.length > 0) throw unrepresentable('extra-dates')
  if (rrules.length > 1) throw unrepresentable('several-rules')
  if (rrules.length === 0) {
    if (event.overrides.length > 0) throw unrepresentable('extra-dates')
    return null
  }
  try {
    return parseRule(rrules[0]!)
  } catch (error) {
    throw unrepresentable('rule-unreadable', error)
  }
}

/** Days of a rule's occurrences up to a day, ascending; DTSTART is taken for the first. */
export const occurrenceDates = (event: OpenEvent, rule: RecurrenceRule, lastDate: string): ReadonlySet<string> => {
  const before = { kind: 'date', date: addDays(lastDate, 1) } as const
  const times = expandedRule(event, rule, { before, limit: maxOccurrences })
  if (times.length === maxOccurrences) throw unrepresentable('too-many-occurrences')
  return new Set([dateOf(localMs(event.start)), ...times.map((time) => dateOf(localMs(time)))])
}

/** The rule's own occurrences in the form of DTSTART. */
export const expandedRule = (
  event: OpenEvent,
  rule: RecurrenceRule,
  options: { readonly from?: CalendarTime; readonly before?: CalendarTime; readonly limit?: number },
): readonly CalendarTime[] => {
  try {
    return expandRule(rule, event.start, { ...options, zone: event.seriesZone })
  } catch (error) {
    throw CalendarError.is(error, 'limit-exceeded') ? unrepresentable('too-many-occurrences', error) : error
  }
}

/** The day on which a series has the occurrence that a RECURRENCE-ID or EXDATE names; `null` when it has none at that time. */
export const originalDate = (event: OpenEvent, time: CalendarTime): string | null => {
  if (time.kind === 'date') return time.date
  if (event.start.kind === 'date') return dateOf(event.seriesZone.toLocal(instantOf(event, time)))
  const atMs = time.kind === 'floating' ? event.seriesZone.toInstant(localMs(time)) : instantOf(event, time)
  const date = dateOf(event.seriesZone.toLocal(atMs))
  // In a gap of the clocks the local day may be the next one.
  const found = [date, addDays(date, -1)].find((day) => nominalMs(event, day) === atMs)
  return found ?? null
}

/** The instant at which a series has its occurrence of a day. */
export const nominalMs = (event: OpenEvent, date: string): number =>
  event.start.kind === 'date'
    ? midnightIn(event.seriesZone, date)
    : event.seriesZone.toInstant(dateMs(date) + timeOfDayMs(event))

const timeOfDayMs = (event: OpenEvent): number => {
  const local = localMs(event.start)
  return local - dateMs(dateOf(local))
}
