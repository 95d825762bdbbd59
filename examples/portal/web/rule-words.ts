import type { Texts } from './texts/index.ts'

/** The parts of an RRULE that the form knows. */
export interface SimpleRule {
  /** The rule without its end. */
  readonly base: string
  /** Last day, `2026-12-31`; `null` without end. */
  readonly until: string | null
  readonly count: number | null
}

/** Takes a rule's end apart from the rest. */
export const readRule = (rule: string): SimpleRule => {
  const parts = rule.split(';').filter((part) => part !== '')
  const until = parts.find((part) => /^UNTIL=/i.test(part))?.slice(6) ?? null
  const count = parts.find((part) => /^COUNT=/i.test(part))?.slice(6) ?? null
  return {
    base: parts.filter((part) => !/^(UNTIL|COUNT)=/i.test(part)).join(';'),
    until: until === null ? null : `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`,
    count: count === null ? null : Number(count),
  }
}

/** The rule again. A timed series ends with the last moment of that day in UTC, a whole-day one with the day. RFC 5545 §3.3.10. */
export const writeRule = ({ base, until }: Pick<SimpleRule, 'base' | 'until'>, allDay: boolean): string => {
  if (base === '' || until === null || until === '') return base
  const day = until.replaceAll('-', '')
  return `${base};UNTIL=${allDay ? day : `${day}T235959Z`}`
}

/** The rules that the form offers, without their ends. */
export const offeredRules = [
  'FREQ=DAILY',
  'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;INTERVAL=2',
  'FREQ=MONTHLY',
  'FREQ=YEARLY',
] as const

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const wordsOfUnit = {
  DAILY: { one: (texts: Texts) => texts.repeatDaily, many: (texts: Texts) => texts.grid.everyDays },
  WEEKLY: { one: (texts: Texts) => texts.repeatWeekly, many: (texts: Texts) => texts.grid.everyWeeks },
  MONTHLY: { one: (texts: Texts) => texts.repeatMonthly, many: (texts: Texts) => texts.grid.everyMonths },
  YEARLY: { one: (texts: Texts) => texts.repeatYearly, many: (texts: Texts) => texts.grid.everyYears },
} as const

/** `Every two weeks`; `null` for a unit that is shorter than a day. */
const everyWords = (freq: string, interval: number, texts: Texts): string | null => {
  const unit = freq in wordsOfUnit ? wordsOfUnit[freq as keyof typeof wordsOfUnit] : null
  if (unit === null) return null
  if (interval === 1) return unit.one(texts)
  return freq === 'WEEKLY' && interval === 2 ? texts.grid.repeatBiweekly : unit.many(texts)(interval)
}

/** A day of the first week of 2001, which began on a Monday. */
const weekdayName = (index: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' }).format(Date.UTC(2001, 0, 1 + index))

/** What a rule says without its end; `null` for one that these words do not say fully. */
const baseWords = (base: string, texts: Texts): string | null => {
  const parts = new Map(
    base.split(';').map((part) => {
      const [name = '', value = ''] = part.toUpperCase().split('=')
      return [name, value] as const
    }),
  )
  const freq = parts.get('FREQ') ?? ''
  const every = everyWords(freq, Number(parts.get('INTERVAL') ?? 1), texts)
  const [byDay, byMonthDay, byMonth] = ['BYDAY', 'BYMONTHDAY', 'BYMONTH'].map((name) => parts.get(name))
  const named = ['FREQ', 'INTERVAL', 'WKST', 'BYDAY', 'BYMONTHDAY', 'BYMONTH']
  if (every === null || [...parts.keys()].some((name) => !named.includes(name))) return null
  if (byDay === undefined && byMonthDay === undefined && byMonth === undefined) return every
  const days = byDay?.split(',') ?? []
  if (freq === 'WEEKLY' && byMonthDay === undefined && byMonth === undefined) {
    const indexes = days.map((day) => weekdays.indexOf(day)).toSorted((a, b) => a - b)
    if (indexes.includes(-1)) return null
    const isWeek = indexes.join() === '0,1,2,3,4' && every === texts.repeatWeekly
    return isWeek
      ? texts.grid.repeatWeekdays
      : texts.grid.onDays(
          every,
          indexes.map((day) => weekdayName(day, texts.locale)),
        )
  }
  if (freq === 'MONTHLY' && byMonth === undefined) {
    const day = /^(-1|[1-9]\d?)$/.exec(byMonthDay ?? '')
    if (day !== null && byDay === undefined) return texts.grid.onMonthDay(every, Number(day[0]))
    const nth = /^(-1|[1-5])([A-Z]{2})$/.exec(byDay ?? '')
    const weekday = weekdays.indexOf(nth?.[2] ?? '')
    return nth === null || weekday < 0 || byMonthDay !== undefined
      ? null
      : texts.grid.onNthDay(every, Number(nth[1]), weekday)
  }
  if (freq !== 'YEARLY' || byDay !== undefined || !/^\d+$/.test(byMonth ?? '') || !/^\d+$/.test(byMonthDay ?? ''))
    return null
  const format = new Intl.DateTimeFormat(texts.locale, { timeZone: 'UTC', day: 'numeric', month: 'long' })
  return texts.grid.onYearDay(every, format.format(Date.UTC(2000, Number(byMonth) - 1, Number(byMonthDay))))
}

/** A rule in words; one that has more to it than these is called so. */
export const ruleWords = (rule: string, texts: Texts): string => {
  const { base, until, count } = readRule(rule)
  const day =
    until === null
      ? null
      : new Intl.DateTimeFormat(texts.locale, { timeZone: 'UTC', dateStyle: 'long' }).format(
          new Date(`${until}T00:00:00Z`),
        )
  const end = day !== null ? `, ${texts.grid.ruleUntil(day)}` : count !== null ? `, ${texts.grid.ruleCount(count)}` : ''
  return `${baseWords(base, texts) ?? texts.repeatKept}${end}`
}
