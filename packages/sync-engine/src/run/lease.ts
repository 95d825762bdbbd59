import type { Transaction } from '@dayport/core'
import type { MailboxState } from '../state/records.ts'
import type { SyncStorage } from '../state/store.ts'

/** The lock of one mailbox, held. */
export interface Lease {
  readonly mailbox: string
  readonly fence: number
  readonly untilMs: number
}

/** Somebody else holds the lock now: nothing may be written, on either side. */
export class LeaseLostError extends Error {
  constructor() {
    super('the lock of the mailbox was lost')
    this.name = 'LeaseLostError'
  }
}

export const freshMailbox = (mailbox: string): MailboxState => ({
  mailbox,
  fence: 0,
  holder: null,
  heldUntilMs: 0,
  pausedUntilMs: 0,
  pausedByServer: false,
  failures: 0,
  stopped: false,
  dueMs: 0,
})

/** By how much clocks of workers may differ. */
const graceMs = 5 * 60_000

/** `null` when another holder has it. */
export const acquireLease = (
  { state, transaction }: SyncStorage,
  mailbox: string,
  holder: string,
  nowMs: number,
  leaseMs: number,
): Promise<Lease | null> =>
  transaction(async (tx) => {
    const known = (await state.getMailbox(mailbox, { tx })) ?? freshMailbox(mailbox)
    const leftMs = known.holder === null ? 0 : known.heldUntilMs - nowMs
    // A lock that is held for longer than any is was taken under a clock that was ahead: the fence keeps its holder out.
    if (leftMs > 0 && leftMs <= leaseMs + graceMs) return null
    const lease = { mailbox, fence: known.fence + 1, untilMs: nowMs + leaseMs }
    await state.putMailbox({ ...known, fence: lease.fence, holder, heldUntilMs: lease.untilMs }, { tx })
    return lease
  })

/**
 * The mailbox as it is, for one who writes under the lease.
 *
 * @throws {LeaseLostError} when another one holds it, or the time is over: then somebody may be about to take it.
 */
export const assertLease = async (
  { state }: SyncStorage,
  lease: Lease,
  nowMs: number,
  tx: Transaction,
): Promise<MailboxState> => {
  const known = await state.getMailbox(lease.mailbox, { tx })
  if (known === null || known.fence !== lease.fence || known.holder === null || known.heldUntilMs <= nowMs) {
    throw new LeaseLostError()
  }
  return known
}

/** @throws {LeaseLostError} */
export const renewLease = (
  { state, transaction }: SyncStorage,
  lease: Lease,
  nowMs: number,
  leaseMs: number,
): Promise<Lease> =>
  transaction(async (tx) => {
    const known = await state.getMailbox(lease.mailbox, { tx })
    // Late, but nobody has taken it: the fence would have risen.
    if (known === null || known.fence !== lease.fence || known.holder === null) throw new LeaseLostError()
    const renewed = { ...lease, untilMs: nowMs + leaseMs }
    await state.putMailbox({ ...known, heldUntilMs: renewed.untilMs }, { tx })
    return renewed
  })

/** Lets go of the lock, if it is still held, and notes when the mailbox is next to be asked. */
export const releaseLease = (
  { state, transaction }: SyncStorage,
  lease: Lease,
  patch: Partial<
    Pick<MailboxState, 'pausedUntilMs' | 'pausedAtMs' | 'pausedByServer' | 'failures' | 'stopped' | 'dueMs'>
  >,
): Promise<void> =>
  transaction(async (tx) => {
    const known = await state.getMailbox(lease.mailbox, { tx })
    if (known === null || known.fence !== lease.fence) return
    await state.putMailbox({ ...known, ...patch, holder: null, heldUntilMs: 0 }, { tx })
  })
