import { CalendarError } from '@dayport/core'
import { editCalendar, masterComponent, parseCalendar, readTimes, timesProperty } from '@dayport/core/ical'
import type { SingleMark } from './mark.ts'
import { type SplitSeries, splitSeries } from './split-series.ts'
import type { Single } from './store.ts'

/**
 * Items that a person has put back after the series was written without them: older than its newest writing, of no occurrence that it has,
 * while that writing came to its end. What a series no longer has goes before its last mark is set, so that nothing is left of it then.
 */
export const putBackAmong = (
  singles: readonly Single[],
  series: SplitSeries,
  newest: SingleMark | null,
): readonly Single[] => {
  if (newest === null) return []
  const older = singles.filter(({ mark }) => mark.rev < newest.rev)
  if (older.length === 0) return []
  const firstMs = Math.min(...older.map(({ mark }) => mark.atMs), newest.fromMs)
  const lastMs = Math.max(...older.map(({ mark }) => mark.atMs + 1), newest.untilMs ?? 0)
  const there = series.occurrences(firstMs, lastMs, mostMade)
  if (there === null) return []
  const keys = new Set(there.map(({ key }) => key))
  const isUnfinished = ({ mark }: Single): boolean =>
    keys.has(mark.key) && mark.atMs >= newest.fromMs && (mark.rev < newest.rev || mark.untilMs === null)
  if (singles.some(isUnfinished)) return []
  return older.filter(({ mark }) => !keys.has(mark.key))
}

/** Most occurrences that items of one series may be of. */
const mostMade = 5_000

/**
 * The text of a series without the EXDATEs of occurrences whose items were put back, and the items of which the rule has no occurrence any
 * more.
 */
export const withPutBack = (
  text: string,
  zone: string,
  items: readonly Single[],
): { readonly text: string; readonly astray: readonly Single[] } => {
  let data = new TextEncoder().encode(text)
  const astray: Single[] = []
  for (const item of items) {
    const next = withoutExdateOf(data, zone, item.mark)
    if (next === null) astray.push(item)
    else data = next
  }
  return { text: new TextDecoder().decode(data), astray }
}

const withoutExdateOf = (data: Uint8Array<ArrayBuffer>, zone: string, { key, atMs }: SingleMark) => {
  const document = parseCalendar(data)
  const master = masterComponent(document)
  for (const property of master?.propertiesNamed('EXDATE') ?? []) {
    const times = readTimes(property) ?? []
    for (const time of times) {
      const kept = times.filter((each) => each !== time)
      const editor = editCalendar(document)
      if (kept.length === 0) editor.remove(property)
      else editor.replace(property, timesProperty('EXDATE', kept))
      const next = new Uint8Array(editor.toBytes())
      if (hasOccurrence(next, zone, key, atMs)) return next
    }
  }
  return null
}

const hasOccurrence = (data: Uint8Array, zone: string, key: string, atMs: number): boolean => {
  try {
    const found = splitSeries(data, zone).occurrences(atMs, atMs + 1, 10)
    return found?.some((occurrence) => occurrence.key === key) === true
  } catch (error) {
    if (CalendarError.is(error)) return false
    throw error
  }
}
