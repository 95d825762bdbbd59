import type { InboxRow } from '../state/records.ts'
import { heardOf, type RunContext } from './context.ts'

/**
 * Gone is what a later run does not find either, whose listing was asked for once the time of grace was over, and only once everything
 * that was heard of is read: what could not be read yet may be the same object under another name.
 */
export const isConfirmedGone = (context: RunContext, row: InboxRow): boolean =>
  row.state === 'delete' ||
  (row.goneRun !== context.run.id && row.notBeforeMs <= context.reads.listedMs && !context.reads.isPartial)

/** Found missing just when it was to be written. */
export const missedNow = async (context: RunContext, name: string, row: InboxRow | null): Promise<number> => {
  const nowMs = context.now()
  const untilMs = nowMs + context.limits.goneGraceMs
  await context.write((tx) =>
    context.state.putInbox(
      [
        {
          ...(row ?? heardOf(context, 'remote', name, null, true)),
          state: 'gone',
          etag: null,
          data: null,
          goneRun: context.run.id,
          seenMs: nowMs,
          notBeforeMs: untilMs,
        },
      ],
      { tx },
    ),
  )
  return untilMs
}
