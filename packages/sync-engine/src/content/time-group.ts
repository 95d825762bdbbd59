import type { CalendarTime } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  createZoneResolver,
  formatRule,
  parseDuration,
  parseRule,
  type RecurrenceRule,
  readPeriods,
  readTime,
  readTimes,
  resolveKnownZone,
  seriesFacts,
  type TimeZone,
  weekdays,
} from '@dayport/core/ical'

/** How the zones of one object are found, and in which one its series counts its days. */
export interface SeriesZones {
  resolve(tzid: string): TimeZone | null
  /** Zone of the master's start; `null` for dates, floating times and UTC. */
  readonly series: TimeZone | null
}

export const zonesOf = (document: CalendarDocument, start: CalendarTime | null): SeriesZones => {
  const resolver = createZoneResolver({ vtimezones: seriesFacts(document).zones })
  return { resolve: resolver.resolve, series: start?.kind === 'zoned' ? resolver.resolve(start.tzid) : null }
}

const dayMs = 86_400_000

/** Wall-clock ms of a time in the zone of its series; UTC where the series has none. */
export const localMsOf = (time: CalendarTime, { resolve, series }: SeriesZones): number => {
  switch (time.kind) {
    case 'date':
      return Date.parse(`${time.date}T00:00:00Z`)
    case 'floating':
      return Date.parse(`${time.local}Z`)
    case 'utc':
      return series === null ? Date.parse(time.instant) : series.toLocal(Date.parse(time.instant))
    default: {
      const local = Date.parse(`${time.local}Z`)
      const zone = resolve(time.tzid)
      if (zone === null || series === null || zone.id === series.id) return local
      return series.toLocal(zone.toInstant(local))
    }
  }
}

const instantOf = (time: CalendarTime, { resolve }: SeriesZones): number => {
  if (time.kind === 'utc') return Date.parse(time.instant)
  if (time.kind === 'date') return Date.parse(`${time.date}T00:00:00Z`)
  const local = Date.parse(`${time.local}Z`)
  return time.kind === 'floating' ? local : (resolve(time.tzid)?.toInstant(local) ?? local)
}

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** By the name of the zone, not by the instant: a new version of the zone database is no edit. */
const timeText = (time: CalendarTime, { resolve }: SeriesZones): string => {
  if (time.kind === 'date') return time.date
  if (time.kind === 'utc') return time.instant
  if (time.kind === 'floating') return time.local
  const zone = resolve(time.tzid)?.id ?? time.tzid
  return zone === 'UTC' || zone === 'Etc/UTC' ? `${time.local}Z` : `${time.local} ${zone}`
}

/**
 * What the zone of a start means where only the object's own VTIMEZONE says so, under a name that others may use for another zone: its
 * offset then, and of a series every other one of the year that follows.
 */
const zoneMeaning = (start: CalendarTime | null, isSeries: boolean, { resolve }: SeriesZones): string => {
  const zone = start?.kind === 'zoned' ? resolve(start.tzid) : null
  if (start?.kind !== 'zoned' || zone === null || resolveKnownZone(zone.id) !== null) return ''
  const from = zone.toInstant(Date.parse(`${start.local}Z`))
  let offset = zone.offsetAt(from)
  const parts = [`offset ${offset}`]
  for (let day = 1; isSeries && day <= 366; day += 1) {
    const next = zone.offsetAt(from + day * dayMs)
    if (next !== offset) parts.push(`${dateOf(from + day * dayMs)} ${next}`)
    offset = next
  }
  return parts.join(', ')
}

/** Start, length, zone of the end where it is another one, and the rules. */
export const timeGroup = (component: Component, zones: SeriesZones): string => {
  const startProperty = component.property('DTSTART')
  const start = startProperty === undefined ? null : readTime(startProperty)
  const due = component.property('DUE')
  const meaning = zoneMeaning(start, component.property('RRULE') !== undefined, zones)
  const parts = [
    start === null ? '' : timeText(start, zones),
    ...(meaning === '' ? [] : [meaning]),
    due === undefined ? lengthOf(component, start, zones) : `due ${JSON.stringify(readTime(due) ?? due.value)}`,
    ...component
      .propertiesNamed('RRULE')
      .map(({ value }) => `RRULE ${ruleText(value, start, zones)}`)
      .sort(),
    ...component
      .propertiesNamed('EXRULE')
      .map(({ value }) => `EXRULE ${ruleText(value, start, zones)}`)
      .sort(),
    ...component
      .propertiesNamed('RDATE')
      .flatMap(readPeriods)
      .map((date) => `RDATE ${timeText(date.start, zones)} ${JSON.stringify(date.end ?? date.duration ?? null)}`)
      .sort(),
  ]
  return parts.every((part) => part === '') ? '' : parts.join('\n')
}

const lengthOf = (component: Component, start: CalendarTime | null, zones: SeriesZones): string => {
  const endProperty = component.property('DTEND')
  const end = endProperty === undefined ? null : readTime(endProperty)
  if (start === null) return ''
  if (end !== null) {
    if (start.kind === 'date' || end.kind === 'date')
      return `${(localMsOf(end, zones) - localMsOf(start, zones)) / dayMs}d`
    const seconds = (instantOf(end, zones) - instantOf(start, zones)) / 1000
    const zoneOfEnd = end.kind === 'zoned' && start.kind === 'zoned' ? zones.resolve(end.tzid)?.id : undefined
    const zoneOfStart = start.kind === 'zoned' ? zones.resolve(start.tzid)?.id : undefined
    return zoneOfEnd === zoneOfStart || zoneOfEnd === undefined ? `${seconds}s` : `${seconds}s ${zoneOfEnd}`
  }
  const duration = parseDuration(component.property('DURATION')?.value ?? '')
  if (duration === null) return start.kind === 'date' ? '1d' : '0s'
  if (start.kind === 'date') return `${duration.days + Math.floor(duration.seconds / 86_400)}d`
  // Days of a duration are calendar days, seconds are exact: RFC 5545 §3.3.6.
  const zone = start.kind === 'zoned' ? zones.resolve(start.tzid) : null
  const from = instantOf(start, zones)
  const local = zone === null ? from : zone.toLocal(from)
  const dayEnd = zone === null ? from + duration.days * dayMs : zone.toInstant(local + duration.days * dayMs)
  return `${(dayEnd + duration.seconds * 1000 - from) / 1000}s`
}

/** A rule as its occurrences would be told: what its start implies is written out, and an end is a date of the series' own zone. */
const ruleText = (text: string, start: CalendarTime | null, zones: SeriesZones): string => {
  let rule: RecurrenceRule
  try {
    rule = parseRule(text)
  } catch {
    return text.trim()
  }
  const until = rule.until === null ? null : untilDate(rule, start, zones)
  const implied = start === null ? rule : withImplied(rule, start, zones)
  const numbers = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b)
  const usesWeeks = (rule.freq === 'WEEKLY' && rule.interval > 1) || rule.byWeekNo.length > 0
  return formatRule({
    ...implied,
    until: until ?? rule.until,
    bySecond: numbers(implied.bySecond),
    byMinute: numbers(implied.byMinute),
    byHour: numbers(implied.byHour),
    byMonthDay: numbers(implied.byMonthDay),
    byYearDay: numbers(implied.byYearDay),
    byWeekNo: numbers(implied.byWeekNo),
    byMonth: numbers(implied.byMonth),
    bySetPos: numbers(implied.bySetPos),
    byDay: [...implied.byDay].sort(
      (a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0) || weekdays.indexOf(a.weekday) - weekdays.indexOf(b.weekday),
    ),
    weekStart: usesWeeks ? rule.weekStart : 'MO',
    rscale: rule.rscale === 'GREGORIAN' ? null : rule.rscale,
  })
}

export const isSubDaily = (rule: RecurrenceRule): boolean =>
  rule.freq === 'HOURLY' ||
  rule.freq === 'MINUTELY' ||
  rule.freq === 'SECONDLY' ||
  rule.byHour.length > 1 ||
  rule.byMinute.length > 1 ||
  rule.bySecond.length > 1

const untilDate = (rule: RecurrenceRule, start: CalendarTime | null, zones: SeriesZones): CalendarTime | null => {
  if (rule.until === null || start === null || isSubDaily(rule)) return null
  if (rule.until.kind === 'date') return rule.until
  const until = localMsOf(rule.until, zones)
  const timeOfDay = localMsOf(start, zones) % dayMs
  const sameDay = until - (((until % dayMs) + dayMs) % dayMs) + timeOfDay
  return { kind: 'date', date: dateOf(sameDay <= until ? sameDay : sameDay - dayMs) }
}

const withImplied = (rule: RecurrenceRule, start: CalendarTime, zones: SeriesZones): RecurrenceRule => {
  const date = new Date(localMsOf(start, zones))
  const { byDay, byMonthDay, byYearDay, byWeekNo, byMonth } = rule
  const days = byDay.length + byMonthDay.length + byYearDay.length + byWeekNo.length
  if (rule.freq === 'WEEKLY' && byDay.length === 0) {
    return { ...rule, byDay: [{ weekday: weekdays[(date.getUTCDay() + 6) % 7]!, ordinal: null }] }
  }
  if (rule.freq === 'MONTHLY' && days === 0) return { ...rule, byMonthDay: [date.getUTCDate()] }
  if (rule.freq === 'YEARLY' && days === 0) {
    const months = byMonth.length > 0 ? byMonth : [date.getUTCMonth() + 1]
    return { ...rule, byMonth: months, byMonthDay: [date.getUTCDate()] }
  }
  return rule
}

/**
 * Names an occurrence by its original date in the zone of the series, as other calendars do; with its time where a series has several
 * on one day.
 */
export const exceptionKey = (time: CalendarTime, zones: SeriesZones, subDaily: boolean): string => {
  const local = new Date(localMsOf(time, zones)).toISOString()
  return subDaily && time.kind !== 'date' ? local.slice(0, 19) : local.slice(0, 10)
}

/** Whether days are not enough to name the occurrences of a series. */
export const hasSubDaily = (master: Component | null): boolean => {
  if (master === null) return false
  if (master.property('RDATE') !== undefined) return true
  return master.propertiesNamed('RRULE').some(({ value }) => {
    try {
      return isSubDaily(parseRule(value))
    } catch {
      return false
    }
  })
}

export const exdatesOf = (master: Component | null): readonly CalendarTime[] =>
  master?.propertiesNamed('EXDATE').flatMap<CalendarTime>(readTimes) ?? []
