import {
  assertCondition,
  CalendarError,
  type CalendarPeer,
  type CallOptions,
  type ETag,
  type PeerObject,
  RemoteError,
  type WriteCondition,
} from '@dayport/core'
import { dayMs } from '../event/days.ts'
import { digest } from '../event/digest.ts'
import { unrepresentable } from '../event/options.ts'
import { isAnyThere, isSeriesThere } from './absences.ts'
import { createCopies } from './copies.ts'
import { joinSingles, openWanted, type WantedSeries } from './join-singles.ts'
import { nameOfGroup, type Picked, pick } from './rows.ts'
import type { Splitter, WithSinglesOptions } from './splitter.ts'
import type { Single, SingleRow } from './store.ts'
import { aheadMs, needsWork, type WriteSinglesOptions, writeSingles } from './write-singles.ts'

/** How long what was just written may not be found. */
const settleMs = 120_000
/** How long it is known that a calendar has no such items. */
const noneMs = 10 * 60_000

/** Series that are single items in Exchange, each as one object. */
export interface SeriesItems {
  /**
   * `null` when no item of it is left.
   *
   * @throws {RemoteError} `item` while a search does not find what the calendar shows. {CalendarError} `unrepresentable` where `tells`, for a
   * series that has outgrown its items as time went on.
   */
  read(group: string, call: CallOptions, options?: { readonly tells: boolean }): Promise<PeerObject | null>
  /** The same for one that may never have been made: a search that finds nothing is believed. */
  find(group: string, call: CallOptions): Promise<PeerObject | null>
  /** Makes the items of a new series; those of an earlier try are taken along. */
  make(group: string, wanted: WantedSeries, call: CallOptions): Promise<PeerObject>
  update(group: string, data: Uint8Array, condition: WriteCondition | undefined, call: CallOptions): Promise<PeerObject>
  /** Makes the items of what was one item so far. @throws `reason` for a meeting. */
  split(
    name: string,
    wanted: WantedSeries,
    condition: WriteCondition | undefined,
    call: CallOptions & { readonly reason: unknown },
  ): Promise<PeerObject>
  remove(group: string, condition: WriteCondition | undefined, call: CallOptions): Promise<void>
  /** All of them, by what a search tells; `null` when it is known that there is none, unless it `isNeeded`. */
  listAll(call: CallOptions, isNeeded: boolean): Promise<readonly ListedSeries[] | null>
  /** Takes back what was made of a series that is to stay one item, or to go: nothing, when it is not known of any. */
  takeBack(name: string, call: CallOptions): Promise<void>
  /** Whether the calendar shows items of a series that a search does not find. */
  isLeft(group: string, call: CallOptions): Promise<boolean>
  /** Whether an item stands for an occurrence, and is no event of its own; a copy that a person made of one is. */
  holds(id: string, group: string, call: CallOptions): Promise<boolean>
}

interface Reading {
  /** Whether it was made: a search that finds nothing is not believed. */
  readonly isKnown: boolean
  readonly tells: boolean
}

const isOutgrown = (error: unknown): boolean =>
  CalendarError.is(error, 'unrepresentable') && error.details?.reason === 'too-many-singles'

/** A series as a search tells it. */
export interface ListedSeries {
  readonly group: string
  /** `null`: written a moment ago, and not found yet. */
  readonly etag: ETag | null
  readonly ids: readonly string[]
  /** Still one item as well, which stands for it until all of these are made. */
  readonly isHidden: boolean
}

/** The series that an item becomes. */
const splitGroupOf = (name: string): string => `r-${digest(name)}`

/** @param plain the peer beneath, for the item that a series was before. */
export const createSeriesItems = (
  plain: CalendarPeer,
  options: WithSinglesOptions,
  splitter: Splitter,
): SeriesItems => {
  const { store, mapping, service } = options
  const { now } = options.window
  const { twinsOf, isQuiet, settle } = createCopies(options)
  /** Items that a search may not find yet, by series. */
  const recent = new Map<string, { readonly ids: Set<string>; readonly atMs: number }>()
  let noneUntilMs = Number.NEGATIVE_INFINITY
  /** Items that were being split when that was broken off. */
  const halfSplit = new Set<string>()

  /** Copies count as well: one that was made twice is to be found. */
  const etagOf = ({ ours, copies }: Picked): ETag => {
    const text = [...ours, ...copies].map(({ id, state }) => `${id} ${state}`).sort()
    const open = isOpen(ours) || isFresh(ours)
    return `"s${ours.length}-${digest(text.join('\n'))}${open ? '!' : ''}"`
  }

  const isOpen = (rows: readonly SingleRow[]): boolean =>
    needsWork(
      rows.map(({ mark }) => mark),
      splitter.window().endMs,
    )

  /** Written so short ago, and not by this process, that a search may not have found all of it. */
  const isFresh = (rows: readonly SingleRow[]): boolean => {
    const [first] = rows
    if (first === undefined || recent.has(first.group)) return false
    const ageMs = now() - Math.max(...rows.map(({ mark }) => mark.writtenMs))
    return ageMs >= 0 && ageMs < settleMs
  }

  const forgetOld = (): void => {
    for (const [group, { atMs }] of recent) if (now() - atMs >= settleMs) recent.delete(group)
  }

  const rowsOf = async (group: string, call: CallOptions): Promise<readonly SingleRow[]> => {
    forgetOld()
    const listed = await store.list(group, call)
    const ids = new Set(listed.map(({ id }) => id))
    const hidden = [...(recent.get(group)?.ids ?? [])].filter((id) => !ids.has(id))
    return hidden.length === 0 ? listed : [...listed, ...(await store.load(hidden, call))]
  }

  const loadOurs = async (rows: readonly SingleRow[], call: CallOptions): Promise<readonly Single[]> =>
    store.load(
      rows.map(({ id }) => id),
      call,
    )

  const later = (message: string, cause?: unknown): RemoteError =>
    new RemoteError(message, {
      service,
      kind: 'item',
      status: null,
      retryable: true,
      ...(cause === undefined ? {} : { cause }),
    })

  const write = async (
    wanted: WantedSeries,
    parts: Pick<WriteSinglesOptions, 'group' | 'singles' | 'replaces'>,
    call: CallOptions,
  ): Promise<readonly Single[]> => {
    noneUntilMs = Number.NEGATIVE_INFINITY
    recent.delete(parts.group)
    const ids = await writeSingles(store, wanted, { ...call, ...parts, nowMs: now(), window: splitter.window() })
    recent.set(parts.group, { ids: new Set(ids), atMs: now() })
    return store.load(ids, call)
  }

  /** The item that a series was, where its splitting was broken off before that item went. */
  const stillWhole = async (rows: readonly SingleRow[], call: CallOptions): Promise<string | null> => {
    const replaced = rows.find(({ mark }) => mark.replaces !== null)?.mark.replaces ?? null
    return replaced !== null && (await plain.get(replaced, call)) !== null ? replaced : null
  }

  const removeAll = async (rows: readonly SingleRow[], call: CallOptions): Promise<void> => {
    const open = rows.filter(({ mark }) => !mark.gone)
    if (rows.length > 1)
      await store.mark(
        open.map((row) => ({ ...row, mark: { ...row.mark, gone: true } })),
        call,
      )
    await store.remove(
      rows.map(({ id }) => id),
      call,
    )
    for (const { group } of rows) recent.delete(group)
  }

  const objectOf = (
    group: string,
    singles: readonly Single[],
    copies: readonly SingleRow[],
    joined: Uint8Array = join(singles).data,
  ): PeerObject => {
    const found = splitter.projectPlain(joined)
    return {
      name: nameOfGroup(group),
      etag: etagOf({ ours: singles, copies }),
      data: 'data' in found ? found.data : joined,
      modifiedMs: singles.reduce<number | null>(
        (latest, { event }) => Math.max(latest ?? 0, event.modifiedMs ?? 0),
        null,
      ),
      isOrganizer: null,
      operationId: /^[rn]-/.test(group) ? null : group,
    }
  }

  const join = (singles: readonly Single[]) => {
    const joined = joinSingles(singles, splitter.opener(), mapping)
    if (joined !== null) return joined
    throw new CalendarError('invalid-calendar-data', 'expected the text of the series beside its single events')
  }

  /** Who reads has written nothing that could be in doubt, or against a condition: copies that were to be settled wait. */
  const read = async (group: string, call: CallOptions, how: Reading): Promise<PeerObject | null> => {
    try {
      return await readNow(group, call, how)
    } catch (error) {
      const isOvertaken = CalendarError.is(error, 'precondition-failed') || CalendarError.is(error, 'not-found')
      throw isOvertaken || RemoteError.is(error, 'unknown-outcome')
        ? later('The single events of a series are still being written', error)
        : error
    }
  }

  const isLeft: SeriesItems['isLeft'] = (group, call) => {
    const { startMs, endMs } = splitter.window()
    return isSeriesThere(store, group, { startMs, endMs: endMs + aheadMs }, call)
  }

  const assertNoneLeft = async (group: string, call: CallOptions): Promise<void> => {
    if (await isLeft(group, call)) throw later('A search does not find the single events of a series')
  }

  const readNow = async (group: string, call: CallOptions, { isKnown, tells }: Reading): Promise<PeerObject | null> => {
    const { ours, copies } = pick(await rowsOf(group, call))
    if (ours.length === 0) {
      if (isKnown) await assertNoneLeft(group, call)
      return null
    }
    // Until then the item is the series: to show both would make two of it.
    if ((await stillWhole(ours, call)) !== null) return null
    if (ours.some(({ mark }) => mark.gone)) {
      if (!options.write) return null
      await removeAll(ours, call)
      return null
    }
    // What was written a moment ago by another process may not all be found: it would read as if the rest had been deleted.
    if (isFresh(ours)) throw later('The single events of a series were written a moment ago')
    const singles = await loadOurs(ours, call)
    if (singles.length === 0) {
      if (isKnown) await assertNoneLeft(group, call)
      return null
    }
    const { data, newest, missing, astray } = join(singles)
    if (await isAnyThere(store, group, missing, call)) {
      throw later('A search does not find all single events of a series')
    }
    const others = await settle(singles, copies, call)
    if (options.write && astray.length > 0 && isQuiet(astray)) {
      // Nobody loses what they have just put back: it is an event of its own.
      await store.release(astray, call)
      throw later('Single events that are of no series any more were made events of their own')
    }
    if (!isOpen(singles) || !options.write) return objectOf(group, singles, others, data)
    const source = { ...newest.source, source: new TextDecoder().decode(data) }
    try {
      const written = await write(openWanted(source, options.toEvent), { group, singles, replaces: null }, call)
      return objectOf(group, written, others)
    } catch (error) {
      if (tells && isOutgrown(error)) throw error
      // It has more occurrences by now, or somebody was invited to one: what is there is shown as it is.
      if (CalendarError.is(error, 'unrepresentable') || CalendarError.is(error, 'forbidden')) {
        return objectOf(group, singles, others, data)
      }
      // Who reads has written nothing that could be in doubt, or against a condition.
      throw CalendarError.is(error) || RemoteError.is(error, 'unknown-outcome')
        ? later('The single events of a series are still being written', error)
        : error
    }
  }

  const update: SeriesItems['update'] = async (group, data, condition, call) => {
    const wanted = splitter.split(data, unrepresentable('too-many-singles'))
    const { ours, copies } = pick(await rowsOf(group, call))
    if (ours.length === 0) throw new CalendarError('not-found', 'the single events of the series are gone')
    if (isFresh(ours)) throw later('The single events of a series were written a moment ago')
    const singles = await loadOurs(ours, call)
    assertCondition(condition, etagOf({ ours: singles, copies }))
    const written = await write(wanted, { group, singles, replaces: null }, call)
    return objectOf(group, written, copies)
  }

  /** A series that was one item, or a single event, and has a rule that Exchange cannot say now. */
  const split: SeriesItems['split'] = async (name, wanted, condition, { reason, ...call }) => {
    const current = await plain.get(name, call)
    if (current === null) throw new CalendarError('not-found', 'there is no such item in Exchange')
    assertCondition(condition, current.etag)
    // People would keep the meeting that they were asked to.
    if (current.isOrganizer !== null) throw reason
    const replaces = { id: name, remove: () => plain.delete(name, undefined, call) }
    halfSplit.add(name)
    const made = await makeWith(splitGroupOf(name), wanted, replaces, call)
    halfSplit.delete(name)
    return made
  }

  /** What is there already was made by an earlier try. */
  const makeWith = async (
    group: string,
    wanted: WantedSeries,
    replaces: WriteSinglesOptions['replaces'],
    call: CallOptions,
  ): Promise<PeerObject> => {
    const { ours, copies } = pick(await rowsOf(group, call))
    if (isFresh(ours)) throw later('The single events of a series were written a moment ago')
    const singles = await loadOurs(ours, call)
    return objectOf(group, await write(wanted, { group, singles, replaces }, call), copies)
  }

  const listAll: SeriesItems['listAll'] = async (call, isNeeded) => {
    if (!isNeeded && now() < noneUntilMs) return null
    forgetOld()
    const rows = await store.list(null, call)
    noneUntilMs = rows.length === 0 && recent.size === 0 ? now() + noneMs : Number.NEGATIVE_INFINITY
    const found = Map.groupBy(rows, ({ group }) => group)
    const listed: ListedSeries[] = []
    for (const [group, each] of found) {
      const picked = pick(each)
      const whole = await stillWhole(picked.ours, call)
      if (whole !== null) {
        halfSplit.add(whole)
        // Whoever wanted it split has thought better of it.
        const ageMs = now() - Math.max(...picked.ours.map(({ mark }) => mark.writtenMs))
        if (options.write && ageMs > dayMs) await takeBack(whole, call)
      }
      const isHiding = (recent.get(group)?.ids.size ?? 0) > picked.ours.length
      const etag = etagOf(picked)
      listed.push({
        group,
        etag: isHiding ? etag.replace(/!?"$/, '!"') : etag,
        ids: picked.ours.map(({ id }) => id),
        isHidden: whole !== null,
      })
    }
    const hidden = [...recent.keys()].filter((group) => !found.has(group))
    return [...listed, ...hidden.map((group) => ({ group, etag: null, ids: [], isHidden: false }))]
  }

  const remove: SeriesItems['remove'] = async (group, condition, call) => {
    const found = pick(await rowsOf(group, call))
    if (found.ours.length === 0) return
    assertCondition(condition, etagOf(found))
    const singles = await loadOurs(found.ours, call)
    store.assertQuiet(singles)
    await settle(singles, found.copies, call)
    await removeAll(found.ours, call)
  }

  const takeBack: SeriesItems['takeBack'] = async (name, call) => {
    if (!halfSplit.has(name)) return
    const rows = await rowsOf(splitGroupOf(name), call)
    try {
      store.assertQuiet(await loadOurs(rows, call))
    } catch (error) {
      // Somebody was invited to one of them: it is a person's now.
      if (CalendarError.is(error, 'forbidden')) return
      throw error
    }
    await removeAll(rows, call)
    halfSplit.delete(name)
  }

  const holds: SeriesItems['holds'] = async (id, group, call) => {
    const { ours, copies } = pick(await rowsOf(group, call))
    const copy = copies.filter((row) => row.id === id)
    // What no search finds yet is ours: were it a copy, it would be released, and told again, when one does.
    if (copy.length === 0) return true
    const own = ours.filter(({ mark }) => mark.key === copy[0]!.mark.key)
    return (await twinsOf(await loadOurs(own, call), copy, call)).length > 0
  }

  const make: SeriesItems['make'] = (group, wanted, call) => makeWith(group, wanted, null, call)

  return {
    read: (group, call, { tells } = { tells: false }) => read(group, call, { isKnown: true, tells }),
    find: (group, call) => read(group, call, { isKnown: false, tells: false }),
    make,
    update,
    split,
    remove,
    takeBack,
    listAll,
    isLeft,
    holds,
  }
}
