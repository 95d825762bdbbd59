import type { Calendar, CalendarPatch } from '../calendar.ts'
import { type CalendarState, patchCalendar } from '../calendar-state.ts'
import type { Change, Origin } from '../changes.ts'
import { assertCondition, type WriteCondition } from '../conditions.ts'
import { CalendarError } from '../errors.ts'
import { etagOf } from '../etag.ts'
import { createOccurrenceIndex, type OccurrenceIndex } from '../ical/index.ts'
import type { CalendarObject, ObjectDraft } from '../object.ts'
import type { PutResult } from '../store.ts'
import { formatSyncToken } from '../sync-token.ts'
import { createLayeredMap, type LayeredMap } from './layered-map.ts'

/** One calendar with everything in it. */
export interface Shelf {
  state: CalendarState
  /** Revision of the newest pruned tombstone. */
  pruned: number
  readonly objects: LayeredMap<string, CalendarObject>
  /** Holder's name by UID. */
  readonly uids: LayeredMap<string, string>
  /** Latest change by name, in the order of revisions. */
  readonly changes: LayeredMap<string, TimedChange>
  /** What happens when, of committed objects; `null` in a fork, which would have to copy it. */
  readonly occurrences: OccurrenceIndex | null
  /** Names written since the fork. */
  readonly touched: Set<string>
}

export interface TimedChange extends Change {
  readonly atMs: number
}

/** What every write is stamped with. */
export interface Stamp {
  readonly nowMs: number
  readonly origin: Origin
}

export const newShelf = (state: CalendarState): Shelf => ({
  state,
  pruned: 0,
  objects: createLayeredMap(),
  uids: createLayeredMap(),
  changes: createLayeredMap(),
  occurrences: createOccurrenceIndex(),
  touched: new Set(),
})

/** One that shares nothing that is written to. */
export const copyShelf = ({ state, pruned, objects, uids, changes }: Shelf): Shelf => {
  const copy: Shelf = {
    ...newShelf(state),
    pruned,
    objects: createLayeredMap(objects.entries()),
    uids: createLayeredMap(uids.entries()),
    changes: createLayeredMap(changes.entries()),
  }
  for (const [name, { index }] of objects.entries()) copy.occurrences?.set(name, index)
  return copy
}

/** A private copy that costs what is written to it. */
export const forkShelf = (shelf: Shelf): Shelf => ({
  state: shelf.state,
  pruned: shelf.pruned,
  objects: shelf.objects.fork(),
  uids: shelf.uids.fork(),
  changes: shelf.changes.fork(),
  occurrences: null,
  touched: new Set(),
})

/** Moves what a fork holds into the shelf that it was forked from. */
export const commitShelf = (fork: Shelf, base: Shelf): void => {
  fork.objects.commit()
  fork.uids.commit()
  fork.changes.commit()
  for (const name of fork.touched) {
    const object = base.objects.get(name)
    if (object === undefined) base.occurrences?.delete(name)
    else base.occurrences?.set(name, object.index)
  }
  base.state = fork.state
  base.pruned = fork.pruned
}

export const shownCalendar = ({ state }: Shelf): Calendar => ({
  ...state,
  syncToken: formatSyncToken(state.id, { revision: state.revision, base: state.revision }),
})

export const patchShelf = (shelf: Shelf, patch: CalendarPatch, nowMs: number): void => {
  shelf.state = patchCalendar(shelf.state, patch, nowMs)
}

export const putOnShelf = (
  shelf: Shelf,
  name: string,
  draft: ObjectDraft,
  condition: WriteCondition | undefined,
  stamp: Stamp,
  touch = false,
): PutResult => {
  const current = shelf.objects.get(name)
  assertCondition(condition, current?.etag ?? null)
  if (current !== undefined && sameBytes(current.data, draft.data)) {
    const { etag } = current
    if (!touch) return { etag, created: false, revision: current.revision }
    const revision = shelf.state.revision + 1
    const { component } = current.index
    record(shelf, { name, etag, component, revision, origin: stamp.origin, atMs: stamp.nowMs }, 0)
    return { etag, created: false, revision }
  }
  const { uid } = draft.index
  const holder = current !== undefined && current.index.uid !== uid ? name : shelf.uids.get(uid)
  if (holder !== undefined && (holder !== name || current?.index.uid !== uid)) {
    throw new CalendarError('uid-conflict', 'another object of the calendar has the UID', { details: { name: holder } })
  }
  const revision = shelf.state.revision + 1
  const data = draft.data.slice()
  const etag = etagOf(revision, data)
  shelf.objects.set(name, { name, etag, data, index: draft.index, revision, modifiedMs: stamp.nowMs })
  shelf.uids.set(uid, name)
  const { component } = draft.index
  const grown = data.length - (current?.data.length ?? 0)
  record(shelf, { name, etag, component, revision, origin: stamp.origin, atMs: stamp.nowMs }, grown)
  return { etag, created: current === undefined, revision }
}

export const deleteFromShelf = (
  shelf: Shelf,
  name: string,
  condition: WriteCondition | undefined,
  stamp: Stamp,
): void => {
  const current = shelf.objects.get(name)
  if (current === undefined) throw new CalendarError('not-found', 'no object of that name is in the calendar')
  assertCondition(condition, current.etag)
  shelf.objects.delete(name)
  shelf.uids.delete(current.index.uid)
  const revision = shelf.state.revision + 1
  const change = { name, etag: null, component: null, revision, origin: stamp.origin, atMs: stamp.nowMs }
  record(shelf, change, -current.data.length)
}

/** `grown`: by how many octets the calendar grew. */
const record = (shelf: Shelf, change: TimedChange, grown: number): void => {
  shelf.changes.set(change.name, change)
  shelf.touched.add(change.name)
  const bytes = (shelf.state.bytes ?? 0) + grown
  shelf.state = { ...shelf.state, revision: change.revision, modifiedMs: change.atMs, bytes }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false
  return true
}
