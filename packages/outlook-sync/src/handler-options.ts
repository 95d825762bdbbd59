import type { CalendarId, Principal, PrincipalId } from '@dayport/core'
import type { Authenticate } from '@dayport/http'
import type { OutlookConnections } from './connections.ts'
import type { ListService } from './list-service.ts'
import type { OutlookRequestRecord } from './request-record.ts'

/** The event behind an item that Outlook shows; `null` values where only the calendar is known. */
export interface OutlookEventRef {
  readonly calendar: CalendarId
  /** `null` for the calendar itself, and for items that are gone. */
  readonly objectName: string | null
  /** Which part of the object, as `ItemKey`. */
  readonly key: string | null
}

/** What `createOutlookHandler` needs. */
export interface OutlookHandlerOptions {
  readonly lists: ListService
  /** Addresses with a secret: `{basePath}ID/SECRET`. Without it there are none. */
  readonly connections?: OutlookConnections
  /**
   * The maker of a connection with the groups of today; `null` for who may no longer use the door, which ends their connections. `known` is
   * the maker as the connection's store has just read it, so that nothing needs to be looked up; `undefined` where it knows no people.
   */
  readonly principals?: { principalOf(id: PrincipalId, known?: Principal | null): Promise<Principal | null> }
  /** Sign-in at `{basePath}basic/CALENDAR`, for people who would rather type a password. Without it there are no such addresses. */
  readonly authenticate?: Authenticate
  /** Path under which the handler is mounted, with slashes at both ends. Default `/outlook/`. */
  readonly basePath?: string
  /** Scheme and host that clients reach the handler by. Default: those of the request. */
  readonly originOf?: (request: Request) => string
  /** Where a browser is sent that opens an item or the list; `null` for nowhere. Default: always nowhere. */
  readonly eventPage?: (event: OutlookEventRef) => string | null
  /** Shown as author and editor of items. Default `Calendar`. */
  readonly author?: string
  /** Least minutes between two syncs, which bind even a manual one. Default 0. */
  readonly minMinutesBetweenSyncs?: number
  /** Advised time between two syncs, in the unit that SharePoint leaves open. Default 180, SharePoint's own. */
  readonly recommendedSecondsBetweenSyncs?: number
  /** Bytes of a SOAP request, and of a file that is put. Default 20 971 520: 20 MiB, for an attachment in base64. */
  readonly maxBodyBytes?: number
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Hears what the client is not told. */
  readonly onError: (error: unknown) => void
  /** Is given the first requests of each connection without content, to be sent in when a client does what none was seen to do. */
  readonly onRequest?: (record: OutlookRequestRecord) => void
  /** How many those are, in this process. Default 25. */
  readonly recordedRequests?: number
}
