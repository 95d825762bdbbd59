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

/** A rule in words; one that the form does not offer is called so. */
export const ruleWords = (rule: string, texts: Texts): string => {
  const { base, until, count } = readRule(rule)
  const names: Readonly<Record<string, string>> = {
    'FREQ=DAILY': texts.repeatDaily,
    'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR': texts.grid.repeatWeekdays,
    'FREQ=WEEKLY': texts.repeatWeekly,
    'FREQ=WEEKLY;INTERVAL=2': texts.grid.repeatBiweekly,
    'FREQ=MONTHLY': texts.repeatMonthly,
    'FREQ=YEARLY': texts.repeatYearly,
  }
  // A weekly rule on the very day of its start says no more than "weekly".
  const plain = base.replace(/^(FREQ=WEEKLY(?:;INTERVAL=2)?);BYDAY=[A-Z]{2}$/, '$1').replace(/;WKST=[A-Z]{2}/, '')
  const day =
    until === null
      ? null
      : new Intl.DateTimeFormat(texts.locale, { timeZone: 'UTC', dateStyle: 'long' }).format(
          new Date(`${until}T00:00:00Z`),
        )
  const end = day !== null ? `, ${texts.grid.ruleUntil(day)}` : count !== null ? `, ${texts.grid.ruleCount(count)}` : ''
  return `${names[plain] ?? texts.repeatKept}${end}`
}
