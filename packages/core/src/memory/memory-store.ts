import type { Calendar, CalendarId } from '../calendar.ts'
import { calendarFromDraft, compareCalendars } from '../calendar-state.ts'
import { CalendarError } from '../errors.ts'
import type { CalendarObject, IndexFilter } from '../object.ts'
import { type Principal, reachOf } from '../principal.ts'
import type { CallOptions, DayportStore, Transaction, WriteOptions } from '../store.ts'
import { changePage } from './change-page.ts'
import { boundsMayOverlap, matchesFacts } from './filter.ts'
import { joinBodies } from './join-bodies.ts'
import { createLayeredMap, type LayeredMap } from './layered-map.ts'
import { createSerialQueue } from './serial-queue.ts'
import {
  commitShelf,
  copyShelf,
  deleteFromShelf,
  forkShelf,
  newShelf,
  patchShelf,
  putOnShelf,
  type Shelf,
  type Stamp,
  shownCalendar,
} from './shelf.ts'

export interface MemoryStoreOptions {
  /** ms since the Unix epoch. Default: the system clock. */
  readonly now?: () => number
  /** Makes calendar ids, each one new. Default: random UUIDs. */
  readonly newId?: () => string
}

export interface MemoryStore extends DayportStore {
  /**
   * Forgets tombstones older than that, and with them refuses the tokens that needed them. Returns how many.
   *
   * @throws {CalendarError} `not-found`.
   */
  pruneTombstones(calendar: CalendarId, options: { readonly olderThanMs: number }): Promise<number>
  /** A second store with what is committed in this one, ids, revisions and tokens included: a backup. Neither sees the other's writes. */
  copy(): MemoryStore
}

/** What one reader or one unit of work sees. */
interface View {
  readonly shelves: LayeredMap<CalendarId, Shelf>
  /** Calendar id by owner and name. */
  readonly addresses: LayeredMap<string, CalendarId>
  /** Forks that this unit of work has made, by calendar, with what they were forked from. */
  readonly forks: Map<CalendarId, { readonly fork: Shelf; readonly base: Shelf }>
}

/**
 * The reference store: everything in this process's memory, nothing kept when it ends. Its behaviour is the contract that
 * `describeCalendarStore` of @dayport/testkit checks; for tests, trials and small read-only hosts.
 *
 * A unit of work must not wait for another one, nor write without handing on its `tx`: units run one after another.
 */
export const createMemoryStore = (options: MemoryStoreOptions = {}): MemoryStore =>
  createOver(options, { shelves: createLayeredMap(), addresses: createLayeredMap(), forks: new Map() })

const createOver = (options: MemoryStoreOptions, committed: View): MemoryStore => {
  const now = options.now ?? Date.now
  const newId = options.newId ?? (() => crypto.randomUUID())
  const open = new WeakMap<Transaction, View>()
  const enqueue = createSerialQueue()

  const viewOf = (call: CallOptions | undefined): View => {
    call?.signal?.throwIfAborted()
    if (call?.tx === undefined) return committed
    const view = open.get(call.tx)
    if (view === undefined) throw new TypeError('the unit of work has ended, or is another store’s')
    return view
  }

  const transaction: DayportStore['transaction'] = async (work, call) => {
    if (call?.tx !== undefined) {
      viewOf(call)
      return work(call.tx)
    }
    return enqueue(async () => {
      call?.signal?.throwIfAborted()
      const view: View = {
        shelves: committed.shelves.fork(),
        addresses: committed.addresses.fork(),
        forks: new Map(),
      }
      const tx = Object.freeze({}) as Transaction
      open.set(tx, view)
      try {
        const result = await work(tx)
        commitView(view)
        return result
      } finally {
        open.delete(tx)
      }
    })
  }

  const write = <T>(call: WriteOptions | undefined, work: (view: View, stamp: Stamp) => T): Promise<T> =>
    transaction(async (tx) => work(viewOf({ tx }), { nowMs: now(), origin: call?.origin ?? { door: 'host' } }), call)

  return {
    transaction,

    async listCalendars(principal, call) {
      const reach = new Set(reachOf(principal))
      const shown: Calendar[] = []
      for (const [, shelf] of viewOf(call).shelves.entries()) {
        if (reaches(shelf, principal, reach)) shown.push(shownCalendar(shelf))
      }
      return shown.sort(compareCalendars)
    },

    async getCalendar(id, call) {
      const shelf = viewOf(call).shelves.get(id)
      return shelf === undefined ? null : shownCalendar(shelf)
    },

    async findCalendar(owner, name, call) {
      const view = viewOf(call)
      const id = view.addresses.get(addressOf(owner, name))
      return id === undefined ? null : shownCalendar(shelfOf(view, id))
    },

    createCalendar: (draft, call) =>
      write(call, (view, { nowMs }) => {
        const address = addressOf(draft.owner, draft.name)
        if (view.addresses.get(address) !== undefined) throw nameTaken()
        const shelf = newShelf(calendarFromDraft(draft, newId(), nowMs))
        view.addresses.set(address, shelf.state.id)
        view.shelves.set(shelf.state.id, shelf)
        return shownCalendar(shelf)
      }),

    updateCalendar: (id, patch, call) =>
      write(call, (view, { nowMs }) => {
        const shelf = writableShelf(view, id)
        const { owner, name } = shelf.state
        if (patch.name !== undefined && patch.name !== name) {
          if (view.addresses.get(addressOf(owner, patch.name)) !== undefined) throw nameTaken()
          view.addresses.delete(addressOf(owner, name))
          view.addresses.set(addressOf(owner, patch.name), id)
        }
        patchShelf(shelf, patch, nowMs)
        return shownCalendar(shelf)
      }),

    deleteCalendar: (id, call) =>
      write(call, (view) => {
        const { owner, name } = shelfOf(view, id).state
        view.addresses.delete(addressOf(owner, name))
        view.shelves.delete(id)
        view.forks.delete(id)
      }),

    async getObject(ref, call) {
      return viewOf(call).shelves.get(ref.calendar)?.objects.get(ref.name) ?? null
    },

    async *findObjects(calendar, filter, call) {
      const shelf = shelfOf(viewOf(call), calendar)
      for (const name of [...candidates(shelf, filter)].sort()) {
        call?.signal?.throwIfAborted()
        const object = shelf.objects.get(name)
        if (object !== undefined) yield object
      }
    },

    async *findBodies(calendar, joins, call) {
      yield* joinBodies(shelfOf(viewOf(call), calendar).objects, joins, call?.signal)
    },

    putObject: (ref, draft, condition, call) =>
      write(call, (view, stamp) =>
        putOnShelf(writableShelf(view, ref.calendar), ref.name, draft, condition, stamp, call?.touch),
      ),

    deleteObject: (ref, condition, call) =>
      write(call, (view, stamp) => deleteFromShelf(writableShelf(view, ref.calendar), ref.name, condition, stamp)),

    async changes(calendar, since, call) {
      return changePage(shelfOf(viewOf(call), calendar), since, call)
    },

    pruneTombstones: (calendar, { olderThanMs }) =>
      write(undefined, (view, { nowMs }) => {
        const shelf = writableShelf(view, calendar)
        const old = [...shelf.changes.entries()].filter(([, c]) => c.etag === null && c.atMs < nowMs - olderThanMs)
        for (const [name, change] of old) {
          shelf.changes.delete(name)
          shelf.pruned = Math.max(shelf.pruned, change.revision)
        }
        return old.length
      }),

    copy: () =>
      createOver(options, {
        shelves: createLayeredMap(
          [...committed.shelves.entries()].map(([id, shelf]) => [id, copyShelf(shelf)] as const),
        ),
        addresses: createLayeredMap(committed.addresses.entries()),
        forks: new Map(),
      }),
  }
}

const nameTaken = (): CalendarError => new CalendarError('already-exists', 'the owner has a calendar of that name')

const addressOf = (owner: string, name: string): string => JSON.stringify([owner, name])

const shelfOf = (view: View, id: CalendarId): Shelf => {
  const shelf = view.shelves.get(id)
  if (shelf === undefined) throw new CalendarError('not-found', 'there is no such calendar')
  return shelf
}

const writableShelf = (view: View, id: CalendarId): Shelf => {
  const known = view.forks.get(id)
  if (known !== undefined) return known.fork
  const base = shelfOf(view, id)
  const fork = forkShelf(base)
  view.forks.set(id, { fork, base })
  view.shelves.set(id, fork)
  return fork
}

const commitView = (view: View): void => {
  for (const [id, { fork, base }] of view.forks) {
    commitShelf(fork, base)
    view.shelves.set(id, base)
  }
  view.shelves.commit()
  view.addresses.commit()
}

const reaches = ({ state }: Shelf, principal: Principal, reach: ReadonlySet<string>): boolean =>
  state.owner === principal.id || state.access.some((grant) => grant.level !== 'none' && reach.has(grant.principal))

function* candidates(shelf: Shelf, filter: IndexFilter): Iterable<string> {
  const wanted = filter.names === undefined ? null : new Set(filter.names)
  for (const [name, object] of pool(shelf, filter, wanted)) {
    if (wanted !== null && !wanted.has(name)) continue
    if (!matchesFacts(object.index, filter)) continue
    if (filter.range !== undefined && !boundsMayOverlap(object.index, filter.range)) continue
    yield name
  }
}

/** The smallest set that a filter names by itself. */
function* pool(
  shelf: Shelf,
  filter: IndexFilter,
  wanted: ReadonlySet<string> | null,
): Iterable<readonly [string, CalendarObject]> {
  const names = named(shelf, filter, wanted)
  if (names === null) {
    yield* shelf.objects.entries()
    return
  }
  for (const name of names) {
    const object = shelf.objects.get(name)
    if (object !== undefined) yield [name, object]
  }
}

const named = (shelf: Shelf, filter: IndexFilter, wanted: ReadonlySet<string> | null): Iterable<string> | null => {
  if (filter.uid !== undefined) return [shelf.uids.get(filter.uid) ?? []].flat()
  if (wanted !== null) return wanted
  return filter.range === undefined ? null : (shelf.occurrences?.query(filter.range) ?? null)
}
