import { digest } from '../event/digest.ts'

/**
 * Names a calendar in the items of it, so that one that a person moved elsewhere is not taken for one of it.
 *
 * @param origin the portal and the person
 */
export const markerOf = (origin: string, calendar: string): string => digest(`${origin}\n${calendar}`)

/**
 * What each single item says about the series that it is part of, so that whoever reads the items knows which of them are still to be
 * made, and which a person has deleted.
 */
export interface SingleMark {
  /** The original start of the occurrence, as text in the form of the series' DTSTART: its name within the series. */
  readonly key: string
  /** The same as an instant. */
  readonly atMs: number
  /** Counts the writes of the series: items with an older one are still to be written. */
  readonly rev: number
  /** Occurrences from here to `untilMs` have been made, so that one without an item was deleted. `null`: not all of them yet. */
  readonly fromMs: number
  readonly untilMs: number | null
  /** The first occurrence after `untilMs`; `null` when there is none. */
  readonly nextMs: number | null
  /** When this was written, by our clock: items that were made just before may not be found yet. */
  readonly writtenMs: number
  /** Item that the series was before it was split, and that goes when all its singles are there; `null` when there was none. */
  readonly replaces: string | null
  /** The series is being deleted. */
  readonly gone: boolean
}

/** The text of a mark, for a property of the item. */
export const serializeMark = (mark: SingleMark): string =>
  JSON.stringify([
    1,
    mark.key,
    mark.atMs,
    mark.rev,
    mark.fromMs,
    mark.untilMs,
    mark.nextMs,
    mark.writtenMs,
    mark.replaces,
    mark.gone ? 1 : 0,
  ])

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)
const isCountOrNull = (value: unknown): value is number | null => value === null || isCount(value)

/** Reads it; `null` for what is none: an item's owner may have put anything there. */
export const parseMark = (text: string | null): SingleMark | null => {
  if (text === null || text.length > 2_000) return null
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(read) || read.length !== 10 || read[0] !== 1) return null
  const [, key, atMs, rev, fromMs, untilMs, nextMs, writtenMs, replaces, gone] = read as readonly unknown[]
  if (typeof key !== 'string' || !isCount(atMs) || !isCount(rev) || !isCount(fromMs) || !isCount(writtenMs)) return null
  if (!isCountOrNull(untilMs) || !isCountOrNull(nextMs)) return null
  if (replaces !== null && typeof replaces !== 'string') return null
  return { key, atMs, rev, fromMs, untilMs, nextMs, writtenMs, replaces, gone: gone === 1 }
}
