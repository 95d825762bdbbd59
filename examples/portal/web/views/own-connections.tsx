import type { Calendar, Me, Subscription } from '../api.ts'
import type { Loaded } from '../ui/hooks.ts'
import { ConnectionsPage } from './connections.tsx'
import { ExchangeConnection } from './exchange/connection.tsx'
import { SubscriptionList } from './subscriptions.tsx'

/** The page of the person's connections: what has access to their calendars, their mailbox, and outside calendars. */
export const OwnConnections = ({
  me,
  calendars,
  subscriptions,
  onBanner,
  onConnect,
  onDoctor,
  onChanged,
}: {
  readonly me: Me
  readonly calendars: readonly Calendar[]
  readonly subscriptions: Loaded<readonly Subscription[]>
  readonly onBanner: () => void
  readonly onConnect: () => void
  readonly onDoctor: () => void
  readonly onChanged: () => void
}) => (
  <ConnectionsPage me={me} onBanner={onBanner} onConnect={onConnect} onDoctor={onDoctor}>
    <ExchangeConnection me={me} calendars={calendars} />
    <SubscriptionList subscriptions={subscriptions} onChanged={onChanged} />
  </ConnectionsPage>
)
