import type { ObjectIndex } from '@dayport/core'
import {
  draftOf,
  editCalendar,
  type ObjectSlice,
  parseCalendar,
  resolveKnownZone,
  textProperty,
  vtimezoneText,
} from '@dayport/core/ical'
import { shortHash } from './short-hash.ts'

/** How one calendar uses one TZID. */
interface ZoneUse {
  readonly isKnown: boolean
  fromMs: number
  toMs: number
  /** The VTIMEZONEs that its objects carry for it, by their text, in the order of the objects; none where the zone is known. */
  readonly own: Map<string, Uint8Array>
}

/** The time zones of one calendar by TZID, in the order of their first use. */
export type ZoneUses = Map<string, ZoneUse>

/** Of each TZID with several meanings the one that keeps the name: the text of its VTIMEZONE. */
export type KeptZones = ReadonlyMap<string, string>

/** Zones have no earlier offsets that a calendar would need. */
const earliestMs = Date.UTC(1970, 0, 1)
/** Of one calendar, under all names: far more than calendars have, and a bound on what a hostile one costs. */
const maxOwnZones = 500
const maxOwnZoneBytes = 20_000

/** Whether a feed needs no VTIMEZONE of an object to explain these. */
export const areKnown = (uses: ZoneUses, tzids: readonly string[]): boolean =>
  tzids.every((tzid) => uses.get(tzid)?.isKnown ?? resolveKnownZone(tzid) !== null)

/**
 * Adds what an object names. The VTIMEZONEs that it carries are asked for only where a zone needs explaining.
 *
 * @param own `null` for an object of known zones.
 */
export const noteZones = (
  uses: ZoneUses,
  { tzids, firstStartMs, lastEndMs }: Pick<ObjectIndex, 'tzids' | 'firstStartMs' | 'lastEndMs'>,
  own: Pick<ObjectSlice, 'timezones'> | null,
): void => {
  for (const tzid of tzids) {
    const fromMs = Math.max(earliestMs, firstStartMs)
    const toMs = Math.max(fromMs, lastEndMs)
    let use = uses.get(tzid)
    if (use === undefined) {
      use = { isKnown: resolveKnownZone(tzid) !== null, fromMs, toMs, own: new Map() }
      uses.set(tzid, use)
    }
    use.fromMs = Math.min(use.fromMs, fromMs)
    use.toMs = Math.max(use.toMs, toMs)
    const block = use.isKnown ? undefined : own?.timezones.get(tzid)
    if (block !== undefined && use.own.size < maxOwnZones && block.byteLength <= maxOwnZoneBytes) {
      const text = zoneText(block)
      if (!use.own.has(text)) use.own.set(text, block.slice())
    }
  }
}

const latin = new TextDecoder('latin1')
const zoneText = (block: Uint8Array): string => latin.decode(block)

/** The TZIDs that mean several zones in the calendars of a feed (`Customized Time Zone` does), and which of them keeps the name. */
export const conflictingZones = (calendars: readonly ZoneUses[]): KeptZones => {
  const first = new Map<string, string>()
  const kept = new Map<string, string>()
  for (const uses of calendars) {
    for (const [tzid, { own }] of uses) {
      for (const text of own.keys()) {
        const before = first.get(tzid)
        if (before === undefined) first.set(tzid, text)
        else if (before !== text) kept.set(tzid, before)
      }
    }
  }
  return kept
}

/**
 * A VTIMEZONE for every TZID of a feed, each once. A zone that the runtime knows is written from its own data, for the years in use:
 * what producers send ages, and dated lists shift events in Outlook. Any other is given on as its objects carry it, a plain offset
 * (`GMT+01:00`) that none explains as what it says.
 *
 * @param latestMs until when endless series are described by dates; from there on the zone's rule goes on.
 */
export const zoneBlocks = (calendars: readonly ZoneUses[], latestMs: number): readonly (Uint8Array | string)[] => {
  const uses: ZoneUses = new Map()
  for (const calendar of calendars) for (const [tzid, use] of calendar) merge(uses, tzid, use)
  const blocks: (Uint8Array | string)[] = []
  for (const [tzid, { isKnown, own, fromMs, toMs }] of uses) {
    let isFirst = true
    for (const [text, block] of own) {
      blocks.push(isFirst ? block : renamedZone(block, otherName(tzid, text)))
      isFirst = false
    }
    if (own.size > 0) continue
    const text = generated(tzid, isKnown, { fromMs, toMs: Math.max(fromMs, Math.min(latestMs, toMs)) })
    if (text !== null) blocks.push(text)
  }
  return blocks
}

const merge = (uses: ZoneUses, tzid: string, use: ZoneUse): void => {
  const known = uses.get(tzid)
  if (known === undefined) {
    uses.set(tzid, { ...use, own: new Map(use.own) })
    return
  }
  known.fromMs = Math.min(known.fromMs, use.fromMs)
  known.toMs = Math.max(known.toMs, use.toMs)
  for (const [text, block] of use.own) if (!known.own.has(text)) known.own.set(text, block)
}

/** `null` for a name that nobody can explain: its values then float, as they do in our own views. */
const generated = (tzid: string, isKnown: boolean, span: { fromMs: number; toMs: number }): string | null => {
  try {
    return vtimezoneText(tzid, span)
  } catch (error) {
    if (isKnown || !(error instanceof TypeError)) throw error
    return null
  }
}

/** The name of a zone whose own name another one has: the same in every feed, since it comes from what the zone says. */
const otherName = (tzid: string, text: string): string => `${tzid} (${shortHash(text)})`

const renamedZone = (block: Uint8Array, name: string): Uint8Array => {
  const document = parseCalendar(block)
  const editor = editCalendar(document)
  const tzid = document.calendars[0]?.components[0]?.property('TZID')
  if (tzid !== undefined) editor.replace(tzid, textProperty('TZID', name))
  return editor.toBytes()
}

/** An object's components under the names that its zones have in the feed; the same octets where none is renamed. */
export const withZoneNames = (
  body: Uint8Array,
  own: () => ReadonlyMap<string, Uint8Array>,
  tzids: readonly string[],
  kept: KeptZones,
): Uint8Array => {
  const names = new Map<string, string>()
  for (const tzid of tzids) {
    const keeper = kept.get(tzid)
    const block = keeper === undefined ? undefined : own().get(tzid)
    if (block === undefined) continue
    const text = zoneText(block)
    if (text !== keeper) names.set(tzid, otherName(tzid, text))
  }
  if (names.size === 0) return body
  const document = parseCalendar(body)
  const editor = editCalendar(document)
  const components = document.calendars.flatMap((calendar) => calendar.components)
  for (let component = components.pop(); component !== undefined; component = components.pop()) {
    components.push(...component.components)
    for (const property of component.properties) {
      const name = names.get(property.param('TZID')?.trim() ?? '')
      if (name === undefined) continue
      const draft = draftOf(property)
      editor.replace(property, { ...draft, params: { ...draft.params, TZID: name } })
    }
  }
  return editor.toBytes()
}
