import type { Calendar, Me, Subscription } from '../api.ts'
import type { Loaded } from '../ui/hooks.ts'
import { ConnectionsPage } from './connections.tsx'
import { ExchangeConnection } from './exchange/connection.tsx'
import { JoinedSection } from './joined/joined-section.tsx'
import { SubscriptionList } from './subscriptions.tsx'

/** The page of the person's connections: what has access to their calendars, their mailbox, and outside calendars. */
export const OwnConnections = ({
  me,
  calendars,
  subscriptions,
  onBanner,
  onConnect,
  onDoctor,
  onJoin,
  onChanged,
}: {
  readonly me: Me
  readonly calendars: readonly Calendar[]
  readonly subscriptions: Loaded<readonly Subscription[]>
  readonly onBanner: () => void
  readonly onConnect: () => void
  readonly onDoctor: () => void
  /** Joins an outside calendar; of this account, or `null` of a new one. */
  readonly onJoin: (account: string | null) => void
  readonly onChanged: () => void
}) => (
  <ConnectionsPage me={me} onBanner={onBanner} onConnect={onConnect} onDoctor={onDoctor}>
    <ExchangeConnection me={me} calendars={calendars} />
    <JoinedSection me={me} onJoin={onJoin} onChanged={onChanged} />
    <SubscriptionList subscriptions={subscriptions} onChanged={onChanged} />
  </ConnectionsPage>
)
