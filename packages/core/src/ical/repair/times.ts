import type { CalendarTime } from '../../time.ts'
import { createFrame } from '../recurrence/frame.ts'
import type { RecurrenceDate } from '../recurrence/model.ts'
import { lengthOf, type SpanLength } from '../recurrence/span-length.ts'
import { isPeriod, recurrenceDateLines, timeLines } from '../text/date-lists.ts'
import { durationProperty, timeProperty } from '../text/drafts.ts'
import type { Component, Property, PropertyDraft } from '../text/model.ts'
import { type Duration, durationValue, parseDuration } from '../text/values-duration.ts'
import { periodValue, readPeriods, readTime, readTimes } from '../text/values-time.ts'
import { dayAfter, fieldsOf, formed, inFormOf, isPlainly, withTime } from './forms.ts'
import type { RepairTerms } from './plan.ts'

/** The readable time of a property under the name that its zone has; `null` when there is none. */
export const timeOf = (component: Component, name: string, { zones }: RepairTerms): CalendarTime | null => {
  const property = component.property(name)
  const time = property === undefined ? null : readTime(property)
  return time === null ? null : zones.rename(time)
}

/** Writes a time where it does not stand so already; `null` takes it away. */
export const putTime = (
  component: Component,
  name: string,
  time: CalendarTime | null,
  { edits }: RepairTerms,
): void => {
  const property = component.property(name)
  if (property === undefined) {
    if (time !== null) edits.push((editor) => editor.add(component, timeProperty(name, time)))
  } else if (time === null) edits.push((editor) => editor.remove(property))
  else if (!isPlainly(property, [time])) edits.push((editor) => editor.replace(property, withTime(property, time)))
}

/**
 * The end of an entry as the recurrence engine has it, RFC 5545 §3.6.1: of the type of its start, not before it, and said once.
 *
 * @param inherited how long an instance lasts that says nothing itself.
 */
export const repairEnd = (
  entry: Component,
  start: CalendarTime | null,
  inherited: SpanLength | null,
  terms: RepairTerms,
): void => {
  const name = entry.name === 'VTODO' ? 'DUE' : 'DTEND'
  const end = timeOf(entry, name, terms)
  const property = entry.property('DURATION')
  const duration = property === undefined ? null : parseDuration(property.value)
  if (start === null) {
    putTime(entry, name, end, terms)
  } else {
    putTime(entry, name, end === null ? null : endAfter(start, end, terms), terms)
    if (inherited !== null && end === null && duration === null) {
      const { days, ms } = inherited
      terms.edits.push((editor) =>
        editor.set(entry, durationProperty('DURATION', { days, seconds: Math.round(ms / 1000) })),
      )
      return
    }
  }
  if (property === undefined) return
  const kept = end !== null || duration === null || duration.days < 0 || duration.seconds < 0 ? null : duration
  const whole = kept === null ? null : start?.kind === 'date' ? wholeDays(kept) : kept
  if (whole === null) terms.edits.push((editor) => editor.remove(property))
  else if (whole !== duration || !plainDuration.test(property.value)) {
    terms.edits.push((editor) => editor.replace(property, { name: 'DURATION', value: durationValue(whole) }))
  }
}

const plainDuration = /^P(?:\d+W|\d+DT\d|\d+D$|T\d)[\dHMS]*$/

/** RFC 5545 §3.6.1: a DATE lasts days or weeks. */
const wholeDays = (duration: Duration): Duration | null => {
  const days = duration.days + Math.ceil(duration.seconds / 86_400)
  if (days === 0) return null
  return duration.seconds === 0 ? duration : { days, seconds: 0 }
}

/** `null` for one that ends nothing. */
const endAfter = (start: CalendarTime, end: CalendarTime, { zones }: RepairTerms): CalendarTime | null => {
  const frame = createFrame(start, zones.resolver, () => undefined)
  if (start.kind === 'date') {
    const { days } = lengthOf({ start, end }, frame)
    if (end.kind === 'date') return end.date > start.date ? end : null
    return dayAfter(start.date, days)
  }
  const alike = end.kind === 'date' ? formed(fieldsOf(end), start) : inFormOf(end, start)
  const isFixed = frame.isFixed(start) && frame.isFixed(alike)
  const ms = isFixed
    ? frame.instantOf(alike, frame.zone) - frame.instantOf(start, frame.zone)
    : Date.parse(`${fieldsOf(alike)}Z`) - Date.parse(`${fieldsOf(start)}Z`)
  return ms < 0 ? null : alike
}

/** How long the instances of a series last that say nothing themselves. */
export const lengthOfSeries = (master: Component, start: CalendarTime, terms: RepairTerms): SpanLength =>
  lengthOf(
    {
      start,
      end: timeOf(master, master.name === 'VTODO' ? 'DUE' : 'DTEND', terms),
      duration: master.property('DURATION')?.value ?? null,
    },
    createFrame(start, terms.zones.resolver, () => undefined),
  )

/**
 * A DATE that names an instance of a series of times: that instance, where a day has one only.
 *
 * @param isOncePerDay asked only for such a DATE.
 */
export const instanceOf = (time: CalendarTime, start: CalendarTime, isOncePerDay: () => boolean): CalendarTime => {
  if (time.kind !== 'date' || start.kind === 'date') return inFormOf(time, start)
  return isOncePerDay() ? formed(`${time.date}${fieldsOf(start).slice(10)}`, start) : time
}

/** EXDATE and RDATE: readable values alone, in the form of DTSTART. RFC 5545 §3.8.5.1, §3.8.5.2. */
export const repairDates = (
  entry: Component,
  start: CalendarTime,
  isOncePerDay: () => boolean,
  terms: RepairTerms,
): void => {
  const { zones, edits } = terms
  repairList(entry, 'EXDATE', edits, (property) => {
    const times = readTimes(property)
    const wanted = times.map((time) => instanceOf(zones.rename(time), start, isOncePerDay))
    return { isPlain: isPlainly(property, wanted), lines: () => timeLines('EXDATE', wanted) }
  })
  repairList(entry, 'RDATE', edits, (property) => {
    const wanted = readPeriods(property).map((date) => dateLike(date, start, terms))
    const isPlain = !wanted.some(isPeriod)
      ? isPlainly(
          property,
          wanted.map((date) => date.start),
        )
      : property.param('VALUE')?.toUpperCase() === 'PERIOD' &&
        property.value === wanted.map(periodValue).join(',') &&
        wanted.every((date) => date.start.kind !== 'zoned' || property.param('TZID') === date.start.tzid) &&
        (property.param('TZID') === undefined || wanted.some((date) => date.start.kind === 'zoned'))
    return { isPlain, lines: () => recurrenceDateLines(wanted) }
  })
}

/** A DATE beside times means the start's time on that day; all else that stands beside DATEs means its day. */
const dateLike = (date: RecurrenceDate, start: CalendarTime, { zones }: RepairTerms): RecurrenceDate => {
  const given = zones.rename(date.start)
  const from = instanceOf(given, start, () => true)
  if (start.kind === 'date' || !isPeriod(date)) return { start: from }
  const end = date.end === undefined ? undefined : zones.rename(date.end)
  const frame = createFrame(start, zones.resolver, () => undefined)
  const { days, ms } = lengthOf({ start: given, end: end ?? null, duration: date.duration ?? null }, frame)
  const isPlain = given.kind !== 'date' && (days > 0 || ms > 0)
  if (isPlain && end === undefined) return { ...date, start: from }
  if (isPlain && end !== undefined && end.kind === from.kind) return { start: from, end }
  return { start: from, duration: durationValue({ days, seconds: ms / 1000 }) }
}

interface ListView {
  readonly isPlain: boolean
  lines(): readonly PropertyDraft[]
}

/** One faulty line has all of the name written anew: what two lines say of one form goes into one. */
const repairList = (
  entry: Component,
  name: string,
  edits: RepairTerms['edits'],
  view: (property: Property) => ListView,
): void => {
  const views = entry.propertiesNamed(name).map(view)
  if (views.every(({ isPlain }) => isPlain)) return
  const lines = views.flatMap((one) => one.lines())
  edits.push((editor) => editor.setAll(entry, name, lines))
}
