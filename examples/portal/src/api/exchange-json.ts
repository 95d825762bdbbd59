import type { SyncRun } from '@dayport/sync-engine'

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
