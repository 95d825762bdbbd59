import { CalendarError, type CallOptions, RemoteError } from '@dayport/core'
import { dayMs } from '../event/days.ts'
import type { ExchangeEvent } from '../event/model.ts'
import { unrepresentable } from '../event/options.ts'
import { isAsWanted, newestMark, type WantedSeries } from './join-singles.ts'
import type { SingleMark } from './mark.ts'
import type { Occurrence } from './split-series.ts'
import type { Single, SingleRef, SinglesStore } from './store.ts'

/** Most single items of one series in the window. exchange.md §5.4. */
export const maxSingles = 60

/** How far behind the window items are made, so that they are added to once a month and not every day. */
export const aheadMs = 31 * dayMs
/** How far the next occurrence behind those that were made is looked for. */
const lookMs = 5 * 366 * dayMs

/** Which occurrences have items, and until when. */
export interface SinglesPlan {
  readonly occurrences: readonly Occurrence[]
  readonly fromMs: number
  readonly untilMs: number
  readonly nextMs: number | null
}

/**
 * The occurrences that a window asks for.
 *
 * @throws {CalendarError} `unrepresentable` for more than {@link maxSingles}, and for none.
 */
export const planSingles = (
  { series }: WantedSeries,
  window: { readonly startMs: number; readonly endMs: number },
): SinglesPlan => {
  const { startMs: fromMs, endMs } = window
  const inWindow = series.occurrences(fromMs, endMs, maxSingles)
  if (inWindow === null) throw unrepresentable('too-many-singles')
  const ahead = series.occurrences(fromMs, endMs + aheadMs, maxSingles)
  if (ahead === null) return { occurrences: inWindow, fromMs, untilMs: endMs, nextMs: nextAfter(series, endMs) }
  const few = ahead.length >= fewest ? null : series.occurrences(fromMs, endMs + lookMs, 500)
  if (few !== null && few.length > ahead.length) {
    const occurrences = few.slice(0, fewest)
    const untilMs = Math.max(endMs + aheadMs, occurrences.at(-1)!.atMs + 1)
    return { occurrences, fromMs, untilMs, nextMs: nextAfter(series, untilMs) }
  }
  if (ahead.length === 0) throw unrepresentable('no-occurrence')
  return { occurrences: ahead, fromMs, untilMs: endMs + aheadMs, nextMs: nextAfter(series, endMs + aheadMs) }
}

/** A rare series has that many items even where they lie behind the window: with the last of them a person deletes the series. */
const fewest = 3

const nextAfter = (series: WantedSeries['series'], fromMs: number): number | null => {
  for (const spanMs of [62 * dayMs, 400 * dayMs, lookMs]) {
    const found = series.occurrences(fromMs, fromMs + spanMs, 500)
    if (found === null) return fromMs
    if (found[0] !== undefined) return found[0].atMs
  }
  return null
}

/** Whether what the items of a series say of themselves leaves something to do. */
export const needsWork = (marks: readonly SingleMark[], windowEndMs: number): boolean => {
  const newest = newestMark(marks)
  if (newest === null || marks.some(({ gone, replaces }) => gone || replaces !== null)) return true
  if (newest.nextMs !== null && newest.nextMs < windowEndMs) return true
  return marks.some(({ rev, atMs, untilMs }) => (rev === newest.rev ? untilMs === null : atMs >= newest.fromMs))
}

export interface WriteSinglesOptions extends CallOptions {
  readonly group: string
  readonly nowMs: number
  readonly window: { readonly startMs: number; readonly endMs: number }
  /** Items of the series that are there. */
  readonly singles: readonly Single[]
  /** The item that the series was so far, and how it goes. */
  readonly replaces: { readonly id: string; readonly remove: () => Promise<void> } | null
}

/**
 * Makes the items of a series what the series says. Each step may be the last: new items first, without the mark that says that all of
 * them are there; then what the series no longer has goes; then those that change; and at the end that mark.
 *
 * @returns the ids of the items.
 * @throws {RemoteError} `unknown-outcome` for a first writing that was broken off: whether its last item was made may be in doubt.
 */
export const writeSingles = async (
  store: SinglesStore,
  wanted: WantedSeries,
  options: WriteSinglesOptions,
): Promise<readonly string[]> => {
  const { group, nowMs, singles, replaces } = options
  const plan = planSingles(wanted, options.window)
  const byKey = new Map(singles.map((single) => [single.mark.key, single]))
  const newest = singles.length === 0 ? null : newestMark(singles.map(({ mark }) => mark))
  const lastRev = Math.max(0, ...singles.map(({ mark }) => mark.rev))
  const isSameText = singles.every(({ mark, event }) => mark.rev < lastRev || isSameSource(event, wanted))
  const rev = isSameText && newest !== null ? lastRev : lastRev + 1
  const markOf = (occurrence: Occurrence, isDone: boolean): SingleMark => ({
    key: occurrence.key,
    atMs: occurrence.atMs,
    rev,
    fromMs: rev === newest?.rev ? Math.min(newest.fromMs, plan.fromMs) : plan.fromMs,
    untilMs: isDone ? plan.untilMs : null,
    nextMs: plan.nextMs,
    writtenMs: nowMs,
    replaces: isDone || replaces === null ? null : replaces.id,
    gone: false,
  })
  const kept = plan.occurrences.filter(({ key }) => byKey.has(key))
  store.assertQuiet(singles.filter(({ mark }) => mark.atMs >= plan.fromMs))
  const fresh: (SingleRef & { readonly mark: SingleMark })[] = []
  for (const occurrence of plan.occurrences) {
    if (byKey.has(occurrence.key)) continue
    try {
      const ref = await store.create(group, wanted.wanted(occurrence).event, markOf(occurrence, false), options)
      fresh.push({ ...ref, mark: markOf(occurrence, true) })
    } catch (error) {
      throw singles.length > 0 || fresh.length === 0 ? error : inDoubt(error)
    }
  }
  if (replaces !== null) await replaces.remove()
  // Before the last mark is set: what is found later on is what a person has put back.
  const superfluous = superfluousOf(singles, wanted, plan)
  await store.remove(superfluous, options)
  const onlyMarked: (SingleRef & { readonly mark: SingleMark })[] = []
  for (const occurrence of kept) {
    const single = byKey.get(occurrence.key)!
    const { event } = wanted.wanted(occurrence)
    const mark = markOf(occurrence, true)
    if (isSameSource(single.event, wanted) && isAsWanted(single.event, event)) onlyMarked.push({ ...single, mark })
    else await store.update(single, event, mark, options)
  }
  await store.mark([...fresh, ...onlyMarked], options)
  const gone = new Set(superfluous)
  return [...singles.filter(({ id }) => !gone.has(id)), ...fresh].map(({ id }) => id)
}

const isSameSource = ({ portalData }: ExchangeEvent, { source }: WantedSeries): boolean =>
  portalData?.source === source.source && portalData.zone === source.zone

/** Items of occurrences that the series does not have, also of those from before the window. */
const superfluousOf = (singles: readonly Single[], { series }: WantedSeries, plan: SinglesPlan): readonly string[] => {
  const firstMs = Math.min(plan.fromMs, ...singles.map(({ mark }) => mark.atMs))
  const lastMs = Math.max(plan.untilMs, ...singles.map(({ mark }) => mark.atMs + 1))
  const there = series.occurrences(firstMs, lastMs, 5_000)
  if (there === null) return []
  const keys = new Set(there.map(({ key }) => key))
  return singles.filter(({ mark }) => !keys.has(mark.key)).map(({ id }) => id)
}

const inDoubt = (error: unknown): unknown => {
  if (!RemoteError.is(error) && !CalendarError.is(error)) return error
  const { service, code, requestId, status, retryAfterMs } = RemoteError.is(error)
    ? error
    : { service: 'exchange', code: null, requestId: null, status: null, retryAfterMs: null }
  return new RemoteError('Some of the single events of a series were made', {
    service,
    kind: 'unknown-outcome',
    code,
    requestId,
    status,
    retryable: true,
    retryAfterMs,
    cause: error,
  })
}
