import type { CalendarObject, JoinedBodies, ObjectIndex } from '../object.ts'
import type { LayeredMap } from './layered-map.ts'

/** Joined in runs of so many octets, so that memory stays flat however large the calendar. */
const runBytes = 256 * 1024

/** In the order of their names: those that can be joined in runs, the others whole. */
export function* joinBodies(
  objects: LayeredMap<string, CalendarObject>,
  joins: (tzids: readonly string[]) => boolean,
  signal: AbortSignal | undefined,
): Generator<CalendarObject | JoinedBodies> {
  let run: Uint8Array[] = []
  let zones = new Map<string, JoinedBodies['zones'][number]>()
  let bytes = 0
  const names: string[] = []
  for (const [name] of objects.entries()) names.push(name)
  for (const name of names.sort()) {
    signal?.throwIfAborted()
    const object = objects.get(name)
    if (object === undefined) continue // gone since
    const { needsRepair, body, tzids } = object.index
    const isJoined = needsRepair === false && body != null && joins(tzids)
    if (isJoined) {
      const part = object.data.subarray(body[0], body[1])
      run.push(part)
      bytes += part.byteLength
      widen(zones, object.index)
    }
    if (run.length > 0 && (!isJoined || bytes >= runBytes)) {
      yield joined(run, bytes, zones)
      run = []
      zones = new Map()
      bytes = 0
    }
    if (!isJoined) yield object
  }
  if (run.length > 0) yield joined(run, bytes, zones)
}

const joined = (
  run: readonly Uint8Array[],
  length: number,
  zones: ReadonlyMap<string, JoinedBodies['zones'][number]>,
): JoinedBodies => {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of run) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return { bytes, objects: run.length, zones: [...zones.values()] }
}

const widen = (zones: Map<string, JoinedBodies['zones'][number]>, index: ObjectIndex): void => {
  const key = index.tzids.join('\n')
  const known = zones.get(key)
  if (known !== undefined && known.firstStartMs <= index.firstStartMs && known.lastEndMs >= index.lastEndMs) return
  zones.set(key, {
    tzids: index.tzids,
    firstStartMs: Math.min(known?.firstStartMs ?? index.firstStartMs, index.firstStartMs),
    lastEndMs: Math.max(known?.lastEndMs ?? index.lastEndMs, index.lastEndMs),
  })
}
