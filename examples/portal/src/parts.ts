import type { DayportStore, Principal } from '@dayport/core'
import type { CalendarService, Projector } from '@dayport/core/service'
import type { AppPasswords } from '@dayport/http'
import type { FeedLinks } from '@dayport/ical-export'
import type { Subscriptions } from '@dayport/ical-export/subscription'
import type { ListService, OutlookConnections } from '@dayport/outlook-sync'
import type { SyncStateStore } from '@dayport/sync-engine'
import type { Acquaintance } from './accounts/acquaintance.ts'
import type { Audit } from './accounts/audit.ts'
import type { CalendarList } from './accounts/calendar-list.ts'
import type { Favourites } from './accounts/favourites.ts'
import type { People, Person } from './accounts/people.ts'
import type { RefusedDevices } from './accounts/refused-devices.ts'
import type { Sessions } from './accounts/sessions.ts'
import type { Settings } from './accounts/settings.ts'
import type { SignIn } from './accounts/sign-in.ts'
import type { Company } from './company.ts'
import type { DoorSwitches } from './door-switches.ts'
import type { ErrorLog } from './error-log.ts'
import type { Exchange } from './exchange/exchange.ts'
import type { JoinedPortalParts } from './joined/open-joined.ts'
import type { Live } from './live.ts'
import type { OidcSignIn } from './oidc.ts'
import type { Invitations } from './scheduling/invitations.ts'
import type { Scheduling } from './scheduling/scheduling.ts'
import type { SetupCode } from './setup-code.ts'
import type { SetupTickets } from './setup-tickets.ts'

/** Everything that the API's operations work with; made once, in `open-parts.ts`. */
export interface PortalParts extends JoinedPortalParts {
  readonly store: DayportStore & { readonly syncState: SyncStateStore }
  readonly service: CalendarService
  /** Makes what people see who may not read a calendar. */
  readonly projector: Projector
  readonly people: People
  readonly acquaintance: Acquaintance
  readonly company: Company
  readonly invitations: Invitations
  readonly scheduling: Scheduling
  readonly sessions: Sessions
  readonly favourites: Favourites
  readonly calendarList: CalendarList
  readonly settings: Settings
  readonly signIn: SignIn
  readonly appPasswords: AppPasswords
  readonly refusedDevices: RefusedDevices
  readonly feedLinks: FeedLinks
  readonly subscriptions: Subscriptions
  readonly outlookLists: ListService
  readonly outlookConnections: OutlookConnections
  readonly setupCode: SetupCode
  readonly live: Live
  readonly tickets: SetupTickets
  readonly doors: DoorSwitches
  readonly exchange: Exchange
  /** Sign-in at a provider; `null` when there is none. */
  readonly oidc: OidcSignIn | null
  readonly audit: Audit
  readonly errors: ErrorLog
  /** Who signs Apple profiles, as devices show it; `null` when nobody does. */
  readonly profileSigner: string | null
  /** ms since the Unix epoch. */
  readonly now: () => number
  readonly newId: () => string
  /** Scheme and host that people see: PUBLIC_URL, else those of the request. */
  readonly originOf: (request: Request) => string
  /** Whether the portal is reached by https. */
  readonly secure: boolean
  readonly version: string
  /** Gives a person without calendars their first ones. */
  readonly provision: (person: Person, principal: Principal) => Promise<void>
}
