import { CalendarError, type CallOptions } from '@dayport/core'
import { isAsWanted } from './join-singles.ts'
import type { Single, SingleRow, SinglesStore } from './store.ts'

/** Further items for an occurrence that has one. */
export interface Copies {
  /** Made twice, because an answer was lost: never marked as done, unlike a person's copy, and saying the same at the same time. */
  twinsOf(ours: readonly Single[], copies: readonly SingleRow[], call: CallOptions): Promise<readonly Single[]>
  /** Whether writes on these items mail nobody. */
  isQuiet(items: readonly Single[]): boolean
  /**
   * Copies that a person made become events of their own, before they could take the place of what they were copied from.
   *
   * @returns those that are left as they are.
   */
  settle(ours: readonly Single[], copies: readonly SingleRow[], call: CallOptions): Promise<readonly SingleRow[]>
}

export const createCopies = ({ store, write }: { readonly store: SinglesStore; readonly write: boolean }): Copies => {
  const load = (rows: readonly SingleRow[], call: CallOptions): Promise<readonly Single[]> =>
    store.load(
      rows.map(({ id }) => id),
      call,
    )

  const twinsOf: Copies['twinsOf'] = async (ours, copies, call) => {
    if (copies.length === 0) return []
    const byKey = new Map(ours.map((single) => [single.mark.key, single]))
    return (await load(copies, call)).filter((copy) => {
      const own = byKey.get(copy.mark.key)
      return own !== undefined && copy.mark.untilMs === null && isAsWanted(copy.event, own.event)
    })
  }

  const isQuiet: Copies['isQuiet'] = (items) => {
    try {
      store.assertQuiet(items)
      return true
    } catch (error) {
      if (CalendarError.is(error, 'forbidden')) return false
      throw error
    }
  }

  const settle: Copies['settle'] = async (ours, copies, call) => {
    if (!write || copies.length === 0) return copies
    const twins = await twinsOf(ours, copies, call)
    const gone = new Set(twins.map(({ id }) => id))
    const rest = copies.filter(({ id }) => !gone.has(id))
    const others = await load(rest, call)
    if (!isQuiet([...twins, ...others])) return copies
    await store.remove([...gone], call)
    await store.release(others, call)
    return []
  }

  return { twinsOf, isQuiet, settle }
}
