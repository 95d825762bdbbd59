import type { CallOptions, DayportStore, Transaction } from '../store.ts'

/** Says how to take a write back, should its unit of work fail. */
export type NoteUndo = (step: () => void) => void

/** How tables in this process's memory take part in the units of work of a memory store. */
export interface JoinedTables {
  /** The store's, which takes the tables' writes back when it fails. */
  readonly transaction: DayportStore['transaction']
  /** To be awaited before a read: outside a unit of work nobody sees what a running one has written. */
  settle(options: CallOptions | undefined): Promise<void>
  /** Writes at once, in the unit of work of `options.tx` or alone. `work` notes how to take back each of its steps. */
  write(options: CallOptions | undefined, work: (note: NoteUndo) => void): Promise<void>
}

/** Joins tables to the units of work of a store that runs one after another, as `createMemoryStore` does. */
export const joinTables = (store: Pick<DayportStore, 'transaction'>): JoinedTables => {
  let running: { readonly tx: Transaction; readonly steps: (() => void)[]; readonly ended: Promise<void> } | null = null

  const settle: JoinedTables['settle'] = async (options) => {
    options?.signal?.throwIfAborted()
    while (running !== null && running.tx !== options?.tx) await running.ended
  }
  const transaction: DayportStore['transaction'] = async (work, options) => {
    if (options?.tx !== undefined) return store.transaction(work, options)
    return store.transaction(async (tx) => {
      const steps: (() => void)[] = []
      let end = (): void => {}
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      running = { tx, steps, ended }
      try {
        return await work(tx)
      } catch (error) {
        for (const step of steps.reverse()) step()
        throw error
      } finally {
        running = null
        end()
      }
    }, options)
  }
  return {
    transaction,
    settle,
    write: async (options, work) => {
      await settle(options)
      work((step) => running?.steps.push(step))
    },
  }
}

/** Sets or, with `undefined`, deletes a row, and notes what was there before. */
export const setRow = <K, V>(map: Map<K, V>, key: K, value: V | undefined, note: NoteUndo): void => {
  const before = map.get(key)
  if (value === undefined) map.delete(key)
  else map.set(key, value)
  note(() => {
    if (before === undefined) map.delete(key)
    else map.set(key, before)
  })
}
