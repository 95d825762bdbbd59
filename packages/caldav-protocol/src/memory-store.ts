import {
  CalendarError,
  type CallOptions,
  type DayportStore,
  etagOf,
  type PrincipalId,
  type Transaction,
} from '@dayport/core'
import { type FileLock, type FileNode, type FilePath, type FileStore, isBelow, parentPath } from './files/file-store.ts'
import { type KeptProperties, type PropertyStore, patchKept } from './kept/property-store.ts'

/** A store with the CalDAV door's own parts beside it, all in this process. */
export interface MemoryDav<Store> {
  /** The store that was given, with a `transaction` that files and properties take part in. */
  readonly store: Store
  readonly files: FileStore
  readonly properties: PropertyStore
}

interface Entry {
  readonly node: FileNode
  readonly data: Uint8Array
}

interface State {
  /** By {@link keyOf} owner and path. */
  readonly nodes: Map<string, Entry>
  readonly locks: Map<string, { readonly owner: PrincipalId; readonly lock: FileLock }>
  /** By scope, then by item. */
  readonly kept: Map<string, ReadonlyMap<string, KeptProperties>>
}

const keyOf = (owner: PrincipalId, path: FilePath): string => JSON.stringify([owner, path])
const noBytes = new Uint8Array()

/** Keeps files, locks and properties in memory, for tests and for hosts that keep their calendars there too. */
export const createMemoryDav = <Store extends DayportStore>(
  store: Store,
  { now = Date.now }: { readonly now?: () => number } = {},
): MemoryDav<Store> => {
  let committed: State = { nodes: new Map(), locks: new Map(), kept: new Map() }
  const forks = new WeakMap<Transaction, State>()
  let writes = 0

  const transaction: DayportStore['transaction'] = async (work, options) => {
    if (options?.tx !== undefined) return store.transaction(work, options)
    return store.transaction(async (tx) => {
      const result = await work(tx)
      committed = forks.get(tx) ?? committed
      return result
    }, options)
  }
  const reading = (options: CallOptions | undefined): State => {
    options?.signal?.throwIfAborted()
    return (options?.tx === undefined ? undefined : forks.get(options.tx)) ?? committed
  }
  const write = <T>(options: CallOptions | undefined, work: (state: State) => T): Promise<T> =>
    transaction(async (tx) => {
      let fork = forks.get(tx)
      if (fork === undefined) {
        fork = { nodes: new Map(committed.nodes), locks: new Map(committed.locks), kept: new Map(committed.kept) }
        forks.set(tx, fork)
      }
      return work(fork)
    }, options)

  const rootOf = (state: State, owner: PrincipalId): FileNode =>
    state.nodes.get(keyOf(owner, ''))?.node ?? newNode('', 'collection', 0, {})
  const nodeAt = (state: State, owner: PrincipalId, path: FilePath): FileNode | null =>
    path === '' ? rootOf(state, owner) : (state.nodes.get(keyOf(owner, path))?.node ?? null)
  const ownedBy = (state: State, owner: PrincipalId): Entry[] =>
    [...state.nodes].filter(([key, { node }]) => key === keyOf(owner, node.path)).map(([, entry]) => entry)
  const set = (state: State, owner: PrincipalId, entry: Entry): void => {
    state.nodes.set(keyOf(owner, entry.node.path), entry)
  }
  const assertFree = (state: State, owner: PrincipalId, path: FilePath): void => {
    const parent = parentPath(path)
    if (parent === null || nodeAt(state, owner, path) !== null) throw exists()
    if (nodeAt(state, owner, parent)?.kind !== 'collection') throw absent()
  }
  const treeAt = (state: State, owner: PrincipalId, path: FilePath): Entry[] =>
    ownedBy(state, owner).filter(({ node }) => node.path === path || isBelow(node.path, path))
  const endLocks = (state: State, owner: PrincipalId, path: FilePath): void => {
    for (const [token, { owner: whose, lock }] of state.locks) {
      if (whose === owner && (lock.path === path || isBelow(lock.path, path))) state.locks.delete(token)
    }
  }
  const etagFor = (data: Uint8Array): string => {
    writes += 1
    return etagOf(writes, data)
  }

  const files: FileStore = {
    getNode: async (owner, path, options) => nodeAt(reading(options), owner, path),
    listMembers: async (owner, path, options) =>
      ownedBy(reading(options), owner)
        .map(({ node }) => node)
        .filter((node) => node.path !== '' && parentPath(node.path) === path)
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    readFile: async (owner, path, options) => {
      const entry = reading(options).nodes.get(keyOf(owner, path))
      return entry?.node.kind === 'file' ? entry.data : null
    },
    usage: async (owner, options) => {
      const all = ownedBy(reading(options), owner).filter(({ node }) => node.path !== '')
      return { bytes: all.reduce((sum, { node }) => sum + node.bytes, 0), nodes: all.length }
    },
    putFile: (owner, path, { data, contentType }, options) =>
      write(options, (state) => {
        const known = nodeAt(state, owner, path)
        if (known?.kind === 'collection') throw exists()
        if (known === null) assertFree(state, owner, path)
        const base = known ?? newNode(path, 'file', now(), {})
        const etag = etagFor(data)
        set(state, owner, {
          node: { ...base, etag, contentType, bytes: data.length, modifiedMs: now() },
          data: data.slice(),
        })
        return { etag, created: known === null }
      }),
    makeCollection: (owner, path, options) =>
      write(options, (state) => {
        assertFree(state, owner, path)
        set(state, owner, { node: newNode(path, 'collection', now(), {}), data: noBytes })
      }),
    patchNode: (owner, path, patch, options) =>
      write(options, (state) => {
        const node = nodeAt(state, owner, path)
        if (node === null) throw absent()
        const data = state.nodes.get(keyOf(owner, path))?.data ?? noBytes
        set(state, owner, { node: { ...node, properties: patchKept(node.properties, patch) }, data })
      }),
    copyTree: (owner, from, to, { deep }, options) =>
      write(options, (state) => {
        if (from === '' || nodeAt(state, owner, from) === null) throw absent()
        assertFree(state, owner, to)
        const tree = treeAt(state, owner, from).filter(({ node }) => deep || node.path === from)
        for (const { node, data } of tree) {
          const etag = node.kind === 'file' ? etagFor(data) : null
          const path = to + node.path.slice(from.length)
          set(state, owner, { node: { ...node, path, etag, createdMs: now(), modifiedMs: now() }, data })
        }
      }),
    moveTree: (owner, from, to, options) =>
      write(options, (state) => {
        if (from === '' || nodeAt(state, owner, from) === null) throw absent()
        assertFree(state, owner, to)
        endLocks(state, owner, from)
        for (const { node, data } of treeAt(state, owner, from)) {
          state.nodes.delete(keyOf(owner, node.path))
          set(state, owner, { node: { ...node, path: to + node.path.slice(from.length) }, data })
        }
      }),
    removeTree: (owner, path, options) =>
      write(options, (state) => {
        if (nodeAt(state, owner, path) === null) throw absent()
        endLocks(state, owner, path)
        for (const { node } of treeAt(state, owner, path)) state.nodes.delete(keyOf(owner, node.path))
      }),
    listLocks: async (owner, options) =>
      [...reading(options).locks.values()].filter((held) => held.owner === owner).map(({ lock }) => lock),
    putLock: (owner, lock, options) => write(options, (state) => void state.locks.set(lock.token, { owner, lock })),
    removeLock: (owner, token, options) =>
      write(options, (state) => {
        if (state.locks.get(token)?.owner === owner) state.locks.delete(token)
      }),
  }

  const properties: PropertyStore = {
    getProperties: async (scope, item, options) => reading(options).kept.get(scope)?.get(item) ?? {},
    listProperties: async (scope, options) => reading(options).kept.get(scope) ?? new Map(),
    patchProperties: (scope, item, patch, options) =>
      write(options, (state) => {
        const items = new Map(state.kept.get(scope))
        const patched = patchKept(items.get(item) ?? {}, patch)
        if (Object.keys(patched).length === 0) items.delete(item)
        else items.set(item, patched)
        state.kept.set(scope, items)
      }),
    removeProperties: (scope, item, options) =>
      write(options, (state) => {
        const items = new Map(item === null ? [] : state.kept.get(scope))
        if (item !== null) items.delete(item)
        state.kept.set(scope, items)
      }),
  }
  return { store: { ...store, transaction }, files, properties }
}

const newNode = (path: FilePath, kind: FileNode['kind'], nowMs: number, properties: KeptProperties): FileNode => ({
  path,
  kind,
  etag: null,
  contentType: null,
  bytes: 0,
  createdMs: nowMs,
  modifiedMs: nowMs,
  properties,
})

const absent = (): CalendarError => new CalendarError('not-found', 'nothing is there')
const exists = (): CalendarError => new CalendarError('already-exists', 'something is there')
