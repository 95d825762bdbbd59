import { CalendarError, type CallOptions, type DayportStore } from '@dayport/core'
import { joinTables, setRow } from '@dayport/core/memory'
import type { ItemBinding, ListRef, OutlookBindingStore, OutlookList } from './binding-store.ts'
import type { OutlookConnectionRecord, OutlookConnectionStore } from './connection-store.ts'

/** A store with the Outlook door's own tables beside it, all in this process. */
export interface MemoryOutlook<Store> {
  /** The store that was given, with a `transaction` and a `deleteCalendar` that bindings and connections take part in. */
  readonly store: Store
  readonly bindings: OutlookBindingStore
  readonly connections: OutlookConnectionStore
}

interface List {
  state: OutlookList
  readonly items: Map<number, ItemBinding>
}

const keyOf = ({ calendar, view }: ListRef): string => `${view} ${calendar}`

const byId = (a: ItemBinding, b: ItemBinding): number => a.id - b.id

/** Keeps bindings and connections in memory, for tests and for hosts that keep their calendars there too. */
export const createMemoryOutlook = <Store extends DayportStore>(store: Store): MemoryOutlook<Store> => {
  const lists = new Map<string, List>()
  const connections = new Map<string, OutlookConnectionRecord>()
  const { transaction, settle, write } = joinTables(store)
  const itemsOf = async (list: ListRef, options: CallOptions | undefined): Promise<ItemBinding[]> => {
    await settle(options)
    return [...(lists.get(keyOf(list))?.items.values() ?? [])]
  }
  const living = async (list: ListRef, options: CallOptions | undefined): Promise<ItemBinding[]> =>
    (await itemsOf(list, options)).filter(({ deleted }) => !deleted)

  const bindings: OutlookBindingStore = {
    getList: async (list, options) => {
      await settle(options)
      return lists.get(keyOf(list))?.state ?? null
    },
    putList: (state, options) =>
      write(options, (note) => {
        const known = lists.get(keyOf(state))
        setRow(lists, keyOf(state), { state, items: known?.items ?? new Map() }, note)
      }),
    getBinding: async (list, id, options) => (await itemsOf(list, options)).find((item) => item.id === id) ?? null,
    bindingsOf: async (list, names, options) => {
      const wanted = new Set(names)
      return (await living(list, options)).filter(({ objectName }) => wanted.has(objectName)).sort(byId)
    },
    deletedOf: async (list, uids, options) => {
      const wanted = new Set<string | null>(uids)
      const gone = (await itemsOf(list, options)).filter(
        ({ deleted, uid }) => deleted && uid !== null && wanted.has(uid),
      )
      return gone.sort((a, b) => a.sequence - b.sequence)
    },
    findByReplicationId: async (list, replicationId, options) => {
      const wanted = replicationId.toUpperCase()
      const found = (await itemsOf(list, options)).filter((item) => item.replicationId?.toUpperCase() === wanted)
      const [last] = found.toSorted((a, b) => Number(a.deleted) - Number(b.deleted) || b.sequence - a.sequence)
      return last ?? null
    },
    findMaster: async (list, seriesGuid, options) => {
      const wanted = seriesGuid.toUpperCase()
      const found = await living(list, options)
      return found.find((item) => item.recurrenceDigest !== null && item.seriesGuid?.toUpperCase() === wanted) ?? null
    },
    putBindings: (list, items, options) =>
      write(options, (note) => {
        const known = lists.get(keyOf(list))
        if (known === undefined) throw new TypeError('expected putList before putBindings')
        for (const item of items) setRow(known.items, item.id, item, note)
      }),
    changedSince: async (list, sequence, limit, options) =>
      (await itemsOf(list, options))
        .filter((item) => item.sequence > sequence)
        .sort((a, b) => a.sequence - b.sequence || byId(a, b))
        .slice(0, limit),
    bindingsAfter: async (list, objectName, limit, options) => {
      const after = (await living(list, options))
        .filter((item) => objectName === null || item.objectName > objectName)
        .sort((a, b) => (a.objectName < b.objectName ? -1 : a.objectName > b.objectName ? 1 : byId(a, b)))
      const last = after[limit - 1]?.objectName
      return last === undefined ? after : after.filter((item) => item.objectName <= last)
    },
    rowsAfter: async (list, objectName, limit, options) => bindings.bindingsAfter(list, objectName, limit, options),
    windowedNames: async (list, options) => [
      ...new Set((await living(list, options)).filter(({ windowed }) => windowed).map(({ objectName }) => objectName)),
    ],
    countItems: async (list, options) => (await living(list, options)).length,
    forgetDeleted: async (beforeMs, options) => {
      let forgotten = 0
      await write(options, (note) => {
        for (const [key, { state, items }] of lists) {
          const gone = [...items.values()].filter(({ deleted, modifiedMs }) => deleted && modifiedMs < beforeMs)
          forgotten += gone.length
          for (const { id } of gone) setRow(items, id, undefined, note)
          const prunedSequence = Math.max(state.prunedSequence, ...gone.map(({ sequence }) => sequence))
          setRow(lists, key, { state: { ...state, prunedSequence }, items }, note)
        }
      })
      return forgotten
    },
  }

  const change = (
    id: string,
    patch: Partial<OutlookConnectionRecord>,
    options: CallOptions | undefined,
  ): Promise<void> =>
    write(options, (note) => {
      const record = connections.get(id)
      if (record !== undefined) setRow(connections, id, { ...record, ...patch }, note)
    })
  const connectionStore: OutlookConnectionStore = {
    create: (record, options) =>
      write(options, (note) => {
        if (connections.has(record.id)) throw new CalendarError('already-exists', 'the id of the connection is taken')
        setRow(connections, record.id, record, note)
      }),
    get: async (id, options) => {
      await settle(options)
      return connections.get(id) ?? null
    },
    open: async (id, options) => {
      await settle(options)
      const record = connections.get(id)
      const calendar = record === undefined ? null : await store.getCalendar(record.calendar, options)
      if (record === undefined || calendar === null) return null
      const states = [...lists.values()].map(({ state }) => state)
      return { record, calendar, lists: states.filter((state) => state.calendar === calendar.id) }
    },
    list: async (principal, options) => {
      await settle(options)
      return [...connections.values()]
        .filter((record) => record.principal === principal)
        .sort((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1))
    },
    rename: (id, name, options) => change(id, { name }, options),
    revoke: async (id, revokedMs, options) => {
      await settle(options)
      if (connections.get(id)?.revokedMs === null) await change(id, { revokedMs }, options)
    },
    touch: (id, sync, options) => change(id, sync, options),
  }

  const deleteCalendar: DayportStore['deleteCalendar'] = (id, options) =>
    transaction(async (tx) => {
      await store.deleteCalendar(id, { ...options, tx })
      await write({ tx }, (note) => {
        for (const [key, { state }] of [...lists]) if (state.calendar === id) setRow(lists, key, undefined, note)
        for (const [key, { calendar }] of [...connections]) {
          if (calendar === id) setRow(connections, key, undefined, note)
        }
      })
    }, options)

  return { store: { ...store, transaction, deleteCalendar }, bindings, connections: connectionStore }
}
