import type { CalendarPeer, Principal, PrincipalId } from '@dayport/core'
import type { CalendarEvent, CalendarService } from '@dayport/core/service'
import type { PlanSummary } from '../run/counting.ts'
import type { SyncEngineOptions } from '../run/engine.ts'
import type { SyncLimits } from '../run/limits.ts'
import type { RequestedRun } from '../schedule/scheduler.ts'
import type { Timers } from '../schedule/timers.ts'
import type { ConflictChoice, HistoryEntry, SyncBinding, SyncConnection, SyncRun } from '../state/records.ts'
import type { SyncStateStore } from '../state/store.ts'
import type { SyncStatus } from '../status/status.ts'

export interface SyncServiceOptions {
  readonly state: SyncStateStore
  /** The one write path. Its `onChange` should call {@link SyncService.calendarChanged}. */
  readonly service: CalendarService
  /** The remote side of a binding: a mailbox, a remote calendar. Called once for each run. */
  readonly openRemote: (binding: SyncBinding, connection: SyncConnection) => Promise<CalendarPeer>
  /** In whose name the engine works. Default: the person alone, without groups. */
  readonly principalOf?: (id: PrincipalId) => Promise<Principal>
  /** Whether the door is offered at all: a licence, a switch of the host. Default: it is. */
  readonly available?: () => boolean
  readonly limits?: Partial<SyncLimits>
  /** See {@link SyncEngineOptions.clocksTrusted}. */
  readonly clocksTrusted?: SyncEngineOptions['clocksTrusted']
  /** Runs at once. Default 8. */
  readonly maxRuns?: number
  /** Runs at once over one connection. Default 4. */
  readonly maxRunsPerConnection?: number
  /** Default: the runtime's. */
  readonly timers?: Timers
  /** ms since the Unix epoch. Default: the system clock. */
  readonly now?: () => number
  /** Default: random UUIDs. */
  readonly newId?: () => string
  /** 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number
  /** Hears of each run that has ended, dry runs too, with its outcome, times and counts: for metrics and logs. No titles. */
  readonly onRun?: (run: SyncRun) => void
  /** Hears of progress and of states that change, for a page that shows them. */
  readonly onStatus?: (bindingId: string) => void
  readonly onError?: (error: unknown) => void
}

/** What joins a calendar to a remote folder. */
export interface BindingDraft {
  readonly connection: string
  readonly principal: PrincipalId
  readonly calendar: string
  /** What is locked and paused as one, unique for each mailbox over all connections. */
  readonly mailbox: string
  /** Names the remote folder, unique over all connections. */
  readonly remote: string
}

/** An event that both sides have changed, for a person to decide about. */
export interface SyncConflict {
  readonly link: string
  readonly uid: string
  /** Name of the object in the portal's calendar; its title is there, for those who may see it. */
  readonly portalName: string | null
  readonly sinceMs: number
  /** Canonical values by group: what each side says, and what both said before. */
  readonly groups: Readonly<Record<string, { portal: string | null; remote: string | null; before: string | null }>>
}

/** An event that was set aside. */
export interface SyncProblem {
  readonly link: string
  readonly portalName: string | null
  readonly remoteName: string | null
  readonly kind: 'quarantined' | 'unsupported'
  readonly reason: string
  readonly sinceMs: number
}

/** Everything that a host does with synchronised calendars. Who may ask what is the host's to decide. */
export interface SyncService {
  /** Begins to run what is set up. Again after a change of connections that another process made. */
  start(): Promise<void>
  /** Ends runs between two events; what is done is kept. */
  stop(): Promise<void>

  /** Makes or changes a connection. A stop after a refused sign-in ends with it. */
  putConnection(connection: Omit<SyncConnection, 'createdMs'>): Promise<void>
  /** With its bindings. Events stay where they are, on both sides. */
  deleteConnection(id: string): Promise<void>
  /** @throws {CalendarError} `already-exists` when the calendar or the folder is bound; `not-found`. */
  bind(draft: BindingDraft): Promise<SyncBinding>
  /** Events stay where they are, on both sides. */
  unbind(bindingId: string): Promise<void>
  setEnabled(bindingId: string, enabled: boolean): Promise<void>

  /** Runs at once, or joins the run under way. A pause that the other side has asked for is kept: `done` then tells its end. */
  syncNow(bindingId: string): Promise<RequestedRun>
  /** False when nothing runs. */
  cancel(bindingId: string): boolean
  /** What a run would do, without doing it; `null` when the mailbox is busy, paused or off. */
  dryRun(bindingId: string): Promise<PlanSummary | null>
  /** Lets what waits for somebody's word go on: at most the writes that were shown, once. */
  confirm(bindingId: string): Promise<void>
  /** The other side says that a mailbox has changed. */
  hint(mailbox: string): Promise<void>
  /** To be called by `onChange` of the calendar service. */
  calendarChanged(event: CalendarEvent): void

  /** `null`: the person, or the host, has no binding of that id. */
  status(bindingId: string | null): Promise<SyncStatus>
  runs(bindingId: string, limit?: number): Promise<readonly SyncRun[]>
  trail(
    bindingId: string,
    of: { readonly run: string } | { readonly link: string },
    limit?: number,
  ): Promise<readonly HistoryEntry[]>
  conflicts(bindingId: string): Promise<readonly SyncConflict[]>
  problems(bindingId: string): Promise<readonly SyncProblem[]>
  /** Decides a conflict, by group or with both kept, and runs. @throws {CalendarError} `not-found`. */
  resolve(bindingId: string, link: string, choice: ConflictChoice): Promise<void>
  /** Tries an event again that was set aside. @throws {CalendarError} `not-found`. */
  retry(bindingId: string, link: string): Promise<void>
  /**
   * Undoes one step of a trail: what was replaced or deleted comes back, as an edit of the portal's person.
   *
   * @throws {CalendarError} `not-found` when nothing was kept, or no longer.
   */
  restore(bindingId: string, historyId: string): Promise<void>
}
