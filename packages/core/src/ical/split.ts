import { CalendarError } from '../errors.ts'
import { maxSplitBytes } from '../limits.ts'
import { createByteSink, toBytes } from './text/bytes.ts'
import { writeFolded } from './text/fold.ts'
import type { CalendarDocument, Component } from './text/model.ts'
import { parseInteger } from './text/values.ts'
import { objectComponents } from './validate-object.ts'

/** One object of an .ics file of many. */
export interface SplitObject {
  readonly uid: string
  /** `VEVENT`. */
  readonly component: string
  /** A VCALENDAR with this object alone and the time zones that it names; its own lines as they were. Made anew each time. */
  readonly data: Uint8Array
  /** True when the file had no UID for it and got one. */
  readonly uidAdded: boolean
}

/** Properties of the outer VCALENDAR that belong to the file, not to each object: METHOD must not be stored (RFC 4791 §4.1). */
const fileProperties = new Set([
  'METHOD',
  'X-WR-CALNAME',
  'X-WR-CALDESC',
  'X-PUBLISHED-TTL',
  'REFRESH-INTERVAL',
  'NAME',
])

/**
 * Turns a file of many events into objects, one for each UID and kind (RFC 4791 §4.1), in the order of their first lines.
 * Components of unknown kinds beside known ones are left out.
 *
 * @param newUid makes a UID for a component without one.
 * @throws {CalendarError} `limit-exceeded` (`maxSplitBytes`), before the first object, when the objects would be out of all
 * proportion to the file: each repeats the calendar's own properties and the time zones that it names.
 */
export function* splitCalendar(document: CalendarDocument, newUid: () => string): Generator<SplitObject> {
  const { bytes } = document
  const plans = document.calendars.map((calendar) => planOf(bytes, calendar))
  assertProportion(bytes.length, plans)
  for (const { head, objects } of plans) {
    for (const { group, zones } of objects) {
      const own = uidOf(group[0])
      const uid = own ?? newUid()
      yield {
        uid,
        component: group[0].name,
        uidAdded: own === undefined,
        get data() {
          return dataOf(bytes, head, zones, group, own === undefined ? uid : null)
        },
      }
    }
  }
}

interface ObjectPlan {
  readonly group: Group
  readonly zones: readonly Component[]
}

interface CalendarPlan {
  readonly head: Uint8Array
  readonly objects: readonly ObjectPlan[]
}

const planOf = (bytes: Uint8Array, calendar: Component): CalendarPlan => {
  const known = zonesOf(calendar)
  const objects = groups(calendar).map((group) => ({
    group,
    zones: [...tzidsOf(group)].flatMap((tzid) => known.get(tzid) ?? []),
  }))
  return { head: headOf(bytes, calendar), objects }
}

const assertProportion = (fileBytes: number, plans: readonly CalendarPlan[]): void => {
  const allowed = maxSplitBytes(fileBytes)
  let total = 0
  for (const { head, objects } of plans) {
    for (const { zones } of objects) {
      total += head.length
      for (const { start, end } of zones) total += end - start
    }
  }
  if (total + fileBytes <= allowed) return
  throw new CalendarError('limit-exceeded', `the objects of the file are over the limit maxSplitBytes, ${allowed}`, {
    details: { limit: 'maxSplitBytes', allowed },
  })
}

const dataOf = (
  bytes: Uint8Array,
  head: Uint8Array,
  zones: readonly Component[],
  group: Group,
  addedUid: string | null,
): Uint8Array => {
  const sink = createByteSink(head.length + 2048)
  sink.write(head)
  for (const zone of zones) sink.write(terminated(bytes, zone))
  for (const component of group) {
    if (addedUid !== null) writeWithUid(sink, bytes, component, addedUid)
    else sink.write(terminated(bytes, component))
  }
  sink.write(toBytes('END:VCALENDAR\r\n'))
  return sink.take()
}

type Group = readonly [Component, ...Component[]]

/** Components of one UID and kind together; each one without a UID alone. */
const groups = (calendar: Component): readonly Group[] => {
  const byKey = new Map<string, [Component, ...Component[]]>()
  for (const [position, component] of objectComponents(calendar).entries()) {
    const uid = uidOf(component)
    const key = uid === undefined ? `${position}` : `${component.name}\n${uid}`
    const group = byKey.get(key)
    if (group === undefined) byKey.set(key, [component])
    else group.push(component)
  }
  return [...byKey.values()].map(newestOfEach)
}

/**
 * Of several states of one instance the one with the highest SEQUENCE, RFC 5545 §3.8.7.4. States of equal SEQUENCE all stay: which
 * is meant cannot be told, and validation then refuses the object rather than dropping one of them.
 */
const newestOfEach = (group: Group): Group => {
  const highest = new Map<string, number>()
  for (const component of group) {
    const key = instanceOf(component)
    highest.set(key, Math.max(highest.get(key) ?? 0, sequenceOf(component)))
  }
  const newest = group.filter((component) => sequenceOf(component) === highest.get(instanceOf(component)))
  return newest as unknown as Group // never empty: each instance keeps its highest
}

const instanceOf = (component: Component): string => {
  const id = component.property('RECURRENCE-ID')
  return id === undefined ? '' : `${id.param('TZID') ?? ''}:${id.value.trim()}`
}

const sequenceOf = (component: Component): number => parseInteger(component.property('SEQUENCE')?.value ?? '') ?? 0

const uidOf = (component: Component): string | undefined => component.property('UID')?.value.trim() || undefined

const zonesOf = (calendar: Component): ReadonlyMap<string, Component> => {
  const zones = new Map<string, Component>()
  for (const component of calendar.components) {
    const tzid = component.name === 'VTIMEZONE' ? component.property('TZID')?.value.trim() : undefined
    if (tzid !== undefined && !zones.has(tzid)) zones.set(tzid, component)
  }
  return zones
}

/** Every TZID that a property of the components or of their alarms names. */
const tzidsOf = (components: readonly Component[], found = new Set<string>()): ReadonlySet<string> => {
  for (const component of components) {
    for (const property of component.properties) {
      const tzid = property.param('TZID')?.trim()
      if (tzid !== undefined) found.add(tzid)
    }
    tzidsOf(component.components, found)
  }
  return found
}

/** `BEGIN:VCALENDAR` with the calendar's own properties, VERSION and PRODID added where the file has none. */
const headOf = (bytes: Uint8Array, calendar: Component): Uint8Array => {
  const sink = createByteSink()
  sink.write(toBytes('BEGIN:VCALENDAR\r\n'))
  if (calendar.property('VERSION') === undefined) sink.write(toBytes('VERSION:2.0\r\n'))
  if (calendar.property('PRODID') === undefined) sink.write(toBytes('PRODID:-//Dayport//Import//EN\r\n'))
  for (const property of calendar.properties) {
    if (!fileProperties.has(property.name)) sink.write(terminated(bytes, property))
  }
  return sink.take()
}

/** The lines of something with their last line end, which the end of a file may lack. */
const terminated = (
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): Uint8Array => {
  const last = bytes[end - 1]
  if (last === 0x0a || last === 0x0d) return bytes.subarray(start, end)
  const sink = createByteSink(end - start + 2)
  sink.write(bytes, start, end)
  sink.write(toBytes('\r\n'))
  return sink.take()
}

const writeWithUid = (
  sink: ReturnType<typeof createByteSink>,
  bytes: Uint8Array,
  component: Component,
  uid: string,
): void => {
  const lines = terminated(bytes, component)
  const first = [component.properties[0], component.components[0]].flatMap((part) => part?.start ?? [])
  const beginEnd = Math.min(...first.map((start) => start - component.start), lines.length)
  // A component without any line of its own has only BEGIN and END: the first line end is behind BEGIN.
  const behindBegin = beginEnd === lines.length ? lines.indexOf(0x0a) + 1 : beginEnd
  sink.write(lines, 0, behindBegin)
  writeFolded(sink, toBytes(`UID:${uid.replace(/[\u0000-\u001f\u007f]/g, '')}`))
  sink.write(lines, behindBegin)
}
