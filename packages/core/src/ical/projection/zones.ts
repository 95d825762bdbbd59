import { etagOf } from '../../etag.ts'
import type { ObjectIndex } from '../../object.ts'
import type { CalendarTime } from '../../time.ts'
import { indexObject } from '../index-object.ts'
import { formatRule } from '../recurrence/format-rule.ts'
import { parseRule } from '../recurrence/parse-rule.ts'
import { seriesFacts } from '../series-facts.ts'
import type { CalendarDocument, Component, ComponentDraft, PropertyDraft } from '../text/model.ts'
import { serializeComponent } from '../text/serialize.ts'
import { resolveKnownZone } from '../zones/names.ts'
import { createZoneResolver } from '../zones/resolver.ts'
import { zoneOfVtimezone } from '../zones/vtimezone.ts'
import { vtimezoneText } from '../zones/vtimezone-text.ts'

/** Names the zones of a projection anew, since a TZID can say anything, and writes the VTIMEZONEs of those that were named. */
export interface ProjectedZones {
  /** The same time under a neutral TZID; floating where nobody knows the zone, as the recurrence engine reads it. */
  rename(time: CalendarTime): CalendarTime
  /** The VTIMEZONEs of all names given so far. */
  blocks(): readonly Uint8Array[]
}

interface NamedZone {
  readonly name: string
  /** `null`: written from the runtime's data. */
  readonly block: Uint8Array | null
}

/** As far as endless series are described by dates, where no rule describes their zone. */
const lastYearMs = Date.UTC(2037, 11, 31)
const encoder = new TextEncoder()

/** When the object can happen at all: zones are described for those years. */
export type ObjectSpan = Pick<ObjectIndex, 'firstStartMs' | 'lastEndMs'>

export const createProjectedZones = (document: CalendarDocument, span: ObjectSpan | null): ProjectedZones => {
  const resolver = createZoneResolver({ vtimezones: seriesFacts(document).zones })
  const named = new Map<string, NamedZone | null>()

  const find = (tzid: string): NamedZone | null => {
    const zone = resolver.resolve(tzid)
    if (zone === null) return null
    const known = resolveKnownZone(zone.id)
    if (known !== null && 'transitions' in zone) return { name: known.id, block: null }
    const own = vtimezoneOf(document, tzid)
    if (own === null) return { name: zone.id, block: null } // a plain offset
    return rebuilt(own)
  }

  return {
    rename(time) {
      if (time.kind !== 'zoned') return time
      let zone = named.get(time.tzid)
      if (zone === undefined) {
        zone = find(time.tzid)
        named.set(time.tzid, zone)
      }
      return zone === null ? { kind: 'floating', local: time.local } : { ...time, tzid: zone.name }
    },
    blocks() {
      const zones = new Map([...named.values()].flatMap((zone) => (zone === null ? [] : [[zone.name, zone.block]])))
      if (zones.size === 0) return []
      const { firstStartMs, lastEndMs } = span ?? indexObject(document)
      const fromMs = Math.max(0, firstStartMs)
      const toMs = Math.max(fromMs, Number.isFinite(lastEndMs) ? lastEndMs : lastYearMs)
      return [...zones].map(([name, block]) => block ?? encoder.encode(vtimezoneText(name, { fromMs, toMs })))
    },
  }
}

/** The readable VTIMEZONE that explains a TZID, found as the zone resolver finds it. */
const vtimezoneOf = (document: CalendarDocument, tzid: string): Component | null => {
  const zones = document.calendars.flatMap((calendar) => calendar.components.filter(({ name }) => name === 'VTIMEZONE'))
  const nameOf = (zone: Component): string => zone.property('TZID')?.value.trim() ?? ''
  const found =
    zones.find((zone) => nameOf(zone) === tzid) ?? zones.find((zone) => looseName(nameOf(zone)) === looseName(tzid))
  return found === undefined || zoneOfVtimezone(found) === null ? null : found
}

const looseName = (tzid: string): string => tzid.replaceAll('"', '').trim().toLowerCase()

/** Only what decides about offsets, in forms that hold digits and nothing else; named after its content, so that two zones have two names. */
const rebuilt = (zone: Component): NamedZone => {
  const observances = zone.components
    .filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
    .map((observance): ComponentDraft => ({ name: observance.name, properties: observanceLines(observance) }))
  const write = (name: string): Uint8Array =>
    serializeComponent({ name: 'VTIMEZONE', properties: [{ name: 'TZID', value: name }], components: observances })
  const name = `Zone-${etagOf(0, write('')).slice(3, -1)}`
  return { name, block: write(name) }
}

const localPattern = /^\d{8}(?:T\d{4}(?:\d{2})?Z?)?$/i
const offsetPattern = /^[+-]?\d{1,2}:?\d{2}(?::?\d{2})?$/

const observanceLines = (observance: Component): PropertyDraft[] => {
  const lines: PropertyDraft[] = []
  const start = observance.property('DTSTART')?.value.trim() ?? ''
  if (localPattern.test(start)) lines.push({ name: 'DTSTART', value: start })
  for (const name of ['TZOFFSETFROM', 'TZOFFSETTO']) {
    const offset = observance.property(name)?.value.trim() ?? ''
    if (offsetPattern.test(offset)) lines.push({ name, value: offset })
  }
  for (const { value } of observance.propertiesNamed('RRULE')) {
    const rule = projectedRule(value)
    if (rule !== null) lines.push({ name: 'RRULE', value: rule })
  }
  for (const { value } of observance.propertiesNamed('RDATE')) {
    const dates = value.split(',').map((item) => (item.split('/', 1)[0] ?? '').trim())
    const kept = dates.filter((date) => localPattern.test(date))
    if (kept.length > 0) lines.push({ name: 'RDATE', value: kept.join(',') })
  }
  return lines
}

/** Calendars of RSCALE, RFC 7529 §4.1: a text of the producer's own must not pass for one. */
const calendarScales: ReadonlySet<string> = new Set([
  ...['GREGORIAN', 'GREGORY', 'BUDDHIST', 'CHINESE', 'COPTIC', 'DANGI', 'ETHIOPIC', 'ETHIOPIC-AMETE-ALEM', 'HEBREW'],
  ...['INDIAN', 'ISLAMIC', 'ISLAMIC-CIVIL', 'ISLAMIC-RGSA', 'ISLAMIC-TBLA', 'ISLAMIC-UMALQURA', 'JAPANESE', 'PERSIAN'],
  ...['ROC', 'ISO8601'],
])

/** A rule of the parts that we know; `null` for one that cannot be read, which no engine of ours follows either. */
export const projectedRule = (text: string): string | null => {
  try {
    const rule = parseRule(text)
    if (rule.rscale !== null && !calendarScales.has(rule.rscale)) return null
    return formatRule({ ...rule, otherParts: [] })
  } catch {
    return null
  }
}
