import type { ObjectIndex } from '@dayport/core'
import { resolveKnownZone, vtimezoneText } from '@dayport/core/ical'

/** Gathers the time zones of a feed, each once, with the years in which it is used. */
export interface FeedZones {
  /** `own` gives the VTIMEZONEs that the object carries, by TZID; asked only where a zone needs explaining. */
  add(index: ObjectIndex, own: () => ReadonlyMap<string, Uint8Array>): void
  /** A VTIMEZONE for every TZID in use, in the order of their first use. */
  blocks(): readonly (Uint8Array | string)[]
}

interface Use {
  readonly isKnown: boolean
  fromMs: number
  toMs: number
  own: Uint8Array | null
}

/** Zones have no earlier offsets that a calendar would need, and endless series need no later transitions than the rule. */
const earliestMs = Date.UTC(1970, 0, 1)

/**
 * A zone that the runtime knows is written from its own data, for the years in use: what producers send ages, and dated lists shift
 * events in Outlook. Any other is given on as its object carries it; of several under one name the first.
 *
 * @param latestMs until when endless series are described by dates; from there on the zone's rule goes on.
 */
export const createFeedZones = (latestMs: number): FeedZones => {
  const uses = new Map<string, Use>()
  return {
    add(index, own) {
      for (const tzid of index.tzids) {
        const fromMs = Math.max(earliestMs, index.firstStartMs)
        const toMs = Math.max(fromMs, Math.min(latestMs, index.lastEndMs))
        let use = uses.get(tzid)
        if (use === undefined) {
          use = { isKnown: resolveKnownZone(tzid) !== null, fromMs, toMs, own: null }
          uses.set(tzid, use)
        }
        use.fromMs = Math.min(use.fromMs, fromMs)
        use.toMs = Math.max(use.toMs, toMs)
        if (!use.isKnown) use.own ??= own().get(tzid) ?? null
      }
    },
    blocks() {
      const blocks: (Uint8Array | string)[] = []
      for (const [tzid, { isKnown, fromMs, toMs, own }] of uses) {
        if (isKnown) blocks.push(vtimezoneText(tzid, { fromMs, toMs }))
        else if (own !== null) blocks.push(own)
      }
      return blocks
    },
  }
}
