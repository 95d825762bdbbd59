import type { InstantRange } from '@dayport/core'
import { readDayRule } from './day-rule.ts'
import { type RuleClock, readRuleClock } from './zone-rule.ts'

/** Fields of an item by name, without `ows_`: `Title`, `EventDate`, `MetaInfo_BusyStatus`. As a row has them. */
export type OutlookFields = Readonly<Record<string, string>>

/** One appointment that a person sees in Outlook. */
export interface ShownOccurrence {
  /** Of all-day ones, midnights as if in UTC; the end is the midnight after the last day. */
  readonly startMs: number
  readonly endMs: number
  readonly allDay: boolean
  /** The item that gives it its content. */
  readonly fields: OutlookFields
  /** Its own content, and the master's where an exception leaves a field out. Specification section 8.1. */
  readonly title: string
  readonly location: string
}

/** What a list shows. */
export interface ShownList {
  /** By start, end and title. */
  readonly occurrences: readonly ShownOccurrence[]
  /** What Outlook would stumble over: orphans, exceptions of no occurrence, documents that break the grammar. */
  readonly faults: readonly string[]
}

const dayMs = 86_400_000
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** A time of a row. @throws {TypeError} when it is none. */
export const fieldTime = (fields: OutlookFields, name: string): number => {
  const text = fields[name] ?? ''
  if (!timePattern.test(text)) throw new TypeError(`expected a UTC time in ${name} and not ${JSON.stringify(text)}`)
  return Date.parse(text)
}

const isSet = (text: string | undefined): boolean => text !== undefined && text !== '' && text !== '0'

const utcClock: RuleClock = { toLocal: (ms) => ms, toInstant: (ms) => ms }

const spanOf = (fields: OutlookFields): { startMs: number; endMs: number; allDay: boolean } => {
  const allDay = isSet(fields.fAllDayEvent)
  const startMs = fieldTime(fields, 'EventDate')
  const endMs = fieldTime(fields, 'EndDate')
  if (!allDay) return { startMs, endMs, allDay }
  if (startMs % dayMs !== 0 || (endMs + 60_000) % dayMs !== 0)
    throw new TypeError('expected whole days from 00:00 to 23:59')
  return { startMs, endMs: endMs + 60_000, allDay }
}

interface Slot {
  /** The day that it falls on by the pattern, in the zone of the series. */
  readonly day: number
  /** What became of it: `null` when it was deleted. */
  readonly shown: ShownOccurrence | null
}

interface Series {
  readonly master: OutlookFields
  readonly clock: RuleClock
  /** By original start, those in the range, in their order. */
  readonly slots: Map<number, Slot>
}

/** Seconds that an occurrence of a series takes: Duration, else from the times of day alone. Specification section 8.3. */
const lengthOf = (fields: OutlookFields, allDay: boolean): number => {
  const text = fields.Duration
  const times = fieldTime(fields, 'EndDate') - fieldTime(fields, 'EventDate')
  const length = text === undefined ? (((times % dayMs) + dayMs) % dayMs) / 1000 : Number(text)
  if (!Number.isInteger(length) || length < 0 || length >= 86_400) {
    throw new TypeError('expected an occurrence of a series that is shorter than a day')
  }
  if (allDay && length !== 86_340) throw new TypeError('expected 86340 as Duration of an all-day series')
  return length
}

const occurrence = (
  span: { startMs: number; endMs: number; allDay: boolean },
  fields: OutlookFields,
  master: OutlookFields = {},
): ShownOccurrence => ({
  ...span,
  fields,
  title: fields.Title ?? master.Title ?? '',
  location: fields.Location ?? master.Location ?? '',
})

/** The slots of a series that begin in the range. */
const seriesOf = (master: OutlookFields, range: InstantRange): Series => {
  const rule = readDayRule(master.RecurrenceData ?? '')
  const allDay = isSet(master.fAllDayEvent)
  const clock = allDay ? utcClock : readRuleClock(master.XMLTZone ?? '')
  const startMs = fieldTime(master, 'EventDate')
  const length = lengthOf(master, allDay)
  const localStart = clock.toLocal(startMs)
  const first = Math.floor(localStart / dayMs)
  const timeOfDay = localStart - first * dayMs
  if (allDay && timeOfDay !== 0) throw new TypeError('expected an all-day series to begin at midnight')
  if (!rule.isOn(first, first)) throw new TypeError('expected EventDate on a day of the series')
  const lastDay = rule.windowEndMs === null ? null : Math.floor(clock.toLocal(rule.windowEndMs) / dayMs)
  const slots: Series['slots'] = new Map()
  let count = 0
  for (let day = first; day * dayMs <= range.endMs + 2 * dayMs; day++) {
    if (lastDay !== null && day > lastDay) break
    if (!rule.isOn(day, first)) continue
    count++
    if (rule.count !== null && count > rule.count) break
    const at = day === first ? startMs : clock.toInstant(day * dayMs + timeOfDay)
    const endMs = at + length * 1000 + (allDay ? 60_000 : 0)
    if (at < range.startMs - 2 * dayMs && endMs < range.startMs - 2 * dayMs) continue
    slots.set(at, { day, shown: occurrence({ startMs: at, endMs, allDay }, master) })
  }
  return { master, clock, slots }
}

/** Outlook drops an exception that stands on or beyond the day of the occurrence beside it. Specification section 8.6. */
const crossings = ({ clock, slots, master }: Series): string[] => {
  const days = [...slots.values()].map(({ day, shown }) => ({
    slot: day,
    own: shown === null || shown.fields === master ? day : Math.floor(clock.toLocal(shown.startMs) / dayMs),
    shown,
  }))
  return days.flatMap(({ slot, own, shown }, index) => {
    const [before, after] = [days[index - 1], days[index + 1]]
    const isPast =
      (before !== undefined && own <= Math.max(before.slot, before.own)) ||
      (after !== undefined && own >= Math.min(after.slot, after.own))
    return own !== slot && isPast ? [`item ${shown?.fields.ID ?? '?'}: stands on or beyond its neighbour`] : []
  })
}

const overlaps = ({ startMs, endMs }: ShownOccurrence, range: InstantRange): boolean =>
  startMs < range.endMs && (endMs > range.startMs || startMs >= range.startMs)

/**
 * What Outlook shows of the items of a list in a range of time: the specification of the list alone, without a thought of where the items
 * come from. Items in the order in which they were received; an exception that comes before its master is a single appointment.
 */
export const shownOccurrences = (items: readonly OutlookFields[], range: InstantRange): ShownList => {
  const series = new Map<string, Series>()
  const singles: ShownOccurrence[] = []
  const faults: string[] = []
  const guard = (fields: OutlookFields, read: () => void): void => {
    try {
      read()
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      faults.push(`item ${fields.ID ?? '?'}: ${error.message}`)
    }
  }
  const takeException = (fields: OutlookFields, isDeleted: boolean): void => {
    const owner = series.get((fields.UID ?? '').toUpperCase())
    if (owner === undefined) throw new TypeError('an occurrence without the master of its UID')
    const id = fieldTime(fields, 'RecurrenceID')
    const isNear = id >= range.startMs && id < range.endMs
    if (!owner.slots.has(id)) {
      if (isNear) throw new TypeError(`no occurrence of the series is at ${fields.RecurrenceID}`)
      if (!isDeleted) singles.push(occurrence(spanOf(fields), fields, owner.master))
      return
    }
    const slot = owner.slots.get(id)!
    if (slot.shown?.fields !== owner.master) throw new TypeError(`two items for ${fields.RecurrenceID}`)
    owner.slots.set(id, { ...slot, shown: isDeleted ? null : occurrence(spanOf(fields), fields, owner.master) })
  }
  for (const fields of items) {
    guard(fields, () => {
      const type = fields.EventType ?? '0'
      if (type === '1' && isSet(fields.fRecurrence)) {
        const uid = (fields.UID ?? '').toUpperCase()
        if (!/^\{[0-9A-F-]{36}\}$/.test(uid)) throw new TypeError('expected a GUID in UID')
        if (series.has(uid)) throw new TypeError('two series with one UID')
        series.set(uid, seriesOf(fields, range))
      } else if (type === '3' || type === '4') takeException(fields, type === '3')
      else singles.push(occurrence(spanOf(fields), fields))
    })
  }
  const all = [...series.values()].flatMap(({ slots }) => [...slots.values()].flatMap(({ shown }) => shown ?? []))
  for (const one of series.values()) faults.push(...crossings(one))
  const occurrences = [...singles, ...all]
    .filter((shown) => overlaps(shown, range))
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs || (a.title < b.title ? -1 : 1))
  return { occurrences, faults }
}
