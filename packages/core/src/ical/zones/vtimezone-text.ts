import type { ComponentDraft, PropertyDraft } from '../text/model.ts'
import { serializeComponent } from '../text/serialize.ts'
import { utcOffsetValue } from '../text/values.ts'
import { textValue } from '../text/values-text.ts'
import type { IanaZone } from './iana.ts'
import { canonicalName } from './known-names.ts'
import { zoneOfName } from './names.ts'
import type { Transition } from './transitions.ts'
import { findYearlyRuns, localFields, type YearlyRun } from './yearly-rules.ts'
import { createZoneNamer } from './zone-names.ts'

/** The instants in use, both included and widened to whole years; what lies before 1900 or after 2100 is left to the ends. */
export interface VtimezoneSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** How far beyond the years in use a rule must hold to be written without an end: every kind of year comes within 28. */
const foresightYears = 29
const dayMs = 86_400_000

const maxRemembered = 500
const remembered = new Map<string, string>()

/**
 * The VTIMEZONE of a zone that the runtime knows, under the name it is referred to by: every change of the years in use, as
 * rules where there are rules, and for rules that go on a rule without an end. Where the changes follow no rule (Morocco) or one
 * that calendar programs cannot read (Cairo), they are listed to the end of the years in use. CRLF, folded. RFC 5545 §3.6.5.
 *
 * Endless series need no later `toMs` than the last year that somebody may look at.
 *
 * @throws {TypeError} for a TZID that no zone is known by.
 */
export function vtimezoneText(tzid: string, span: VtimezoneSpan): string {
  const fromYear = yearWithin(span.fromMs) - 1
  const toYear = Math.max(yearWithin(span.toMs), fromYear + 1)
  const key = `${fromYear} ${toYear} ${tzid}`
  let text = remembered.get(key)
  if (text === undefined) {
    text = new TextDecoder().decode(serializeComponent(draftOf(tzid, fromYear, toYear)))
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(key, text)
  }
  return text
}

function yearWithin(ms: number): number {
  if (Number.isNaN(ms)) throw new TypeError('expected an instant, got NaN')
  return new Date(Math.min(Math.max(ms, Date.UTC(1901, 0, 1)), Date.UTC(2099, 0, 1))).getUTCFullYear()
}

function draftOf(tzid: string, fromYear: number, toYear: number): ComponentDraft {
  const zone = zoneOfName(tzid)
  if (zone === null)
    throw new TypeError(`expected the name of a known time zone, got ${JSON.stringify(tzid.slice(0, 80))}`)
  const iana = canonicalName(zone.id)
  const startMs = Date.UTC(fromYear, 0, 1)
  const components =
    'transitions' in zone && iana !== null
      ? observancesOf(zone as IanaZone, startMs, Date.UTC(toYear + 1, 0, 1))
      : [steadyObservance(zone.id, zone.offsetAt(startMs), startMs)]
  const properties: PropertyDraft[] = [{ name: 'TZID', value: textValue(tzid) }]
  if (iana !== null) properties.push({ name: 'X-LIC-LOCATION', value: textValue(iana) })
  return { name: 'VTIMEZONE', properties, components }
}

function observancesOf(zone: IanaZone, startMs: number, endMs: number): ComponentDraft[] {
  const foresight = zone.transitions(startMs, endMs + foresightYears * 365.25 * dayMs)
  const used = foresight.filter(({ atMs }) => atMs < endMs)
  const { runs, single, endless } = explain(foresight, used, endMs)
  const name = createZoneNamer(zone.id)
  const blocks = [
    ...runs.map((run) => ruleObservance(run, endless.has(run), foresight, name)),
    ...datedObservances(single, foresight, name),
  ].sort((a, b) => a.firstMs - b.firstMs)
  const components = blocks.map(({ component }) => component)
  // A year before the years in use has been looked at: with no change in it, what holds at first must be said.
  const firstMs = blocks[0]?.firstMs ?? Number.POSITIVE_INFINITY
  if (firstMs < startMs + 365 * dayMs) return components
  const offset = zone.offsetAt(startMs)
  return [steadyObservance(name(startMs, offset), offset, startMs), ...components]
}

/** Rules without an end are only written when they explain everything that comes after the years in use. */
function explain(foresight: readonly Transition[], used: readonly Transition[], endMs: number) {
  const all = findYearlyRuns(foresight)
  const lastYear = (foresight.at(-1)?.atMs ?? 0) - 366 * dayMs
  const endless = new Set(all.runs.filter((run) => run.transitions.at(-1)!.atMs > lastYear && isLong(run)))
  const explained = new Set([...endless].flatMap((run) => run.transitions))
  if (foresight.every((transition) => transition.atMs < endMs || explained.has(transition))) return { ...all, endless }
  return { ...findYearlyRuns(used), endless: new Set<YearlyRun>() }
}

/** A run that ends with the list because the zone gave up its summer time there is no run that goes on. */
function isLong(run: YearlyRun): boolean {
  return run.transitions.length >= foresightYears - 1
}

interface Block {
  readonly firstMs: number
  readonly component: ComponentDraft
}

type ZoneNamer = (instantMs: number, offset: number) => string

function ruleObservance(run: YearlyRun, isEndless: boolean, all: readonly Transition[], name: ZoneNamer): Block {
  const first = run.transitions[0]!
  const until = isEndless ? '' : `;UNTIL=${utcValue(run.transitions.at(-1)!.atMs)}`
  const rrule: PropertyDraft = { name: 'RRULE', value: `FREQ=YEARLY;${run.parts}${until}` }
  return { firstMs: first.atMs, component: observance(first, all, name, [rrule]) }
}

/** Changes without a rule, those of the same kind and offsets together: DTSTART is the first, RDATE all of them. */
function datedObservances(single: readonly Transition[], all: readonly Transition[], name: ZoneNamer): Block[] {
  const groups = new Map<string, Transition[]>()
  for (const transition of single) {
    const { atMs, before, offset } = transition
    const key = `${before} ${offset} ${kindOf(transition, all)} ${name(atMs, offset)}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [transition])
    else group.push(transition)
  }
  return Array.from(groups.values(), (group) => {
    // DTSTART is repeated: ical.js, and with it Thunderbird, forgets a DTSTART beside RDATEs.
    const listed = group.length > 1 ? group : []
    const dates = listed.map((transition): PropertyDraft => ({ name: 'RDATE', value: localValue(transition) }))
    return { firstMs: group[0]!.atMs, component: observance(group[0]!, all, name, dates) }
  })
}

function observance(
  first: Transition,
  all: readonly Transition[],
  name: ZoneNamer,
  more: readonly PropertyDraft[],
): ComponentDraft {
  return {
    name: kindOf(first, all),
    properties: [
      { name: 'DTSTART', value: localValue(first) },
      { name: 'TZOFFSETFROM', value: utcOffsetValue(first.before) },
      { name: 'TZOFFSETTO', value: utcOffsetValue(first.offset) },
      { name: 'TZNAME', value: textValue(name(first.atMs, first.offset)) },
      ...more,
    ],
  }
}

function steadyObservance(name: string, offset: number, startMs: number): ComponentDraft {
  const start = new Date(Math.min(startMs, 0))
  return {
    name: 'STANDARD',
    properties: [
      { name: 'DTSTART', value: compact(start) },
      { name: 'TZOFFSETFROM', value: utcOffsetValue(offset) },
      { name: 'TZOFFSETTO', value: utcOffsetValue(offset) },
      { name: 'TZNAME', value: textValue(name) },
    ],
  }
}

/**
 * DAYLIGHT goes forward and comes back within the year. The runtime does not tell what a government calls it, and programs expect
 * the later clock to be the summer's: Dublin's winter time, which the law calls the deviation, is STANDARD here.
 */
function kindOf(transition: Transition, all: readonly Transition[]): 'STANDARD' | 'DAYLIGHT' {
  if (transition.offset < transition.before) return 'STANDARD'
  const comesBack = all.some(
    ({ atMs, offset }) => atMs > transition.atMs && atMs < transition.atMs + 366 * dayMs && offset < transition.offset,
  )
  return comesBack ? 'DAYLIGHT' : 'STANDARD'
}

function localValue(transition: Transition): string {
  return compact(localFields(transition))
}

function utcValue(ms: number): string {
  return `${compact(new Date(ms))}Z`
}

/** `20260329T020000` */
function compact(fields: Date): string {
  return fields.toISOString().slice(0, 19).replace(/[-:]/g, '')
}
