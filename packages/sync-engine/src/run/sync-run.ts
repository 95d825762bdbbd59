import type { SyncBinding } from '../state/records.ts'
import { absorb } from './absorb.ts'
import type { RunContext } from './context.ts'
import { eachReady, type PlanSummary, planIfNeeded } from './counting.ts'
import { failureOf } from './errors.ts'
import { guardCreates, guardDeletes, stillConfirmed } from './guard.ts'
import { relinkMoved } from './moved.ts'
import { audit, openWindow, pull } from './pull.ts'
import { recover } from './recover.ts'
import { straighten } from './straighten.ts'
import { workOff, workOffDeletes } from './work-off.ts'

export interface StepOptions {
  readonly dryRun: boolean
  onProgress(done: number, total: number): void
}

/** How a run went, where it was not an error. */
export interface StepResult {
  readonly outcome: 'done' | 'confirmation' | 'dry-run'
  readonly plan: PlanSummary | null
  /** When what was left is to be looked at again, ms since the Unix epoch; `null` when nothing was left. */
  readonly againMs: number | null
}

/** The steps of one run, sync-engine.md §3. Each is safe to repeat from wherever the one before ended. */
export const runSteps = async (context: RunContext, options: StepOptions): Promise<StepResult> => {
  await straighten(context)
  await recover(context)
  await openWindow(context)
  context.reads.listedMs = context.now()
  await pull(context, 'remote')
  await pull(context, 'portal')
  await audit(context, 'remote')
  await audit(context, 'portal')
  await absorb(context)
  await relink(context)
  const plan = await planIfNeeded(context, options.dryRun)
  if (options.dryRun) return { outcome: 'dry-run', plan, againMs: null }
  const held = await guardCreates(context, plan)
  await workOff(context, held, options)
  const isDeleting = await guardDeletes(context)
  if (isDeleting) await workOffDeletes(context)
  return finish(context, plan)
}

/** Only where there are links that something could have moved away from. */
const relink = async (context: RunContext): Promise<void> => {
  const links = await context.state.countLinks(context.binding.id, ['ok', 'conflict', 'quarantined', 'unsupported'])
  if (links === 0) return
  await eachReady(context, async (row) => {
    context.checkCancelled()
    try {
      await relinkMoved(context, row)
    } catch (error) {
      if (failureOf(error)?.scope !== 'event') throw error // it will be met again when its turn comes
    }
    return null
  })
}

const finish = async (context: RunContext, plan: PlanSummary | null): Promise<StepResult> => {
  const { state, counts, limits } = context
  const rows = await state.countInbox(context.binding.id, {})
  const ready = await state.countInbox(context.binding.id, { readyMs: context.now() })
  const { binding } = context
  const patch: Partial<SyncBinding> = {
    ...(ready === 0 && !context.reads.isPartial && binding.phase !== 'incremental'
      ? { phase: 'incremental' as const }
      : {}),
    ...(binding.waiting === null
      ? {
          confirmed: await stillConfirmed(context),
          error: null,
          lastSuccessMs: context.now(),
          lastChanges: changesIn(counts),
        }
      : {}),
  }
  await context.write(async (tx) => {
    await context.patchBinding(patch, tx)
    const nowMs = context.now()
    // A clock that is wrong must not make what is young old.
    if ((context.binding.clock ?? null) !== null) return
    await state.prune(
      binding.id,
      { beforeMs: nowMs - limits.keepMs, tombstonesBeforeMs: nowMs - limits.tombstoneMs },
      { tx },
    )
  })
  const outcome = binding.waiting === null ? 'done' : 'confirmation'
  return { outcome, plan, againMs: rows === 0 || outcome === 'confirmation' ? null : await nextLook(context) }
}

/** Rows wait for a reason with a time; that is when the next run has something to do. */
const nextLook = async (context: RunContext): Promise<number> => {
  const rows = await context.state.listInbox(context.binding.id, {}, context.limits.pageSize)
  const open = await context.state.listOperations(context.binding.id, ['sent', 'unknown'])
  const times = [
    ...rows.map(({ notBeforeMs }) => notBeforeMs),
    ...open.map(({ sentMs }) => sentMs + context.limits.settleMs),
  ]
  return Math.max(context.now() + 1_000, Math.min(...times))
}

export const changesIn = (counts: RunContext['counts']): number =>
  counts.createdPortal +
  counts.updatedPortal +
  counts.deletedPortal +
  counts.createdRemote +
  counts.updatedRemote +
  counts.deletedRemote
