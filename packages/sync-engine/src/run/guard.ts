import type { InboxRow, PlannedCounts } from '../state/records.ts'
import type { RunContext } from './context.ts'
import type { PlanSummary } from './counting.ts'
import type { Unit } from './unit.ts'

/** Which sides may be given new events in this run. */
export interface Held {
  readonly portal: boolean
  readonly remote: boolean
}

export const noPlan: PlannedCounts = { createPortal: 0, createRemote: 0, deletePortal: 0, deleteRemote: 0 }

export const guardCreates = async (context: RunContext, plan: PlanSummary | null): Promise<Held> => {
  const { binding, limits } = context
  const most = binding.phase === 'initial' ? limits.maxFirstCreates : limits.maxCreates
  const confirmed = binding.confirmed ?? noPlan
  const { createPortal, createRemote } = plan ?? noPlan
  const held = {
    portal: createPortal > Math.max(most, confirmed.createPortal),
    remote: createRemote > Math.max(most, confirmed.createRemote),
  }
  const waiting: PlannedCounts | null =
    held.portal || held.remote
      ? {
          ...noPlan,
          createPortal: held.portal ? createPortal : 0,
          createRemote: held.remote ? createRemote : 0,
        }
      : null
  if (waiting !== null || binding.waiting !== null) await context.write((tx) => context.patchBinding({ waiting }, tx))
  return held
}

export const isHeld = (held: Held, { action }: Unit): boolean =>
  (held.portal && action === 'create-portal') || (held.remote && action === 'create-remote')

/** Stops before deletions that look like a mistake: of this program, of the other side, or of a listing. */
export const guardDeletes = async (context: RunContext): Promise<boolean> => {
  const { state, binding, limits, reads } = context
  const count = (side: InboxRow['side']) => state.countInbox(binding.id, { side, states: ['delete', 'shrink'] })
  const [deletePortal, deleteRemote] = [await count('remote'), await count('portal')]
  if (deletePortal + deleteRemote === 0) return false
  const links = await state.countLinks(binding.id, ['ok', 'conflict', 'quarantined', 'unsupported'])
  const most = Math.max(limits.minDeletes, Math.floor(links * limits.deleteShare))
  const confirmed = binding.confirmed ?? noPlan
  const isTooMany = (wanted: number, allowed: number): boolean =>
    wanted > allowed && (wanted > most || (wanted >= 5 && wanted >= links))
  const isUnreadable = reads.all >= 5 && reads.unreadable * 2 > reads.all
  const isStopped =
    isUnreadable || isTooMany(deletePortal, confirmed.deletePortal) || isTooMany(deleteRemote, confirmed.deleteRemote)
  if (!isStopped) return true
  const shrink = await state.countInbox(binding.id, { states: ['shrink'] })
  const waiting = { ...(binding.waiting ?? noPlan), deletePortal, deleteRemote, ...(shrink === 0 ? {} : { shrink }) }
  await context.write((tx) => context.patchBinding({ waiting }, tx))
  return false
}

/** What somebody has confirmed holds for the portions that are still to come. */
export const stillConfirmed = async ({ state, binding }: RunContext): Promise<PlannedCounts | null> => {
  if (binding.confirmed === null) return null
  const count = (side: InboxRow['side']) => state.countInbox(binding.id, { side, states: ['delete', 'shrink'] })
  const [deletePortal, deleteRemote] = [await count('remote'), await count('portal')]
  return deletePortal + deleteRemote === 0 ? null : { ...noPlan, deletePortal, deleteRemote }
}
