import type { InboxRow, PlannedCounts } from '../state/records.ts'
import type { RunContext } from './context.ts'
import { gathering } from './one-event.ts'
import type { Unit } from './unit.ts'

/** What a run would do, on each side; the answer of a dry run. */
export interface PlanSummary extends PlannedCounts {
  readonly updatePortal: number
  readonly updateRemote: number
  readonly pair: number
  readonly conflicts: number
  readonly unsupported: number
}

const nothingPlanned: PlanSummary = {
  createPortal: 0,
  createRemote: 0,
  deletePortal: 0,
  deleteRemote: 0,
  updatePortal: 0,
  updateRemote: 0,
  pair: 0,
  conflicts: 0,
  unsupported: 0,
}

/** Counts what would be done, without a request, where there is enough of it to ask somebody first. */
export const planIfNeeded = async (context: RunContext, dryRun: boolean): Promise<PlanSummary | null> => {
  const waiting = await context.state.countInbox(context.binding.id, {})
  if (!dryRun && waiting <= context.limits.maxCreates) return null
  const plan = { ...nothingPlanned }
  await eachReady(context, async (row) => {
    const gathered = await gathering(context, row, false)
    if (gathered?.kind === 'unsupported') plan.unsupported += 1
    else if (gathered?.kind === 'unit') countUnit(plan, gathered.unit)
    // A pair has a row on each side; its partner must not be counted again.
    return gathered?.kind === 'unit' && gathered.unit.action === 'pair' ? gathered.unit.remoteRow : null
  })
  return plan
}

const countUnit = (plan: { -readonly [Name in keyof PlanSummary]: number }, { action }: Unit): void => {
  if (action === 'create-portal') plan.createPortal += 1
  if (action === 'create-remote') plan.createRemote += 1
  if (action === 'delete-portal') plan.deletePortal += 1
  if (action === 'delete-remote') plan.deleteRemote += 1
  if (action === 'to-portal' || action === 'restore-portal') plan.updatePortal += 1
  if (action === 'to-remote' || action === 'restore-remote') plan.updateRemote += 1
  if (action === 'pair') plan.pair += 1
  if (action === 'merge') plan.conflicts += 1
}

/** Rows that may be looked at now, page by page; those of a link that has rows on both sides come once. */
export const eachReady = async (
  context: RunContext,
  work: (row: InboxRow) => Promise<InboxRow | null>,
): Promise<void> => {
  const { state, binding, limits } = context
  const readyMs = context.now()
  const met = new Set<string>()
  let after: InboxRow | undefined
  for (;;) {
    const filter = { states: ['listed', 'loaded', 'gone'], readyMs, ...(after === undefined ? {} : { after }) } as const
    const rows = await state.listInbox(binding.id, filter, limits.pageSize)
    if (rows.length === 0) return
    after = rows.at(-1)!
    for (const row of rows) {
      if (row.side === 'remote' && (met.has(row.name) || (await hasPortalRow(context, row)))) continue
      const partner = await work(row)
      if (partner !== null) met.add(partner.name)
    }
  }
}

const hasPortalRow = async (context: RunContext, row: InboxRow): Promise<boolean> => {
  const { state, binding } = context
  const link = await state.findLink(binding.id, 'remote', row.name)
  if (link === null || link.state === 'tombstone' || link.portal === null) return false
  return (await state.getInbox({ binding: binding.id, side: 'portal', name: link.portal.name })) !== null
}
