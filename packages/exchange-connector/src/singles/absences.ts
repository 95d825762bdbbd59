import type { CallOptions } from '@dayport/core'
import { dayMs } from '../event/days.ts'
import type { Occurrence } from './split-series.ts'
import type { SinglesStore } from './store.ts'

/** How far from its time an item is looked for that a person may have moved. */
const aroundMs = 7 * dayMs
/** Longest span of one look. */
const spanMs = 31 * dayMs

/**
 * Whether the calendar, looked at by time, shows items of a series on the days of those that a search has not found. A search alone is
 * not believed: one that is late, or misses a part, would make deletions of what is there. sync-engine.md §3.3.
 */
export const isAnyThere = async (
  store: SinglesStore,
  group: string,
  missing: readonly Occurrence[],
  call: CallOptions,
): Promise<boolean> => {
  const keys = new Set(missing.map(({ key }) => key))
  const spans = missing.map(({ instance }) => ({
    startMs: instance.startMs - aroundMs,
    endMs: Math.max(instance.endMs, instance.startMs) + aroundMs,
  }))
  for (const span of divided(joined(spans))) {
    const rows = await store.inView(span, call)
    if (rows.some((row) => row.group === group && keys.has(row.mark.key))) return true
  }
  return false
}

/** The same for a series of which a search has found nothing. */
export const isSeriesThere = async (
  store: SinglesStore,
  group: string,
  window: Span,
  call: CallOptions,
): Promise<boolean> => {
  for (const span of divided([window])) {
    if ((await store.inView(span, call)).some((row) => row.group === group)) return true
  }
  return false
}

interface Span {
  readonly startMs: number
  readonly endMs: number
}

const joined = (spans: readonly Span[]): readonly Span[] => {
  const found: Span[] = []
  for (const span of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const last = found.at(-1)
    if (last === undefined || span.startMs > last.endMs) found.push(span)
    else found[found.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, span.endMs) }
  }
  return found
}

const divided = (spans: readonly Span[]): readonly Span[] =>
  spans.flatMap(({ startMs, endMs }) => {
    const parts: Span[] = []
    for (let at = startMs; at < endMs; at += spanMs) parts.push({ startMs: at, endMs: Math.min(at + spanMs, endMs) })
    return parts
  })
