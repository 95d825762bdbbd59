import { CalendarError } from '@dayport/core'
import type { InboxRow } from '../state/records.ts'
import type { RunContext } from './context.ts'
import { eachReady } from './counting.ts'
import { applyDelete } from './delete.ts'
import { type Held, isHeld } from './guard.ts'
import { applyGathered, failUnit, gathering } from './one-event.ts'
import type { StepOptions } from './sync-run.ts'

export const workOff = async (context: RunContext, held: Held, options: StepOptions): Promise<void> => {
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
    if (row === null || (row.notBeforeMs > context.now() && row.state !== 'delete' && row.state !== 'shrink')) return
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

/** What is missing goes in limited portions, sync-engine.md §3: the next run begins with a new look. */
export const workOffDeletes = async (context: RunContext): Promise<void> => {
  const { state, binding, limits } = context
  let left = limits.deletePortion
  let after: InboxRow | undefined
  for (;;) {
    const filter = { states: ['delete', 'shrink'], ...(after === undefined ? {} : { after }) } as const
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
      else
        await applyGathered(context, unit === null ? gathered : { kind: 'unit', unit: { ...unit, isReleased: true } })
      return
    } catch (error) {
      if (CalendarError.is(error, 'precondition-failed') && round < maxRounds) continue
      await failUnit(context, error, row, unit)
      return
    }
  }
}
