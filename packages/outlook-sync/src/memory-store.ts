import { CalendarError, type CallOptions, type DayportStore, type Transaction } from '@dayport/core'
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
  /** How to take back what the running unit of work has written. */
  let undo: { readonly tx: Transaction; readonly steps: (() => void)[]; readonly ended: Promise<unknown> } | null = null

  /** Outside a unit of work nobody sees what a running one has written. */
  const settle = async (options: CallOptions | undefined): Promise<void> => {
    options?.signal?.throwIfAborted()
    while (undo !== null && undo.tx !== options?.tx) await undo.ended
  }
  const write = async (options: CallOptions | undefined, work: () => () => void): Promise<void> => {
    await settle(options)
    const back = work()
    if (undo !== null) undo.steps.push(back)
  }
  const set = <K, V>(map: Map<K, V>, key: K, value: V): (() => void) => {
    const before = map.get(key)
    map.set(key, value)
    return () => {
      if (before === undefined) map.delete(key)
      else map.set(key, before)
    }
  }
  const itemsOf = async (list: ListRef, options: CallOptions | undefined): Promise<ItemBinding[]> => {
    await settle(options)
    return [...(lists.get(keyOf(list))?.items.values() ?? [])]
  }
  const living = async (list: ListRef, options: CallOptions | undefined): Promise<ItemBinding[]> =>
    (await itemsOf(list, options)).filter(({ deleted }) => !deleted)

  const transaction: DayportStore['transaction'] = async (work, options) => {
    if (options?.tx !== undefined) return store.transaction(work, options)
    return store.transaction(async (tx) => {
      const steps: (() => void)[] = []
      let end = (): void => {}
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      undo = { tx, steps, ended }
      try {
        return await work(tx)
      } catch (error) {
        for (const step of steps.reverse()) step()
        throw error
      } finally {
        undo = null
        end()
      }
    }, options)
  }

  const bindings: OutlookBindingStore = {
    getList: async (list, options) => {
      await settle(options)
      return lists.get(keyOf(list))?.state ?? null
    },
    putList: (state, options) =>
      write(options, () => {
        const known = lists.get(keyOf(state))
        return set(lists, keyOf(state), { state, items: known?.items ?? new Map() })
      }),
    getBinding: async (list, id, options) => (await itemsOf(list, options)).find((item) => item.id === id) ?? null,
    bindingsOf: async (list, names, options) => {
      const wanted = new Set(names)
      return (await living(list, options)).filter(({ objectName }) => wanted.has(objectName)).sort(byId)
    },
    findByReplicationId: async (list, replicationId, options) => {
      const wanted = replicationId.toUpperCase()
      const found = (await itemsOf(list, options)).filter((item) => item.replicationId?.toUpperCase() === wanted)
      return found.find(({ deleted }) => !deleted) ?? found[0] ?? null
    },
    findMaster: async (list, seriesGuid, options) => {
      const wanted = seriesGuid.toUpperCase()
      const found = await living(list, options)
      return found.find((item) => item.recurrenceDigest !== null && item.seriesGuid?.toUpperCase() === wanted) ?? null
    },
    putBindings: (list, items, options) =>
      write(options, () => {
        const known = lists.get(keyOf(list))
        if (known === undefined) throw new TypeError('expected putList before putBindings')
        const steps = items.map((item) => set(known.items, item.id, item))
        return () => {
          for (const step of steps.reverse()) step()
        }
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
    windowedNames: async (list, options) => [
      ...new Set((await living(list, options)).filter(({ windowed }) => windowed).map(({ objectName }) => objectName)),
    ],
    countItems: async (list, options) => (await living(list, options)).length,
    forgetDeleted: async (beforeMs, options) => {
      await settle(options)
      const steps: (() => void)[] = []
      let forgotten = 0
      await write(options, () => {
        for (const [key, { state, items }] of lists) {
          const gone = [...items.values()].filter(({ deleted, modifiedMs }) => deleted && modifiedMs < beforeMs)
          forgotten += gone.length
          for (const item of gone) {
            items.delete(item.id)
            steps.push(() => items.set(item.id, item))
          }
          const prunedSequence = Math.max(state.prunedSequence, ...gone.map(({ sequence }) => sequence))
          steps.push(set(lists, key, { state: { ...state, prunedSequence }, items }))
        }
        return () => {
          for (const step of steps.reverse()) step()
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
    write(options, () => {
      const record = connections.get(id)
      return record === undefined ? () => {} : set(connections, id, { ...record, ...patch })
    })
  const connectionStore: OutlookConnectionStore = {
    create: (record, options) =>
      write(options, () => {
        if (connections.has(record.id)) throw new CalendarError('already-exists', 'the id of the connection is taken')
        return set(connections, record.id, record)
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
      await write({ tx }, () => {
        const gone = [...lists].filter(([, { state }]) => state.calendar === id)
        const dead = [...connections].filter(([, { calendar }]) => calendar === id)
        for (const [key] of gone) lists.delete(key)
        for (const [key] of dead) connections.delete(key)
        return () => {
          for (const [key, list] of gone) lists.set(key, list)
          for (const [key, record] of dead) connections.set(key, record)
        }
      })
    }, options)

  return { store: { ...store, transaction, deleteCalendar }, bindings, connections: connectionStore }
}
