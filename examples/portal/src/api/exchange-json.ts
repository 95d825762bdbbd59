import type { SyncRun } from '@dayport/sync-engine'
import type { z } from 'zod'
import type { ExchangeRunQuery } from './exchange-schemas.ts'

/** A run as the API tells it. */
export const runJson = ({ id, trigger, startedMs, endedMs, outcome, error, counts }: SyncRun) => ({
  id,
  trigger,
  startedMs,
  endedMs,
  outcome,
  kind: error?.kind ?? null,
  code: error?.code ?? null,
  requestId: error?.requestId ?? null,
  counts: { ...counts },
})

const dayMs = 86_400_000

/** Whether a run is among those that a person asks for. */
export const isRunAsked = (
  { trigger, startedMs, outcome, counts }: SyncRun,
  { show, direction, days, trigger: wanted }: z.output<typeof ExchangeRunQuery>,
  nowMs: number,
): boolean => {
  const toPortal = counts.createdPortal + counts.updatedPortal + counts.deletedPortal > 0
  const toRemote = counts.createdRemote + counts.updatedRemote + counts.deletedRemote > 0
  const open = counts.conflicts + counts.quarantined + counts.unsupported + counts.failed > 0
  const shown =
    show === 'all' ||
    (show === 'changes' ? toPortal || toRemote : open || outcome === 'failed' || outcome === 'confirmation')
  return (
    shown &&
    (direction === 'both' || (direction === 'to-portal' ? toPortal : toRemote)) &&
    (wanted === 'any' || trigger === wanted) &&
    startedMs >= nowMs - days * dayMs
  )
}
