import type { TimeZone } from './model.ts'

const dayMs = 86_400_000

/** A zone over its offsets. `offsetAt` must not change twice within two days. */
export function createTableZone(id: string, offsetAt: (instantMs: number) => number): TimeZone {
  return {
    id,
    offsetAt,
    toLocal: (instantMs) => instantMs + offsetAt(instantMs) * 1000,
    toInstant(local) {
      // Offsets are less than a day, so these two instants lie on either side of the one looked for.
      const before = offsetAt(local - dayMs)
      const after = offsetAt(local + dayMs)
      const early = local - before * 1000
      if (before === after || offsetAt(early) === before) return early
      const late = local - after * 1000
      // Neither fits: the local time lies in a gap and is read with the offset before it. RFC 5545 §3.3.5.
      return offsetAt(late) === after ? late : early
    },
  }
}

/** A zone that is always `offset` seconds east of UTC. */
export function createFixedZone(id: string, offset: number): TimeZone {
  return {
    id,
    offsetAt: () => offset,
    toLocal: (instantMs) => instantMs + offset * 1000,
    toInstant: (local) => local - offset * 1000,
  }
}
