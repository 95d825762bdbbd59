import type { CalendarObject, CalendarTime, InstantRange } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  createZoneResolver,
  type Duration,
  type Expansion,
  expandSeries,
  masterComponent,
  overrideComponents,
  parseCalendar,
  type RecurrenceInstance,
  resolveKnownZone,
  type SeriesFacts,
  seriesFacts,
  type TimeZone,
} from '@dayport/core/ical'

/** The zone in which DATE and floating values are read, RFC 4791 §7.3. `vtimezone` explains a TZID that is not a known one. */
export interface FloatingZone {
  readonly tzid: string
  readonly vtimezone: string | null
}

export const utcZone: FloatingZone = { tzid: 'UTC', vtimezone: null }

/** An object taken apart, as far as a filter or an expansion needs it; each part is made when first asked for. */
export interface ObjectView {
  readonly document: CalendarDocument
  /** The VCALENDAR. */
  readonly root: Component
  readonly facts: SeriesFacts
  /** ms since the epoch. */
  instantOf(time: CalendarTime): number
  /** The instant a duration later: its days by the calendar, its seconds exact. RFC 5545 §3.3.6. */
  later(time: CalendarTime, duration: Duration): number
  expand(range: InstantRange, maxInstances: number): Expansion
  /** The component that gives an instance its content; `null` when an override's master is not there. */
  componentOf(instance: RecurrenceInstance): Component | null
}

export const createObjectView = ({ data }: CalendarObject, floating: FloatingZone): ObjectView => {
  const document = parseCalendar(data)
  const root = document.calendars[0]
  if (root === undefined) throw new TypeError('expected a stored object to hold a VCALENDAR')
  let facts: SeriesFacts | null = null
  let zones: ((tzid: string) => TimeZone | null) | null = null
  let last: { readonly key: string; readonly expansion: Expansion } | null = null
  const master = masterComponent(document)
  const overrides = overrideComponents(document)

  const factsOf = (): SeriesFacts => {
    facts ??= withZone(seriesFacts(document), floating)
    return facts
  }
  const zoneOf = (tzid: string): TimeZone | null => {
    if (zones === null) {
      const resolver = createZoneResolver({ vtimezones: factsOf().zones })
      zones = (name) => resolver.resolve(name)
    }
    return zones(tzid)
  }
  const floatingZone = (): TimeZone => {
    const zone = zoneOf(floating.tzid) ?? resolveKnownZone('UTC')
    if (zone === null) throw new TypeError('expected the runtime to know UTC')
    return zone
  }

  const daysLater = (time: CalendarTime, days: number): number => {
    const addedMs = days * 86_400_000
    switch (time.kind) {
      case 'utc':
        return Date.parse(time.instant) + addedMs
      case 'date':
        return floatingZone().toInstant(Date.parse(`${time.date}T00:00:00Z`) + addedMs)
      case 'floating':
        return floatingZone().toInstant(Date.parse(`${time.local}Z`) + addedMs)
      case 'zoned':
        return (zoneOf(time.tzid) ?? floatingZone()).toInstant(Date.parse(`${time.local}Z`) + addedMs)
    }
  }

  return {
    document,
    root,
    get facts() {
      return factsOf()
    },
    instantOf: (time) => daysLater(time, 0),
    later: (time, { days, seconds }) => daysLater(time, days) + seconds * 1000,
    expand(range, maxInstances) {
      const key = `${range.startMs} ${range.endMs} ${maxInstances}`
      if (last?.key !== key) {
        last = { key, expansion: expandSeries(factsOf(), { range, maxInstances, floatingZone: floating.tzid }) }
      }
      return last.expansion
    },
    componentOf: ({ override }) => (override === null ? master : (overrides[override] ?? null)),
  }
}

const withZone = (facts: SeriesFacts, { tzid, vtimezone }: FloatingZone): SeriesFacts =>
  vtimezone === null || Object.hasOwn(facts.zones, tzid)
    ? facts
    : { ...facts, zones: { ...facts.zones, [tzid]: vtimezone } }
