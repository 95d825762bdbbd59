import type { CalendarTime } from '@dayport/core'
import {
  expandRule,
  expandSeries,
  parseCalendar,
  parseRule,
  type RecurrenceInstance,
  resolveKnownZone,
  seriesFacts,
} from '@dayport/core/ical'
import fc from 'fast-check'

/** Zones of every sort: north, south, half an hour of summer time, none, odd offsets, rules that no list can say. */
export const sayableZones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Europe/Moscow',
  'America/Sao_Paulo',
  'Pacific/Auckland',
  'Europe/London',
  'UTC',
] as const

const unsayableZones = [
  'Africa/Casablanca',
  'America/Santiago',
  'Asia/Jerusalem',
  'Africa/Cairo',
  'America/Nuuk',
  'Asia/Gaza',
] as const

/** What becomes of one occurrence. */
export interface Change {
  readonly index: number
  readonly kind: 'deleted' | 'cancelled' | 'retitled' | 'moved'
  readonly days: number
  readonly minutes: number
  /** How the override is written: as the master is, or in another form of time. */
  readonly form: 'own' | 'utc' | 'other-zone' | 'date' | 'this-and-future'
}

const pad = (value: number, length = 2): string => String(value).padStart(length, '0')

/** A property line with a time in a form: `DTSTART;TZID=Europe/Berlin:20260302T090000`. */
export const timeLine = (name: string, form: string, local: string): string => {
  const compact = local.replace(/[-:]/g, '')
  if (form === 'date') return `${name};VALUE=DATE:${compact.slice(0, 8)}`
  if (form === 'UTC') return `${name}:${compact}Z`
  return form === 'floating' ? `${name}:${compact}` : `${name};TZID=${form}:${compact}`
}

/** Local time arithmetic without a zone. */
export const shifted = (local: string, ms: number): string =>
  new Date(Date.parse(`${local}Z`) + ms).toISOString().slice(0, 19)

/** A calendar object of these components' lines. */
export const objectText = (...components: readonly (readonly string[])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//T//T//EN',
    ...components.flatMap((lines) => ['BEGIN:VEVENT', 'UID:u1', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n')

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
const weekday = fc.constantFrom(...weekdays)
const interval = fc.constantFrom(1, 1, 1, 2, 3, 5)
const nth = fc.constantFrom(1, 2, 3, 4, -1)
const daySet = fc.constantFrom('MO,TU,WE,TH,FR', 'SA,SU', 'MO,TU,WE,TH,FR,SA,SU')
const monthDay = fc.integer({ min: 1, max: 28 })
const month = fc.integer({ min: 1, max: 12 })
const every = (freq: string, n: number): string => `FREQ=${freq}${n === 1 ? '' : `;INTERVAL=${n}`}`

/** Every form that the grammar of RecurrenceData has, as RRULE without an end. Specification section 8.2. */
export const sayableRules: fc.Arbitrary<string> = fc.oneof(
  interval.map((n) => every('DAILY', n)),
  fc.constantFrom('FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'),
  fc
    .tuple(
      interval,
      fc.uniqueArray(weekday, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('', ';WKST=SU', ';WKST=SA'),
    )
    .map(([n, days, wkst]) => `${every('WEEKLY', n)};BYDAY=${days.join(',')}${wkst}`),
  interval.map((n) => every('WEEKLY', n)),
  fc.tuple(interval, monthDay).map(([n, day]) => `${every('MONTHLY', n)};BYMONTHDAY=${day}`),
  interval.map((n) => `${every('MONTHLY', n)};BYMONTHDAY=-1`),
  fc.tuple(interval, nth, weekday).map(([n, at, day]) => `${every('MONTHLY', n)};BYDAY=${at}${day}`),
  fc.tuple(interval, nth, daySet).map(([n, at, days]) => `${every('MONTHLY', n)};BYDAY=${days};BYSETPOS=${at}`),
  fc.tuple(interval, month, monthDay).map(([n, m, day]) => `${every('YEARLY', n)};BYMONTH=${m};BYMONTHDAY=${day}`),
  fc
    .tuple(interval, month, nth, weekday)
    .map(([n, m, at, day]) => `${every('YEARLY', n)};BYMONTH=${m};BYDAY=${at}${day}`),
  fc
    .tuple(interval, month, nth, daySet)
    .map(([n, m, at, days]) => `${every('YEARLY', n)};BYMONTH=${m};BYDAY=${days};BYSETPOS=${at}`),
  fc.constantFrom(1, 2, 3).map((n) => `${every('MONTHLY', n)};BYMONTHDAY=28,29,30,31;BYSETPOS=-1`),
)

const ordinals = fc.uniqueArray(fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, -1, -2), weekday), {
  minLength: 1,
  maxLength: 3,
})

/** What the format cannot say, or says with another meaning. Specification section 8.6. */
export const strangeRules: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(6, 7, 11, 25).map((n) => every('HOURLY', n)),
  fc.constantFrom('FREQ=MINUTELY;INTERVAL=1000', 'FREQ=SECONDLY;INTERVAL=86000'),
  fc.constantFrom('FREQ=YEARLY;BYYEARDAY=1,100,-1', 'FREQ=YEARLY;BYWEEKNO=1,20;BYDAY=MO', 'FREQ=DAILY;BYHOUR=9,15'),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 3 })
    .map((days) => `FREQ=MONTHLY;BYMONTHDAY=${days.join(',')}`),
  fc
    .tuple(fc.constantFrom(1, 2), fc.constantFrom('-2', '-1', '15,-1', '1,15', '28,29,30', '29', '30', '31'))
    .map(([n, days]) => `${every('MONTHLY', n)};BYMONTHDAY=${days}`),
  fc
    .tuple(interval, ordinals)
    .map(([n, list]) => `${every('MONTHLY', n)};BYDAY=${list.map(([at, day]) => `${at}${day}`).join(',')}`),
  fc
    .tuple(fc.uniqueArray(weekday, { minLength: 1, maxLength: 3 }), fc.constantFrom('1', '1,3', '5', '-2', '1,-1'))
    .map(([days, at]) => `FREQ=MONTHLY;BYDAY=${days.join(',')};BYSETPOS=${at}`),
  fc.uniqueArray(weekday, { minLength: 1, maxLength: 3 }).map((days) => `FREQ=MONTHLY;BYDAY=${days.join(',')}`),
  fc.uniqueArray(month, { minLength: 1, maxLength: 4 }).map((months) => `FREQ=YEARLY;BYMONTH=${months.join(',')}`),
  fc
    .tuple(fc.uniqueArray(month, { minLength: 1, maxLength: 3 }), ordinals)
    .map(
      ([months, list]) =>
        `FREQ=YEARLY;BYMONTH=${months.join(',')};BYDAY=${list.map(([at, day]) => `${at}${day}`).join(',')}`,
    ),
  fc
    .tuple(fc.uniqueArray(month, { minLength: 1, maxLength: 3 }), fc.constantFrom('1', '-1', '2'))
    .map(([months, at]) => `FREQ=YEARLY;BYMONTH=${months.join(',')};BYDAY=MO,TU,WE,TH,FR;BYSETPOS=${at}`),
  fc
    .tuple(fc.constantFrom(2, 4, 6), fc.constantFrom(29, 30, 31))
    .map(([m, day]) => `FREQ=YEARLY;BYMONTH=${m};BYMONTHDAY=${day}`),
  fc.uniqueArray(weekday, { minLength: 1, maxLength: 3 }).map((days) => `FREQ=YEARLY;BYDAY=${days.join(',')}`),
  fc.constantFrom(
    'FREQ=YEARLY;BYDAY=20MO',
    'FREQ=YEARLY;BYMONTHDAY=13',
    'FREQ=YEARLY',
    'FREQ=MONTHLY',
    'FREQ=WEEKLY;BYMONTH=3,4;BYDAY=TU',
  ),
  fc.constantFrom(
    'FREQ=DAILY;BYMONTH=1,7',
    'FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE',
    'FREQ=DAILY;BYDAY=SA,SU',
    'FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1',
    'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
  ),
  fc.constantFrom(
    'FREQ=WEEKLY;BYHOUR=9;BYMINUTE=30',
    'FREQ=MONTHLY;INTERVAL=2;BYDAY=MO',
    'FREQ=YEARLY;BYSETPOS=1;BYDAY=MO;BYMONTH=1',
  ),
)

/** Local times from the summer before the window to its end; every hour, so that gaps and overlaps are hit. */
export const starts: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: -250, max: 420 }), fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 0, 30, 45))
  .map(([day, hour, minute]) => shifted(`2026-01-01T${pad(hour)}:${pad(minute)}:00`, day * 86_400_000))

const kinds = fc.constantFrom<Change['kind']>('deleted', 'cancelled', 'retitled', 'moved', 'moved')

/** Changes that stay in the form of the series. */
export const plainChanges: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    index: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 12 })),
    kind: kinds,
    days: fc.integer({ min: -9, max: 9 }),
    minutes: fc.constantFrom(0, 15, -90, 600),
    form: fc.constant<Change['form']>('own'),
  }),
  { maxLength: 4 },
)

/** Changes in every form that iCalendar allows. */
export const strangeChanges: fc.Arbitrary<readonly Change[]> = fc
  .tuple(
    plainChanges,
    fc.array(fc.constantFrom<Change['form']>('own', 'own', 'own', 'utc', 'other-zone', 'date', 'this-and-future'), {
      minLength: 4,
      maxLength: 4,
    }),
  )
  .map(([changes, forms]) => changes.map((change, index) => ({ ...change, form: forms[index]! })))

export const anyForm = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...sayableZones) },
  { weight: 2, arbitrary: fc.constantFrom(...unsayableZones) },
  { weight: 2, arbitrary: fc.constant('date') },
  { weight: 1, arbitrary: fc.constant('floating') },
)

/** An end of a rule: never, after so many, or at a time in the form that DTSTART wants. RFC 5545 §3.3.10. */
export const ending = (form: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map((count) => `;COUNT=${count}`) },
    {
      weight: 2,
      arbitrary: starts.map((local) => {
        const compact = shifted(local, 120 * 86_400_000).replace(/[-:]/g, '')
        if (form === 'date') return `;UNTIL=${compact.slice(0, 8)}`
        return `;UNTIL=${compact}${form === 'floating' ? '' : 'Z'}`
      }),
    },
  )

/** A series as text, made of parts that a failing run can show and shrink. */
export interface SeriesParts {
  /** A TZID, `UTC`, `date` or `floating`. */
  readonly form: string
  /** `yyyy-MM-ddTHH:mm:ss` on its own clock. */
  readonly start: string
  /** RFC 5545 duration. */
  readonly duration: string
  readonly rule: string
  /** Lines beside it in the master. */
  readonly more: readonly string[]
  /** Those whose occurrence is not there, or changed already, are left out. */
  readonly changes: readonly Change[]
}

const dayMs = 86_400_000

const localOf = (time: CalendarTime): string =>
  time.kind === 'date' ? `${time.date}T00:00:00` : time.kind === 'utc' ? time.instant.slice(0, 19) : time.local

const timeIn = (form: string, local: string): CalendarTime => {
  if (form === 'date') return { kind: 'date', date: local.slice(0, 10) }
  if (form === 'floating') return { kind: 'floating', local }
  return form === 'UTC' ? { kind: 'utc', instant: `${local}Z` } : { kind: 'zoned', local, tzid: form }
}

/** The start moved to the first day that the rule falls on, as in every series that Outlook makes. */
const firstOf = (rule: string, form: string, local: string): string => {
  const zone = resolveKnownZone(form === 'date' || form === 'floating' ? 'UTC' : form)!
  const [first] = expandRule(parseRule(rule), timeIn(form, local), { limit: 1, zone })
  return first === undefined ? local : localOf(first)
}

const overrideLines = (parts: SeriesParts, found: RecurrenceInstance, change: Change, title: string): string[] => {
  const { form, duration } = parts
  const { recurrenceId: id, recurrenceIdMs } = found
  const isTimed = id.kind !== 'date'
  const isMoved = change.kind === 'moved'
  const minutes = isMoved && isTimed ? change.minutes * 60_000 : 0
  const moved = shifted(localOf(id), (isMoved ? change.days * dayMs : 0) + minutes)
  const content = [`SUMMARY:${title}`, ...(change.kind === 'cancelled' ? ['STATUS:CANCELLED'] : [])]
  const utc = (ms: number): string => new Date(ms).toISOString().slice(0, 19)
  const shift = (isMoved ? change.days * dayMs : 0) + minutes
  const own = timeLine('RECURRENCE-ID', form, localOf(id))
  if (change.form === 'date') return [own, timeLine('DTSTART', 'date', moved), ...content]
  if (change.form === 'utc' && isTimed) {
    const at = utc(recurrenceIdMs)
    return [
      timeLine('RECURRENCE-ID', 'UTC', at),
      timeLine('DTSTART', 'UTC', shifted(at, shift)),
      `DURATION:${duration}`,
      ...content,
    ]
  }
  if (change.form === 'other-zone' && isTimed)
    return [own, timeLine('DTSTART', 'Asia/Tokyo', moved), `DURATION:${duration}`, ...content]
  const line =
    change.form === 'this-and-future' ? own.replace('RECURRENCE-ID', 'RECURRENCE-ID;RANGE=THISANDFUTURE') : own
  return [line, timeLine('DTSTART', form, moved), `DURATION:${duration}`, ...content]
}

/** The object's text: its overrides stand at occurrences that the series really has. */
export const seriesText = (parts: SeriesParts, floatingZone: string): string => {
  const { form, start, duration, rule, more, changes } = parts
  const master = [
    timeLine('DTSTART', form, start),
    `DURATION:${duration}`,
    `RRULE:${rule}`,
    'SUMMARY:Series',
    'LOCATION:Here',
    ...more,
  ]
  if (changes.length === 0) return objectText(master)
  const { instances } = expandSeries(seriesFacts(parseCalendar(bytesOf(objectText(master)))), {
    range: { startMs: Date.UTC(2025, 0, 1), endMs: Date.UTC(2027, 6, 1) },
    floatingZone,
    maxInstances: 40,
  })
  const taken = new Set<number>()
  const overrides: string[][] = []
  const exdates: string[] = []
  changes.forEach((change, number) => {
    const found = instances[change.index]
    if (found === undefined || taken.has(change.index)) return
    taken.add(change.index)
    if (change.kind === 'deleted') {
      exdates.push(timeLine('EXDATE', change.form === 'date' ? 'date' : form, localOf(found.recurrenceId)))
    } else overrides.push(overrideLines(parts, found, change, `Change ${number}`))
  })
  return objectText([...master, ...exdates], ...overrides)
}

/** Makes series of these forms, rules and lengths. */
export const seriesOf = (options: {
  readonly forms: fc.Arbitrary<string>
  readonly rules: fc.Arbitrary<string>
  readonly lengths: (form: string) => fc.Arbitrary<string>
  /** Whether DTSTART is to be on a day of the rule. */
  readonly isAtFirst: boolean
  readonly changes: fc.Arbitrary<readonly Change[]>
  readonly beside?: (form: string) => fc.Arbitrary<readonly string[]>
}): fc.Arbitrary<SeriesParts> =>
  options.forms.chain((form) =>
    fc
      .record({
        start: starts,
        duration: options.lengths(form),
        rule: fc.tuple(options.rules, ending(form)).map(([rule, end]) => rule + end),
        more: options.beside?.(form) ?? fc.constant([]),
        changes: options.changes,
      })
      .map((parts) => {
        const start = form === 'date' ? `${parts.start.slice(0, 10)}T00:00:00` : parts.start
        return { ...parts, form, start: options.isAtFirst ? firstOf(parts.rule, form, start) : start }
      }),
  )

const lengths = (form: string) =>
  form === 'date' ? fc.constant('P1D') : fc.constantFrom('PT1H', 'PT30M', 'PT23H30M', 'PT0S')

/** Series that the format can say: every form of rule, end, zone and change. Specification section 8.2. */
export const sayableSeries: fc.Arbitrary<SeriesParts> = seriesOf({
  forms: fc.constantFrom(...sayableZones, 'date', 'floating'),
  rules: sayableRules,
  lengths,
  isAtFirst: true,
  changes: plainChanges,
})

/** Series of which the format cannot say something. Specification section 8.6. */
export const strangeSeries: fc.Arbitrary<SeriesParts> = seriesOf({
  forms: anyForm,
  rules: fc.oneof({ weight: 3, arbitrary: strangeRules }, { weight: 2, arbitrary: sayableRules }),
  lengths: (form) =>
    form === 'date'
      ? fc.constantFrom('P1D', 'P1D', 'P2D', 'P3D')
      : fc.constantFrom('PT1H', 'PT1H', 'PT23H30M', 'P1D', 'PT30H', 'P2D'),
  isAtFirst: false,
  changes: strangeChanges,
  beside: (form) =>
    fc.array(
      fc.oneof(
        starts.map((local) => timeLine('RDATE', form, local)),
        starts.map((local) => timeLine('EXDATE', form, local)),
        fc.constantFrom('EXRULE:FREQ=MONTHLY;BYMONTHDAY=13', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=7'),
      ),
      { maxLength: 2 },
    ),
})
