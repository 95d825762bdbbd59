import type { Calendar, CalendarReader } from '@dayport/core'
import type { Projector } from '@dayport/core/service'
import type { ByteCache, Grow, Held } from './byte-cache.ts'
import { cutObject, type FeedForm, type ShownObject, shownObject } from './feed-cut.ts'
import { withUidEnd } from './feed-label.ts'
import { type KeptZones, noteZones, type ZoneUses } from './feed-zones.ts'
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
  readonly store: Pick<CalendarReader, 'findObjects'>
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

const chunkBytes = 256 * 1024
/** Gathered before they are handed on: an object of its own turn would cost more than its octets. */
const batchBytes = 16 * 1024
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
  const pending = createChunk(part)
  let room = 0
  const keep = () => {
    const more = pending.bytes + pending.objects * markBytes
    const chunk = pending.take()
    if (grow(more)) {
      room += more
      chunks?.push(chunk)
    } else {
      grow(-room)
      chunks = null
    }
  }
  for await (const batch of objectsOf(part, source)) {
    for (const shown of batch) {
      noteZones(zones, shown.index, shown.slice)
      if (chunks === null) continue
      pending.add(shown, cutObject(shown, part.form, kept))
      if (pending.bytes >= chunkBytes) keep()
    }
  }
  if (chunks !== null && pending.bytes > 0) keep()
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
  if (segment.chunks !== null) {
    for (const chunk of segment.chunks) yield* admitted(chunk, part, unique)
    return
  }
  const pending = createChunk(part)
  // Their faults were reported when the zones were gathered.
  for await (const batch of objectsOf(part, { ...source, onError: () => undefined })) {
    for (const shown of batch) {
      pending.add(shown, cutObject(shown, part.form, kept))
      if (pending.bytes >= chunkBytes) yield* admitted(pending.take(), part, unique)
    }
  }
  if (pending.bytes > 0) yield* admitted(pending.take(), part, unique)
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

async function* objectsOf(
  { calendar, form, range }: FeedPart,
  { store, projector, onError }: FeedSource,
): AsyncGenerator<readonly ShownObject[]> {
  let batch: ShownObject[] = []
  let batched = 0
  let bytes = 0
  let objects = 0
  for await (const object of store.findObjects(calendar.id, range === null ? {} : { range })) {
    bytes += object.data.byteLength
    objects += 1
    if (bytes >= turnBytes || objects >= turnObjects) {
      await nextTurn()
      bytes = 0
      objects = 0
    }
    // A store may answer with too many.
    if (range !== null && !(object.index.firstStartMs <= range.endMs && object.index.lastEndMs >= range.startMs))
      continue
    let shown: ShownObject | null = null
    try {
      const made = shownObject(calendar.id, object, form, projector)
      shown = made instanceof Promise ? await made : made
    } catch (error) {
      onError(error) // one broken object must not end everybody's subscription
    }
    if (shown === null || shown.slice.body.byteLength === 0) continue
    batch.push(shown)
    batched += shown.slice.body.byteLength
    if (batched < batchBytes) continue
    yield batch
    batch = []
    batched = 0
  }
  yield batch
}

/** Gathers objects into one chunk. */
const createChunk = ({ form }: FeedPart) => {
  let parts: Uint8Array[] = []
  let marks: Mark[] = []
  let bytes = 0
  return {
    get bytes() {
      return bytes
    },
    get objects() {
      return marks.length
    },
    add({ index }: ShownObject, body: Uint8Array) {
      parts.push(body)
      bytes += body.byteLength
      if (form.label === null) return
      const times = longHash(`${index.component} ${index.firstStartMs} ${index.lastEndMs} ${index.recurrence}`)
      marks.push({ uid: index.uid, times, end: bytes })
    },
    take(): Chunk {
      const whole = new Uint8Array(bytes)
      let at = 0
      for (const part of parts) {
        whole.set(part, at)
        at += part.byteLength
      }
      const chunk = { bytes: whole, marks: form.label === null ? null : marks }
      parts = []
      marks = []
      bytes = 0
      return chunk
    },
  }
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
