import { CalendarError } from '@dayport/core'
import type { InboxRow, PlannedCounts, SyncBinding } from '../state/records.ts'
import { absorb } from './absorb.ts'
import { applyUnit } from './apply.ts'
import type { RunContext } from './context.ts'
import { applyDelete } from './delete.ts'
import { failureOf } from './errors.ts'
import { type Gathered, gather } from './gather.ts'
import { relinkMoved } from './moved.ts'
import { audit, openWindow, pull } from './pull.ts'
import { recover } from './recover.ts'
import { setAside } from './set-aside.ts'
import { straighten } from './straighten.ts'
import type { Unit } from './unit.ts'

/** What a run would do, on each side; the answer of a dry run. */
export interface PlanSummary extends PlannedCounts {
  readonly updatePortal: number
  readonly updateRemote: number
  readonly pair: number
  readonly conflicts: number
  readonly unsupported: number
}

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
const planIfNeeded = async (context: RunContext, dryRun: boolean): Promise<PlanSummary | null> => {
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
const eachReady = async (context: RunContext, work: (row: InboxRow) => Promise<InboxRow | null>): Promise<void> => {
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

/** Which sides may be given new events in this run. */
interface Held {
  readonly portal: boolean
  readonly remote: boolean
}

const noPlan: PlannedCounts = { createPortal: 0, createRemote: 0, deletePortal: 0, deleteRemote: 0 }

const guardCreates = async (context: RunContext, plan: PlanSummary | null): Promise<Held> => {
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

const isHeld = (held: Held, { action }: Unit): boolean =>
  (held.portal && action === 'create-portal') || (held.remote && action === 'create-remote')

const workOff = async (context: RunContext, held: Held, options: StepOptions): Promise<void> => {
  const total = await context.state.countInbox(context.binding.id, { readyMs: context.now() })
  let done = 0
  options.onProgress(done, total)
  await eachReady(context, async (row) => {
    context.checkCancelled()
    await workOffRow(context, row, held)
    done += 1
    options.onProgress(Math.min(done, total), total)
    return null
  })
}

/** Rounds of one event whose ends change while it is worked on. */
const maxRounds = 3

const workOffRow = async (context: RunContext, first: InboxRow, held: Held): Promise<void> => {
  await context.assertOn()
  for (let round = 1; ; round += 1) {
    const row = await context.state.getInbox(first)
    if (row === null || (row.notBeforeMs > context.now() && row.state !== 'delete')) return
    const gathered = await gathering(context, row, true)
    if (gathered === null) return
    if (gathered.kind === 'unit' && isHeld(held, gathered.unit)) return
    try {
      await applyGathered(context, gathered)
      return
    } catch (error) {
      const isRace = CalendarError.is(error, 'precondition-failed') || CalendarError.is(error, 'not-found')
      if (isRace && round < maxRounds) continue
      await failUnit(context, error, row, gathered.kind === 'unit' ? gathered.unit : null)
      return
    }
  }
}

/** `null` when the event could not even be looked at; then it is put off or set aside. */
const gathering = async (context: RunContext, row: InboxRow, fresh: boolean): Promise<Gathered | null> => {
  try {
    return await gather(context, row, { fresh })
  } catch (error) {
    if (!fresh) return null
    await failUnit(context, error, row, null)
    return null
  }
}

const applyGathered = async (context: RunContext, gathered: Gathered): Promise<void> => {
  const { state } = context
  switch (gathered.kind) {
    case 'drop':
      await context.write((tx) => state.deleteInbox(gathered.rows, { tx }))
      return
    case 'wait': {
      const { row, untilMs } = gathered
      await context.write(async (tx) => {
        const now = await state.getInbox(row, { tx })
        if (now !== null) await state.putInbox([{ ...now, notBeforeMs: Math.max(now.notBeforeMs, untilMs) }], { tx })
      })
      return
    }
    case 'unsupported': {
      const { unit, reason } = gathered
      await setAside(context, { state: 'unsupported', reason }, partsOf(unit))
      return
    }
    default:
      await applyUnit(context, gathered.unit)
  }
}

const partsOf = ({ link, portalRow, remoteRow, portal, remote }: Unit) => ({
  link,
  portalRow,
  remoteRow,
  portal: portal?.object ?? null,
  remote: remote?.object ?? null,
})

/** One bad event never holds up the others; a bad mailbox ends the run. */
const failUnit = async (context: RunContext, error: unknown, row: InboxRow, unit: Unit | null): Promise<void> => {
  const failure = failureOf(error)
  if (failure === null || failure.scope === 'run') {
    if (failure === null && isForeignError(error)) context.report(error)
    throw error
  }
  context.counts.failed += 1
  if (CalendarError.is(error, 'unrepresentable')) {
    const parts = unit === null ? rowParts(row) : partsOf(unit)
    await setAside(context, { state: 'unsupported', reason: failure.reason }, parts)
    return
  }
  const link = unit?.link ?? null
  const isBlocked = link !== null && context.blocked.has(link.id)
  if (failure.again && (isBlocked || row.attempts + 1 < context.limits.maxAttempts)) {
    const pause = isBlocked ? context.limits.settleMs : context.limits.retryMs * 2 ** row.attempts
    await context.write(async (tx) => {
      const now = await context.state.getInbox(row, { tx })
      if (now === null) return
      const later = { ...now, attempts: row.attempts + 1, notBeforeMs: context.now() + pause }
      await context.state.putInbox([later], { tx })
    })
    return
  }
  await setAside(
    context,
    { state: 'quarantined', reason: failure.reason },
    unit === null ? rowParts(row) : partsOf(unit),
  )
}

const rowParts = (row: InboxRow) => (row.side === 'portal' ? { portalRow: row } : { remoteRow: row })

const isForeignError = (error: unknown): boolean => !(error instanceof Error) || error.name === 'TypeError'

/** Stops before deletions that look like a mistake: of this program, of the other side, or of a listing. */
const guardDeletes = async (context: RunContext): Promise<boolean> => {
  const { state, binding, limits, reads } = context
  const count = (side: InboxRow['side']) => state.countInbox(binding.id, { side, states: ['delete'] })
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
  const waiting = { ...(binding.waiting ?? noPlan), deletePortal, deleteRemote }
  await context.write((tx) => context.patchBinding({ waiting }, tx))
  return false
}

/** What is missing goes in limited portions, sync-engine.md §3: the next run begins with a new look. */
const workOffDeletes = async (context: RunContext): Promise<void> => {
  const { state, binding, limits } = context
  let left = limits.deletePortion
  let after: InboxRow | undefined
  for (;;) {
    const filter = { states: ['delete'], ...(after === undefined ? {} : { after }) } as const
    const rows = await state.listInbox(binding.id, filter, limits.pageSize)
    if (rows.length === 0) return
    after = rows.at(-1)!
    for (const row of rows) {
      if (left === 0) return
      left -= 1
      context.checkCancelled()
      await deleteRow(context, row)
    }
  }
}

const deleteRow = async (context: RunContext, first: InboxRow): Promise<void> => {
  await context.assertOn()
  for (let round = 1; ; round += 1) {
    const row = await context.state.getInbox(first)
    if (row === null) return
    const gathered = await gathering(context, row, true)
    if (gathered === null) return
    const unit = gathered.kind === 'unit' ? gathered.unit : null
    const isDelete = unit?.action === 'delete-portal' || unit?.action === 'delete-remote'
    try {
      if (unit !== null && isDelete) await applyDelete(context, unit)
      else await applyGathered(context, gathered)
      return
    } catch (error) {
      if (CalendarError.is(error, 'precondition-failed') && round < maxRounds) continue
      await failUnit(context, error, row, unit)
      return
    }
  }
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

/** What somebody has confirmed holds for the portions that are still to come. */
const stillConfirmed = async ({ state, binding }: RunContext): Promise<PlannedCounts | null> => {
  if (binding.confirmed === null) return null
  const count = (side: InboxRow['side']) => state.countInbox(binding.id, { side, states: ['delete'] })
  const [deletePortal, deleteRemote] = [await count('remote'), await count('portal')]
  return deletePortal + deleteRemote === 0 ? null : { ...noPlan, deletePortal, deleteRemote }
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
