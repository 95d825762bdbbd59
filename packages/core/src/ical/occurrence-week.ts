import type { InstantRange } from '../time.ts'
import type { IndexEntry, SeriesCache } from './occurrence-series.ts'
import { overlaps } from './recurrence/walk-series.ts'

/** Weeks are counted from 1970-01-01. */
export const weekMs = 7 * 86_400_000

/** The series and long objects of one week, worked out. */
export interface Week {
  /** Takes a new or changed entry, to be worked out when the week is next asked for. */
  note(entry: IndexEntry): void
  forget(entry: IndexEntry): void
  settle(): void
  collect(range: InstantRange, names: Set<string>): void
  /** Spans kept, for the memory bound. */
  readonly spans: number
}

/**
 * Whether an object's bounds overlap the range. Only for VEVENT are the ends exact: RFC 4791 §9.9 lets a VTODO that is due just
 * when the range ends, or starts, overlap it.
 */
export const mayOverlap = ({ index }: IndexEntry, range: InstantRange): boolean =>
  overlaps(index.firstStartMs, index.lastEndMs, roomFor(index.component, range))

const roomFor = (component: string, range: InstantRange): InstantRange =>
  component === 'VEVENT' ? range : { startMs: range.startMs - 1, endMs: range.endMs + 1 }

/** Makes the week of that number, still empty. */
export const createWeek = (number: number, series: SeriesCache): Week => {
  const whole = { startMs: number * weekMs - 1, endMs: (number + 1) * weekMs + 1 }
  const pending = new Set<IndexEntry>()
  /** `null`: ask the series each time. */
  const known = new Map<IndexEntry, Float64Array | null>()
  let spans = 0

  const forget = (entry: IndexEntry): void => {
    pending.delete(entry)
    spans -= (known.get(entry)?.length ?? 0) / 2
    known.delete(entry)
  }

  return {
    get spans() {
      return spans
    },
    note: (entry) => {
      if (mayOverlap(entry, whole)) pending.add(entry)
    },
    forget,
    settle: () => {
      for (const entry of pending) {
        const list = series.spans(entry, whole)
        if (list !== null && list.length === 0) continue
        known.set(entry, list)
        spans += (list?.length ?? 0) / 2
      }
      pending.clear()
    },
    collect: (range, names) => {
      for (const [entry, list] of known) {
        const wanted = roomFor(entry.index.component, range)
        const exact = list ?? series.spans(entry, wanted)
        if (exact === null || anyOverlaps(exact, wanted)) names.add(entry.name)
      }
    },
  }
}

const anyOverlaps = (spans: Float64Array, range: InstantRange): boolean => {
  for (let i = 0; i < spans.length; i += 2) if (overlaps(spans[i]!, spans[i + 1]!, range)) return true
  return false
}
