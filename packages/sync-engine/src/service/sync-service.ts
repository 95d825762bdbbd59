import { CalendarError, type CalendarPeer, type Principal, type PrincipalId } from '@dayport/core'
import type { CalendarEvent, CalendarService } from '@dayport/core/service'
import { canonicalOf, changedGroups } from '../content/canonical.ts'
import { transferGroups } from '../content/transfer.ts'
import { peerFromStore } from '../portal/peer-from-store.ts'
import { createSyncEngine, type RunResult, type SyncEngineOptions } from '../run/engine.ts'
import { freshMailbox } from '../run/lease.ts'
import type { SyncLimits } from '../run/limits.ts'
import type { PlanSummary } from '../run/sync-run.ts'
import { createSyncScheduler, type RequestedRun } from '../schedule/scheduler.ts'
import { systemTimers, type Timers } from '../schedule/timers.ts'
import type {
  ConflictChoice,
  HistoryEntry,
  SyncBinding,
  SyncConnection,
  SyncLink,
  SyncPolicy,
  SyncRun,
} from '../state/records.ts'
import type { SyncStateStore } from '../state/store.ts'
import { type EventProblems, type SyncStatus, statusOf } from '../status/status.ts'

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

const defaultPage = 100

export const createSyncService = (options: SyncServiceOptions): SyncService => {
  const { state, service } = options
  const now = options.now ?? Date.now
  const newId = options.newId ?? (() => crypto.randomUUID())
  const random = options.random ?? Math.random
  const onError = options.onError ?? (() => {})
  const tell = options.onStatus ?? (() => {})
  const principalOf = options.principalOf ?? (async (id: PrincipalId): Promise<Principal> => ({ id, groups: [] }))
  const storage = { state, transaction: service.transaction }
  const engine = createSyncEngine({
    storage,
    now,
    newId,
    random,
    onError,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.clocksTrusted === undefined ? {} : { clocksTrusted: options.clocksTrusted }),
  })
  const progress = new Map<string, { done: number; total: number }>()
  /** Bindings of each calendar, for changes here. */
  const ofCalendar = new Map<string, string>()

  const existing = async (bindingId: string): Promise<SyncBinding> => {
    const binding = await state.getBinding(bindingId)
    if (binding === null) throw new CalendarError('not-found', 'there is no such binding')
    return binding
  }

  const run = async (
    bindingId: string,
    wanted: Parameters<Parameters<typeof createSyncScheduler>[0]['run']>[1],
    dryRun = false,
  ): Promise<RunResult> => {
    const binding = await state.getBinding(bindingId)
    const connection = binding === null ? null : await state.getConnection(binding.connection)
    if (binding === null || connection === null) {
      // It went with its calendar, or another process took it away.
      scheduler.remove(bindingId)
      return { kind: 'off' }
    }
    if (wanted.trigger !== 'manual' && !dryRun && (await isStopped(binding))) return { kind: 'off' }
    progress.set(bindingId, { done: 0, total: 0 })
    tell(bindingId)
    try {
      const peers = { portal: await portalOf(binding), remote: await openedRemote(binding, connection) }
      const result = await engine.run(bindingId, peers, {
        ...wanted,
        dryRun,
        onProgress: (done, total) => {
          progress.set(bindingId, { done, total })
          tell(bindingId)
        },
      })
      if (result.kind === 'run') options.onRun?.(result.run)
      return result
    } finally {
      progress.delete(bindingId)
      tell(bindingId)
    }
  }

  /** What fails while the other side is opened fails in the run, with all that goes with it: pause, status, history. */
  const openedRemote = async (binding: SyncBinding, connection: SyncConnection): Promise<CalendarPeer> => {
    try {
      return await options.openRemote(binding, connection)
    } catch (error) {
      return failingPeer(error)
    }
  }

  const portalOf = async (binding: SyncBinding): Promise<CalendarPeer> =>
    peerFromStore({
      service,
      calendar: binding.calendar,
      who: await principalOf(binding.principal),
      connection: binding.connection,
      newId,
    })

  const isStopped = async ({ mailbox }: SyncBinding): Promise<boolean> =>
    (await state.getMailbox(mailbox))?.stopped === true

  const scheduler = createSyncScheduler({
    run,
    timers: options.timers ?? systemTimers,
    now,
    newId,
    random,
    onError,
    ...(options.maxRuns === undefined ? {} : { maxRuns: options.maxRuns }),
    ...(options.maxRunsPerConnection === undefined ? {} : { maxRunsPerConnection: options.maxRunsPerConnection }),
  })

  const schedule = async (binding: SyncBinding, policy: SyncPolicy, dueMs?: number): Promise<void> => {
    ofCalendar.set(binding.calendar, binding.id)
    const mailbox = await state.getMailbox(binding.mailbox)
    const { id, connection } = binding
    const known = mailbox?.dueMs === undefined || mailbox.dueMs === 0 ? undefined : mailbox.dueMs
    scheduler.add({ id, mailbox: binding.mailbox, connection, intervalMs: policy.intervalMs }, dueMs ?? known)
  }

  const unschedule = (binding: SyncBinding): void => {
    scheduler.remove(binding.id)
    if (ofCalendar.get(binding.calendar) === binding.id) ofCalendar.delete(binding.calendar)
  }

  const scheduleAll = async (connection: SyncConnection, dueMs?: number): Promise<void> => {
    for (const binding of await state.listBindings({ connection: connection.id })) {
      if (connection.enabled && binding.enabled) await schedule(binding, connection.policy, dueMs)
      else unschedule(binding)
    }
  }

  const linkOf = async (bindingId: string, linkId: string): Promise<SyncLink> => {
    const link = await state.getLink(linkId)
    if (link === null || link.binding !== bindingId) throw new CalendarError('not-found', 'there is no such event')
    return link
  }

  /** Puts both ends of a link into the inbox, so that the next run looks at them. */
  const lookAgain = (binding: SyncBinding, link: SyncLink): Promise<void> =>
    service.transaction(async (tx) => {
      const rows = (['portal', 'remote'] as const).flatMap((side) => {
        const end = link[side]
        if (end === null) return []
        return [
          {
            binding: binding.id,
            side,
            name: end.name,
            etag: end.etag,
            state: 'listed' as const,
            generation: binding.generation,
            seenMs: now(),
            notBeforeMs: 0,
            attempts: 0,
            goneRun: null,
            byUser: true,
            uid: null,
            digest: null,
            operationId: null,
            data: null,
            modifiedMs: null,
            isOrganizer: null,
          },
        ]
      })
      await state.putLinks([link], { tx })
      await state.putInbox(rows, { tx })
    })

  const problemsOf = async (bindingId: string): Promise<EventProblems> => ({
    quarantined: await state.countLinks(bindingId, ['quarantined']),
    unsupported: await state.countLinks(bindingId, ['unsupported']),
    conflicts: await state.countLinks(bindingId, ['conflict']),
  })

  return {
    start: async () => {
      for (const connection of await state.listConnections()) await scheduleAll(connection)
    },
    stop: () => scheduler.stop(),

    putConnection: async (draft) => {
      const before = await state.getConnection(draft.id)
      const connection: SyncConnection = { ...draft, createdMs: before?.createdMs ?? now() }
      await service.transaction(async (tx) => {
        await state.putConnection(connection, { tx })
        for (const { mailbox } of await state.listBindings({ connection: draft.id }, { tx })) {
          const known = await state.getMailbox(mailbox, { tx })
          if (known?.stopped === true) {
            await state.putMailbox({ ...known, stopped: false, failures: 0, pausedUntilMs: 0 }, { tx })
          }
        }
      })
      await scheduleAll(connection, now())
    },
    deleteConnection: async (id) => {
      for (const binding of await state.listBindings({ connection: id })) unschedule(binding)
      await service.transaction((tx) => state.deleteConnection(id, { tx }))
    },
    bind: async (draft) => {
      const cursor = { token: null, listed: false, audit: false }
      const binding: SyncBinding = {
        ...draft,
        id: newId(),
        enabled: true,
        createdMs: now(),
        phase: 'initial',
        generation: 1,
        portalCursor: cursor,
        remoteCursor: cursor,
        window: null,
        waiting: null,
        confirmed: null,
        error: null,
        lastSuccessMs: null,
        lastChanges: 0,
      }
      await service.transaction((tx) => state.createBinding(binding, { tx }))
      const connection = await state.getConnection(draft.connection)
      if (connection?.enabled === true) await schedule(binding, connection.policy, now())
      return binding
    },
    unbind: async (bindingId) => {
      const binding = await existing(bindingId)
      unschedule(binding)
      await service.transaction((tx) => state.deleteBinding(bindingId, { tx }))
    },
    setEnabled: async (bindingId, enabled) => {
      const binding = { ...(await existing(bindingId)), enabled }
      await service.transaction((tx) => state.putBinding(binding, { tx }))
      const connection = await state.getConnection(binding.connection)
      if (enabled && connection?.enabled === true) await schedule(binding, connection.policy, now())
      else unschedule(binding)
    },

    syncNow: async (bindingId) => {
      await existing(bindingId)
      return scheduler.runNow(bindingId, 'manual')
    },
    cancel: (bindingId) => scheduler.cancel(bindingId),
    dryRun: async (bindingId) => {
      const wanted = { trigger: 'dry-run' as const, runId: newId(), signal: new AbortController().signal }
      const result = await run(bindingId, wanted, true)
      return result.kind === 'run' ? result.plan : null
    },
    confirm: async (bindingId) => {
      await service.transaction(async (tx) => {
        const binding = await state.getBinding(bindingId, { tx })
        if (binding === null) throw new CalendarError('not-found', 'there is no such binding')
        if (binding.waiting === null) return
        await state.putBinding({ ...binding, confirmed: binding.waiting, waiting: null }, { tx })
      })
      scheduler.runNow(bindingId, 'manual')
    },
    hint: async (mailbox) => {
      for (const { id } of await state.listBindings({ mailbox })) scheduler.hint(id)
    },
    calendarChanged: (event) => {
      const id = ofCalendar.get(event.calendar)
      if (id !== undefined && event.kind === 'objects-changed' && event.origin.door !== 'sync') scheduler.changed(id)
    },

    status: async (bindingId) => {
      const binding = bindingId === null ? null : await state.getBinding(bindingId)
      const connection = binding === null ? null : await state.getConnection(binding.connection)
      const none: EventProblems = { quarantined: 0, unsupported: 0, conflicts: 0 }
      return statusOf({
        available: options.available?.() ?? true,
        connection,
        binding,
        mailbox: binding === null ? null : ((await state.getMailbox(binding.mailbox)) ?? freshMailbox(binding.mailbox)),
        progress: bindingId === null ? null : (progress.get(bindingId) ?? null),
        problems: binding === null ? none : await problemsOf(binding.id),
        nowMs: now(),
      })
    },
    runs: (bindingId, limit = defaultPage) => state.listRuns(bindingId, limit),
    trail: (bindingId, of, limit = defaultPage) => state.listHistory(bindingId, of, limit),
    conflicts: async (bindingId) => {
      const links = await state.listLinks(bindingId, { states: ['conflict'] }, defaultPage)
      return links.flatMap((link) =>
        link.conflict === null
          ? []
          : [
              {
                link: link.id,
                uid: link.uid,
                portalName: link.portal?.name ?? null,
                sinceMs: link.conflict.sinceMs,
                groups: link.conflict.groups,
              },
            ],
      )
    },
    problems: async (bindingId) => {
      const links = await state.listLinks(bindingId, { states: ['quarantined', 'unsupported'] }, defaultPage)
      return links.map((link) => ({
        link: link.id,
        portalName: link.portal?.name ?? null,
        remoteName: link.remote?.name ?? null,
        kind: link.state === 'unsupported' ? 'unsupported' : 'quarantined',
        reason: link.reason ?? '',
        sinceMs: link.updatedMs,
      }))
    },
    resolve: async (bindingId, linkId, choice) => {
      const binding = await existing(bindingId)
      const link = await linkOf(bindingId, linkId)
      if (link.conflict === null) throw new CalendarError('not-found', 'the event has no conflict')
      await lookAgain(binding, { ...link, conflict: { ...link.conflict, choice } })
      scheduler.runNow(bindingId, 'manual')
    },
    retry: async (bindingId, linkId) => {
      const binding = await existing(bindingId)
      const link = await linkOf(bindingId, linkId)
      await lookAgain(binding, { ...link, echoes: [] })
      scheduler.runNow(bindingId, 'manual')
    },
    restore: async (bindingId, historyId) => {
      const binding = await existing(bindingId)
      const entry = await state.getHistory(historyId)
      if (entry === null || entry.binding !== bindingId || entry.kept === null) {
        throw new CalendarError('not-found', 'nothing was kept of this step')
      }
      const { kept } = entry
      const who = await principalOf(binding.principal)
      const link = await state.getLink(entry.link)
      const name = link?.portal?.name ?? `${newId()}.ics`
      const ref = { calendar: binding.calendar, name }
      const origin = { door: 'portal', operation: 'restore' }
      await service.transaction(async (tx) => {
        const current = await service.getObject(who, ref, { tx })
        if (current === null) {
          await service.putObject(who, ref, kept, { tx, origin })
          return
        }
        const groups =
          entry.groups.length > 0 ? entry.groups : changedGroups(canonicalOf(current.data), canonicalOf(kept))
        const { data } = transferGroups(current.data, kept, groups)
        await service.putObject(who, ref, data, { tx, origin, condition: { ifMatch: [current.etag] } })
      })
      scheduler.runNow(bindingId, 'manual')
    },
  }
}

/** A side that could not be opened: every call fails as the opening did. */
const failingPeer = (error: unknown): CalendarPeer => {
  const fail = async (): Promise<never> => {
    throw error
  }
  return {
    capabilities: { write: false, conditionalWrite: false, windowed: false },
    changes: fail,
    get: fail,
    findByOperation: fail,
    put: fail,
    delete: fail,
    project: (data) => data,
  }
}
