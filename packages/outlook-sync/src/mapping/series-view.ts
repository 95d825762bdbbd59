import type { CalendarTime } from '@dayport/core'
import { expandRule, parseRule, type RecurrenceRule, type TimeZone } from '@dayport/core/ical'
import type { MappingContext } from '../item-mapping.ts'
import type { ItemKey } from '../list-item.ts'
import { dayMs, localMsOf, withLocalMs } from './instants.ts'
import { createFinder, instantOf, localMsIn, type OpenObject, type Span, spanOfStart } from './open-object.ts'
import { type PatternPart, patternsOf } from './pattern.ts'
import { recurrenceXml, type SeriesEnd } from './recurrence-xml.ts'
import { followsRule, type ZoneRule, zoneRuleAt, zoneRuleXml } from './zone-rule.ts'

/** One series in Outlook. */
export interface SeriesPart {
  readonly key: ItemKey
  readonly first: Span
  readonly recurrenceData: string
  readonly timeZoneXml: string
}

/** A series as Outlook can show it: one series or several, exactly its occurrences. */
export interface SeriesView {
  readonly parts: readonly SeriesPart[]
  /** DTSTART where it is no occurrence of the rule; else `null`. */
  readonly stray: CalendarTime | null
  /** Which part an occurrence belongs to; `null` when none. */
  readonly partOf: (recurrenceId: CalendarTime) => ItemKey | null
  /** Whether an occurrence that begins on that local time would stand on or beyond the day of another one. */
  readonly passesNeighbour: (recurrenceId: CalendarTime, startLocalMs: number) => boolean
}

const checkedWindows = new WeakMap<TimeZone, { readonly key: string; readonly isRight: boolean }>()

/** Whether a zone goes by the rule all through the window; remembered, since many series have one zone. */
const holdsInWindow = (zone: TimeZone, rule: ZoneRule, { startMs, endMs }: MappingContext['window']): boolean => {
  const key = `${startMs} ${endMs} ${zoneRuleXml(rule)}`
  const known = checkedWindows.get(zone)
  if (known?.key === key) return known.isRight
  const isRight = followsRule(zone, rule, startMs, endMs)
  checkedWindows.set(zone, { key, isRight })
  return isRight
}

const zeroZone =
  '<timeZoneRule><standardBias>0</standardBias><additionalDaylightBias>0</additionalDaylightBias></timeZoneRule>'

/** XMLTZone of the series; `null` when no one rule tells the true times. */
const zoneXmlOf = (object: OpenObject, context: MappingContext, firstMs: number, lastMs: number): string | null => {
  if (object.facts.start?.kind === 'date') return zeroZone
  const { seriesZone: zone } = object
  const rule = zoneRuleAt(zone, Math.min(Math.max(firstMs, context.nowMs), lastMs))
  if (rule === null) return null
  if (!holdsInWindow(zone, rule, context.window)) {
    const fromMs = Math.max(context.window.startMs, firstMs)
    const toMs = Math.min(context.window.endMs, lastMs)
    if (fromMs <= toMs && !followsRule(zone, rule, fromMs, toMs)) return null
  }
  return zoneRuleXml(rule)
}

/** How far back the last occurrence before an UNTIL is looked for, in days. */
const backSteps = [40, 400, 4_000, 40_000]

const lastBefore = (
  rule: RecurrenceRule,
  start: CalendarTime,
  zone: TimeZone,
  untilLocal: number,
): CalendarTime | null => {
  const startLocal = localMsOf(start)
  for (const days of backSteps) {
    const from = Math.max(startLocal, untilLocal - days * dayMs)
    const before = withLocalMs(start, start.kind === 'date' ? untilLocal + dayMs : untilLocal + 1000)
    const found = expandRule(rule, start, { from: withLocalMs(start, from), before, zone })
    if (found.length > 0) return found.at(-1)!
    if (from === startLocal) return null
  }
  return null
}

const untilLocalOf = (object: OpenObject, until: CalendarTime): number => {
  if (until.kind === 'date') return localMsOf(until) + dayMs - 1000
  return object.facts.start?.kind === 'date' || until.kind === 'floating'
    ? localMsOf(until)
    : object.seriesZone.toLocal(localMsOf(until))
}

/** @returns `null` when Outlook cannot say the series: it is then shown one by one. */
export const seriesView = (object: OpenObject, context: MappingContext): SeriesView | null => {
  const { facts, seriesZone: zone } = object
  const { start } = facts
  const [ruleValue] = facts.rrules
  if (start === null || ruleValue === undefined || facts.rrules.length > 1 || facts.exrules.length > 0) return null
  if (facts.overrides.some(({ thisAndFuture }) => thisAndFuture)) return null
  try {
    const rule = parseRule(ruleValue)
    const alone = { ...facts, rrules: [], rdates: [], exdates: [], overrides: [] }
    const base = spanOfStart(object) ?? createFinder(object, alone).all(1)[0]
    if (base === undefined) return null
    const lengthMs = start.kind === 'date' ? localMsOf(base.end) - localMsOf(base.start) : base.endMs - base.startMs
    // No occurrence of a series in a list is longer than a day, or shorter than the day it takes: section 8.3.
    if (start.kind === 'date' ? lengthMs > dayMs : lengthMs >= dayMs) return null
    const patterns = patternsOf(rule, start)
    if (patterns.length === 0) return null
    return viewOf(object, context, start, base, rule, patterns, zone)
  } catch {
    return null // a rule that costs more than the budget, or cannot be read
  }
}

const viewOf = (
  object: OpenObject,
  context: MappingContext,
  start: CalendarTime,
  base: Span,
  rule: RecurrenceRule,
  patterns: readonly PatternPart[],
  zone: TimeZone,
): SeriesView | null => {
  const { facts } = object
  const startLocal = localMsOf(start)
  const firsts = patterns.map((part) => expandRule({ ...part.rule, count: null }, start, { limit: 1, zone })[0] ?? null)
  const isStray = !firsts.some((first) => first !== null && localMsOf(first) === startLocal)
  const untilLocal = rule.until === null ? null : untilLocalOf(object, rule.until)
  const parts: SeriesPart[] = []
  const partKey = (index: number): ItemKey => (patterns.length === 1 ? 'event' : `part:${index + 1}`)
  for (const [index, { pattern, rule: own }] of patterns.entries()) {
    const firstTime = firsts[index] ?? null
    if (firstTime === null || (untilLocal !== null && localMsOf(firstTime) > untilLocal)) continue
    // DTSTART is an instance and counts, matching or not: RFC 5545 §3.8.5.3.
    const count = rule.count === null ? null : rule.count - (isStray ? 1 : 0)
    if (count !== null && count < 1) continue
    const last = untilLocal === null ? null : lastBefore({ ...own, until: null }, start, zone, untilLocal)
    const lastMs = last === null ? Number.POSITIVE_INFINITY : instantOf(object, last)
    const end: SeriesEnd =
      count !== null ? { count } : last === null ? null : { untilMs: last.kind === 'date' ? localMsOf(last) : lastMs }
    const ruled = { ...facts, exdates: [], overrides: [], rdates: [] }
    const first = localMsOf(firstTime) === startLocal ? base : createFinder(object, ruled).named(firstTime)[0]
    const timeZoneXml = first === undefined ? null : zoneXmlOf(object, context, first.startMs, lastMs)
    if (first === undefined || timeZoneXml === null) return null
    const weekStart = pattern.kind === 'weekly' ? pattern.weekStart : rule.weekStart
    parts.push({ key: partKey(index), first, recurrenceData: recurrenceXml(pattern, end, weekStart), timeZoneXml })
  }

  const endless = patterns.map(({ rule: own }) => ({ ...own, count: null, until: null }))
  const inForm = (localMs: number): CalendarTime => withLocalMs(start, localMs)
  const partOf = (recurrenceId: CalendarTime): ItemKey | null => {
    const local = localMsIn(object, recurrenceId)
    const index = endless.findIndex((own) => {
      const [found] = expandRule(own, start, { from: inForm(local), limit: 1, zone })
      return found !== undefined && localMsOf(found) === local
    })
    const key = index < 0 ? null : partKey(index)
    return parts.some((part) => part.key === key) ? key : null
  }
  const dayOf = (localMs: number): number => Math.floor(localMs / dayMs)
  const passesNeighbour = (recurrenceId: CalendarTime, newLocal: number): boolean => {
    const local = localMsIn(object, recurrenceId)
    if (dayOf(newLocal) === dayOf(local)) return false
    const isLater = newLocal > local
    return endless.some((own) => {
      const from = isLater ? local + 1000 : Math.max(startLocal, Math.floor(newLocal / dayMs) * dayMs)
      const [found] = expandRule(own, start, {
        from: inForm(isLater && start.kind === 'date' ? local + dayMs : from),
        limit: 1,
        zone,
      })
      if (found === undefined) return false
      const other = localMsOf(found)
      return isLater ? dayOf(other) <= dayOf(newLocal) : other < local
    })
  }
  return { parts, stray: isStray ? start : null, partOf, passesNeighbour }
}
