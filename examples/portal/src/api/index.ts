import type { ImportJobs } from '../import-jobs.ts'
import { joinedAdminOperations } from '../joined/admin-operations.ts'
import { joinedOperations } from '../joined/operations.ts'
import type { PortalParts } from '../parts.ts'
import type { Uploads } from '../uploads.ts'
import { accountOperations } from './account.ts'
import { adminOperations } from './admin.ts'
import { appPasswordOperations } from './app-passwords.ts'
import { busyOperations } from './busy.ts'
import { calendarListOperations } from './calendar-list.ts'
import { calendarOperations } from './calendars.ts'
import { eventWriteOperations } from './event-writes.ts'
import { eventOperations } from './events.ts'
import { exchangeOperations } from './exchange.ts'
import { exchangeAdminOperations } from './exchange-admin.ts'
import { feedLinkOperations } from './feed-links.ts'
import { groupOperations } from './groups.ts'
import { importOperations } from './imports.ts'
import { liveOperations } from './live.ts'
import { oidcOperations } from './oidc.ts'
import type { Operation } from './operation.ts'
import { outlookConnectionOperations } from './outlook-connections.ts'
import { peopleOperations } from './people.ts'
import { setupTicketOperations } from './setup-tickets.ts'
import { subscriptionOperations } from './subscriptions.ts'
import { taskOperations } from './tasks.ts'

/** Every operation of the API. */
export const apiOperations = (
  parts: PortalParts & { readonly jobs: ImportJobs; readonly uploads: Uploads },
): readonly Operation[] => [
  ...accountOperations(parts),
  ...peopleOperations(parts),
  ...groupOperations(parts),
  ...calendarOperations(parts),
  ...calendarListOperations(parts),
  ...eventOperations(parts),
  ...eventWriteOperations(parts),
  ...taskOperations(parts),
  ...busyOperations(parts),
  ...importOperations(parts),
  ...feedLinkOperations(parts),
  ...subscriptionOperations(parts),
  ...outlookConnectionOperations(parts),
  ...appPasswordOperations(parts),
  ...liveOperations(parts),
  ...setupTicketOperations(parts),
  ...adminOperations(parts),
  ...exchangeOperations(parts),
  ...exchangeAdminOperations(parts),
  ...joinedOperations(parts),
  ...joinedAdminOperations(parts),
  ...oidcOperations(parts),
]
