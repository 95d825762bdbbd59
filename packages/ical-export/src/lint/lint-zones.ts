import type { CalendarTime } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  type Property,
  readText,
  readTime,
  resolveKnownZone,
  seriesBounds,
  type TimeZone,
  vtimezoneText,
  windowsNameOf,
  zoneOfVtimezone,
} from '@dayport/core/ical'
import type { LintLog } from './findings.ts'
import { localMs } from './instants.ts'

/** A TZID with the lines that name it first, and the times that it is used for. */
interface Use {
  readonly property: Property
  readonly locals: number[]
  /** The latest end of a series in it; `-Infinity` without one. */
  seriesEndMs: number
}

/** Enough to meet both halves of the year in every year of a long list. */
const maxLocals = 2000
const halfYearMs = 183 * 86_400_000

/** Every zone named, explained once, and rightly for the times in use: RFC 5545 §3.2.19, §3.6.5. */
export const lintZones = (document: CalendarDocument, entries: readonly Component[], log: LintLog): void => {
  const uses = usesOf(entries)
  const own = new Map<string, Component>()
  for (const component of document.calendars.flatMap(({ components }) => components)) {
    if (component.name !== 'VTIMEZONE') continue
    const property = component.property('TZID')
    const tzid = property === undefined ? '' : readText(property).trim()
    if (tzid === '') {
      log.add('vtimezone-invalid', component.start, 'The VTIMEZONE has no TZID.')
    } else if (own.has(tzid)) {
      log.add(
        'duplicate-vtimezone',
        component.start,
        `There is another VTIMEZONE of ${shown(tzid)}; one of them is ignored.`,
      )
    } else {
      own.set(tzid, component)
    }
  }
  for (const [tzid, use] of uses) {
    const component = own.get(tzid)
    const known = resolveKnownZone(tzid)
    lintName(tzid, use, known, component !== undefined, log)
    if (component !== undefined) lintDefinition(tzid, use, component, known, log)
  }
}

const usesOf = (entries: readonly Component[]): ReadonlyMap<string, Use> => {
  const uses = new Map<string, Use>()
  const walk = (component: Component, seriesEndMs: number): void => {
    for (const property of component.properties) {
      const tzid = property.param('TZID')?.trim()
      if (!tzid) continue
      let use = uses.get(tzid)
      if (use === undefined) {
        use = { property, locals: [], seriesEndMs: Number.NEGATIVE_INFINITY }
        uses.set(tzid, use)
      }
      use.seriesEndMs = Math.max(use.seriesEndMs, seriesEndMs)
      const time: CalendarTime | null = readTime(property)
      if (time !== null && use.locals.length < maxLocals) use.locals.push(localMs(time))
    }
    for (const child of component.components) walk(child, seriesEndMs)
  }
  for (const entry of entries) walk(entry, endOfSeries(entry))
  return uses
}

/** When an entry with a rule ends; `-Infinity` for one without. */
const endOfSeries = (entry: Component): number => {
  const rrules = entry.propertiesNamed('RRULE').map(({ value }) => value.trim())
  const property = entry.property('DTSTART')
  const start = property === undefined ? null : readTime(property)
  if (rrules.length === 0) return Number.NEGATIVE_INFINITY
  if (start === null) return Number.POSITIVE_INFINITY
  const nothing = { end: null, duration: null, exrules: [], rdates: [], exdates: [], overrides: [], zones: {} }
  return seriesBounds({ start, rrules, ...nothing }).lastEndMs
}

const lintName = (
  tzid: string,
  { property }: Use,
  known: TimeZone | null,
  isExplained: boolean,
  log: LintLog,
): void => {
  const name = shown(tzid)
  if (known !== null && windowsNameOf(known.id)?.toLowerCase() === tzid.toLowerCase()) {
    log.add('windows-zone', property.start, `${name} is a Windows name; write ${known.id}, which every program knows.`)
  }
  if (isExplained) return
  if (known === null) {
    log.add(
      'unknown-zone',
      property.start,
      `Nobody knows a zone ${name}, and no VTIMEZONE explains it: its times will be wrong.`,
    )
  } else {
    log.add('missing-vtimezone', property.start, `${name} has no VTIMEZONE in the file; add one.`)
  }
}

const lintDefinition = (
  tzid: string,
  { locals, seriesEndMs }: Use,
  component: Component,
  known: TimeZone | null,
  log: LintLog,
): void => {
  const zone = zoneOfVtimezone(component)
  if (zone === null) {
    log.add(
      'vtimezone-invalid',
      component.start,
      `The VTIMEZONE of ${shown(tzid)} has no STANDARD or DAYLIGHT that can be read.`,
    )
    return
  }
  if (known === null) return
  // A series that goes on meets the other half of the year.
  const used = locals.flatMap((local) =>
    [local, local + halfYearMs, local + 2 * halfYearMs].filter((ms) => ms === local || ms <= seriesEndMs),
  )
  const wrong = used.find((local) => zone.toInstant(local) !== known.toInstant(local))
  if (wrong !== undefined) {
    const day = new Date(wrong).toISOString().slice(0, 10)
    log.add(
      'vtimezone-outdated',
      component.start,
      `The VTIMEZONE of ${shown(tzid)} is not what holds there on ${day}: the event would be shown at another hour.`,
    )
    return
  }
  if (seriesEndMs > Number.NEGATIVE_INFINITY && !hasEndlessRule(component) && needsRule(tzid, locals)) {
    log.add(
      'vtimezone-dated',
      component.start,
      `The VTIMEZONE of ${shown(tzid)} lists its changes one by one; Outlook needs rules (RRULE) for series that go on.`,
    )
  }
}

const endless = /\bRRULE:(?![^\r\n]*UNTIL)/i

const hasEndlessRule = (component: Component): boolean =>
  component.components.some((observance) =>
    observance.propertiesNamed('RRULE').some(({ value }) => endless.test(`RRULE:${value}`)),
  )

/** True when the zone of today changes its clocks by rules that go on. */
const needsRule = (tzid: string, locals: readonly number[]): boolean => {
  const latest = locals.reduce((most, local) => Math.max(most, local), 0)
  return endless.test(vtimezoneText(tzid, { fromMs: latest, toMs: latest }))
}

const shown = (tzid: string): string => JSON.stringify(tzid.slice(0, 60))
