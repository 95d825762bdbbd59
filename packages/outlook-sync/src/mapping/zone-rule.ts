import { resolveKnownZone, type TimeZone, vtimezoneText, type Weekday, weekdays } from '@dayport/core/ical'
import type { XmlElement } from '@dayport/core/xml'
import { dayMs } from './instants.ts'

/** A change of offset that comes every year: on the nth weekday of a month, or on a fixed day of it. */
export interface YearlyChange {
  /** 1–12. */
  readonly month: number
  readonly on: { readonly weekday: Weekday; readonly nth: Nth } | { readonly dayOfMonth: number }
  /** Wall-clock seconds after midnight, on the clock before the change. */
  readonly seconds: number
}

/** 1–4, or -1 for the last. */
export type Nth = 1 | 2 | 3 | 4 | -1

/** One rule for all years: all that a list can say of a time zone. MS-OUTSPS 2.2.4.6. */
export interface ZoneRule {
  /** Minutes; local + bias = UTC. */
  readonly standardBias: number
  /** Minutes, added in summer; usually -60. */
  readonly daylightBias: number
  /** `null` without summer time. */
  readonly changes: { readonly toStandard: YearlyChange; readonly toDaylight: YearlyChange } | null
}

interface Change {
  readonly atMs: number
  readonly before: number
  readonly after: number
}

const changesBetween = (zone: TimeZone, fromMs: number, toMs: number): Change[] => {
  const found: Change[] = []
  for (let ms = fromMs; ms < toMs; ms += dayMs) {
    const before = zone.offsetAt(ms)
    const after = zone.offsetAt(Math.min(ms + dayMs, toMs))
    if (before === after) continue
    let [low, high] = [ms, Math.min(ms + dayMs, toMs)]
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000
      if (zone.offsetAt(middle) === before) low = middle
      else high = middle
    }
    found.push({ atMs: high, before, after })
  }
  return found
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** The day of a month that a change falls on. */
const dayOf = (change: YearlyChange, year: number): number => {
  if ('dayOfMonth' in change.on) return change.on.dayOfMonth
  const first = new Date(Date.UTC(year, change.month - 1, 1)).getUTCDay()
  const wanted = (weekdays.indexOf(change.on.weekday) + 1) % 7
  const firstDay = 1 + ((wanted - first + 7) % 7)
  if (change.on.nth > 0) return firstDay + (change.on.nth - 1) * 7
  return firstDay + Math.floor((daysIn(year, change.month) - firstDay) / 7) * 7
}

const localOfChange = (change: YearlyChange, year: number): number =>
  Date.UTC(year, change.month - 1, dayOf(change, year)) + change.seconds * 1000

const candidates = ({ atMs, before }: Change): YearlyChange[] => {
  const local = new Date(atMs + before * 1000)
  const month = local.getUTCMonth() + 1
  const day = local.getUTCDate()
  const seconds = local.getUTCHours() * 3600 + local.getUTCMinutes() * 60 + local.getUTCSeconds()
  const weekday = weekdays[(local.getUTCDay() + 6) % 7]!
  const nth = Math.ceil(day / 7)
  const list: YearlyChange[] = []
  if (day + 7 > daysIn(local.getUTCFullYear(), month)) list.push({ month, on: { weekday, nth: -1 }, seconds })
  if (nth <= 4) list.push({ month, on: { weekday, nth: nth as Nth }, seconds })
  list.push({ month, on: { dayOfMonth: day }, seconds })
  return list
}

/** Years beyond the first in which a rule must hold, so that "the last" and "the fourth" Sunday are told apart. */
const proofYears = 6

const rules = new WeakMap<TimeZone, Map<number, ZoneRule | null>>()

/**
 * The rule by which a zone goes from the year of an instant on; `null` when no one rule says it (Morocco, a government's next
 * decision that the database knows).
 */
export const zoneRuleAt = (zone: TimeZone, atMs: number): ZoneRule | null => {
  const year = new Date(Math.min(Math.max(atMs, Date.UTC(1971, 0, 1)), Date.UTC(2090, 0, 1))).getUTCFullYear()
  const known = rules.get(zone) ?? new Map<number, ZoneRule | null>()
  rules.set(zone, known)
  let rule = known.get(year)
  if (rule === undefined) {
    rule = findRule(zone, year)
    known.set(year, rule)
  }
  return rule
}

const findRule = (zone: TimeZone, year: number): ZoneRule | null => {
  const years = Array.from({ length: proofYears }, (_, index) =>
    changesBetween(zone, Date.UTC(year + index, 0, 1), Date.UTC(year + index + 1, 0, 1)),
  )
  const [first = []] = years
  if (first.length === 0) {
    if (years.some((changes) => changes.length > 0)) return null
    const offset = zone.offsetAt(Date.UTC(year, 6, 1))
    return offset % 60 === 0 ? { standardBias: -offset / 60, daylightBias: 0, changes: null } : null
  }
  if (years.some((changes) => changes.length !== 2)) return null
  const pick = (isToDaylight: boolean): YearlyChange | null => {
    const wanted = years.map((changes) => changes.filter(({ before, after }) => after > before === isToDaylight))
    const start = wanted[0]?.[0]
    if (start === undefined || wanted.some((changes) => changes.length !== 1)) return null
    const isRight = (candidate: YearlyChange): boolean =>
      wanted.every(([change], index) => localOfChange(candidate, year + index) === change!.atMs + change!.before * 1000)
    return candidates(start).find(isRight) ?? null
  }
  const toDaylight = pick(true)
  const toStandard = pick(false)
  const spring = first.find(({ before, after }) => after > before)
  if (toDaylight === null || toStandard === null || spring === undefined) return null
  const { before, after } = spring
  if (before % 60 !== 0 || after % 60 !== 0) return null
  return {
    standardBias: -before / 60 + 0,
    daylightBias: -(after - before) / 60,
    changes: { toStandard, toDaylight },
  }
}

/** Whether the zone goes by the rule on every day from one instant to another. */
export const followsRule = (zone: TimeZone, rule: ZoneRule, fromMs: number, toMs: number): boolean => {
  const ruled = zoneOfRule(rule, 'rule')
  for (let ms = fromMs; ms <= toMs; ms += dayMs) if (zone.offsetAt(ms) !== ruled.offsetAt(ms)) return false
  return true
}

/** The zone that a rule describes, for all years. */
export const zoneOfRule = (rule: ZoneRule, id: string): TimeZone => {
  const standard = -rule.standardBias * 60
  const daylight = standard - rule.daylightBias * 60
  const offsetAt = (instantMs: number): number => {
    if (rule.changes === null) return standard
    const year = new Date(instantMs + standard * 1000).getUTCFullYear()
    const spring = localOfChange(rule.changes.toDaylight, year) - standard * 1000
    const autumn = localOfChange(rule.changes.toStandard, year) - daylight * 1000
    const isSummer =
      spring < autumn ? instantMs >= spring && instantMs < autumn : instantMs >= spring || instantMs < autumn
    return isSummer ? daylight : standard
  }
  return {
    id,
    offsetAt,
    toLocal: (instantMs) => instantMs + offsetAt(instantMs) * 1000,
    // A gap takes the offset before it, an overlap the first one: RFC 5545 §3.3.5.
    toInstant: (local) => {
      const early = local - Math.max(standard, daylight) * 1000
      const late = local - Math.min(standard, daylight) * 1000
      if (early + offsetAt(early) * 1000 === local) return early
      if (late + offsetAt(late) * 1000 === local) return late
      return local - offsetAt(early) * 1000
    },
  }
}

const nthWords = new Map<Nth, string>([
  [1, 'first'],
  [2, 'second'],
  [3, 'third'],
  [4, 'fourth'],
  [-1, 'last'],
])

const changeXml = (tag: string, change: YearlyChange): string => {
  const hours = Math.floor(change.seconds / 3600)
  const rest = change.seconds % 3600
  const on =
    'dayOfMonth' in change.on
      ? `dayOfMonth='${change.on.dayOfMonth}'`
      : `day='${change.on.weekday.toLowerCase()}' weekdayOfMonth='${nthWords.get(change.on.nth)}'`
  return `<${tag}><transitionRule month='${change.month}' ${on} /><transitionTime>${hours}:${Math.floor(rest / 60)}:${rest % 60}</transitionTime></${tag}>`
}

/** As `XMLTZone` holds it. MS-OUTSPS 2.2.4.6–2.2.4.8. */
export const zoneRuleXml = ({ standardBias, daylightBias, changes }: ZoneRule): string =>
  `<timeZoneRule><standardBias>${standardBias}</standardBias><additionalDaylightBias>${daylightBias}</additionalDaylightBias>${
    changes === null
      ? ''
      : changeXml('standardDate', changes.toStandard) + changeXml('daylightDate', changes.toDaylight)
  }</timeZoneRule>`

const integer = (text: string | undefined, least: number, most: number): number | null => {
  const value = text === undefined ? '' : text.trim()
  if (!/^-?\d{1,5}$/.test(value)) return null
  const number = Number(value)
  return number >= least && number <= most ? number : null
}

/** Seconds after midnight of `h:m:s`, whose seconds may have a fraction or be missing; `null` for what no clock shows. */
const secondsOf = (text: string | undefined): number | null => {
  const match = /^\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d{1,9})?)?\s*$/.exec(text ?? '')
  if (match === null) return null
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? '0'))
  return hours <= 23 && minutes <= 59 && seconds <= 59 ? hours * 3600 + minutes * 60 + seconds : null
}

/** Days that a month has in every year. */
const daysEveryYear = (month: number): number => daysIn(2023, month)

const changeOf = (element: XmlElement | undefined): YearlyChange | null => {
  const rule = element?.child('transitionRule')
  const seconds = secondsOf(element?.child('transitionTime')?.text)
  const month = integer(rule?.attributes.get('month'), 1, 12)
  if (rule === undefined || seconds === null || month === null) return null
  const dayOfMonth = rule.attributes.get('dayOfMonth')
  if (dayOfMonth !== undefined) {
    const day = integer(dayOfMonth, 1, daysEveryYear(month))
    return day === null ? null : { month, on: { dayOfMonth: day }, seconds }
  }
  const weekday = weekdays.find((name) => name === rule.attributes.get('day')?.toUpperCase())
  const word = (rule.attributes.get('weekdayOfMonth') ?? 'first').toLowerCase()
  const nth = [...nthWords].find(([, name]) => name === word)?.[0]
  return weekday === undefined || nth === undefined ? null : { month, on: { weekday, nth }, seconds }
}

/**
 * Reads a `timeZoneRule` element; `null` when it is none. Dates of summer time that cannot be read make it none too: without them every
 * meeting in summer would be an hour off.
 */
export const zoneRuleOf = (root: XmlElement): ZoneRule | null => {
  if (root.name !== 'timeZoneRule') return null
  const standardBias = integer(root.child('standardBias')?.text, -1500, 1500)
  const daylightBias = integer(root.child('additionalDaylightBias')?.text ?? '0', -600, 600)
  if (standardBias === null || daylightBias === null) return null
  const dates = [root.child('standardDate'), root.child('daylightDate')] as const
  // A zone without summer time may keep its bias, as the registry of Windows does.
  if (daylightBias === 0 || dates.every((date) => date === undefined)) {
    return { standardBias, daylightBias: 0, changes: null }
  }
  const [toStandard, toDaylight] = [changeOf(dates[0]), changeOf(dates[1])]
  if (toStandard === null || toDaylight === null) return null
  return { standardBias, daylightBias, changes: { toStandard, toDaylight } }
}

export const sameRule = (a: ZoneRule, b: ZoneRule): boolean => zoneRuleXml(a) === zoneRuleXml(b)

const tzidsByRule = new Map<string, string | null>()

/** A zone that the runtime knows and that goes by this rule from then on: the first of `preferred`, else any; `null` when none does. */
export const tzidOfRule = (rule: ZoneRule, atMs: number, preferred: readonly string[]): string | null => {
  const ruled = zoneOfRule(rule, 'rule')
  // Most zones are told apart by one look each at summer and winter; the proof by years is for the few that are left.
  const looks = [0, 1, 2, 3].map((quarter) => atMs + quarter * 91 * dayMs)
  const fits = (tzid: string): boolean => {
    const zone = resolveKnownZone(tzid)
    if (zone === null || looks.some((ms) => zone.offsetAt(ms) !== ruled.offsetAt(ms))) return false
    const own = zoneRuleAt(zone, atMs)
    return own !== null && sameRule(own, rule)
  }
  const first = preferred.find(fits)
  if (first !== undefined) return first
  if (rule.changes === null && rule.standardBias === 0) return 'UTC'
  const key = `${new Date(atMs).getUTCFullYear()} ${zoneRuleXml(rule)}`
  let found = tzidsByRule.get(key)
  if (found === undefined) {
    found = [...mainZones, ...Intl.supportedValuesOf('timeZone')].find(fits) ?? null
    if (tzidsByRule.size >= 200) tzidsByRule.clear()
    tzidsByRule.set(key, found)
  }
  return found
}

/** Where several zones go by one rule, the one that most people would know. */
const mainZones = [
  'Europe/Berlin',
  'Europe/London',
  'Europe/Kyiv',
  'Europe/Moscow',
  'Asia/Yekaterinburg',
  'Asia/Novosibirsk',
  'Asia/Kolkata',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Australia/Sydney',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'America/Sao_Paulo',
]

const offsetText = (minutes: number): string => {
  const sign = minutes < 0 ? '-' : '+'
  const size = Math.abs(minutes)
  return `${sign}${String(Math.floor(size / 60)).padStart(2, '0')}${String(size % 60).padStart(2, '0')}`
}

const observance = (tag: string, change: YearlyChange | null, from: number, to: number): string[] => {
  const local = change === null ? Date.UTC(1970, 0, 1) : localOfChange(change, 1970)
  const on =
    change === null || 'dayOfMonth' in change.on
      ? `BYMONTHDAY=${change === null ? 1 : (change.on as { dayOfMonth: number }).dayOfMonth}`
      : `BYDAY=${change.on.nth}${change.on.weekday}`
  return [
    `BEGIN:${tag}`,
    `DTSTART:${new Date(local).toISOString().slice(0, 19).replace(/[-:]/g, '')}`,
    `TZOFFSETFROM:${offsetText(from)}`,
    `TZOFFSETTO:${offsetText(to)}`,
    ...(change === null ? [] : [`RRULE:FREQ=YEARLY;BYMONTH=${change.month};${on}`]),
    `END:${tag}`,
  ]
}

/** A VTIMEZONE for a rule that no known zone goes by, and the TZID that it has. RFC 5545 §3.6.5. */
export const vtimezoneOfRule = (rule: ZoneRule): { readonly tzid: string; readonly text: string } => {
  const standard = -rule.standardBias
  const daylight = standard - rule.daylightBias
  const { changes } = rule
  const on = (change: YearlyChange): string =>
    `${change.month}.${'dayOfMonth' in change.on ? change.on.dayOfMonth : `${change.on.nth}${change.on.weekday}`}.${change.seconds}`
  const name = changes === null ? '' : ` ${offsetText(daylight)} ${on(changes.toDaylight)} ${on(changes.toStandard)}`
  const tzid = `Custom ${offsetText(standard)}${name}`
  const lines =
    changes === null
      ? observance('STANDARD', null, standard, standard)
      : [
          ...observance('STANDARD', changes.toStandard, daylight, standard),
          ...observance('DAYLIGHT', changes.toDaylight, standard, daylight),
        ]
  return { tzid, text: ['BEGIN:VTIMEZONE', `TZID:${tzid}`, ...lines, 'END:VTIMEZONE', ''].join('\r\n') }
}

/** The VTIMEZONE of a known zone for ten years about an instant. */
export const vtimezoneAround = (tzid: string, atMs: number): string =>
  vtimezoneText(tzid, { fromMs: atMs - 366 * dayMs, toMs: atMs + 9 * 366 * dayMs })
