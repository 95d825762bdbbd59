import type { CalendarTime } from '../time.ts'
import type { RecurrenceDate, SeriesFacts, SeriesOverride } from './recurrence/model.ts'
import type { CalendarDocument, Component, Property } from './text/model.ts'
import { parseInteger } from './text/values.ts'
import { parseDuration } from './text/values-duration.ts'
import { readPeriods, readTime, readTimes } from './text/values-time.ts'
import { objectComponents } from './validate-object.ts'
import { resolveKnownZone } from './zones/names.ts'

/**
 * Everything that decides when an object happens, read from its text. Odd values are left out, never thrown at. Overrides
 * keep the order of the text: `SeriesOverride` number `i` is `overrideComponents(document)[i]`.
 *
 * A VTODO with a rule but without DTSTART repeats by its DUE, as task programs write it.
 */
export function seriesFacts(document: CalendarDocument): SeriesFacts {
  const master = masterComponent(document)
  const start = master === null ? null : (timeOf(master, 'DTSTART') ?? timeOf(master, 'DUE'))
  return {
    start,
    end: master === null ? null : endOf(master),
    duration: master === null ? null : durationOf(master),
    rrules: rawValues(master, 'RRULE'),
    exrules: rawValues(master, 'EXRULE'),
    rdates: master === null ? [] : master.propertiesNamed('RDATE').flatMap<RecurrenceDate>(readPeriods),
    exdates: master === null ? [] : master.propertiesNamed('EXDATE').flatMap<CalendarTime>(readTimes),
    overrides: overrideComponents(document).flatMap((component) => overrideOf(component) ?? []),
    zones: customZones(document),
  }
}

/** The component without RECURRENCE-ID that the object is about; `null` when only overrides are there. */
export function masterComponent(document: CalendarDocument): Component | null {
  return components(document).find((component) => component.property('RECURRENCE-ID') === undefined) ?? null
}

/** The components with a readable RECURRENCE-ID, in the order of the text. */
export function overrideComponents(document: CalendarDocument): readonly Component[] {
  return components(document).filter((component) => timeOf(component, 'RECURRENCE-ID') !== null)
}

/** TZIDs that the properties of these components, and of the components in them, name; each once, in the order of the text. */
export function namedZones(list: readonly Component[], found = new Set<string>()): ReadonlySet<string> {
  for (const component of list) {
    for (const property of component.properties) {
      const tzid = property.param('TZID')?.trim()
      if (tzid !== undefined && tzid !== '') found.add(tzid)
    }
    namedZones(component.components, found)
  }
  return found
}

function components(document: CalendarDocument): readonly Component[] {
  return document.calendars.flatMap(objectComponents)
}

function overrideOf(component: Component): SeriesOverride | null {
  const id = component.property('RECURRENCE-ID')
  const recurrenceId = id === undefined ? null : readTime(id)
  if (id === undefined || recurrenceId === null) return null
  return {
    recurrenceId,
    thisAndFuture: id.param('RANGE')?.toUpperCase() === 'THISANDFUTURE',
    start: timeOf(component, 'DTSTART') ?? timeOf(component, 'DUE'),
    end: endOf(component),
    duration: durationOf(component),
    sequence: parseInteger(component.property('SEQUENCE')?.value ?? '') ?? 0,
    stamp: component.property('DTSTAMP')?.value.trim() ?? '',
  }
}

function endOf(component: Component): CalendarTime | null {
  return timeOf(component, 'DTEND') ?? timeOf(component, 'DUE')
}

function durationOf(component: Component): string | null {
  const text = component.property('DURATION')?.value.trim() ?? ''
  return parseDuration(text) === null ? null : text
}

function timeOf(component: Component, name: string): CalendarTime | null {
  const property: Property | undefined = component.property(name)
  return property === undefined ? null : readTime(property)
}

function rawValues(component: Component | null, name: string): readonly string[] {
  return component?.propertiesNamed(name).map((property) => property.value.trim()) ?? []
}

/** The text of each VTIMEZONE that is the only authority for a TZID the object names, by that TZID. */
export function customZones(document: CalendarDocument): Readonly<Record<string, string>> {
  // Without a prototype: a TZID may be called `__proto__`.
  const zones: Record<string, string> = Object.create(null)
  let named: ReadonlySet<string> | null = null
  for (const calendar of document.calendars) {
    for (const component of calendar.components) {
      if (component.name !== 'VTIMEZONE') continue
      const tzid = component.property('TZID')?.value.trim() ?? ''
      if (tzid === '' || tzid in zones || resolveKnownZone(tzid) !== null) continue
      named ??= new Set([...namedZones(components(document))].map(looseName))
      if (!named.has(looseName(tzid))) continue
      zones[tzid] = decoder.decode(document.bytes.subarray(component.start, component.end))
    }
  }
  return zones
}

const decoder = new TextDecoder()

/** As the zone resolver compares names: no case, no quotes. */
function looseName(tzid: string): string {
  return tzid.replaceAll('"', '').trim().toLowerCase()
}
