import { CalendarError } from '@dayport/core'
import type { InboxRow } from '../state/records.ts'
import { applyUnit } from './apply.ts'
import type { RunContext } from './context.ts'
import { failureOf } from './errors.ts'
import { type Gathered, gather } from './gather.ts'
import { setAside } from './set-aside.ts'
import type { Unit } from './unit.ts'

/** `null` when the event could not even be looked at; then it is put off or set aside. */
export const gathering = async (context: RunContext, row: InboxRow, fresh: boolean): Promise<Gathered | null> => {
  try {
    return await gather(context, row, { fresh })
  } catch (error) {
    if (!fresh) return null
    await failUnit(context, error, row, null)
    return null
  }
}

export const applyGathered = async (context: RunContext, gathered: Gathered): Promise<void> => {
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
export const failUnit = async (
  context: RunContext,
  error: unknown,
  row: InboxRow,
  unit: Unit | null,
): Promise<void> => {
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
