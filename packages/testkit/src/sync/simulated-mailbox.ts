import {
  CalendarError,
  type CalendarPeer,
  type PeerObject,
  type PeerWriteOptions,
  RemoteError,
  type WriteCondition,
} from '@dayport/core'
import { masterComponent, parseCalendar } from '@dayport/core/ical'
import { textOf } from './ledger.ts'
import { normaliseForMailbox, projectForMailbox, withUidOf } from './mailbox-content.ts'
import { createMailboxFeed, type FedItem } from './mailbox-feed.ts'

/** What a simulated mailbox may do wrong to a call. `twice`: it is delivered two times, and only the second is answered. */
export type MailboxFault =
  | 'none'
  | 'lost-request'
  | 'lost-answer'
  | 'late-request'
  | 'twice'
  | 'throttled'
  | 'transient'
  | 'expired-cursor'

/** The calls of a peer, by name. */
export type SimulatedCall = 'changes' | 'get' | 'find' | 'put' | 'delete'

export interface SimulatedMailboxOptions {
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Whether its answers tell its clock, as a `Date` header does. Default true. */
  readonly tellsTime?: boolean
  /** Chooses the fault of each call. Default: none. */
  readonly fault?: (call: SimulatedCall) => MailboxFault
  /** How long a new item is missing from lists and searches. Default 0. */
  readonly hiddenMs?: number
  /** Whether a creation that is repeated under its operation gives the first one's item. Default true. */
  readonly deduplicates?: boolean
  /** Whether the mailbox gives every item a UID of its own, as Graph does. Default false. */
  readonly ownUids?: boolean
  /** Items of one reading request, where the mailbox reads several at once; without it they are read one by one. */
  readonly batchSize?: number
  /** Most changes in a page. Default 100. */
  readonly pageSize?: number
  /** Whether pages repeat, reorder and come empty now and then. Default: they do not. */
  readonly messy?: () => boolean
  /** Whether only a part of a batch is answered now, the rest left out or told to be not processed. Default: never. */
  readonly partial?: () => 'whole' | 'left-out' | 'not-processed'
  /** Whether a write is done now although its condition names another version than this one. Default: never. */
  readonly ignoresCondition?: (item: SimulatedItem) => boolean
}

export interface SimulatedItem {
  readonly name: string
  readonly data: Uint8Array
  readonly version: number
  readonly createdMs: number
  readonly modifiedMs: number
  readonly operationId: string | null
}

/** A mailbox folder in this process, with the manners and the faults of real ones, and a person who uses it. */
export interface SimulatedMailbox {
  readonly peer: CalendarPeer
  /** Removed items, by the name that they had. */
  readonly bin: ReadonlyMap<string, SimulatedItem>
  /** Living items, by name. */
  readonly items: ReadonlyMap<string, SimulatedItem>
  /** How often the peer was asked to write, and how many people were written to. */
  readonly traffic: { writes: number; deletes: number; requests: number; mails: number }
  /** What a person does there. */
  create(data: Uint8Array): string
  edit(name: string, change: (data: Uint8Array) => Uint8Array): void
  remove(name: string): void
  /** Puts a removed item back, as from the bin: under its name where `same`, else under a new one. */
  undo(name: string, same: boolean, options?: { readonly hides: boolean }): void
  /** Another name for the same item, missing from lists for a while where `hides`, as after a move there and back. */
  move(name: string, options?: { readonly hides: boolean }): void
  /** A copy made there: another item, with our marks and, if `sameUid`, with its UID. */
  copy(name: string, sameUid: boolean): void
  /** A new version that says the same in other bytes. */
  define(name: string, change: (data: Uint8Array) => Uint8Array): void
  /** A new version without a change. */
  touch(name: string): void
  /** All cursors are refused from now on. */
  expireCursors(): void
  /** The next cursor is answered with a whole list, without a word; what is gone is not told. */
  restartCursor(): void
  /** The next cursor is answered with another folder's changes, and refused the time after. */
  mistakeCursor(): void
  /** Cursors are answered rightly again. */
  calmCursor(): void
  /** All names are new, and cursors refused: the mailbox was moved to another server. What was written when stays so. */
  migrate(): void
  snapshot(): ReadonlyMap<string, SimulatedItem>
  /** Back to a snapshot: versions and all, so that later ones come a second time where `reuses`. Cursors are refused. */
  restore(snapshot: ReadonlyMap<string, SimulatedItem>, options?: { readonly reuses: boolean }): void
  /** Does what was delayed. */
  deliverLate(): void
}

export const createSimulatedMailbox = (options: SimulatedMailboxOptions): SimulatedMailbox => {
  const { now } = options
  const hiddenMs = options.hiddenMs ?? 0
  const messy = options.messy ?? (() => false)
  const items = new Map<string, SimulatedItem>()
  const bin = new Map<string, SimulatedItem>()
  const traffic = { writes: 0, deletes: 0, requests: 0, mails: 0 }
  const late: (() => void)[] = []
  let names = 0

  const newName = (): string => {
    names += 1
    return `R${String(names).padStart(5, '0')}`
  }
  const store = (
    name: string,
    data: Uint8Array,
    before: Partial<SimulatedItem> = {},
    moved: number | null = null,
  ): SimulatedItem => {
    const version = feed.next()
    const item: SimulatedItem = {
      createdMs: now(),
      operationId: null,
      ...before,
      name,
      data,
      version,
      modifiedMs: moved ?? now(),
    }
    items.set(name, item)
    feed.note(name)
    return item
  }
  const drop = (name: string): void => {
    const item = items.get(name)
    if (item === undefined) return
    bin.set(name, item)
    items.delete(name)
    feed.note(name)
  }
  const etagOf = (item: SimulatedItem): string => `"k${item.version}"`
  const isVisible = (item: SimulatedItem): boolean => now() >= item.createdMs + hiddenMs
  const toFed = (item: SimulatedItem): FedItem => ({ name: item.name, etag: etagOf(item), isVisible: isVisible(item) })
  const feed = createMailboxFeed(
    () => [...items.values()].map(toFed),
    (name) => {
      const item = items.get(name)
      return item === undefined ? null : toFed(item)
    },
    options.pageSize ?? 100,
  )

  const remoteError = (kind: RemoteError['kind'], retryAfterMs: number | null = null): RemoteError =>
    new RemoteError(`simulated: ${kind}`, {
      service: 'simulated',
      kind,
      status: null,
      retryable: kind !== 'request',
      retryAfterMs,
    })

  /** One request: the fault decides whether the work is done, and whether its answer arrives. */
  const request = async <T>(call: SimulatedCall, work: () => T, cursor: string | null = null) => {
    traffic.requests += 1
    const fault = options.fault?.(call) ?? 'none'
    switch (fault) {
      case 'lost-request':
        throw remoteError('unreachable')
      case 'throttled':
        throw remoteError('throttled', 5_000)
      case 'transient':
        throw remoteError('transient')
      case 'expired-cursor':
        if (call === 'changes' && cursor !== null) throw new CalendarError('invalid-sync-token', 'simulated')
        return work()
      case 'lost-answer':
        work()
        throw remoteError('unknown-outcome')
      case 'twice':
        // What the first delivery has done may be in the way of the second, which alone is answered.
        try {
          work()
        } catch {
          return work()
        }
        return work()
      case 'late-request':
        if (call === 'put' || call === 'delete') {
          late.push(() => {
            try {
              work()
            } catch {
              // Nobody hears the answer.
            }
          })
        }
        throw remoteError('unknown-outcome')
      default:
        return work()
    }
  }

  const toObject = (item: SimulatedItem): PeerObject => ({
    name: item.name,
    etag: etagOf(item),
    data: item.data,
    modifiedMs: item.modifiedMs,
    isOrganizer: textOf(item.data).includes('ORGANIZER') ? true : null,
    operationId: item.operationId,
  })

  const assertAllowed = (call: PeerWriteOptions | undefined, data: Uint8Array): void => {
    if (call?.notify === undefined || call.notify === 'never') return
    const attendees = masterComponent(parseCalendar(data))?.propertiesNamed('ATTENDEE').length ?? 0
    traffic.mails += attendees
  }

  const testCondition = (condition: WriteCondition | undefined, item: SimulatedItem): void => {
    const { ifMatch } = (condition ?? {}) as { ifMatch?: readonly string[] | '*' }
    if (ifMatch === undefined || ifMatch === '*' || ifMatch.includes(etagOf(item))) return
    if (options.ignoresCondition?.(item) === true) return
    throw new CalendarError('precondition-failed', 'simulated: another version')
  }

  /** One answer for each, but where a batch is cut short. */
  const answersTo = (asked: readonly string[]): readonly Answer[] => {
    const how = options.partial?.() ?? 'whole'
    const half = Math.floor(asked.length / 2)
    return asked.flatMap<Answer>((name, i) => {
      if (how === 'whole' || i < half) {
        const item = items.get(name)
        return [{ name, result: item === undefined ? null : toObject(item) }]
      }
      return how === 'left-out' ? [] : [{ name, result: remoteError('item') }]
    })
  }

  const peer: CalendarPeer = {
    capabilities: { write: true, conditionalWrite: true, windowed: false },
    changes: async (since, call) => ({
      ...(await request(
        'changes',
        () => {
          if (since !== null && messy()) {
            // The same place again, with nothing new: pages may be empty.
            feed.list(since, 1)
            return { changes: [], token: since, more: true }
          }
          const page = feed.list(since, call?.limit ?? 100)
          if (!messy()) return page
          return { ...page, changes: [...page.changes, ...page.changes].reverse() }
        },
        since,
      )),
      serverMs: options.tellsTime === false ? null : Math.floor(now() / 1_000) * 1_000,
    }),
    get: (name) =>
      request('get', () => {
        const item = items.get(name)
        return item === undefined ? null : toObject(item)
      }),
    ...(options.batchSize === undefined
      ? {}
      : {
          getMany: async function* getMany(names: readonly string[]) {
            const size = options.batchSize ?? 1
            for (let at = 0; at < names.length; at += size) {
              yield* await request('get', () => answersTo(names.slice(at, at + size)))
            }
          },
        }),
    findByOperation: (operationId) =>
      request('find', () => {
        const item = [...items.values()].find((one) => one.operationId === operationId && isVisible(one))
        return item === undefined ? null : toObject(item)
      }),
    put: (name, data, condition, call) => {
      traffic.writes += 1
      return request('put', () => {
        assertAllowed(call, data)
        const operationId = call?.operationId ?? null
        if (name === null) {
          const twice = [...items.values()].find((one) => one.operationId === operationId && operationId !== null)
          if (twice !== undefined && options.deduplicates !== false) {
            return { name: twice.name, etag: etagOf(twice), data: twice.data }
          }
          const target = newName()
          const held = normaliseForMailbox(projectForMailbox(data))
          const own = options.ownUids === true ? withUidOf(held, `srv-${target}`) : held
          const item = store(target, own, { operationId })
          return { name: item.name, etag: etagOf(item), data: messy() ? item.data : null }
        }
        const item = items.get(name)
        if (item === undefined) throw new CalendarError('not-found', 'simulated: no such item')
        testCondition(condition, item)
        const next = store(name, normaliseForMailbox(projectForMailbox(data)), {
          createdMs: item.createdMs,
          operationId: item.operationId,
        })
        return { name, etag: etagOf(next), data: messy() ? next.data : null }
      })
    },
    delete: (name, condition, call) => {
      traffic.deletes += 1
      return request('delete', () => {
        const item = items.get(name)
        if (item === undefined) return
        assertAllowed(call, item.data)
        testCondition(condition, item)
        drop(name)
      })
    },
    project: projectForMailbox,
  }

  return {
    peer,
    items,
    bin,
    traffic,
    create: (data) => store(newName(), normaliseForMailbox(projectForMailbox(data))).name,
    edit: (name, change) => {
      const item = items.get(name)
      if (item !== undefined) store(name, normaliseForMailbox(projectForMailbox(change(item.data))), item)
    },
    remove: drop,
    undo: (name, same, { hides } = { hides: true }) => {
      const item = bin.get(name)
      if (item === undefined || items.has(name)) return
      bin.delete(name)
      store(same ? name : newName(), item.data, { ...item, createdMs: hides ? now() : item.createdMs })
    },
    move: (name, { hides } = { hides: true }) => {
      const item = items.get(name)
      if (item === undefined || !isVisible(item)) return // nobody moves what is not to be seen yet
      drop(name)
      bin.delete(name)
      store(newName(), item.data, { ...item, createdMs: hides ? now() : item.createdMs })
    },
    copy: (name, sameUid) => {
      const item = items.get(name)
      if (item === undefined) return
      const target = newName()
      store(target, sameUid ? item.data : withUidOf(item.data, `copy-${target}`), { ...item, createdMs: now() })
    },
    define: (name, change) => {
      const item = items.get(name)
      if (item !== undefined) store(name, change(item.data), item, item.modifiedMs)
    },
    touch: (name) => {
      const item = items.get(name)
      if (item !== undefined) store(name, item.data, item)
    },
    expireCursors: feed.expire,
    restartCursor: feed.restart,
    mistakeCursor: feed.mistake,
    calmCursor: feed.calm,
    migrate: () => {
      const all = [...items.values()]
      items.clear()
      feed.clear()
      for (const item of all) store(newName(), item.data, { ...item }, item.modifiedMs)
    },
    snapshot: () => new Map(items),
    restore: (snapshot, { reuses } = { reuses: false }) => {
      items.clear()
      for (const [name, item] of snapshot) items.set(name, item)
      feed.clear(reuses ? Math.max(0, ...[...snapshot.values()].map(({ version }) => version)) : undefined)
      for (const name of snapshot.keys()) feed.note(name)
    },
    deliverLate: () => {
      for (const work of late.splice(0)) work()
    },
  }
}

type Answer = { readonly name: string; readonly result: PeerObject | null | Error }
