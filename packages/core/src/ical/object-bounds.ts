import type { CalendarTime } from '../time.ts'
import { localOf } from './recurrence/local-time.ts'
import type { Component } from './text/model.ts'
import { type Duration, parseDuration } from './text/values-duration.ts'
import { readPeriods, readTime } from './text/values-time.ts'
import type { LocalMs, TimeZone, ZoneResolver } from './zones/model.ts'

/** When an object can happen at all; ms since the epoch. */
export interface ObjectBounds {
  readonly firstStartMs: number
  readonly lastEndMs: number
}

/** Matches every range. */
export const unbounded: ObjectBounds = {
  firstStartMs: Number.NEGATIVE_INFINITY,
  lastEndMs: Number.POSITIVE_INFINITY,
}

const dayMs = 86_400_000

/** When one component without recurrence happens, by the tables of RFC 4791 §9.9; widened a day where no zone is sure. */
export function boundsOfComponent(component: Component, zones: ZoneResolver): ObjectBounds {
  switch (component.name) {
    case 'VEVENT':
      return hull([spanOf(component, 'DTEND', zones)])
    case 'VTODO':
      return boundsOfTodo(component, zones)
    case 'VJOURNAL':
      return hull([spanOf(component, '', zones)])
    case 'VFREEBUSY':
      return hull([
        component.property('DTEND') === undefined ? null : spanOf(component, 'DTEND', zones),
        ...component
          .propertiesNamed('FREEBUSY')
          .flatMap(readPeriods)
          .map(({ start, end, duration }) => {
            const from = moment(start, zones)
            if (end !== undefined) return span(from, moment(end, zones))
            return duration === undefined ? from.span : lasting(from, parseDuration(duration))
          }),
      ])
    case 'VAVAILABILITY':
      return boundsOfAvailability(component, zones)
    default:
      return unbounded
  }
}

/** Either end may be left open: RFC 7953 §3.1. */
function boundsOfAvailability(component: Component, zones: ZoneResolver): ObjectBounds {
  const known = spanOf(component, 'DTEND', zones)
  if (known === null) return unbounded
  const endless = component.property('DTEND') === undefined && component.property('DURATION') === undefined
  return endless ? { ...known, lastEndMs: Number.POSITIVE_INFINITY } : known
}

/** The eight rows of the VTODO table. */
function boundsOfTodo(component: Component, zones: ZoneResolver): ObjectBounds {
  const due = momentOf(component, 'DUE', zones)
  if (component.property('DTSTART') !== undefined) return hull([spanOf(component, 'DUE', zones)])
  if (component.property('DUE') !== undefined) return hull([due?.span ?? null])
  const completed = momentOf(component, 'COMPLETED', zones)
  const created = momentOf(component, 'CREATED', zones)
  if (completed !== null) return hull(created === null ? [completed.span] : [completed.span, created.span])
  // "(end > CREATED)": open to the right.
  return created === null ? unbounded : { ...created.span, lastEndMs: Number.POSITIVE_INFINITY }
}

/** From DTSTART to the end property, or for DURATION, or for the day of a DATE; `null` when there is no readable DTSTART. */
function spanOf(component: Component, endName: string, zones: ZoneResolver): ObjectBounds | null {
  const start = momentOf(component, 'DTSTART', zones)
  if (start === null) return null
  const end = momentOf(component, endName, zones)
  // A DATE lasts its day, whatever ends it: producers write DTEND equal to DTSTART.
  const day = start.isDate ? lasting(start, { days: 1, seconds: 0 }) : null
  if (end !== null) return hull([start.span, end.span, day])
  const duration = parseDuration(component.property('DURATION')?.value ?? '')
  return duration === null ? (day ?? start.span) : hull([lasting(start, duration), day])
}

/** A time as far as it can be told in instants. */
interface Moment {
  readonly span: ObjectBounds
  readonly isDate: boolean
  readonly local: LocalMs
  /** `null` when no zone is sure. */
  readonly zone: TimeZone | null
}

function momentOf(component: Component, name: string, zones: ZoneResolver): Moment | null {
  const property = component.property(name)
  const time = property === undefined ? null : readTime(property)
  return time === null ? null : moment(time, zones)
}

function moment(time: CalendarTime, zones: ZoneResolver): Moment {
  const local = localOf(time)
  if (time.kind === 'utc') return { span: { firstStartMs: local, lastEndMs: local }, isDate: false, local, zone: utc }
  const zone = time.kind === 'zoned' ? zones.resolve(time.tzid) : null
  if (zone === null) {
    const span = { firstStartMs: local - dayMs, lastEndMs: local + dayMs }
    return { span, isDate: time.kind === 'date', local, zone }
  }
  const instant = zone.toInstant(local)
  return { span: { firstStartMs: instant, lastEndMs: instant }, isDate: false, local, zone }
}

const utc: TimeZone = { id: 'UTC', offsetAt: () => 0, toInstant: (local) => local, toLocal: (instant) => instant }

/** Both ends, whichever comes first. */
function span(start: Moment, end: Moment): ObjectBounds {
  return hull([start.span, end.span])
}

/** Days by the calendar, then exact seconds: RFC 5545 §3.3.6. */
function lasting(start: Moment, duration: Duration | null): ObjectBounds {
  if (duration === null) return start.span
  const zone = start.zone ?? utc
  const widening = start.zone === null ? dayMs : 0
  const end = zone.toInstant(start.local + duration.days * dayMs) + duration.seconds * 1000
  return hull([start.span, { firstStartMs: end - widening, lastEndMs: end + widening }])
}

/** The smallest bounds around all; `unbounded` when there is none, or arithmetic left the years that exist. */
function hull(parts: readonly (ObjectBounds | null)[]): ObjectBounds {
  let firstStartMs = Number.POSITIVE_INFINITY
  let lastEndMs = Number.NEGATIVE_INFINITY
  for (const part of parts) {
    if (part === null) continue
    firstStartMs = Math.min(firstStartMs, part.firstStartMs)
    lastEndMs = Math.max(lastEndMs, part.lastEndMs)
  }
  return firstStartMs <= lastEndMs ? { firstStartMs, lastEndMs } : unbounded
}
