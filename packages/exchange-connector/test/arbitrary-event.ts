import type { CalendarTime } from '@dayport/core'
import {
  type ComponentDraft,
  expandRule,
  type PropertyDraft,
  rawProperty,
  serializeCalendar,
  textListProperty,
  textProperty,
  timeProperty,
  timesProperty,
} from '@dayport/core/ical'
import fc from 'fast-check'

const zones = [
  'Europe/Berlin',
  'Europe/Moscow',
  'America/St_Johns',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Australia/Lord_Howe',
  'Europe/Volgograd',
]

const text = fc.oneof(
  fc.constantFrom('R&D <plan>', 'a "b" \'c\'', 'Планёрка', '🎉 party', ' edges ', 'two\nlines', 'x'.repeat(300), ''),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
)

const local = fc
  .integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2032, 0, 1) / 60_000 })
  .map((minutes) => new Date(minutes * 60_000).toISOString().slice(0, 19))

const start: fc.Arbitrary<CalendarTime> = fc.oneof(
  local.map((value): CalendarTime => ({ kind: 'date', date: value.slice(0, 10) })),
  local.map((value): CalendarTime => ({ kind: 'utc', instant: `${value}Z` })),
  local.map((value): CalendarTime => ({ kind: 'floating', local: value })),
  {
    weight: 4,
    arbitrary: fc
      .tuple(local, fc.constantFrom(...zones))
      .map(([value, tzid]): CalendarTime => ({ kind: 'zoned', local: value, tzid })),
  },
)

const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')

/** Rules that Exchange has a pattern for, but for short months. */
const ruleText = fc
  .tuple(
    fc.oneof(
      fc.constant('FREQ=DAILY'),
      fc.uniqueArray(weekday, { minLength: 1, maxLength: 4 }).map((days) => `FREQ=WEEKLY;BYDAY=${days.join(',')}`),
      fc.constant('FREQ=WEEKLY'),
      fc.integer({ min: 1, max: 31 }).map((day) => `FREQ=MONTHLY;BYMONTHDAY=${day}`),
      fc.constant('FREQ=MONTHLY;BYMONTHDAY=-1'),
      fc.tuple(fc.constantFrom(1, 2, 3, 4, -1), weekday).map(([nth, day]) => `FREQ=MONTHLY;BYDAY=${nth}${day}`),
      fc.constantFrom(1, 2, -1).map((nth) => `FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=${nth}`),
      fc.constant('FREQ=YEARLY'),
      fc
        .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, -1), weekday)
        .map(([month, nth, day]) => `FREQ=YEARLY;BYMONTH=${month};BYDAY=${nth}${day}`),
    ),
    fc.constantFrom('', ';INTERVAL=2', ';INTERVAL=3'),
    fc.constantFrom('', ';WKST=SU'),
  )
  .map((parts) => parts.join(''))

const bound = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.integer({ min: 1, max: 20 }).map((count) => ({ kind: 'count' as const, count })),
  fc.integer({ min: 1, max: 20 }).map((count) => ({ kind: 'until' as const, count })),
)

const content = fc.record({
  summary: text,
  description: text,
  html: fc.option(fc.constantFrom('<p>Hi <b>you</b></p>', '<ul><li>one</li></ul>'), { nil: null }),
  location: text,
  klass: fc.constantFrom('', 'PUBLIC', 'PRIVATE', 'CONFIDENTIAL'),
  transp: fc.constantFrom('', 'OPAQUE', 'TRANSPARENT'),
  busy: fc.constantFrom('', 'OOF', 'TENTATIVE', 'BUSY'),
  priority: fc.integer({ min: 0, max: 9 }),
  categories: fc.uniqueArray(fc.constantFrom('Red', 'red', 'Work, home', 'Личное'), { maxLength: 3 }),
  alarms: fc.array(fc.constantFrom('-PT15M', '-P1D', 'PT0S', 'PT10M', '-PT2H', '-P1W'), { maxLength: 2 }),
  extra: fc.constantFrom('', 'kept; and "quoted"'),
})
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never

const contentProperties = (given: Content): PropertyDraft[] => {
  const list: PropertyDraft[] = []
  if (given.summary !== '') list.push(textProperty('SUMMARY', given.summary))
  if (given.html !== null) {
    list.push(textProperty('X-ALT-DESC', given.html, { FMTTYPE: 'text/html' }))
  } else if (given.description !== '') list.push(textProperty('DESCRIPTION', given.description))
  if (given.location !== '') list.push(textProperty('LOCATION', given.location))
  if (given.klass !== '') list.push(rawProperty('CLASS', given.klass))
  if (given.transp !== '') list.push(rawProperty('TRANSP', given.transp))
  if (given.busy !== '') list.push(rawProperty('X-MICROSOFT-CDO-BUSYSTATUS', given.busy))
  if (given.priority > 0) list.push(rawProperty('PRIORITY', String(given.priority)))
  if (given.categories.length > 0) list.push(textListProperty('CATEGORIES', given.categories))
  if (given.extra !== '') list.push(rawProperty('X-PORTAL-NOTE', given.extra))
  return list
}

const alarmsOf = (given: Content): ComponentDraft[] =>
  given.alarms.map((trigger) => ({
    name: 'VALARM',
    properties: [rawProperty('ACTION', 'DISPLAY'), rawProperty('TRIGGER', trigger), textProperty('DESCRIPTION', 'x')],
  }))

const plusMinutes = (time: CalendarTime, minutes: number): CalendarTime => {
  const move = (value: string) => new Date(Date.parse(`${value}Z`) + minutes * 60_000).toISOString().slice(0, 19)
  if (time.kind === 'date') {
    return { kind: 'date', date: move(`${time.date}T00:00:00`).slice(0, 10) }
  }
  if (time.kind === 'utc') return { kind: 'utc', instant: `${move(time.instant.slice(0, 19))}Z` }
  return { ...time, local: move(time.local) }
}

const spanProperties = (from: CalendarTime, minutes: number): PropertyDraft[] => {
  const days = Math.ceil((minutes + 1) / 1440)
  const end = plusMinutes(from, from.kind === 'date' ? days * 1440 : minutes)
  return [timeProperty('DTSTART', from), ...(minutes === 0 && from.kind !== 'date' ? [] : [timeProperty('DTEND', end)])]
}

export interface ArbitraryEvent {
  readonly data: Uint8Array
  readonly isSeries: boolean
}

/** Events and series that Exchange can hold, and some that it cannot. */
export const arbitraryEvent: fc.Arbitrary<ArbitraryEvent> = fc
  .record({
    start,
    minutes: fc.constantFrom(0, 30, 60, 90, 1440, 4000),
    rule: fc.option(ruleText, { nil: null }),
    bound,
    content,
    excluded: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
    changed: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
    override: content,
    shift: fc.constantFrom(0, 60, -30),
    organizer: fc.constantFrom('', 'owner@portal.test', 'other@portal.test'),
  })
  .map((given) => {
    // The start is the rule's first day, so that most series are sound.
    const first =
      given.rule === null ? given.start : (expandRule(given.rule, given.start, { limit: 1 })[0] ?? given.start)
    const times = given.rule === null ? [] : expandRule(given.rule, first, { limit: 20 })
    const rule = given.rule === null ? null : bounded(given.rule, given.bound, times)
    const reachable = given.bound.kind === 'none' ? times : times.slice(0, given.bound.count)
    const excluded = given.excluded.map((index) => reachable[index]).filter((time) => time !== undefined)
    const changed = given.changed.map((index) => reachable[index]).filter((time) => time !== undefined)
    const people: PropertyDraft[] =
      given.organizer === ''
        ? []
        : [
            rawProperty('ORGANIZER', `mailto:${given.organizer}`, { CN: 'Org' }),
            rawProperty('ATTENDEE', 'mailto:a@portal.test', { CN: 'A', PARTSTAT: 'ACCEPTED', RSVP: 'TRUE' }),
            rawProperty('ATTENDEE', 'mailto:owner@portal.test', { PARTSTAT: 'ACCEPTED' }),
          ]
    const common = [textProperty('UID', 'u-1@portal.test'), rawProperty('DTSTAMP', '20260101T000000Z'), ...people]
    const master: ComponentDraft = {
      name: 'VEVENT',
      properties: [
        ...common,
        ...spanProperties(first, given.minutes),
        ...(rule === null ? [] : [rawProperty('RRULE', rule)]),
        ...(rule === null || excluded.length === 0 ? [] : [timesProperty('EXDATE', excluded)]),
        ...contentProperties(given.content),
      ],
      components: alarmsOf(given.content),
    }
    const overrides = rule === null ? [] : changed
    return {
      isSeries: rule !== null,
      data: serializeCalendar({
        name: 'VCALENDAR',
        properties: [rawProperty('VERSION', '2.0'), rawProperty('PRODID', '-//test//EN')],
        components: [
          master,
          ...overrides.map((time) => ({
            name: 'VEVENT',
            properties: [
              ...common,
              timeProperty('RECURRENCE-ID', time),
              ...spanProperties(plusMinutes(time, given.shift), given.minutes),
              ...contentProperties(given.override),
            ],
            components: alarmsOf(given.override),
          })),
        ],
      }),
    }
  })

const bounded = (
  rule: string,
  limit: { readonly kind: 'none' } | { readonly kind: 'count' | 'until'; readonly count: number },
  times: readonly CalendarTime[],
): string => {
  if (limit.kind === 'none') return rule
  if (limit.kind === 'count') return `${rule};COUNT=${limit.count}`
  const last = times[Math.min(limit.count, times.length) - 1]
  if (last === undefined) return rule
  if (last.kind === 'date') return `${rule};UNTIL=${last.date.replaceAll('-', '')}`
  const day = (last.kind === 'utc' ? last.instant : last.local).slice(0, 10)
  // The end of a day two days on, in UTC: no zone makes it another occurrence's day of a rule that repeats by weeks or more.
  const compact = (last.kind === 'utc' ? last.instant : last.local).slice(0, 19).replace(/[-:]/g, '')
  return last.kind === 'zoned'
    ? `${rule};UNTIL=${day.replaceAll('-', '')}T235959Z`
    : `${rule};UNTIL=${compact}${last.kind === 'utc' ? 'Z' : ''}`
}
