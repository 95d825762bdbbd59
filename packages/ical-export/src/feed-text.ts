import type { ByteCache, Held } from './byte-cache.ts'
import { type FeedHead, feedEnd, feedHeader } from './feed-header.ts'
import { acquireSegment, type FeedPart, type FeedSource, type Segment, segmentBytes } from './feed-segment.ts'
import { conflictingZones, type KeptZones, type ZoneUses, zoneBlocks } from './feed-zones.ts'
import { createUniqueUids } from './unique-uids.ts'

/** A feed: what it says of itself, and its calendars in the order in which they stand in it. */
export interface Feed {
  readonly head: FeedHead
  readonly parts: readonly FeedPart[]
}

const tenYearsMs = 10 * 366 * 86_400_000
const noConflicts: KeptZones = new Map()

/**
 * One VCALENDAR, piece by piece: header, each time zone once and before its first use, then the components of each calendar, in CRLF
 * and folded whatever was stored. Calendars that were read before come from `cache`; those that it has no room for are streamed from
 * the store, so that memory is bounded whatever their size.
 */
export async function* feedText(
  { head, parts }: Feed,
  source: FeedSource,
  cache: ByteCache,
): AsyncGenerator<Uint8Array | string> {
  const held: Held<Segment>[] = []
  try {
    for (const part of parts) held.push(await acquireSegment(cache, part, noConflicts, source))
    const zones = held.map(({ value }) => value.zones)
    const conflicts = conflictingZones(zones)
    for (const [i, part] of parts.entries()) {
      const kept = keptOf(conflicts, zones[i])
      if (kept.size === 0) continue
      held[i]?.release()
      held[i] = await acquireSegment(cache, part, kept, source)
    }
    yield feedHeader(head)
    // From the calendars and not from the clock: the same state must give the same bytes, its ETag is strong.
    yield* zoneBlocks(zones, head.modifiedMs + tenYearsMs)
    const unique = parts.length > 1 ? createUniqueUids() : null
    for (const [i, part] of parts.entries()) {
      const segment = held[i]
      if (segment === undefined) continue
      yield* segmentBytes(segment.value, part, keptOf(conflicts, zones[i]), source, unique)
      segment.release()
    }
    yield feedEnd
  } finally {
    for (const { release } of held) release()
  }
}

/** The conflicts that touch a calendar. */
const keptOf = (conflicts: KeptZones, zones: ZoneUses | undefined): KeptZones =>
  conflicts.size === 0 || zones === undefined
    ? noConflicts
    : new Map([...conflicts].filter(([tzid]) => (zones.get(tzid)?.own.size ?? 0) > 0))
