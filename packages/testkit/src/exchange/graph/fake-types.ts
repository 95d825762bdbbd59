import type { FakeEvent, FakeFields, FakeRecurrence } from './fake-event.ts'
import type { FeedTraits } from './feed.ts'
import type { FakeNotification, SubscriptionDesk } from './subscription-desk.ts'
import type { FakeMail } from './writes.ts'

/** What a fake Graph needs. */
export interface FakeGraphOptions {
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Default `http://127.0.0.1/v1.0`. Also its origin's `/TENANT/oauth2/v2.0/token` is answered. */
  readonly baseUrl?: string
  /** Items of a page without `odata.maxpagesize`, default 50. */
  readonly pageSize?: number
  /** Largest page, default 200. */
  readonly maxPageSize?: number
  readonly traits?: Partial<FakeGraphTraits>
  /** Called in each request before it is handled: a test may wait here. */
  readonly beforeRequest?: (request: Request) => Promise<void>
  /** How notifications leave; default: not at all. */
  readonly deliver?: (request: Request) => Promise<Response>
  /** Secrets of applications by client id. Default: `app` with `secret`. */
  readonly applications?: Readonly<Record<string, string>>
  /** Default 3600. */
  readonly tokenLifeSeconds?: number
}

/** Ways in which tenants and times differ. */
export interface FakeGraphTraits extends FeedTraits {
  /** How long a new event is missing from lists, filters and feeds. Default 0. */
  readonly listedAfterMs: number
  /** `cancelledOccurrences` of a master: as documented, or missing. */
  readonly tellsCancelled: boolean
  /** Whether the recurrence blob (0x8216) can be read. */
  readonly tellsBlob: boolean
  readonly refuseRepeatedTransaction: boolean
  /** Whether `exceptionOccurrences` can be expanded; else 400. */
  readonly expandsExceptions: boolean
  /** Whether an event is found by its id under any calendar of the mailbox. */
  readonly looseCalendars: boolean
}

/** An answer to give instead of, or after, handling a request. */
export type FakeFault =
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly retryAfter?: number }
  /** Done, but the answer is lost. */
  | { readonly kind: 'lost-answer' }
  /** Not done: the connection breaks. */
  | { readonly kind: 'lost-request' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'login-page' }

/** Decides for each request, and each part of a batch, whether it fails. `part` is null outside a batch. */
export type FakeFaults = (request: {
  readonly method: string
  readonly path: string
  readonly part: number | null
}) => FakeFault | null

/** A request as it was seen; parts of batches are seen too. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly part: number | null
  readonly prefer: string
  readonly clientRequestId: string | null
  readonly body: unknown
}

/** A person's own hand in the mailbox: what Outlook does, not our API. */
export interface FakeHand {
  create(event: FakeEventDraft): string
  edit(id: string, fields: Partial<FakeFields>): void
  setPattern(id: string, recurrence: FakeRecurrence | null): void
  editOccurrence(id: string, day: string, fields: Partial<FakeFields>): void
  deleteOccurrence(id: string, day: string): void
  delete(id: string): void
  move(id: string, calendar: string): void
  /** A copy in the same calendar, with our properties, as Outlook makes it. */
  copy(id: string): string
  /** Touches the change key and nothing else. */
  touch(id: string): void
  /** Somebody else's meeting, as the calendar attendant puts it there. */
  invite(event: FakeEventDraft, organizer: string): string
  /** Ids that filters miss, though views and look-ups find them. */
  readonly unsearched: Set<string>
  event(id: string): FakeEvent | undefined
  readonly events: readonly FakeEvent[]
}

export type FakeEventDraft = Partial<FakeFields> &
  Pick<FakeFields, 'start' | 'end'> & { readonly recurrence?: FakeRecurrence; readonly calendar?: string }

/** A Graph of our own: what the connector uses of v1.0, with its habits. */
export interface FakeGraph {
  /** Answers one request. */
  readonly handle: (request: Request) => Promise<Response>
  /** The same in the shape of `fetch`. */
  readonly fetch: typeof fetch
  readonly baseUrl: string
  /** Makes the mailbox with its calendar `calendar` when it is new. */
  mailbox(user: string): FakeHand
  addCalendar(user: string, name: string, canEdit?: boolean): string
  removeCalendar(user: string, id: string): void
  readonly mails: FakeMail[]
  readonly requests: SeenRequest[]
  /** Most requests that one mailbox had at once. */
  readonly peak: number
  faults: FakeFaults
  traits: FakeGraphTraits
  /** Every feed of a mailbox has to be begun anew. */
  expireFeeds(code?: string): void
  /** Tokens given out so far are refused. */
  expireTokens(): void
  readonly subscriptions: SubscriptionDesk
  /** Sends a change hint to every subscription of the mailbox. */
  notify(user: string, id: string): Promise<readonly number[]>
  notifyLifecycle(event: FakeNotification['lifecycleEvent']): Promise<readonly number[]>
}
