import type { Authorize, Calendar, ObjectLimits, Principal, PrincipalDirectory } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import type { Authenticate } from '@dayport/http'
import type { FileStore } from './files/file-store.ts'
import type { SeriesCache } from './filter/series-cache.ts'
import type { PropertyStore } from './kept/property-store.ts'
import type { CalDavSubscriptions } from './subscriptions.ts'
import type { Hrefs } from './wire/hrefs.ts'

/**
 * What is asked of core's calendar service, which authorises, validates and announces every write, and shows of what is read no more
 * than the person may see. Nothing is read past it.
 */
export type CalDavService = Pick<
  CalendarService,
  | 'listCalendars'
  | 'getCalendar'
  | 'findCalendar'
  | 'getObject'
  | 'findObjects'
  | 'changes'
  | 'createCalendar'
  | 'updateCalendar'
  | 'deleteCalendar'
  | 'putObject'
  | 'deleteObject'
  | 'exportCalendar'
  | 'transaction'
>

/** Bounds of one request. */
export interface CalDavLimits {
  /** Bytes of an XML body. Default 4 MiB: some 40 000 addresses in a multiget. */
  readonly maxXmlBytes: number
  /** Characters of one kept property, as XML. Default 65 536. */
  readonly maxDeadPropertyLength: number
  /** Kept properties of one calendar, object, file or home. Default 100. */
  readonly maxDeadProperties: number
  /** Instances that one `expand` may make of an object. Default 10 000. */
  readonly maxExpandedInstances: number
  /** Instances that one free-busy-query may look at. Default 100 000. */
  readonly maxFreeBusyInstances: number
  /** Bytes of one file, which is read as a whole. Default 32 MiB. */
  readonly maxFileBytes: number
  /** Bytes of all files of a person: RFC 4331's quota. Default 1 GiB. */
  readonly maxFilesBytes: number
  /** Bytes of the objects of one calendar: its quota in the sense of RFC 4331. Default 1 GiB. */
  readonly maxCalendarBytes: number
  /** Files and plain collections of a person. Default 10 000. */
  readonly maxFiles: number
  /** Locks of a person. Default 1 000. */
  readonly maxLocks: number
  /** Longest time of a lock, in seconds; longer wishes get this. Default one day. */
  readonly maxLockSeconds: number
}

export const defaultCalDavLimits: CalDavLimits = {
  maxXmlBytes: 4 * 1024 * 1024,
  maxDeadPropertyLength: 65_536,
  maxDeadProperties: 100,
  maxExpandedInstances: 10_000,
  maxFreeBusyInstances: 100_000,
  maxFileBytes: 32 * 1024 * 1024,
  maxFilesBytes: 1024 * 1024 * 1024,
  maxCalendarBytes: 1024 * 1024 * 1024,
  maxFiles: 10_000,
  maxLocks: 1_000,
  maxLockSeconds: 86_400,
}

export interface CalDavOptions {
  /** The one way to the store; the same instance as the host's other doors use, so that `onChange` hears every write. */
  readonly service: CalDavService
  readonly authenticate: Authenticate
  readonly authorize: Authorize
  readonly principals: PrincipalDirectory
  /**
   * Which of the calendars that others share stand in a person's home, where programs find them: in a company that opens its calendars
   * to everyone, hardly all. Those left out are still at their addresses. Default: all.
   */
  readonly listed?: (who: Principal, shared: readonly Calendar[]) => Promise<readonly Calendar[]>
  /** Where the handler is mounted. Default `/dav/`. */
  readonly basePath?: string
  /** Object limits that are told to clients; those of the service. Default: `defaultObjectLimits`. */
  readonly objectLimits?: Partial<ObjectLimits>
  readonly limits?: Partial<CalDavLimits>
  /** Plain files of each person, with locks: RFC 4918 class 2. Default: `null`, there are none. */
  readonly files?: FileStore | null
  /**
   * Keeps properties of objects and homes, and what a person sets of another's calendar (colour, order, name) for themselves alone.
   * Default: `null`, such properties are refused.
   */
  readonly properties?: PropertyStore | null
  /** ms since the Unix epoch, for locks and the DTSTAMP of what is made here. Default: the system clock. */
  readonly now?: () => number
  /** Follows outside calendars that programs ask for. Default: `null`, such calendars are refused. */
  readonly subscriptions?: CalDavSubscriptions | null
  /** Makes names of objects that come by POST, and tokens of locks. Default: random UUIDs. */
  readonly newId?: () => string
  /** Hears what nobody expected; the client only hears 500. */
  readonly onError?: (error: unknown) => void
}

/** The options with their defaults, as methods and reports see them. */
export interface Door extends Required<Omit<CalDavOptions, 'basePath' | 'limits' | 'objectLimits'>> {
  readonly hrefs: Hrefs
  readonly limits: CalDavLimits
  readonly objectLimits: ObjectLimits
  readonly series: SeriesCache
}
