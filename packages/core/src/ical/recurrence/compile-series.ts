import { defaultObjectLimits, expansionLimits } from '../../limits.ts'
import type { CalendarTime } from '../../time.ts'
import type { LocalMs, ZoneResolver } from '../zones/model.ts'
import { createZoneResolver } from '../zones/resolver.ts'
import { type CompiledRule, type CompileOptions, compileRule } from './compile-rule.ts'
import { dayMs } from './days.ts'
import { createFrame, type Frame } from './frame.ts'
import { localOf } from './local-time.ts'
import type { RecurrenceDate, SeriesFacts } from './model.ts'
import { type PlacedOverrides, placeOverrides } from './overrides.ts'
import { parseRule } from './parse-rule.ts'
import { lengthOf, type SpanLength } from './span-length.ts'

/** One RDATE in the series' terms. */
export interface PlacedDate {
  readonly local: LocalMs
  readonly key: number
  /** `null` when the instance lasts as long as the master. */
  readonly length: SpanLength | null
}

/** A series ready to be walked: rules compiled, dates sorted, overrides placed. Holds no window and no floating zone. */
export interface SeriesParts {
  readonly frame: Frame
  /** `null` when only overrides are there. */
  readonly startLocal: LocalMs | null
  readonly length: SpanLength
  /** DTEND's own form; `null` when the end is written like the start. */
  readonly endForm: CalendarTime | null
  readonly rules: readonly CompiledRule[]
  readonly exrules: readonly CompiledRule[]
  /** Ascending by wall-clock time, without duplicates. */
  readonly dates: readonly PlacedDate[]
  /** Keys of the dates that have a length of their own: it is theirs, also where a rule names the same instance. */
  readonly periodKeys: ReadonlySet<number>
  /** The longest of the dates that have a length of their own; `null` when none has. */
  readonly longestDate: SpanLength | null
  readonly exkeys: ReadonlySet<number>
  /** Local days, in ms, on which a DATE in EXDATE removes every instance. */
  readonly exdays: ReadonlySet<number>
  readonly overrides: PlacedOverrides
  readonly zones: ZoneResolver
  readonly warnings: readonly string[]
}

/** Most different warnings kept of one series. */
const maxWarnings = 50

const { maxRules } = defaultObjectLimits

/**
 * Prepares a series. A rule that cannot be read is left out with a warning: what is stored must stay visible.
 *
 * @throws {CalendarError} `invalid-calendar-data` when a time in the facts names no day or no time.
 */
export const prepareSeries = (facts: SeriesFacts, resolver?: ZoneResolver): SeriesParts => {
  const zones = resolver ?? createZoneResolver({ vtimezones: facts.zones })
  const warnings: string[] = []
  const warn = (message: string): void => {
    if (warnings.length < maxWarnings && !warnings.includes(message)) warnings.push(message)
  }
  const form = facts.start ?? facts.overrides[0]?.recurrenceId ?? { kind: 'utc', instant: '1970-01-01T00:00:00Z' }
  const frame = createFrame(form, zones, warn)
  const length = lengthOf({ start: form, end: facts.end, duration: facts.duration }, frame)
  const startLocal = facts.start === null ? null : localOf(facts.start)
  // Counting to the ends of many rules is not to cost more than counting to that of one.
  const countSteps = Math.ceil(expansionLimits.countSteps / Math.max(1, facts.rrules.length + facts.exrules.length))
  const compile = (texts: readonly string[], startCounts: boolean): CompiledRule[] =>
    facts.start === null
      ? []
      : texts.slice(0, maxRules).flatMap((text) => compileText(text, form, frame, { startCounts, countSteps }, warn))
  if (Math.max(facts.rrules.length, facts.exrules.length) > maxRules) warn(`only the first ${maxRules} rules are used`)
  const rules = compile(facts.rrules, true)
  const dates = facts.rdates.map((date) => placeDate(date, frame, startLocal ?? 0))
  dates.sort((first, second) => first.local - second.local || first.key - second.key)
  const firstOfDay = (day: LocalMs): LocalMs | null => findFirst(day, startLocal, rules, dates)
  const exdays = new Set<number>()
  const exkeys = new Set<number>()
  for (const time of facts.exdates) {
    if (form.kind === 'date' || time.kind === 'date') exdays.add(Math.floor(localOf(time) / dayMs) * dayMs)
    else exkeys.add(frame.keyOf(time))
  }
  return {
    frame,
    startLocal,
    length,
    endForm: facts.end !== null && hasOtherForm(form, facts.end) && !frame.floating ? facts.end : null,
    rules,
    exrules: compile(facts.exrules, false),
    dates: dates.filter((date, index) => index === 0 || dates[index - 1]?.key !== date.key),
    periodKeys: new Set(dates.flatMap(({ key, length }) => (length === null ? [] : [key]))),
    longestDate: dates.reduce<SpanLength | null>(
      (longest, { length }) => (length !== null && sizeOf(length) > sizeOf(longest) ? length : longest),
      null,
    ),
    exkeys,
    exdays,
    overrides: placeOverrides(facts.overrides, frame, length, firstOfDay),
    zones,
    warnings,
  }
}

const compileText = (
  text: string,
  start: CalendarTime,
  frame: Frame,
  options: CompileOptions,
  warn: (message: string) => void,
): CompiledRule[] => {
  try {
    const rule = parseRule(text)
    rule.warnings.forEach(warn)
    return [compileRule(rule, start, { ...options, ...(frame.floating ? {} : { zone: frame.zone }) })]
  } catch (error) {
    warn(`a recurrence rule is left out: ${error instanceof Error ? error.message : 'unreadable'}`)
    return []
  }
}

const sizeOf = (length: SpanLength | null): number => (length === null ? -1 : length.days * dayMs + length.ms)

/** A DATE in a series of times means the start's time on that day; a time in a series of DATEs means its day. */
const placeDate = (date: RecurrenceDate, frame: Frame, startLocal: LocalMs): PlacedDate => {
  const own = date.end !== undefined || date.duration !== undefined
  const length = own ? lengthOf(date, frame) : null
  if (frame.form.kind === 'date') {
    const local = Math.floor(localOf(date.start) / dayMs) * dayMs
    return { local, key: local, length: null }
  }
  if (date.start.kind === 'date') {
    const local = localOf(date.start) + startLocal - Math.floor(startLocal / dayMs) * dayMs
    return { local, key: frame.floating ? local : frame.zone.toInstant(local), length }
  }
  const key = frame.keyOf(date.start)
  return { local: frame.localOfKey(key), key, length }
}

const findFirst = (
  day: LocalMs,
  startLocal: LocalMs | null,
  rules: readonly CompiledRule[],
  dates: readonly PlacedDate[],
): LocalMs | null => {
  const span = { from: day, to: day + dayMs - 1 }
  const found: number[] = []
  if (startLocal !== null && startLocal >= span.from && startLocal <= span.to) found.push(startLocal)
  const one = new Float64Array(1)
  for (const rule of rules) if (rule.cursor(span).fill(one) > 0) found.push(one[0]!)
  const date = dates[firstDateFrom(dates, span.from)]
  if (date !== undefined && date.local <= span.to) found.push(date.local)
  return found.length === 0 ? null : Math.min(...found)
}

/** Index of the first date at or after that wall-clock time. */
export const firstDateFrom = (dates: readonly PlacedDate[], local: LocalMs): number => {
  let low = 0
  let high = dates.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (dates[middle]!.local < local) low = middle + 1
    else high = middle
  }
  return low
}

const hasOtherForm = (start: CalendarTime, end: CalendarTime): boolean =>
  start.kind !== end.kind || (start.kind === 'zoned' && end.kind === 'zoned' && start.tzid !== end.tzid)
