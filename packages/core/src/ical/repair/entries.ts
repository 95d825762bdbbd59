import type { CalendarTime } from '../../time.ts'
import type { SpanLength } from '../recurrence/span-length.ts'
import type { Component } from '../text/model.ts'
import { parseInteger } from '../text/values.ts'
import { parseTime, timeValue } from '../text/values-time.ts'
import { soundDrafts } from './lines.ts'
import type { RepairTerms } from './plan.ts'
import { isOncePerDay, repairRules } from './rules.ts'
import { instanceOf, lengthOfSeries, putTime, repairDates, repairEnd, timeOf } from './times.ts'

/** The series that overrides belong to. */
interface Series {
  readonly start: CalendarTime
  readonly isOncePerDay: () => boolean
  readonly length: () => SpanLength
}

/** Events, tasks and journal entries of one UID: each with a time, a series with its overrides, RFC 5545 §3.6, §3.8.4. */
export const repairEntries = (entries: readonly Component[], terms: RepairTerms): void => {
  const masters = entries.filter((entry) => entry.property('RECURRENCE-ID') === undefined)
  const overrides = entries.filter((entry) => entry.property('RECURRENCE-ID') !== undefined)
  for (const entry of entries) repairStamp(entry, terms)
  const series = masters.map((master) => repairMaster(master, terms))
  // A task may be without a start; then it is no series, and what changes instances of it has nothing to compare with.
  const known = series.find((one) => one !== null) ?? null
  const isGone = masters.every((master, i) => series[i] === null && needsStart(master))
  if (isGone) for (const override of overrides) repairAlone(override, terms)
  else repairOverrides(overrides, known, terms)
}

const needsStart = ({ name }: Component): boolean => name === 'VEVENT'

/** RFC 5545 §3.8.7.2: when there is none that can be read, when we got the object. */
const repairStamp = (entry: Component, { stamp, edits }: RepairTerms): void => {
  const property = entry.property('DTSTAMP')
  const time = property === undefined ? null : parseTime(property.value)
  const isPlain = time?.kind === 'utc' && property?.value === timeValue(time) && property.params.length === 0
  if (isPlain) return
  const value = time?.kind === 'utc' ? timeValue(time) : stamp
  edits.push((editor) =>
    property === undefined
      ? editor.add(entry, { name: 'DTSTAMP', value })
      : editor.replace(property, { name: 'DTSTAMP', value }),
  )
}

/** `null` when it is no series. An event at no time goes: nobody could show it, and some refuse the whole file. */
const repairMaster = (master: Component, terms: RepairTerms): Series | null => {
  const start = timeOf(master, 'DTSTART', terms)
  if (start === null && needsStart(master)) {
    terms.edits.push((editor) => editor.removeComponent(master))
    return null
  }
  putTime(master, 'DTSTART', start, terms)
  repairEnd(master, start, null, terms)
  // A task with a rule but no start repeats by its DUE, as task programs write it.
  const first = start ?? timeOf(master, 'DUE', terms)
  if (first === null) {
    removeRecurrence(master, terms)
    return null
  }
  const once = () => isOncePerDay(master)
  repairDates(master, first, once, terms)
  repairRules(master, first, terms)
  return { start: first, isOncePerDay: once, length: () => lengthOfSeries(master, first, terms) }
}

const removeRecurrence = (entry: Component, { edits }: RepairTerms): void => {
  for (const name of ['RRULE', 'RDATE', 'EXDATE', 'EXRULE']) {
    if (entry.property(name) !== undefined) edits.push((editor) => editor.removeNamed(entry, name))
  }
}

/** What is no event, task or journal entry but has times: free/busy and availability. */
export const repairSpan = (component: Component, terms: RepairTerms): void => {
  repairStamp(component, terms)
  const start = timeOf(component, 'DTSTART', terms)
  putTime(component, 'DTSTART', start, terms)
  repairEnd(component, start, null, terms)
}

/** One for each instance, named in the form of the series, with times of its own and no rule. */
const repairOverrides = (overrides: readonly Component[], series: Series | null, terms: RepairTerms): void => {
  const newest = new Map<string, Component>()
  for (const override of overrides) {
    const id = idOf(override, series, terms)
    if (id === null) {
      repairAlone(override, terms)
      continue
    }
    const key = `${id.kind === 'zoned' ? id.tzid : ''} ${timeValue(id)}`
    const rival = newest.get(key)
    const loser = rival === undefined ? null : isNewer(rival, override) ? override : rival
    if (loser !== null) terms.edits.push((editor) => editor.removeComponent(loser))
    if (loser === override) continue
    newest.set(key, override)
    putTime(override, 'RECURRENCE-ID', id, terms)
    repairTimes(override, id, series, terms)
  }
}

const idOf = (override: Component, series: Series | null, terms: RepairTerms): CalendarTime | null => {
  const id = timeOf(override, 'RECURRENCE-ID', terms)
  return id === null || series === null ? id : instanceOf(id, series.start, series.isOncePerDay)
}

/** RFC 5546 §2.1.5. */
const isNewer = (one: Component, other: Component): boolean => {
  const sequence = (entry: Component) => parseInteger(entry.property('SEQUENCE')?.value ?? '') ?? 0
  const stamp = (entry: Component) => entry.property('DTSTAMP')?.value.trim() ?? ''
  return sequence(one) !== sequence(other) ? sequence(one) > sequence(other) : stamp(one) > stamp(other)
}

/**
 * An instance whose series is not here, as it comes when somebody is invited to it alone: an event of its own, under a UID of its own.
 * Without a time it goes.
 */
const repairAlone = (override: Component, terms: RepairTerms): void => {
  const { edits } = terms
  const id = timeOf(override, 'RECURRENCE-ID', terms)
  const start = timeOf(override, 'DTSTART', terms) ?? id
  const name = id ?? start
  if (name === null) {
    edits.push((editor) => editor.removeComponent(override))
    return
  }
  edits.push((editor) => editor.removeNamed(override, 'RECURRENCE-ID'))
  const uid = override.property('UID')
  if (uid !== undefined) {
    const value = `${uid.value.trim()}-${timeValue(name)}`
    for (const draft of soundDrafts(uid)) edits.push((editor) => editor.replace(uid, { ...draft, value }))
  }
  repairTimes(override, id, null, terms)
}

/** What an override does not say itself it has from the series: the start from the instance, the length from the master. */
const repairTimes = (override: Component, id: CalendarTime | null, series: Series | null, terms: RepairTerms): void => {
  const own = timeOf(override, 'DTSTART', terms)
  const start = own ?? id
  putTime(override, 'DTSTART', start, terms)
  repairEnd(override, start, own === null && series !== null ? series.length() : null, terms)
  removeRecurrence(override, terms)
}
