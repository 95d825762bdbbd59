import { CalendarError } from '../../errors.ts'
import { zoneLimits } from '../../limits.ts'
import type { CalendarTime } from '../../time.ts'
import { compileRule } from '../recurrence/compile-rule.ts'
import { parseRule } from '../recurrence/parse-rule.ts'
import type { Component } from '../text/model.ts'
import { parseCalendar } from '../text/parse.ts'
import { unescapeText } from '../text/values-text.ts'
import type { TimeZone } from './model.ts'
import { createTableZone } from './table-zone.ts'
import { cycleEndMs, cycleStartMs, intoCycle } from './year-cycle.ts'

const { maxObservances, maxOnsets, maxZoneOnsets } = zoneLimits
const maxOffsetSeconds = 24 * 3600 - 1

interface Onset {
  readonly atMs: number
  readonly before: number
  readonly offset: number
}

/** What one STANDARD or DAYLIGHT component says; `endless` when a rule of it goes on for ever. */
interface Observance {
  readonly onsets: readonly Onset[]
  readonly endless: boolean
}

/** The first VTIMEZONE of an iCalendar text, with or without a VCALENDAR around it; `null` when there is none that can be read. */
export function parseVtimezone(text: string): TimeZone | null {
  try {
    const { calendars } = parseCalendar(new TextEncoder().encode(text))
    for (const { components } of calendars) {
      const found = components.find(({ name }) => name === 'VTIMEZONE')
      if (found !== undefined) return zoneOfVtimezone(found)
    }
    return null
  } catch (error) {
    if (CalendarError.is(error)) return null
    throw error
  }
}

/** X-LIC-LOCATION: the IANA name that a VTIMEZONE says it was made from; `null` when it says nothing. */
export function locationOfVtimezone(text: string): string | null {
  const match = /^X-LIC-LOCATION:([^\r\n]{1,255})$/im.exec(text)
  return match?.[1]?.trim() ?? null
}

/**
 * A zone as its VTIMEZONE describes it, RFC 5545 §3.6.5: before the first onset the first TZOFFSETFROM holds; from 2129 on, rules
 * without an end repeat by kind of year. Observances that cannot be read are left out; `null` when none is left.
 */
export function zoneOfVtimezone(component: Component): TimeZone | null {
  const observances = component.components
    .filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
    .slice(0, maxObservances)
  const onsets: Onset[] = []
  let repeats = false
  for (const observance of observances) {
    const read = readObservance(observance, Math.min(maxOnsets, maxZoneOnsets - onsets.length))
    onsets.push(...(read?.onsets ?? []))
    repeats ||= read?.endless === true
  }
  onsets.sort((a, b) => a.atMs - b.atMs)
  const first = onsets[0]
  if (first === undefined) return null
  const starts = Float64Array.from(onsets, ({ atMs }) => atMs)
  const offsetAt = (instantMs: number): number => {
    const at = repeats && instantMs >= cycleEndMs ? intoCycle(instantMs) : instantMs
    let low = -1
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= at) low = middle
      else high = middle
    }
    return low < 0 ? first.before : onsets[low]!.offset
  }
  return createTableZone(unescapeText(component.property('TZID')?.value.trim() ?? ''), offsetAt)
}

function readObservance(component: Component, most: number): Observance | null {
  if (most <= 0) return null
  const before = readOffset(component.property('TZOFFSETFROM')?.value)
  const offset = readOffset(component.property('TZOFFSETTO')?.value)
  const start = component.property('DTSTART')?.value.trim()
  // One of the two offsets is enough to go on with; producers leave out TZOFFSETFROM in zones that never change.
  const to = offset ?? before
  if (to === null) return null
  const from = before ?? to
  const startMs = readLocal(start)
  // Without a readable start the observance holds from the beginning of time.
  if (startMs === null)
    return { onsets: [{ atMs: Number.NEGATIVE_INFINITY, before: from, offset: to }], endless: false }
  const locals = new Set([startMs])
  for (const { value } of component.propertiesNamed('RDATE')) {
    for (const item of value.split(',', most)) {
      const local = readLocal(item.split('/', 1)[0])
      if (local !== null && locals.size < most) locals.add(local)
    }
  }
  let endless = false
  for (const { value } of component.propertiesNamed('RRULE').slice(0, 10)) {
    if (locals.size >= most) break
    for (const local of expandOnsets(value, startMs, from, most - locals.size)) locals.add(local)
    endless ||= startMs < cycleStartMs && !/(?:UNTIL|COUNT)=/i.test(value)
  }
  return { onsets: Array.from(locals, (local) => ({ atMs: local - from * 1000, before: from, offset: to })), endless }
}

/** DTSTART is local by TZOFFSETFROM and UNTIL is UTC: a fixed zone of that offset compares them. RFC 5545 §3.6.5. */
function expandOnsets(text: string, startMs: number, from: number, most: number): readonly number[] {
  const zone: TimeZone = {
    id: 'observance',
    offsetAt: () => from,
    toInstant: (local) => local - from * 1000,
    toLocal: (instantMs) => instantMs + from * 1000,
  }
  try {
    const start: CalendarTime = { kind: 'zoned', local: isoLocal(startMs), tzid: zone.id }
    const rule = compileRule(parseRule(text), start, { zone })
    const onsets = new Float64Array(most)
    const count = rule.cursor({ from: startMs, to: cycleEndMs - 1 }).fill(onsets)
    const lastMs = rule.untilMs ?? Number.POSITIVE_INFINITY
    return [...onsets.subarray(0, count)].filter((local) => zone.toInstant(local) <= lastMs)
  } catch (error) {
    // A rule that nobody can read still leaves the observance its DTSTART.
    if (CalendarError.is(error)) return []
    throw error
  }
}

function isoLocal(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

/** `20260329T020000`, tolerating a `Z` and a missing time. */
function readLocal(text: string | undefined): number | null {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?Z?)?$/i.exec(text?.trim() ?? '')
  if (match === null) return null
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = match
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(ms) ? null : ms
}

/** UTC-OFFSET of RFC 5545 §3.3.14, `+0530` or `-004430`; a colon and one digit of hours are tolerated. */
function readOffset(text: string | undefined): number | null {
  const match = /^([+-]?)(\d{1,2}):?(\d{2})(?::?(\d{2}))?$/.exec(text?.trim() ?? '')
  if (match === null) return null
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0)
  if (seconds > maxOffsetSeconds) return null
  return match[1] === '-' ? -seconds : seconds
}
