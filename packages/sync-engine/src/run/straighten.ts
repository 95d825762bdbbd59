import type { InboxRow, MailboxState } from '../state/records.ts'
import type { SyncStorage } from '../state/store.ts'
import type { RunContext } from './context.ts'
import type { SyncLimits } from './limits.ts'

const minute = 60_000

/** More than any row is put off. */
const longestWait = ({ settleMs, retryMs, maxAttempts }: SyncLimits): number =>
  minute + Math.max(settleMs, retryMs * 2 ** Math.max(0, maxAttempts - 2))

/** Whether that was noted under a clock that was ahead of ours: ours was set back since, or the other's was wrong. */
const isAhead = (atMs: number, nowMs: number): boolean => atMs > nowMs + minute

/** A pause that began in what is the future now lasts as long as it was to last, from now on. */
export const straightPause = async (
  { state, transaction }: SyncStorage,
  mailbox: MailboxState,
  nowMs: number,
): Promise<MailboxState> => {
  const { pausedAtMs, pausedUntilMs } = mailbox
  if (pausedAtMs === undefined || pausedUntilMs <= nowMs || !isAhead(pausedAtMs, nowMs)) return mailbox
  const patch = { pausedAtMs: nowMs, pausedUntilMs: nowMs + pausedUntilMs - pausedAtMs }
  return transaction(async (tx) => {
    const known = (await state.getMailbox(mailbox.mailbox, { tx })) ?? mailbox
    const next = { ...known, ...patch }
    await state.putMailbox(next, { tx })
    return next
  })
}

/**
 * Puts right what would wait for hours because our clock was set back: what is put off, and writes in doubt. Nobody knows how long they
 * have waited, and so they wait once more.
 */
export const straighten = async (context: RunContext): Promise<void> => {
  const { state, binding, run } = context
  const nowMs = context.now()
  const runs = await state.listRuns(binding.id, 2)
  if (!runs.some(({ id, startedMs }) => id !== run.id && isAhead(startedMs, nowMs))) return
  const operations = await state.listOperations(binding.id, ['sent', 'unknown'])
  const early = operations.filter(({ sentMs }) => isAhead(sentMs, nowMs))
  if (early.length > 0) {
    await context.write(async (tx) => {
      for (const operation of early) await state.putOperation({ ...operation, sentMs: nowMs }, { tx })
    })
  }
  let after: InboxRow | undefined
  for (;;) {
    const filter = after === undefined ? {} : { after }
    const rows = await state.listInbox(binding.id, filter, context.limits.pageSize)
    if (rows.length === 0) return
    after = rows.at(-1)!
    const late = rows.filter(({ notBeforeMs }) => notBeforeMs > nowMs + longestWait(context.limits))
    if (late.length === 0) continue
    await context.write((tx) =>
      state.putInbox(
        late.map((row) => ({ ...row, notBeforeMs: nowMs + context.limits.settleMs })),
        { tx },
      ),
    )
  }
}
