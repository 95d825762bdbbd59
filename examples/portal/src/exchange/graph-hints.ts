import { RemoteError } from '@dayport/core'
import { createGraphSubscriptions, createGraphWebhook, type GraphClient } from '@dayport/exchange-connector/graph'
import type { Handler } from '../doors.ts'
import type { HintOptions, MailboxHints } from './hints.ts'
import type { KeptSubscriptions } from './subscription-store.ts'

/** Where Exchange Online calls, below the portal's address. */
export const webhookPath = '/hooks/exchange'

export interface GraphHints extends MailboxHints {
  readonly webhook: Handler
}

/** Webhooks of Exchange Online, for a portal that it reaches: one subscription for each mailbox, renewed at half of its life. */
export const createGraphHints = (
  client: GraphClient,
  publicUrl: string,
  options: HintOptions & {
    readonly now: () => number
    readonly newSecret: () => string
    readonly store: KeptSubscriptions
  },
): GraphHints => {
  const { now, newSecret, store, onHint, onError } = options
  const notificationUrl = `${publicUrl}${webhookPath}`
  const subscriptions = createGraphSubscriptions({ client, store, now, newSecret, notificationUrl })
  let isReached = true
  let work: Promise<void> = Promise.resolve()

  /** One after the other; the caller does not wait. */
  const later = (task: () => Promise<unknown>): void => {
    work = work.then(task).then(
      () => undefined,
      (error: unknown) => onError(error),
    )
  }

  const keep = async (mailboxes: readonly string[]): Promise<void> => {
    for (const mailbox of mailboxes) {
      if (!isReached) return
      try {
        await subscriptions.ensure(mailbox)
      } catch (error) {
        // Its validation call did not come through: for no mailbox then. Polling does without.
        if (RemoteError.is(error, 'request')) isReached = false
        onError(error)
      }
    }
    for (const mailbox of store.mailboxes().filter((one) => !mailboxes.includes(one))) {
      await subscriptions.end(mailbox)
    }
  }

  return {
    webhook: createGraphWebhook({
      store,
      onError,
      onHint: ({ user, lifecycle, subscriptionId }) => {
        if (lifecycle !== null) later(() => subscriptions.heal(subscriptionId, lifecycle))
        onHint(user)
      },
    }),
    follow: async (mailboxes) => later(() => keep(mailboxes)),
    // Those that are left end by themselves within a week.
    close: () => work,
  }
}
