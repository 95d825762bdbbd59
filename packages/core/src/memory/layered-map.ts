/** A map of which a unit of work can take a private copy without copying. */
export interface LayeredMap<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
  /** In order of last writing; what a fork wrote comes last. */
  entries(): Iterable<readonly [K, V]>
  /** A map that shows this one with its own writes over it. This one must not be written to while the fork lives. */
  fork(): LayeredMap<K, V>
  /** Moves a fork's writes into the map it was forked from; nothing for a root. */
  commit(): void
}

const gone = Symbol('gone')

export const createLayeredMap = <K, V>(entries: Iterable<readonly [K, V]> = []): LayeredMap<K, V> => {
  const map = new Map<K, V>(entries)
  const root: LayeredMap<K, V> = {
    get: (key) => map.get(key),
    set: (key, value) => {
      map.delete(key) // to the end: entries come in order of last writing
      map.set(key, value)
    },
    delete: (key) => {
      map.delete(key)
    },
    entries: () => map,
    fork: () => forkOf(root),
    commit: () => {},
  }
  return root
}

const forkOf = <K, V>(base: LayeredMap<K, V>): LayeredMap<K, V> => {
  const own = new Map<K, V | typeof gone>()
  const put = (key: K, value: V | typeof gone): void => {
    own.delete(key)
    own.set(key, value)
  }
  const fork: LayeredMap<K, V> = {
    get: (key) => {
      const value = own.get(key)
      return value === undefined ? base.get(key) : value === gone ? undefined : value
    },
    set: put,
    delete: (key) => put(key, gone),
    *entries() {
      for (const entry of base.entries()) if (!own.has(entry[0])) yield entry
      for (const [key, value] of own) if (value !== gone) yield [key, value] as const
    },
    fork: () => forkOf(fork),
    commit: () => {
      for (const [key, value] of own) {
        if (value === gone) base.delete(key)
        else base.set(key, value)
      }
      own.clear()
    },
  }
  return fork
}
