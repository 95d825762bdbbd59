import type { CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  draftOf,
  readTimes,
  resolveKnownZone,
  timeProperty,
} from '@dayport/core/ical'
import { type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemUpload, ListItem } from '../list-item.ts'
import { dayMs, isoOf, localMsOf, msOf, withLocalMs, zoneNamed } from './instants.ts'
import { localMsIn, type OpenObject, slotMsOf } from './open-object.ts'
import { vtimezoneAround } from './zone-rule.ts'

/** Times as a list writes them: of all-day items, dates that stand as instants. */
export interface UploadedTimes {
  readonly allDay: boolean
  readonly startMs: number
  /** Exclusive: of all-day items the midnight after the last day. */
  readonly endMs: number
}

/** Any non-zero value is true. MS-OUTSPS 2.2.5.2. */
export const isTrue = (text: string): boolean => !['', '0', 'false'].includes(text.trim().toLowerCase())

const timeField = (upload: ItemUpload, name: string): number | undefined => {
  const text = upload.fields.get(name)
  if (text === undefined || text === '') return undefined
  const ms = msOf(text)
  if (ms === null) throw new UploadError(`${name} is no time`)
  return ms
}

const maxDurationSeconds = 10_000 * 86_400

const durationField = (upload: ItemUpload): number | undefined => {
  const text = upload.fields.get('Duration')?.trim()
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,9}$/.test(text) || Number(text) > maxDurationSeconds) throw new UploadError('Duration is out of range')
  return Number(text) * 1000
}

const midnight = (ms: number): number => Math.floor(ms / dayMs) * dayMs

/** The day after the last one: both 23:59 of it and the midnight that follows are written. Specification section 7.1. */
const allDayEnd = (startMs: number, endMs: number): number => {
  const isMidnight = endMs === midnight(endMs)
  return Math.max(isMidnight && endMs > startMs ? endMs : midnight(endMs) + dayMs, startMs + dayMs)
}

/** The clock that a series goes by. */
export type SeriesClock = (startMs: number) => { readonly toLocal: (ms: number) => number }

const timeOfDay = (ms: number): number => ((ms % dayMs) + dayMs) % dayMs

/**
 * The length of an occurrence by EndDate, whose date may be the end of the whole series: section 8.3. MS-OUTSPS 3.2.4.2.2 subtracts the
 * times of day in UTC; SharePoint writes the end of the last occurrence, which may lie beyond a change of the clock. The clock on the wall
 * is believed where it gives the length that was shown, or where UTC gives none or most of a day.
 */
const lengthUntil = (startMs: number, endMs: number, shownMs: number | undefined, clock: SeriesClock): number => {
  const byUtc = timeOfDay(endMs - startMs)
  if (Math.abs(endMs - startMs) < dayMs || byUtc === shownMs) return byUtc
  const { toLocal } = clock(startMs)
  const byWall = timeOfDay(toLocal(endMs) - toLocal(startMs))
  const isOdd = byUtc === 0 || byUtc > dayMs / 2
  return byWall === shownMs || (isOdd && byWall > 0 && byWall <= dayMs / 2) ? byWall : byUtc
}

/**
 * The times that an upload asks for, its fields laid over what the client was sent. `series` is the clock of what is a series.
 *
 * @returns `null` when it asks for no other times.
 * @throws {UploadError} for an end before the start, and values that are no times.
 */
export const uploadedTimes = (
  upload: ItemUpload,
  shown: ListItem | null,
  series: SeriesClock | null,
): UploadedTimes | null => {
  const allDayText = upload.fields.get('fAllDayEvent')?.trim() ?? ''
  const allDay = allDayText === '' ? (shown?.allDay ?? false) : isTrue(allDayText)
  const shownStart = shown === null ? undefined : Date.parse(shown.start)
  const given = timeField(upload, 'EventDate') ?? shownStart
  if (given === undefined) throw new UploadError('EventDate is missing')
  const startMs = allDay ? midnight(given) : given
  const duration = durationField(upload)
  const endField = timeField(upload, 'EndDate')
  const hasStart = upload.fields.has('EventDate') || allDayText !== ''
  const shownMs = shown === null ? undefined : shown.durationSeconds * 1000

  let endMs: number
  if (allDay) {
    if (series !== null) endMs = startMs + dayMs
    else if (endField !== undefined) endMs = allDayEnd(startMs, endField)
    else endMs = allDayEnd(startMs, startMs + (duration ?? (hasStart && !shown?.allDay ? 0 : (shownMs ?? 0))))
  } else if (series !== null) {
    const length =
      duration ?? (endField === undefined ? (shownMs ?? 0) : lengthUntil(startMs, endField, shownMs, series))
    if (length >= dayMs) throw new UploadError('an occurrence of a series is shorter than a day')
    endMs = startMs + length
  } else endMs = endField ?? startMs + (duration ?? shownMs ?? 0)
  if (endMs < startMs) throw new UploadError('EndDate is before EventDate')
  if (startMs < Date.UTC(1601, 0, 1) || endMs > Date.UTC(4500, 8, 1)) throw new UploadError('EventDate is out of range')

  const isSame =
    shown !== null &&
    allDay === shown.allDay &&
    isoOf(startMs) === shown.start &&
    endMs - startMs === (allDay ? shown.durationSeconds * 1000 + 60_000 : shown.durationSeconds * 1000)
  return isSame ? null : { allDay, startMs, endMs }
}

/** A form of time that holds instants: the stored one where it does, else the zone of the person. */
export const formFor = (stored: CalendarTime | null, allDay: boolean, context: MappingContext): CalendarTime => {
  if (allDay) return { kind: 'date', date: '1970-01-01' }
  if (stored !== null && stored.kind !== 'date') return stored
  return context.timeZone === 'UTC' || resolveKnownZone(context.timeZone) === null
    ? { kind: 'utc', instant: '1970-01-01T00:00:00Z' }
    : { kind: 'zoned', local: '1970-01-01T00:00:00', tzid: context.timeZone }
}

/** An instant in a form of time. */
export const inForm = (
  object: Pick<OpenObject, 'zoneOf' | 'floatingZone'> | null,
  form: CalendarTime,
  ms: number,
): CalendarTime => {
  if (form.kind === 'date' || form.kind === 'utc') return withLocalMs(form, ms)
  const tzid = form.kind === 'zoned' ? form.tzid : (object?.floatingZone ?? 'UTC')
  const zone = object?.zoneOf(tzid) ?? zoneNamed(tzid)
  return withLocalMs(form, zone.toLocal(ms))
}

/** Whether two times go by the same clock. */
const sameForm = (a: CalendarTime, b: CalendarTime): boolean =>
  a.kind === b.kind && (a.kind !== 'zoned' || b.kind !== 'zoned' || a.tzid === b.tzid)

/** Writes start and end; a stored DURATION that is still right, or an end in a zone of its own, stays so. */
export const setTimes = (
  editor: CalendarEditor,
  object: OpenObject,
  component: Component,
  start: CalendarTime,
  times: UploadedTimes,
  shown: ListItem | null,
): void => {
  editor.set(component, timeProperty('DTSTART', start))
  const length = times.endMs - times.startMs
  const isSameLength =
    shown !== null &&
    shown.allDay === times.allDay &&
    length === shown.durationSeconds * 1000 + (times.allDay ? 60_000 : 0)
  if (component.property('DURATION') !== undefined && isSameLength) return
  const stored = component.property('DTEND')
  const [storedEnd] = stored === undefined ? [] : readTimes(stored)
  const storedStart = object.facts.start
  const hasOwnClock =
    start.kind !== 'date' &&
    storedEnd !== undefined &&
    storedEnd.kind !== 'date' &&
    !(component === object.master && storedStart !== null && sameForm(storedStart, storedEnd))
  const form = hasOwnClock ? storedEnd : start
  editor.removeNamed(component, 'DURATION')
  editor.set(component, timeProperty('DTEND', inForm(object, form, times.endMs)))
}

/** The zone's definition comes with its first use. */
export const addZone = (editor: CalendarEditor, object: OpenObject, time: CalendarTime, custom?: string): void => {
  if (time.kind !== 'zoned') return
  const isThere = object.calendar.components.some(
    (component) => component.name === 'VTIMEZONE' && component.property('TZID')?.value.trim() === time.tzid,
  )
  if (isThere || (custom === undefined && resolveKnownZone(time.tzid) === null)) return
  editor.addComponent(object.calendar, new TextEncoder().encode(custom ?? vtimezoneAround(time.tzid, localMsOf(time))))
}

/** Exceptions are named by their original start: when the series moves on the clock, they move with it. */
export const moveExceptions = (
  editor: CalendarEditor,
  object: OpenObject,
  master: Component,
  newStart: CalendarTime,
): void => {
  const { start } = object.facts
  if (start === null) return
  const delta = localMsOf(newStart) - localMsOf(start)
  const move = (component: Component, name: string): void => {
    for (const property of component.propertiesNamed(name)) {
      const moved = readTimes(property).map((time) => withLocalMs(newStart, localMsIn(object, time) + delta))
      const [first] = moved
      if (first === undefined) continue
      const { params: _, ...rest } = draftOf(property)
      const line = timeProperty(name, first)
      editor.replace(property, {
        ...rest,
        params: line.params ?? {},
        value: moved.map((time) => timeProperty(name, time).value).join(','),
      })
    }
  }
  move(master, 'EXDATE')
  for (const override of object.overrides) move(override, 'RECURRENCE-ID')
}

/** Takes those values out of a list of times. */
export const withoutTimes = (
  editor: CalendarEditor,
  component: Component,
  name: string,
  isGone: (time: CalendarTime) => boolean,
): boolean => {
  let found = false
  for (const property of component.propertiesNamed(name)) {
    const values = property.value.split(',')
    const kept = values.filter((value) => {
      const [time] = readTimes({ ...property, value, param: (param) => property.param(param) })
      const gone = time !== undefined && isGone(time)
      if (gone) found = true
      return !gone
    })
    if (kept.length === values.length) continue
    if (kept.length === 0) editor.remove(property)
    else editor.replace(property, { ...draftOf(property), value: kept.join(',') })
  }
  return found
}

/** Whether two times are the same original start, by instant or, where one is a DATE, by day. */
export const namesSame = (object: OpenObject, a: CalendarTime, b: CalendarTime): boolean =>
  a.kind === 'date' || b.kind === 'date'
    ? Math.floor(localMsIn(object, a) / dayMs) === Math.floor(localMsIn(object, b) / dayMs)
    : slotMsOf(object, a) === slotMsOf(object, b)
