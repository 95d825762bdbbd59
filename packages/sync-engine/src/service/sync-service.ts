import { CalendarError, type CalendarPeer, type Principal, type PrincipalId } from '@dayport/core'
import { peerFromStore } from '../portal/peer-from-store.ts'
import { createSyncEngine, type RunResult } from '../run/engine.ts'
import { freshMailbox } from '../run/lease.ts'
import { createSyncScheduler } from '../schedule/scheduler.ts'
import { systemTimers } from '../schedule/timers.ts'
import type { SyncBinding, SyncConnection, SyncPolicy } from '../state/records.ts'
import { type EventProblems, statusOf } from '../status/status.ts'
import { createEventActions } from './event-actions.ts'
import { failingPeer } from './failing-peer.ts'
import type { BindingDraft, SyncService, SyncServiceOptions } from './sync-service-api.ts'

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
      const binding = freshBinding(draft, newId(), now())
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
    ...createEventActions({
      state,
      service,
      now,
      newId,
      principalOf,
      existing,
      runNow: (bindingId) => scheduler.runNow(bindingId, 'manual'),
    }),
  }
}

/** A binding of which nothing is known yet. */
const freshBinding = (draft: BindingDraft, id: string, nowMs: number): SyncBinding => {
  const cursor = { token: null, listed: false, audit: false }
  return {
    ...draft,
    id,
    enabled: true,
    createdMs: nowMs,
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
}
