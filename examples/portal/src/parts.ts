import type { DayportStore, Principal } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import type { AppPasswords } from '@dayport/http'
import type { FeedLinks } from '@dayport/ical-export'
import type { Subscriptions } from '@dayport/ical-export/subscription'
import type { ListService, OutlookConnections } from '@dayport/outlook-sync'
import type { CalendarList } from './accounts/calendar-list.ts'
import type { Favourites } from './accounts/favourites.ts'
import type { People, Person } from './accounts/people.ts'
import type { Sessions } from './accounts/sessions.ts'
import type { Settings } from './accounts/settings.ts'
import type { SignIn } from './accounts/sign-in.ts'
import type { Live } from './live.ts'
import type { SetupCode } from './setup-code.ts'

/** Everything that the API's operations work with; made once, in `open-parts.ts`. */
export interface PortalParts {
  readonly store: DayportStore
  readonly service: CalendarService
  readonly people: People
  readonly sessions: Sessions
  readonly favourites: Favourites
  readonly calendarList: CalendarList
  readonly settings: Settings
  readonly signIn: SignIn
  readonly appPasswords: AppPasswords
  readonly feedLinks: FeedLinks
  readonly subscriptions: Subscriptions
  readonly outlookLists: ListService
  readonly outlookConnections: OutlookConnections
  readonly setupCode: SetupCode
  readonly live: Live
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
