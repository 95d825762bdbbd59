/** What is held under a key, while it is used; `release` once, when it is not any more. */
export interface Held<T> {
  readonly value: T
  release(): void
}

/** Asks for room while something is made, or gives some back; `false` when there is none, and then no more may be kept. */
export type Grow = (bytes: number) => boolean

/** Values in bounded memory, the least recently used forgotten first. */
export interface ByteCache {
  /**
   * The value of a key, made when it is not there. Those who ask while it is made wait for the same one. What is in use is never
   * forgotten, so that readers who take their time cannot fill the memory either: then `make` gets no room.
   */
  acquire<T>(key: string, make: (grow: Grow) => Promise<T>): Promise<Held<T>>
  /** Bytes held, those in use and in the making among them. */
  readonly usedBytes: number
}

interface Entry {
  readonly value: Promise<unknown>
  bytes: number
  users: number
}

/** What an entry costs beside what it counts itself. */
const entryBytes = 500

/** @param maxBytes over all values. */
export const createByteCache = (maxBytes: number): ByteCache => {
  const entries = new Map<string, Entry>()
  let usedBytes = 0

  const drop = (key: string, entry: Entry) => {
    if (entries.get(key) !== entry) return
    entries.delete(key)
    usedBytes -= entry.bytes
  }
  const makeRoom = (bytes: number): boolean => {
    if (bytes > maxBytes) return false
    for (const [key, entry] of entries) {
      if (usedBytes + bytes <= maxBytes) return true
      if (entry.users === 0) drop(key, entry)
    }
    return usedBytes + bytes <= maxBytes
  }
  const start = <T>(make: (grow: Grow) => Promise<T>): Entry => {
    const grow: Grow = (bytes) => {
      if (!makeRoom(bytes)) return false
      entry.bytes += bytes
      usedBytes += bytes
      return true
    }
    // In a later step, so that `grow` finds the entry in its place.
    const value = Promise.resolve().then(() => make(grow))
    const entry: Entry = { value, bytes: entryBytes, users: 0 }
    makeRoom(entryBytes)
    usedBytes += entryBytes
    return entry
  }

  return {
    get usedBytes() {
      return usedBytes
    },
    async acquire<T>(key: string, make: (grow: Grow) => Promise<T>): Promise<Held<T>> {
      const entry = entries.get(key) ?? start(make)
      entries.delete(key)
      entries.set(key, entry) // the most recently used is last
      entry.users += 1
      try {
        return { value: (await entry.value) as T, release: once(() => (entry.users -= 1)) }
      } catch (error) {
        entry.users -= 1
        drop(key, entry)
        throw error
      }
    },
  }
}

const once = (work: () => void): (() => void) => {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}
