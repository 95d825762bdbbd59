import type { CalendarId, ETag, PrincipalId, SyncToken } from '@dayport/core'
import type { Groups } from '../content/groups.ts'
import type { Direction } from '../plan/plan.ts'

/** One end of a binding. */
export type Side = 'portal' | 'remote'

/**
 * Who wins a group of fields that both sides have changed. `organizer`: the remote side for meetings, else the side on which the event
 * was made. `newest`: by the sides' stamps where both clocks are trusted, else `remote-wins`. `ask`: both values are kept, and a person
 * chooses.
 */
export type ConflictPolicy = 'organizer' | 'remote-wins' | 'portal-wins' | 'newest' | 'ask'

/** What the administrator has decided about a connection. */
export interface SyncPolicy {
  readonly direction: Direction
  readonly conflicts: ConflictPolicy
  readonly deletes: 'edit-wins' | 'delete-wins'
  /** Days around now whose events are linked. An event that is linked stays so wherever it moves. */
  readonly pastDays: number
  readonly futureDays: number
  /** Events from before the connection: taken along, or left until somebody edits them. */
  readonly earlier: 'include' | 'leave-out'
  /** ms between automatic runs. */
  readonly intervalMs: number
}

/** `both`, `organizer`, `edit-wins`, 31 days back, 366 ahead, earlier events included, every 5 minutes. */
export const defaultSyncPolicy: SyncPolicy = {
  direction: 'both',
  conflicts: 'organizer',
  deletes: 'edit-wins',
  pastDays: 31,
  futureDays: 366,
  earlier: 'include',
  intervalMs: 300_000,
}

/** A back end as the administrator has set it up. */
export interface SyncConnection {
  /** 1–64 characters of `A–Z a–z 0–9 - _`. */
  readonly id: string
  /** The host's word: `ews`, `graph`, `caldav`. */
  readonly backend: string
  /** The host's own, JSON: address, sign-in kind, a reference to the secret. Never a secret. */
  readonly settings: string
  readonly policy: SyncPolicy
  readonly enabled: boolean
  /** ms since the Unix epoch. */
  readonly createdMs: number
}

/** What ended a run, for the status: the kinds of `RemoteError` and our own. */
export type SyncErrorKind =
  | 'credentials'
  | 'rights'
  | 'configuration'
  | 'unreachable'
  | 'throttled'
  | 'mailbox'
  | 'confirmation'
  | 'internal'

export interface SyncError {
  readonly kind: SyncErrorKind
  /** ms since the Unix epoch: the first of the runs that ended so. */
  readonly sinceMs: number
  /** The other side's word, and under what it logged the request. */
  readonly code: string | null
  readonly requestId: string | null
}

/** Clocks that disagree by more than five minutes: nothing is decided by time while they do. */
export interface SyncClock {
  /** How far the other side's clock is ahead of ours. */
  readonly offsetMs: number
  /** ms since the Unix epoch by ours: when it was noticed. */
  readonly sinceMs: number
}

/** How many writes of a kind wait for somebody's word, or have it. */
export interface PlannedCounts {
  readonly createPortal: number
  readonly createRemote: number
  readonly deletePortal: number
  readonly deleteRemote: number
  /** How many of those are series that lose most of their occurrences; absent for none. */
  readonly shrink?: number
}

/** One portal calendar joined to one remote folder. Neither may have a second binding. */
export interface SyncBinding {
  readonly id: string
  readonly connection: string
  /** Whose calendar it is, and who writes it. */
  readonly principal: PrincipalId
  readonly calendar: CalendarId
  /** What is locked and paused as one. */
  readonly mailbox: string
  /** Names the remote folder, unique over all connections; compared octet by octet. */
  readonly remote: string
  readonly enabled: boolean
  readonly createdMs: number
  /**
   * `initial` until the first listing is worked off; `reconcile`: a token was refused, both sides are compared anew; `window`: a
   * new window is listed.
   */
  readonly phase: 'initial' | 'incremental' | 'reconcile' | 'window'
  /** Raised with every new listing. */
  readonly generation: number
  readonly portalCursor: BindingCursor
  readonly remoteCursor: BindingCursor
  /** The window of the listing, and when it was opened; `null` before the first. */
  readonly window: { readonly startMs: number; readonly endMs: number; readonly openedMs: number } | null
  /** What the last run left for a person to confirm; `null` when nothing. */
  readonly waiting: PlannedCounts | null
  /** What a person has confirmed: at most that many, once. */
  readonly confirmed: PlannedCounts | null
  readonly error: SyncError | null
  readonly lastSuccessMs: number | null
  /** Writes on both sides of the last run that succeeded. */
  readonly lastChanges: number
  /** `null` or absent while the clocks agree, or the other side does not tell its own. */
  readonly clock?: SyncClock | null
}

/** How far one side's feed was taken in. The changes up to `token` are in the inbox, or done. */
export interface BindingCursor {
  readonly token: SyncToken | null
  /** Whether the listing of this generation has reached its end. */
  readonly listed: boolean
  /** Whether the links that the listing has not met are still to be looked up. */
  readonly audit: boolean
}

/** The lock and the pause of one mailbox. */
export interface MailboxState {
  readonly mailbox: string
  /** Raised by every holder. Who writes under a smaller one has lost the lock. */
  readonly fence: number
  readonly holder: string | null
  /** ms since the Unix epoch; the lock is free from then on. */
  readonly heldUntilMs: number
  /** No request before that, whoever asks; 0 when there is no pause. */
  readonly pausedUntilMs: number
  /** When the pause began; absent in older records. A clock that was set back is known by it. */
  readonly pausedAtMs?: number
  /** Whether the other side itself asked for the pause. */
  readonly pausedByServer: boolean
  /** Runs that failed one after another. */
  readonly failures: number
  /** Automatic runs stop until a person has looked: a wrong password, missing rights. */
  readonly stopped: boolean
  /** When the next automatic run is due. */
  readonly dueMs: number
}

/** A change that was heard of and is not worked off. */
export interface InboxRow {
  readonly binding: string
  readonly side: Side
  readonly name: string
  /** As the feed told it; `null` when it said that the object is gone. */
  readonly etag: ETag | null
  /**
   * `listed`: only heard of. `loaded`: `uid`, `digest` and, of the remote side, `data` are there. `gone`: looked up and not found.
   * `delete`: planned to be deleted on the other side, after all other writes; `shrink`: to lose most of its occurrences there.
   */
  readonly state: 'listed' | 'loaded' | 'gone' | 'delete' | 'shrink'
  readonly generation: number
  readonly seenMs: number
  /** Not before that, ms since the Unix epoch; 0 at once. */
  readonly notBeforeMs: number
  readonly attempts: number
  /** Run in which it was first found gone. */
  readonly goneRun: string | null
  /** Written by a person or a program of theirs, as far as the side can tell. */
  readonly byUser: boolean
  readonly uid: string | null
  readonly digest: string | null
  readonly operationId: string | null
  readonly data: Uint8Array | null
  readonly modifiedMs: number | null
  readonly isOrganizer: boolean | null
}

export type LinkState = 'ok' | 'conflict' | 'quarantined' | 'unsupported' | 'tombstone'

/** One end of a link. */
export interface LinkEnd {
  readonly name: string
  /** After our last write, or as read last. */
  readonly etag: ETag
  /** What it said when both sides were last agreed; the third leg of the merge. */
  readonly base: Groups
}

/** A pair of objects that are one event. */
export interface SyncLink {
  readonly id: string
  readonly binding: string
  /** Of the portal's end. */
  readonly uid: string
  /** Of the remote end, where that side gives its own; `null` while there is none. */
  readonly remoteUid: string | null
  readonly state: LinkState
  /** Why it is not `ok`, a word for the code: `unrepresentable`, `ping-pong`; of a tombstone, `deleted-here`; `null` otherwise. */
  readonly reason: string | null
  /** `null` when that end does not exist, or not yet. Of a tombstone: as they were last. */
  readonly portal: LinkEnd | null
  readonly remote: LinkEnd | null
  /** On which side the event was made. */
  readonly origin: Side
  /** Generation of the listing in which each end was last seen. */
  readonly seenPortal: number
  readonly seenRemote: number
  /** Groups that wait for a person, and what they chose. */
  readonly conflict: LinkConflict | null
  /** Times of remote writes that no person's edit caused, of the last day. */
  readonly echoes: readonly number[]
  /** The operation under which its remote end was asked for; asked again under the same, so that no second one comes to be. */
  readonly creation: string | null
  readonly updatedMs: number
  /** Of a tombstone: when it was made, by the other side's clock; absent where that was not known. What is younger there was put back. */
  readonly buriedMs?: number
}

export interface LinkConflict {
  /** What both sides say, and said before, by group; canonical, `null` for nothing. */
  readonly groups: Readonly<Record<string, ConflictValues>>
  /** ms since the Unix epoch. */
  readonly sinceMs: number
  readonly choice: ConflictChoice | null
}

export interface ConflictValues {
  readonly portal: string | null
  readonly remote: string | null
  readonly before: string | null
}

/** The winner by group, for those of a conflict; or both: the remote version becomes an event of its own. */
export type ConflictChoice = Readonly<Record<string, Side>> | 'keep-both'

/** One request for a creation. */
export interface SentCreation {
  /** Digests of all that it carried but for blanks, and of its time and title alone. */
  readonly all: string
  readonly mark: string
  /** When it was sent, by the other side's clock; absent where that was not known. */
  readonly thereMs?: number
  /** When its answer was there, by the same clock; left out where none came. */
  readonly answeredMs?: number
}

/** One intended write to the remote side. */
export interface SyncOperation {
  /** Also the `operationId` that the peer is given. */
  readonly id: string
  readonly binding: string
  readonly kind: 'create' | 'update' | 'delete'
  readonly state: 'sent' | 'unknown' | 'confirmed' | 'abandoned'
  readonly link: string
  /** `null` until a creation is confirmed. */
  readonly remoteName: string | null
  /** The condition that it was sent with. */
  readonly etag: ETag | null
  /** What the remote side should say afterwards; empty for a deletion. */
  readonly expected: Groups
  /** Of a creation, what each request for it carried. */
  readonly sent: readonly SentCreation[]
  /** What the portal's end was when it was sent. */
  readonly portal: LinkEnd | null
  readonly attempts: number
  readonly sentMs: number
}

export type SyncTrigger = 'interval' | 'manual' | 'hint' | 'local-change' | 'first' | 'dry-run'

/** What a run did, on each side. */
export interface RunCounts {
  readonly createdPortal: number
  readonly updatedPortal: number
  readonly deletedPortal: number
  readonly createdRemote: number
  readonly updatedRemote: number
  readonly deletedRemote: number
  readonly paired: number
  readonly conflicts: number
  readonly quarantined: number
  readonly unsupported: number
  readonly failed: number
  readonly pages: number
}

export const noCounts: RunCounts = {
  createdPortal: 0,
  updatedPortal: 0,
  deletedPortal: 0,
  createdRemote: 0,
  updatedRemote: 0,
  deletedRemote: 0,
  paired: 0,
  conflicts: 0,
  quarantined: 0,
  unsupported: 0,
  failed: 0,
  pages: 0,
}

export interface SyncRun {
  readonly id: string
  readonly binding: string
  readonly trigger: SyncTrigger
  readonly startedMs: number
  /** `null` while it runs, and for ever when its process died. */
  readonly endedMs: number | null
  readonly outcome: 'running' | 'done' | 'stopped' | 'failed' | 'confirmation' | 'dry-run'
  readonly error: SyncError | null
  readonly counts: RunCounts
}

/** One step of one event's trail. Never a title: the host shows the event's own to those who may see it. */
export interface HistoryEntry {
  readonly id: string
  readonly binding: string
  readonly run: string
  readonly link: string
  readonly atMs: number
  /** What was done, a word for the code. */
  readonly action: string
  /** The side that was written; `null` when none was. */
  readonly side: Side | null
  /** Groups that the step was about. */
  readonly groups: readonly string[]
  readonly reason: string | null
  /** What the written side said before, for "Undo"; `null` when nothing was lost. */
  readonly kept: Uint8Array | null
}
