import type { PlanAction } from '../plan/plan.ts'
import type { InboxRow, SyncLink } from '../state/records.ts'
import type { RunContext } from './context.ts'
import type { Content } from './ends.ts'

/** One event: its link, what is waiting for it, both ends, and what is to be done. */
export interface Unit {
  readonly link: SyncLink | null
  readonly portalRow: InboxRow | null
  readonly remoteRow: InboxRow | null
  readonly portal: Content | null
  readonly remote: Content | null
  readonly action: PlanAction
  /** Whether the guard has let it pass: it may take most occurrences out of a series. */
  readonly isReleased?: boolean
  /** Why a remote object of ours is not wanted: made twice, or come back from a backup. */
  readonly stray?: 'duplicate' | 'abandoned' | 'restored-backup'
}

export interface GatherOptions {
  /** Look at the remote side afresh where a write may follow. False for counting: then no request is made. */
  readonly fresh: boolean
}

export const rowsOf = ({ portalRow, remoteRow }: Unit): InboxRow[] =>
  [portalRow, remoteRow].filter((row): row is InboxRow => row !== null)

/** Deletes the rows that the unit was gathered from, unless something newer has come in for them. */
export const finishRows = async (
  context: RunContext,
  unit: Unit,
  tx: Parameters<RunContext['patchBinding']>[1],
): Promise<void> => {
  const { state } = context
  const done: InboxRow[] = []
  for (const row of rowsOf(unit)) {
    const now = await state.getInbox(row, { tx })
    if (now !== null && now.seenMs === row.seenMs && now.etag === row.etag) done.push(row)
  }
  await state.deleteInbox(done, { tx })
}
