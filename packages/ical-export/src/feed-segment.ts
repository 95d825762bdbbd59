import type { Calendar, CalendarObject, CalendarReader, JoinedBodies, ObjectIndex } from '@dayport/core'
import type { Projector } from '@dayport/core/service'
import type { ByteCache, Grow, Held } from './byte-cache.ts'
import { cutObject, type FeedForm, isWhole, type ShownObject, shownObject } from './feed-cut.ts'
import { withUidEnd } from './feed-label.ts'
import { areKnown, type KeptZones, noteZones, type ZoneUses } from './feed-zones.ts'
import { nextTurn } from './next-turn.ts'
import { longHash, shortHash } from './short-hash.ts'
import type { UniqueUids } from './unique-uids.ts'

/** One calendar as it stands in a feed. */
export interface FeedPart {
  readonly calendar: Calendar
  readonly form: FeedForm
  /** Objects whose bounds touch it; `null` for all. */
  readonly range: { readonly startMs: number; readonly endMs: number } | null
}

/** Where objects come from, who makes less of them, and who hears of those that cannot be read. */
export interface FeedSource {
  readonly store: Pick<CalendarReader, 'findObjects' | 'findBodies'>
  readonly projector: Projector
  readonly onError: (error: unknown) => void
}

/** Everything that is known of one calendar's piece of a feed before it is sent. */
export interface Segment {
  readonly zones: ZoneUses
  /** The components in the order of the store; `null` when there was no room to keep them, so that they are read again. */
  readonly chunks: readonly Chunk[] | null
}

/** Octets of whole objects. */
interface Chunk {
  readonly bytes: Uint8Array
  /** Where the objects end, and what tells them apart; `null` in a feed of one calendar, whose UIDs the store keeps apart. */
  readonly marks: readonly Mark[] | null
}

interface Mark {
  readonly uid: string
  readonly times: number
  readonly end: number
}

const chunkBytes = 128 * 1024
/** Between two turns for everybody else. */
const turnBytes = 2 * 1024 * 1024
const turnObjects = 2000
/** What is kept beside the octets: a mark with its UID, and a zone. */
const markBytes = 150
const zoneBytes = 200

/** Cuts a calendar into what a feed needs of it; its octets too, as long as `grow` finds room for them. */
export const buildSegment = async (
  part: FeedPart,
  kept: KeptZones,
  source: FeedSource,
  grow: Grow,
): Promise<Segment> => {
  const zones: ZoneUses = new Map()
  let chunks: Chunk[] | null = []
  let room = 0
  for await (const chunk of chunksOf(part, kept, source, zones)) {
    if (chunks === null) continue
    const more = chunk.bytes.byteLength + (chunk.marks?.length ?? 0) * markBytes
    if (grow(more)) {
      room += more
      chunks.push(chunk)
    } else {
      grow(-room)
      chunks = null
    }
  }
  grow(zones.size * zoneBytes)
  return { zones, chunks }
}

/**
 * The octets of a calendar, from what was kept or once more from the store, then never more than a chunk at a time.
 *
 * @param unique `null` in a feed of one calendar.
 */
export async function* segmentBytes(
  segment: Segment,
  part: FeedPart,
  kept: KeptZones,
  source: FeedSource,
  unique: UniqueUids | null,
): AsyncGenerator<Uint8Array> {
  // Faults of what is read again were reported when the zones were gathered.
  const again = { ...source, onError: () => undefined }
  const chunks = segment.chunks ?? chunksOf(part, kept, again, new Map())
  for await (const chunk of chunks) yield* admitted(chunk, part, unique)
}

/** The held segment of a calendar's revision, shared by all feeds in which it stands in the same form. */
export const acquireSegment = (
  cache: ByteCache,
  part: FeedPart,
  kept: KeptZones,
  source: FeedSource,
): Promise<Held<Segment>> => {
  const { calendar, form, range } = part
  const { detail, alarms, attendees, descriptions, texts, label } = form
  const mark = label === null ? null : [calendar.displayName, calendar.color]
  const facts = [calendar.id, calendar.revision, detail, alarms, attendees, descriptions, texts, mark]
  const bounds = range === null ? null : [`${range.startMs}`, `${range.endMs}`] // JSON has no infinities
  const key = JSON.stringify(['segment', facts, bounds, [...kept]])
  return cache.acquire(key, (grow) => buildSegment(part, kept, source, grow))
}

/** A calendar as its feed shows it, read from the store; what it says of time zones is added to `zones` on the way. */
async function* chunksOf(part: FeedPart, kept: KeptZones, source: FeedSource, zones: ZoneUses): AsyncGenerator<Chunk> {
  const { calendar, form } = part
  const { projector, onError } = source
  const pending = createChunk(part)
  let bytes = 0
  let objects = 0
  for await (const read of readPart(part, source, zones)) {
    bytes += 'bytes' in read ? read.bytes.byteLength : read.data.byteLength
    objects += 'bytes' in read ? read.objects : 1
    if (bytes >= turnBytes || objects >= turnObjects) {
      await nextTurn()
      bytes = 0
      objects = 0
    }
    if ('bytes' in read) {
      for (const use of read.zones) noteZones(zones, use, null)
      pending.add(read.bytes, null)
    } else if (touches(part, read.index)) {
      let shown: ShownObject | null = null
      try {
        const made = shownObject(calendar.id, read, form, projector)
        shown = made instanceof Promise ? await made : made
      } catch (error) {
        onError(error) // one broken object must not end everybody's subscription
      }
      if (shown === null || shown.slice.body.byteLength === 0) continue
      noteZones(zones, shown.index, shown.slice)
      pending.add(cutObject(shown, form, kept), shown.index)
    }
    if (pending.bytes >= chunkBytes) yield pending.take()
  }
  if (pending.bytes > 0) yield pending.take()
}

/** Objects that the feed shows as they are come joined, where the store does that. */
const readPart = (
  { calendar, form, range }: FeedPart,
  { store }: FeedSource,
  zones: ZoneUses,
): AsyncIterable<CalendarObject | JoinedBodies> =>
  store.findBodies !== undefined && range === null && form.label === null && isWhole(form)
    ? store.findBodies(calendar.id, (tzids) => areKnown(zones, tzids))
    : store.findObjects(calendar.id, range === null ? {} : { range })

/** A store may answer with too many. */
const touches = ({ range }: FeedPart, { firstStartMs, lastEndMs }: ObjectIndex): boolean =>
  range === null || (firstStartMs <= range.endMs && lastEndMs >= range.startMs)

/** Gathers objects into one chunk. */
const createChunk = ({ form: { label } }: FeedPart) => {
  let parts: Uint8Array[] = []
  let marks: Mark[] = []
  let bytes = 0
  return {
    get bytes() {
      return bytes
    },
    /** @param index `null` for joined bodies, which stand in no feed whose objects are told apart. */
    add(part: Uint8Array, index: ObjectIndex | null) {
      parts.push(part)
      bytes += part.byteLength
      if (label !== null && index !== null) marks.push({ uid: index.uid, times: timesOf(index), end: bytes })
    },
    take(): Chunk {
      const chunk = { bytes: joinedParts(parts, bytes), marks: label === null ? null : marks }
      parts = []
      marks = []
      bytes = 0
      return chunk
    },
  }
}

const timesOf = ({ component, firstStartMs, lastEndMs, recurrence }: ObjectIndex): number =>
  longHash(`${component} ${firstStartMs} ${lastEndMs} ${recurrence}`)

/** What came as one piece stays so: it is neither copied nor garbage. */
const joinedParts = (parts: readonly Uint8Array[], bytes: number): Uint8Array => {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

function* admitted({ bytes, marks }: Chunk, { calendar }: FeedPart, unique: UniqueUids | null): Generator<Uint8Array> {
  if (unique === null || marks === null) {
    yield bytes
    return
  }
  let from = 0 // of the run of objects that go as they are
  let start = 0
  for (const { uid, times, end } of marks) {
    const admission = unique.admit(uid, times)
    if (admission !== 'keep') {
      if (start > from) yield bytes.subarray(from, start)
      from = end
      if (admission === 'rename') yield withUidEnd(bytes.subarray(start, end), `-${shortHash(calendar.id)}`)
    }
    start = end
  }
  if (start > from) yield bytes.subarray(from, start)
}
