import { CalendarError, type CalendarTime } from '@dayport/core'
import { type Component, type Property, parseRule, readTime } from '@dayport/core/ical'
import type { LintLog } from './findings.ts'

/** The rules of a series: RFC 5545 §3.3.10, §3.8.5.3. */
export const lintSeries = (entry: Component, log: LintLog): void => {
  const rules = entry.propertiesNamed('RRULE')
  const second = rules[1]
  if (second !== undefined) {
    log.add('several-rules', second.start, 'The event has a second RRULE; most programs follow the first alone.')
  }
  const startProperty = entry.property('DTSTART')
  const start = startProperty === undefined ? null : readTime(startProperty)
  for (const property of rules) lintRule(property, start, log)
  if (rules.length > 0 && entry.property('RECURRENCE-ID') !== undefined) {
    const at = rules[0]?.start ?? entry.start
    log.add(
      'rule-odd',
      at,
      'A changed instance has a rule of its own, which programs ignore or take for a second series.',
    )
  }
}

const lintRule = (property: Property, start: CalendarTime | null, log: LintLog): void => {
  try {
    const rule = parseRule(property.value)
    for (const warning of rule.warnings) log.add('rule-odd', property.start, `The rule is odd: ${warning}.`)
    if (rule.until !== null && start !== null) lintUntil(property, rule.until, start, log)
  } catch (error) {
    if (!CalendarError.is(error)) throw error
    log.add('rule-invalid', property.start, `The rule cannot be read: ${error.message}.`)
  }
}

/** "The value of the UNTIL rule part MUST have the same value type as the DTSTART property", and in UTC where that has a zone. */
const lintUntil = (property: Property, until: CalendarTime, start: CalendarTime, log: LintLog): void => {
  const wanted = start.kind === 'date' ? 'date' : start.kind === 'floating' ? 'floating' : 'utc'
  if (until.kind === wanted) return
  const forms = {
    date: 'a DATE, as DTSTART is',
    floating: 'a local time, as DTSTART is',
    utc: 'a time in UTC (with Z), since DTSTART has a zone',
  }
  log.add('until-form', property.start, `UNTIL must be ${forms[wanted]}; else the series ends a day early or late.`)
}
