import { CalendarError, type DayportStore } from '@dayport/core'
import { joinTables, type NoteUndo, setRow } from '@dayport/core/memory'
import type {
  HistoryEntry,
  InboxRow,
  LinkState,
  MailboxState,
  Side,
  SyncBinding,
  SyncConnection,
  SyncLink,
  SyncOperation,
  SyncRun,
} from './records.ts'
import type { InboxRef, SyncStateStore } from './store.ts'

/** A store with the sync engine's own tables beside it, all in this process. */
export interface MemorySync<Store> {
  /** The store that was given, with a `transaction` and a `deleteCalendar` that the engine's state takes part in. */
  readonly store: Store
  readonly state: SyncStateStore
  /** The same state over a copy of the store: a backup. Neither sees the other's writes. */
  copy(store: Store): MemorySync<Store>
}

/** Everything that is kept, by id. */
interface Rows {
  readonly connections: Map<string, SyncConnection>
  readonly bindings: Map<string, SyncBinding>
  readonly mailboxes: Map<string, MailboxState>
  readonly inbox: Table<InboxRow>
  readonly links: Table<SyncLink>
  readonly operations: Table<SyncOperation>
  readonly runs: Table<SyncRun>
  readonly history: Table<HistoryEntry>
  /** Link ids by binding, side and name: what is asked most often. */
  readonly names: Map<string, Set<string>>
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Rows by binding, found by id. */
interface Table<T extends { readonly binding: string }> {
  readonly rows: Map<string, T>
  readonly ofBinding: Map<string, Map<string, T>>
}

const table = <T extends { readonly binding: string }>(): Table<T> => ({ rows: new Map(), ofBinding: new Map() })

const copyTable = <T extends { readonly binding: string }>({ rows, ofBinding }: Table<T>): Table<T> => ({
  rows: new Map(rows),
  ofBinding: new Map([...ofBinding].map(([id, own]) => [id, new Map(own)])),
})

const inboxKey = ({ binding, side, name }: InboxRef): string => `${side} ${binding} ${name}`
const living = ({ state }: SyncLink): boolean => state !== 'tombstone'
const newestFirst = (a: SyncLink, b: SyncLink): number =>
  Number(living(b)) - Number(living(a)) || b.updatedMs - a.updatedMs || text(a.id, b.id)

/** Keeps the engine's state in memory, for tests and for hosts that keep their calendars there too. */
export const createMemorySync = <Store extends DayportStore>(store: Store): MemorySync<Store> =>
  createOver(store, {
    connections: new Map(),
    bindings: new Map(),
    mailboxes: new Map(),
    inbox: table(),
    links: table(),
    operations: table(),
    runs: table(),
    history: table(),
    names: new Map(),
  })

const createOver = <Store extends DayportStore>(store: Store, kept: Rows): MemorySync<Store> => {
  const { connections, bindings, mailboxes, inbox, links, operations, runs, history, names } = kept
  const { transaction, settle, write } = joinTables(store)
  const place = <T extends { readonly binding: string }>(
    into: Table<T>,
    key: string,
    value: T | undefined,
    note: NoteUndo,
  ): void => {
    const binding = value?.binding ?? into.rows.get(key)?.binding
    if (binding === undefined) return
    const own = into.ofBinding.get(binding) ?? new Map<string, T>()
    into.ofBinding.set(binding, own)
    setRow(into.rows, key, value, note)
    setRow(own, key, value, note)
  }
  const all = <T extends { readonly binding: string }>(from: Table<T>, binding: string): T[] => [
    ...(from.ofBinding.get(binding)?.values() ?? []),
  ]

  const nameKey = (binding: string, side: Side, name: string): string => `${side} ${binding} ${name}`
  const placeLink = (id: string, link: SyncLink | undefined, note: NoteUndo): void => {
    const before = links.rows.get(id)
    place(links, id, link, note)
    const index = (of: SyncLink | undefined, add: boolean): void => {
      if (of === undefined) return
      for (const side of ['portal', 'remote'] as const) {
        const end = of[side]
        if (end === null) continue
        const key = nameKey(of.binding, side, end.name)
        const ids = names.get(key) ?? new Set<string>()
        names.set(key, ids)
        if (add) ids.add(id)
        else ids.delete(id)
        if (ids.size === 0) names.delete(key)
      }
    }
    index(before, false)
    index(link, true)
    note(() => {
      index(link, false)
      index(before, true)
    })
  }

  const removeBinding = (id: string, note: NoteUndo): void => {
    for (const row of all(inbox, id)) place(inbox, inboxKey(row), undefined, note)
    for (const link of all(links, id)) placeLink(link.id, undefined, note)
    for (const rows of [operations, runs, history] as Table<{ binding: string; id: string }>[]) {
      for (const row of all(rows, id)) place(rows, row.id, undefined, note)
    }
    setRow(bindings, id, undefined, note)
  }

  const state: SyncStateStore = {
    putConnection: (connection, options) =>
      write(options, (note) => setRow(connections, connection.id, connection, note)),
    getConnection: async (id, options) => {
      await settle(options)
      return connections.get(id) ?? null
    },
    listConnections: async (options) => {
      await settle(options)
      return [...connections.values()].sort((a, b) => text(a.id, b.id))
    },
    deleteConnection: (id, options) =>
      write(options, (note) => {
        for (const binding of [...bindings.values()]) if (binding.connection === id) removeBinding(binding.id, note)
        setRow(connections, id, undefined, note)
      }),

    createBinding: (binding, options) =>
      write(options, (note) => {
        if (!connections.has(binding.connection)) throw new CalendarError('not-found', 'there is no such connection')
        for (const other of bindings.values()) {
          const part = (['id', 'calendar', 'remote'] as const).find((name) => other[name] === binding[name])
          if (part !== undefined) throw alreadyBound(part)
        }
        setRow(bindings, binding.id, binding, note)
      }),
    putBinding: (binding, options) =>
      write(options, (note) => {
        if (bindings.has(binding.id)) setRow(bindings, binding.id, binding, note)
      }),
    getBinding: async (id, options) => {
      await settle(options)
      return bindings.get(id) ?? null
    },
    listBindings: async (filter, options) => {
      await settle(options)
      const parts = Object.entries(filter) as [keyof SyncBinding, string][]
      return [...bindings.values()]
        .filter((binding) => parts.every(([name, value]) => binding[name] === value))
        .sort((a, b) => text(a.id, b.id))
    },
    deleteBinding: (id, options) => write(options, (note) => removeBinding(id, note)),

    getMailbox: async (mailbox, options) => {
      await settle(options)
      return mailboxes.get(mailbox) ?? null
    },
    putMailbox: (mailbox, options) => write(options, (note) => setRow(mailboxes, mailbox.mailbox, mailbox, note)),

    putInbox: (rows, options) =>
      write(options, (note) => {
        for (const row of rows) place(inbox, inboxKey(row), row, note)
      }),
    getInbox: async (ref, options) => {
      await settle(options)
      return inbox.rows.get(inboxKey(ref)) ?? null
    },
    listInbox: async (binding, { side, states, readyMs, after }, limit, options) => {
      await settle(options)
      return all(inbox, binding)
        .filter((row) => side === undefined || row.side === side)
        .filter((row) => states === undefined || states.includes(row.state))
        .filter((row) => readyMs === undefined || row.notBeforeMs <= readyMs)
        .filter((row) => after === undefined || inboxOrder(row, after) > 0)
        .sort(inboxOrder)
        .slice(0, limit)
    },
    countInbox: async (binding, filter, options) =>
      (await state.listInbox(binding, filter, Number.POSITIVE_INFINITY, options)).length,
    findInbox: async (binding, side, by, options) => {
      await settle(options)
      const [part, value] = 'uid' in by ? (['uid', by.uid] as const) : (['digest', by.digest] as const)
      return all(inbox, binding)
        .filter((row) => row.side === side && row.state === 'loaded' && row[part] === value)
        .sort(inboxOrder)
    },
    deleteInbox: (refs, options) =>
      write(options, (note) => {
        for (const ref of refs) place(inbox, inboxKey(ref), undefined, note)
      }),

    putLinks: (list, options) =>
      write(options, (note) => {
        for (const link of list) placeLink(link.id, link, note)
      }),
    getLink: async (id, options) => {
      await settle(options)
      return links.rows.get(id) ?? null
    },
    findLink: async (binding, side, name, options) => {
      await settle(options)
      const ids = [...(names.get(nameKey(binding, side, name)) ?? [])]
      return ids.map((id) => links.rows.get(id)!).sort(newestFirst)[0] ?? null
    },
    findLinksByUid: async (binding, uid, options) => {
      await settle(options)
      return all(links, binding)
        .filter((link) => living(link) && (link.uid === uid || link.remoteUid === uid))
        .sort(newestFirst)
    },
    findTombstonesByUid: async (binding, uid, options) => {
      await settle(options)
      return all(links, binding)
        .filter((link) => !living(link) && (link.uid === uid || link.remoteUid === uid))
        .sort(newestFirst)
    },
    listLinks: async (binding, { states, unseen, after }, limit, options) => {
      await settle(options)
      return all(links, binding)
        .filter((link) => states === undefined || states.includes(link.state))
        .filter((link) => unseen === undefined || isUnseen(link, unseen.side, unseen.generation))
        .filter(({ id }) => after === undefined || id > after)
        .sort((a, b) => text(a.id, b.id))
        .slice(0, limit)
    },
    countLinks: async (binding, states: readonly LinkState[], options) => {
      await settle(options)
      return all(links, binding).filter((link) => states.includes(link.state)).length
    },
    markSeen: (binding, side, list, generation, options) =>
      write(options, (note) => {
        for (const name of list) {
          for (const id of names.get(nameKey(binding, side, name)) ?? []) {
            const link = links.rows.get(id)!
            const seen = side === 'portal' ? { seenPortal: generation } : { seenRemote: generation }
            place(links, id, { ...link, ...seen }, note)
          }
        }
      }),

    putOperation: (operation, options) => write(options, (note) => place(operations, operation.id, operation, note)),
    getOperation: async (id, options) => {
      await settle(options)
      return operations.rows.get(id) ?? null
    },
    listOperations: async (binding, states, options) => {
      await settle(options)
      return all(operations, binding)
        .filter((operation) => states.includes(operation.state))
        .sort((a, b) => a.sentMs - b.sentMs || text(a.id, b.id))
    },

    putRun: (run, options) => write(options, (note) => place(runs, run.id, run, note)),
    getRun: async (id, options) => {
      await settle(options)
      return runs.rows.get(id) ?? null
    },
    listRuns: async (binding, limit, options) => {
      await settle(options)
      return all(runs, binding)
        .sort((a, b) => b.startedMs - a.startedMs || text(b.id, a.id))
        .slice(0, limit)
    },
    putHistory: (entries, options) =>
      write(options, (note) => {
        for (const entry of entries) place(history, entry.id, entry, note)
      }),
    getHistory: async (id, options) => {
      await settle(options)
      return history.rows.get(id) ?? null
    },
    listHistory: async (binding, of, limit, options) => {
      await settle(options)
      return all(history, binding)
        .filter((entry) => ('run' in of ? entry.run === of.run : entry.link === of.link))
        .sort((a, b) => b.atMs - a.atMs || text(b.id, a.id))
        .slice(0, limit)
    },
    prune: (binding, { beforeMs, tombstonesBeforeMs }, options) =>
      write(options, (note) => {
        for (const run of all(runs, binding)) if (run.startedMs < beforeMs) place(runs, run.id, undefined, note)
        for (const entry of all(history, binding)) if (entry.atMs < beforeMs) place(history, entry.id, undefined, note)
        for (const { id, sentMs, state: of } of all(operations, binding)) {
          if (sentMs < beforeMs && (of === 'confirmed' || of === 'abandoned')) place(operations, id, undefined, note)
        }
        for (const link of all(links, binding)) {
          if (!living(link) && link.updatedMs < tombstonesBeforeMs) placeLink(link.id, undefined, note)
        }
      }),
  }

  const deleteCalendar: DayportStore['deleteCalendar'] = (id, options) =>
    transaction(async (tx) => {
      await store.deleteCalendar(id, { ...options, tx })
      await write({ tx }, (note) => {
        for (const binding of [...bindings.values()]) if (binding.calendar === id) removeBinding(binding.id, note)
      })
    }, options)

  const copy: MemorySync<Store>['copy'] = (other) =>
    createOver(other, {
      connections: new Map(connections),
      bindings: new Map(bindings),
      mailboxes: new Map(mailboxes),
      inbox: copyTable(inbox),
      links: copyTable(links),
      operations: copyTable(operations),
      runs: copyTable(runs),
      history: copyTable(history),
      names: new Map([...names].map(([key, ids]) => [key, new Set(ids)])),
    })

  return { store: { ...store, transaction, deleteCalendar }, state, copy }
}

export const alreadyBound = (part: 'id' | 'calendar' | 'remote'): CalendarError =>
  new CalendarError('already-exists', `a binding has this ${part} already`, { details: { part } })

const inboxOrder = (a: Pick<InboxRow, 'side' | 'name'>, b: Pick<InboxRow, 'side' | 'name'>): number =>
  text(a.side, b.side) || text(a.name, b.name)

const isUnseen = (link: SyncLink, side: Side, generation: number): boolean => {
  if (!living(link) || link[side] === null) return false
  return (side === 'portal' ? link.seenPortal : link.seenRemote) < generation
}
