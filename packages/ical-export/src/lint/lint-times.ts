import type { CalendarTime } from '@dayport/core'
import {
  type Component,
  type Property,
  parseDuration,
  readPeriods,
  readTime,
  readTimes,
  type ZoneResolver,
} from '@dayport/core/ical'
import type { LintLog } from './findings.ts'
import { instantOf } from './instants.ts'

const single = ['DTSTART', 'DTEND', 'DUE', 'RECURRENCE-ID'] as const

/** Starts, ends and the exceptions of series: RFC 5545 §3.8.2, §3.8.5. */
export const lintTimes = (entry: Component, zones: ZoneResolver, log: LintLog): void => {
  for (const name of single) {
    const property = entry.property(name)
    if (property !== undefined) lintTime(property, log)
  }
  const start = timeOf(entry, 'DTSTART')
  lintEnd(entry, start, zones, log)
  if (start === null) return
  for (const name of ['EXDATE', 'RDATE'] as const) {
    for (const property of entry.propertiesNamed(name)) lintList(name, property, start, log)
  }
  lintOverride(entry, start, log)
}

const timeOf = (entry: Component, name: string): CalendarTime | null => {
  const property = entry.property(name)
  return property === undefined ? null : readTime(property)
}

const lintTime = (property: Property, log: LintLog): void => {
  const time = readTime(property)
  if (time === null) {
    log.add('unreadable-time', property.start, `${property.name} is no date or time: ${shown(property.value)}.`)
    return
  }
  if (time.kind === 'date' && property.param('VALUE')?.toUpperCase() !== 'DATE') {
    log.add('missing-value-date', property.start, `Write ${property.name};VALUE=DATE: without it a time is expected.`)
  }
  if (time.kind === 'utc' && property.param('TZID') !== undefined) {
    log.add('tzid-with-utc', property.start, `${property.name} has both a TZID and a Z; leave one out.`)
  }
}

const lintEnd = (entry: Component, start: CalendarTime | null, zones: ZoneResolver, log: LintLog): void => {
  const property = entry.property('DTEND') ?? entry.property('DUE')
  const duration = entry.property('DURATION')
  if (property !== undefined && duration !== undefined) {
    log.add('end-and-duration', duration.start, `${property.name} and DURATION are both here; leave one out.`)
  }
  if (duration !== undefined) {
    const length = parseDuration(duration.value)
    if (length === null) log.add('unreadable-duration', duration.start, `DURATION is none: ${shown(duration.value)}.`)
    else if (length.days < 0 || length.seconds < 0) {
      log.add('end-before-start', duration.start, 'DURATION is negative; the event would end before it begins.')
    }
  }
  const end = property === undefined ? null : readTime(property)
  if (property === undefined || start === null || end === null) return
  if ((start.kind === 'date') !== (end.kind === 'date')) {
    log.add(
      'end-type',
      property.start,
      `DTSTART is a ${typeOf(start)} and ${property.name} a ${typeOf(end)}; both must be alike.`,
    )
    return
  }
  if (instantOf(end, zones) < instantOf(start, zones)) {
    log.add('end-before-start', property.start, `${property.name} is before DTSTART.`)
  }
}

const lintList = (name: 'EXDATE' | 'RDATE', property: Property, start: CalendarTime, log: LintLog): void => {
  const times = name === 'EXDATE' ? readTimes(property) : readPeriods(property).map((period) => period.start)
  if (times.length < property.value.split(',').length) {
    log.add('unreadable-time', property.start, `A value of ${name} is no date or time.`)
  }
  if (times.some((time) => (time.kind === 'date') !== (start.kind === 'date'))) {
    const message = `${name} must be a ${typeOf(start)} as DTSTART is; else the instance ${name === 'EXDATE' ? 'stays' : 'is lost'}.`
    log.add('exception-type', property.start, message)
  }
}

const lintOverride = (entry: Component, start: CalendarTime, log: LintLog): void => {
  const property = entry.property('RECURRENCE-ID')
  const id = property === undefined ? null : readTime(property)
  // An override may make a timed instance last all day; a floating or a UTC name of a zoned one is the mistake that is made.
  if (property === undefined || id === null || id.kind === 'date' || start.kind === 'date') return
  if (id.kind === 'floating' && start.kind !== 'floating') {
    log.add(
      'override-type',
      property.start,
      'RECURRENCE-ID has neither TZID nor Z; it then names no instance of the series.',
    )
  }
}

const typeOf = (time: CalendarTime): string => (time.kind === 'date' ? 'DATE' : 'DATE-TIME')

const shown = (value: string): string => JSON.stringify(value.slice(0, 40))
