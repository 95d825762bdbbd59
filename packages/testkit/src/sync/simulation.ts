import type { CalendarPeer, Principal } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import {
  createMemorySync,
  createSyncEngine,
  defaultSyncPolicy,
  type HistoryEntry,
  peerFromStore,
  type RunResult,
  type SyncEngine,
  type SyncLimits,
  type SyncPolicy,
  type SyncStorage,
  type SyncTrigger,
} from '@dayport/sync-engine'
import { createLedger, originsIn, type SimulatedSide, textOf } from './ledger.ts'
import {
  newEvent,
  ownZone,
  withCategory,
  withException,
  withHour,
  withOwnZone,
  withoutOccurrence,
  withRule,
  withText,
} from './person-edits.ts'
import { brokenInvariants } from './simulated-invariants.ts'
import { createSimulatedMailbox, type MailboxFault, type SimulatedMailbox } from './simulated-mailbox.ts'
import { bindingOf, connectionOf } from './sync-records.ts'

/** A field that a person edits, by number. */
const fields = [
  'title',
  'place',
  'body',
  'category',
  'uncategory',
  'hour',
  'rule',
  'exception',
  'occurrence',
  'zone',
] as const

/** One step of a simulated history. */
export type SimulationCommand =
  | { readonly do: 'create'; readonly side: 'portal' | 'remote'; readonly kind: number }
  | { readonly do: 'edit'; readonly side: 'portal' | 'remote'; readonly pick: number; readonly field: number }
  | { readonly do: 'delete'; readonly side: 'portal' | 'remote'; readonly pick: number }
  | { readonly do: 'rename'; readonly pick: number }
  | {
      readonly do: 'mailbox'
      readonly trick: 'move' | 'copy' | 'touch' | 'undo' | 'expire' | 'migrate'
      readonly pick: number
    }
  /** `trouble` 0–3: how often calls go wrong; `crash`: the step at which the process dies. */
  | { readonly do: 'run'; readonly trouble: number; readonly crash: number | null; readonly edits: boolean }
  | { readonly do: 'race'; readonly trouble: number; readonly pause: boolean }
  | { readonly do: 'wait'; readonly seconds: number }
  /** All trouble ends for a while, and both sides come to agree. */
  | { readonly do: 'settle' }
  /** `backup` keeps what one side holds, the portal's database with the engine's state in it; `restore` goes back to it. */
  | { readonly do: 'backup'; readonly side: SimulatedSide }
  | { readonly do: 'restore'; readonly side: SimulatedSide }

/** What a person, or the administrator of a side, does: not a run, and not time. */
type SimulatedEdit = Extract<SimulationCommand, { do: 'create' | 'edit' | 'delete' | 'rename' | 'mailbox' }>

/** What the engine is given. */
export interface SimulatedParts {
  readonly storage: SyncStorage
  readonly remote: CalendarPeer
  readonly clocksTrusted: () => boolean
}

export interface SimulationOptions {
  readonly seed: number
  readonly policy?: Partial<SyncPolicy>
  readonly limits?: Partial<SyncLimits>
  /** Breaks the engine on purpose: the checks must find it. */
  readonly sabotage?: (parts: SimulatedParts) => SimulatedParts
}

/** The death of a worker: everything that it still asks for fails, and nobody hears of it. */
class CrashError extends Error {}

/** A reproducible stream of numbers from 0 to 1. */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const startMs = Date.UTC(2026, 2, 10)
const who: Principal = { id: 'ann', groups: [] }

/**
 * A portal, a mailbox, people on both sides and workers that die, under one clock and one stream of chance. `play` runs a history, `heal`
 * ends all trouble and runs until nothing is left, `check` tells what is wrong then.
 */
export const createSimulation = async (options: SimulationOptions) => {
  const random = createRandom(options.seed)
  const chance = (share: number): boolean => random() < share
  const pickOf = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)]
  let nowMs = startMs
  let ids = 0
  const newId = (): string => {
    ids += 1
    return `i${String(ids).padStart(6, '0')}`
  }
  const now = (): number => nowMs
  // What came to the simulation later has a stream of its own, so that the histories of earlier days stay what they were.
  const random2 = createRandom(options.seed ^ 0x5bd1e995)
  const chance2 = (share: number): boolean => random2() < share
  const hourMs = 3_600_000
  /** How far the mailbox's clock is ahead. */
  const skewMs = chance2(0.5) ? 0 : Math.round((random2() - 0.5) * 48) * hourMs

  // Trouble is on only while a history is played.
  let trouble = 0
  const faultFor = (call: string): MailboxFault => {
    if (trouble === 0 || !chance(trouble * 0.04)) return 'none'
    const kinds: readonly MailboxFault[] =
      call === 'put' || call === 'delete'
        ? ['lost-request', 'lost-answer', 'lost-answer', 'late-request', 'throttled', 'transient']
        : ['lost-request', 'throttled', 'transient', 'expired-cursor']
    return kinds[Math.floor(random() * kinds.length)] ?? 'none'
  }

  let memory = createMemorySync(createMemoryStore({ now, newId }))
  const serviceOver = ({ store }: typeof memory) =>
    createCalendarService({ store, authorize: createAuthorize(store), now, newId })
  let service = serviceOver(memory)
  const ledger = createLedger()
  const calendar = (await service.createCalendar(who, { owner: 'ann', name: 'work' })).id
  const hiddenMs = chance(0.3) ? 20_000 : 0
  const deduplicates = chance(0.5)
  const ownUids = chance(0.3)
  const mailbox = createSimulatedMailbox({
    now: () => nowMs + skewMs,
    fault: faultFor,
    hiddenMs,
    deduplicates,
    ownUids,
    ...(chance(0.5) ? { batchSize: 2 } : {}),
    pageSize: 2 + Math.floor(random() * 5),
    messy: () => trouble > 0 && chance(0.1),
    partial: () => (trouble === 0 || !chance2(0.1) ? 'whole' : chance2(0.5) ? 'left-out' : 'not-processed'),
    ignoresCondition: (item) => {
      if (trouble === 0 || !chance2(0.5)) return false
      // Nobody can save what came in after a last look right before the write.
      if (isJustRead(item.name)) ledger.replace(item.data, null)
      return true
    },
  })
  /** Whether the worker that writes now has looked at the item right before. */
  let isJustRead: (name: string) => boolean = () => false
  const conflicts = pickOf(
    ['organizer', 'remote-wins', 'portal-wins', 'newest', 'ask'] as const,
    Math.floor(random() * 5),
  )
  const policy: SyncPolicy = { ...defaultSyncPolicy, conflicts: conflicts ?? 'organizer', ...options.policy }
  await memory.state.putConnection(connectionOf('c1', { policy }))
  await memory.state.createBinding(bindingOf('b1', calendar))
  const limits: Partial<SyncLimits> = { feedSize: 5, pageSize: 5, readSize: 3, ...options.limits }

  const violations: string[] = []

  const change = (field: number): ((data: Uint8Array) => Uint8Array) => {
    const n = Math.floor(random() * 12)
    switch (fields[field % fields.length]) {
      case 'title':
        return withText('SUMMARY', ledger.enter())
      case 'place':
        return withText('LOCATION', ledger.enter())
      case 'body':
        return withText('DESCRIPTION', `${ledger.enter()}  and  more`)
      case 'category':
        return withCategory(ledger.enter())
      case 'uncategory':
        return withCategory(null)
      case 'hour':
        return withHour(8 + n)
      case 'rule':
        return withRule(n % 3 === 0 ? null : n % 3 === 1 ? 'FREQ=WEEKLY;COUNT=6' : 'FREQ=DAILY;COUNT=5')
      case 'exception':
        return withException(n, ledger.enter())
      case 'zone':
        return withOwnZone(n)
      default:
        return withoutOccurrence(n)
    }
  }

  const portalNames = async (): Promise<string[]> => {
    const page = await memory.store.changes(calendar, null)
    return page.changes.map(({ name }) => name).sort()
  }
  const portalBytes = async (name: string): Promise<Uint8Array | null> =>
    (await memory.store.getObject({ calendar, name }))?.data ?? null
  const eventsHere = async (): Promise<Uint8Array[]> => {
    const found = await Promise.all((await portalNames()).map(portalBytes))
    return found.filter((data) => data !== null)
  }
  const itemsThere = (): Uint8Array[] => [...mailbox.items.values()].map(({ data }) => data)
  const isAlone = (data: Uint8Array, others: readonly Uint8Array[]): boolean => {
    const origins = originsIn(data)
    return others.every((other) => !originsIn(other).some((origin) => origins.includes(origin)))
  }
  /** Whether the engine knows that the two sides' events are one; after a restored backup it may not. */
  const isLinked = async (side: SimulatedSide, name: string, data: Uint8Array): Promise<boolean> => {
    const others = side === 'portal' ? itemsThere() : await eventsHere()
    return isAlone(data, others) || (await memory.state.findLink('b1', side, name)) !== null
  }
  const person = { origin: { door: 'portal' } }

  const fresh = (kind: number): Uint8Array => {
    const title = ledger.enter()
    const day = 11 + (kind % 18)
    const start = `202603${day}T090000`
    const rules = [
      undefined,
      undefined,
      'FREQ=WEEKLY;COUNT=8',
      'FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260430T120000Z',
      'FREQ=DAILY;COUNT=6',
    ]
    const rule = rules[kind % rules.length]
    const lines = [
      // Who came first: never edited, and carried by both sides. Two events of one origin are a duplicate, but for copies.
      `ATTENDEE:mailto:${title}@origin.example.org`,
      ...(kind % 2 === 0
        ? [
            'X-PORTAL-ONLY:kept',
            'ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org',
            'ORGANIZER:mailto:ann@example.org',
          ]
        : []),
      ...(kind % 3 === 0 ? alarmLines : []),
    ]
    return newEvent({
      uid: `u-${title}`,
      title: kind % 7 === 0 ? `${title} ${'long '.repeat(20)}` : title,
      start,
      end: `202603${day}T100000`,
      zone: kind % 11 === 10 ? ownZone : kind % 2 === 0 ? 'Europe/Berlin' : 'America/New_York',
      ...(rule === undefined ? {} : { rule }),
      lines,
    })
  }

  /** What an unanswered write has made of an item that has got another name since cannot be told from an edit. */
  const allowMove = async (only: string | null | undefined): Promise<void> => {
    for (const { kind, remoteName } of await memory.state.listOperations('b1', ['sent', 'unknown'])) {
      const item = mailbox.items.get(remoteName ?? '')
      if (kind === 'update' && item !== undefined && (only ?? remoteName) === remoteName)
        ledger.edit('remote', item.data)
    }
  }

  const edit = async (command: SimulatedEdit): Promise<void> => {
    if (command.do === 'mailbox') {
      const name = pickOf([...mailbox.items.keys()].sort(), command.pick)
      if (command.trick === 'move' || command.trick === 'migrate')
        await allowMove(command.trick === 'move' ? name : null)
      // What hides again under each new name before anybody has heard of one cannot be told from what is gone.
      const hides = name !== undefined && (await memory.state.findLink('b1', 'remote', name)) !== null
      if (command.trick === 'expire') mailbox.expireCursors()
      else if (command.trick === 'migrate') mailbox.migrate()
      else if (name !== undefined && command.trick === 'move') mailbox.move(name, { hides })
      else if (name !== undefined && command.trick === 'touch') mailbox.touch(name)
      else if (name !== undefined && command.trick === 'copy') {
        ledger.copy(mailbox.items.get(name)!.data)
        mailbox.copy(name, command.pick % 2 === 0)
      } else if (name !== undefined && command.trick === 'undo') {
        ledger.edit('remote', mailbox.items.get(name)!.data)
        mailbox.remove(name)
        mailbox.undo(name, command.pick % 2 === 0, { hides })
      }
      return
    }
    if (command.do === 'rename') {
      const name = pickOf(await portalNames(), command.pick)
      const data = name === undefined ? null : await portalBytes(name)
      if (name === undefined || data === null) return
      await service.transaction(async (tx) => {
        await service.deleteObject(who, { calendar, name }, { tx, ...person })
        await service.putObject(who, { calendar, name: `${newId()}.ics` }, data, { tx, ...person })
      })
      return
    }
    if (command.do === 'create') {
      const data = fresh(command.kind)
      if (command.side === 'remote') mailbox.create(data)
      else await service.putObject(who, { calendar, name: `${newId()}.ics` }, data, person)
      return
    }
    if (command.side === 'remote') {
      const name = pickOf([...mailbox.items.keys()].sort(), command.pick)
      const before = name === undefined ? undefined : mailbox.items.get(name)?.data
      if (name === undefined || before === undefined) return
      const { operationId } = mailbox.items.get(name)!
      const isTwin =
        operationId !== null &&
        [...mailbox.items.values()].some((one) => one.operationId === operationId && one.name !== name)
      // A person who edits the twin of an event that was sent twice makes it one of its own: edits are never deleted.
      if (isTwin) ledger.copy(before)
      if (command.do === 'delete') {
        mailbox.remove(name)
        // What the engine has asked for and not heard of yet cannot be known to be deleted.
        const operation = operationId === null ? null : await memory.state.getOperation(operationId)
        const made = operation === null ? null : await memory.state.getLink(operation.link)
        const isKnown =
          made === null ? await isLinked('remote', name, before) : made.remote !== null && operation?.attempts === 1
        ledger.delete('remote', before, isKnown && isAlone(before, itemsThere()))
      } else {
        mailbox.edit(name, change(command.field))
        ledger.edit('remote', before)
      }
      ledger.replace(before, mailbox.items.get(name)?.data ?? null)
      return
    }
    const name = pickOf(await portalNames(), command.pick)
    const before = name === undefined ? null : await portalBytes(name)
    if (name === undefined || before === null) return
    if (command.do === 'delete') {
      await service.deleteObject(who, { calendar, name }, person)
      const isKnown = await isLinked('portal', name, before)
      ledger.delete('portal', before, isKnown && isAlone(before, await eventsHere()))
    } else {
      await service.putObject(who, { calendar, name }, change(command.field)(before), person)
      ledger.edit('portal', before)
    }
    ledger.replace(before, await portalBytes(name))
  }

  /** One process with an engine. Every call that it makes is a step at which it may die, wait, or somebody may edit. */
  const createWorker = (crashAt: number | null, meddle: boolean, pause: () => number) => {
    let steps = 0
    let alive = true
    let inTransaction = false
    let runId = ''
    const readAt = new Map<string, number>()
    const looked = <T>(name: string, result: T): T => {
      readAt.set(name, steps)
      return result
    }
    const step = async (): Promise<void> => {
      if (!alive) throw new CrashError('dead')
      steps += 1
      nowMs += 5 + Math.floor(random() * 50)
      if (crashAt !== null && steps >= crashAt) {
        alive = false
        throw new CrashError('crash')
      }
      for (let i = pause(); i > 0; i -= 1) await null
      if (meddle && !inTransaction && chance(0.03)) await edit(randomEdit())
    }
    const around = async <T>(work: () => Promise<T>): Promise<T> => {
      await step()
      const result = await work()
      await step()
      return result
    }
    async function* stepping<T>(list: AsyncIterable<T>): AsyncIterable<T> {
      for await (const one of list) {
        await step()
        yield one
      }
    }
    /** Who writes to the mailbox must hold its lock. */
    const assertHolder = async (): Promise<void> => {
      const state = await memory.state.getMailbox('b1@example.org')
      if (state?.holder !== runId) violations.push(`fencing: ${runId} wrote while ${state?.holder} held the lock`)
    }
    const { peer } = mailbox
    const remote: CalendarPeer = {
      ...peer,
      changes: (...args) => around(() => peer.changes(...args)),
      get: (...args) => around(async () => looked(args[0], await peer.get(...args))),
      ...(peer.getMany === undefined ? {} : { getMany: (...args) => stepping(peer.getMany!(...args)) }),
      findByOperation: (...args) => around(() => peer.findByOperation(...args)),
      put: (...args) =>
        around(async () => {
          await assertHolder()
          isJustRead = (name) => steps - (readAt.get(name) ?? Number.NEGATIVE_INFINITY) <= lastLookSteps
          return peer.put(...args)
        }),
      delete: (...args) =>
        around(async () => {
          await assertHolder()
          isJustRead = (name) => steps - (readAt.get(name) ?? Number.NEGATIVE_INFINITY) <= lastLookSteps
          return peer.delete(...args)
        }),
    }
    const storage: SyncStorage = {
      state: memory.state,
      transaction: (work, call) =>
        call?.tx !== undefined
          ? service.transaction(work, call)
          : around(() =>
              service.transaction(async (tx) => {
                inTransaction = true
                try {
                  const result = await work(tx)
                  if (!alive) throw new CrashError('dead')
                  return result
                } finally {
                  inTransaction = false
                }
              }, call),
            ),
    }
    const store = peerFromStore({ service, calendar, who, connection: 'c1', newId })
    const portal: CalendarPeer = {
      ...store,
      changes: (...args) => around(() => store.changes(...args)),
      get: async (...args) => {
        if (args[1]?.tx === undefined) await step()
        return store.get(...args)
      },
    }
    const whole: SimulatedParts = { storage, remote, clocksTrusted: () => Math.abs(skewMs) <= 120_000 }
    const parts = options.sabotage?.(whole) ?? whole
    const engine: SyncEngine = createSyncEngine({
      storage: parts.storage,
      limits,
      now,
      newId,
      random,
      clocksTrusted: parts.clocksTrusted,
      onError: (error) => {
        if (alive && !(error instanceof CrashError))
          violations.push(`internal: ${String((error as Error)?.stack ?? error)}`)
      },
    })
    return {
      steps: () => steps,
      run: async (trigger: SyncTrigger): Promise<RunResult | null> => {
        runId = newId()
        try {
          return await engine.run('b1', { portal, remote: parts.remote }, { trigger, runId })
        } catch (error) {
          if (error instanceof CrashError || !alive) return null
          throw error
        }
      },
    }
  }

  const randomEdit = (): SimulatedEdit => {
    const side = chance(0.5) ? 'portal' : 'remote'
    const pick = Math.floor(random() * 100)
    const kind = random()
    if (kind < 0.15) return { do: 'create', side, kind: pick }
    if (kind < 0.25) return { do: 'delete', side, pick }
    return { do: 'edit', side, pick, field: Math.floor(random() * 9) }
  }

  /**
   * A write whose answer was lost, and of which the mailbox has made something else, cannot be told from one that was edited there since:
   * edits beat deletions.
   */
  const allowDoubt = async (): Promise<void> => {
    for (const { link, kind, expected } of await memory.state.listOperations('b1', ['sent', 'unknown'])) {
      if (kind === 'delete' || expected.body?.includes('  ') !== true) continue
      const origin = /v\d+x/.exec((await memory.state.getLink(link))?.uid ?? '')?.[0]
      if (origin !== undefined) ledger.doubt('remote', origin)
    }
  }

  /** A write that comes late is news to an engine that has given it up. */
  const deliverLate = (): void => {
    const before = new Map([...mailbox.items].map(([name, { data }]) => [name, data]))
    mailbox.deliverLate()
    for (const { name, data } of mailbox.items.values()) {
      if (before.has(name) && before.get(name) !== data) ledger.edit('remote', data)
    }
  }

  const play = async (commands: readonly SimulationCommand[]): Promise<void> => {
    for (const command of commands) {
      if (command.do === 'wait') nowMs += command.seconds * 1_000
      else if (command.do === 'run') {
        await allowDoubt()
        trouble = command.trouble
        const result = await createWorker(command.crash, command.edits, () => 0).run('manual')
        if (trouble === 0 && !command.edits && result?.kind === 'run') await agreeAfter(result)
        trouble = 0
        await allowDoubt()
        if (chance(0.5)) deliverLate()
      } else if (command.do === 'race') {
        trouble = command.trouble
        const pause = () => Math.floor(random() * 4)
        const first = createWorker(null, false, () => {
          // One of them sleeps through its lease now and then.
          if (command.pause && chance(0.02)) nowMs += 200_000
          return pause()
        })
        const second = createWorker(null, false, pause)
        await Promise.all([first.run('interval'), second.run('manual')])
        trouble = 0
      } else if (command.do === 'settle') await heal()
      else if (command.do === 'backup') await backUp(command.side)
      else if (command.do === 'restore') await restore(command.side)
      else await edit(command)
    }
  }

  /** Whether a run has left nothing to say, on either side. */
  const agreeAfter = async ({ run, againMs }: RunResult & { readonly kind: 'run' }): Promise<void> => {
    if (run.outcome !== 'done' || againMs !== null) return
    if ([...mailbox.items.values()].some(({ createdMs }) => createdMs + hiddenMs > nowMs + skewMs)) return
    if ((await memory.state.countLinks('b1', ['conflict', 'quarantined', 'unsupported'])) === 0) ledger.agree()
  }

  const backups: Partial<{ portal: typeof memory; remote: ReturnType<typeof mailbox.snapshot> }> = {}
  const unsettledThen = new Set<string>()
  const backUp = async (side: SimulatedSide): Promise<void> => {
    if (side === 'remote') backups.remote = mailbox.snapshot()
    else {
      backups.portal = memory.copy(memory.store.copy())
      unsettledThen.clear()
      for (const origin of (await eventsHere()).flatMap(originsIn)) {
        if (ledger.isUnsettled('portal', origin)) unsettledThen.add(origin)
      }
    }
  }

  const historyHere = async (): Promise<HistoryEntry[]> => {
    const runs = await memory.state.listRuns('b1', 1_000)
    const pages = await Promise.all(runs.map(({ id }) => memory.state.listHistory('b1', { run: id }, 1_000)))
    return pages.flat()
  }

  /** One side is what it was at the time of its backup. What had been entered since, and is nowhere else, is lost with it. */
  const restore = async (side: SimulatedSide): Promise<void> => {
    if (backups[side] === undefined) return
    deliverLate()
    const before = { portal: await eventsHere(), remote: itemsThere() }
    if (side === 'remote') {
      mailbox.restore(backups.remote!)
      for (const { name, data } of mailbox.items.values()) {
        const isBack = isAlone(data, before.remote)
        const isHeardOf = (await memory.state.findLink('b1', 'remote', name))?.state === 'tombstone'
        if (isBack && !isHeardOf) originsIn(data).forEach(ledger.undelete)
        else if (!isBack && !before.remote.includes(data)) ledger.edit('remote', data)
      }
    } else {
      nowMs += 600_000 // it takes its time
      memory = backups.portal!.copy(backups.portal!.store.copy())
      service = serviceOver(memory)
      for (const name of await portalNames()) {
        const data = (await portalBytes(name))!
        const end = (await memory.state.findLink('b1', 'portal', name))?.remote ?? null
        const hasEnd = end !== null
        // Sent after the backup to a mailbox that gives UIDs of its own: nothing is left that tells that it was sent.
        if ((end === null || !mailbox.items.has(end.name)) && ownUids && !isAlone(data, before.remote))
          ledger.copy(data)
        // Whatever the mailbox says beyond the backup is news from there.
        if (!isAlone(data, before.remote)) ledger.edit('remote', data)
        const isUnsettled = originsIn(data).some((origin) => unsettledThen.has(origin))
        if (!hasEnd || isUnsettled) originsIn(data).forEach(ledger.undelete)
        // What the portal had not said by then it says again.
        if (isUnsettled) ledger.edit('portal', data)
        if (isAlone(data, before.portal) && !isAlone(data, before.remote)) originsIn(data).forEach(ledger.undelete)
      }
      // A deletion that was not carried out there is forgotten.
      before.remote.flatMap(originsIn).forEach(ledger.undelete)
      // What was asked for twice cannot be told from a copy by an engine that has forgotten it.
      const seen = new Set<string>()
      for (const data of before.remote) {
        if (originsIn(data).some((origin) => seen.has(origin))) ledger.copy(data)
        for (const origin of originsIn(data)) seen.add(origin)
      }
    }
    const kept = (await historyHere()).flatMap((entry) => entry.kept ?? [])
    const left = [...(await eventsHere()), ...itemsThere(), ...kept]
    ledger.forgetAllBut(left.map(textOf))
    restored += 1
  }
  let restored = 0

  /** Ends all trouble and runs until nothing is left; the runs that it took, without those that found the mailbox paused or locked. */
  const heal = async (): Promise<number> => {
    trouble = 0
    await allowDoubt()
    deliverLate()
    // Locks of the dead, pauses and doubts end with time.
    nowMs += 1_000_000
    let runs = 0
    for (let i = 0; i < 12; i += 1) {
      const result = await createWorker(null, false, () => 0).run('manual')
      nowMs += 90_000
      if (result?.kind !== 'run') continue
      runs += 1
      if (result.run.outcome === 'confirmation') await confirm()
      else if (result.againMs === null && result.run.outcome === 'done' && runs > 1) {
        await agreeAfter(result)
        return runs
      }
    }
    violations.push('convergence: still not quiet after 12 runs')
    return runs
  }

  const confirm = async (): Promise<void> => {
    const binding = await memory.state.getBinding('b1')
    if (binding?.waiting !== null && binding?.waiting !== undefined) {
      await memory.state.putBinding({ ...binding, confirmed: binding.waiting, waiting: null })
    }
  }

  /** Everything that is wrong, sync-engine.md §5. Empty is good. */
  const check = async (): Promise<string[]> => {
    const wrong = [...violations]
    const portal = new Map<string, Uint8Array>()
    for (const name of await portalNames()) portal.set(name, (await portalBytes(name))!)
    wrong.push(
      ...brokenInvariants({
        links: await memory.state.listLinks('b1', { states: livingStates }, 1_000),
        portal,
        remote: new Map([...mailbox.items].map(([name, { data }]) => [name, data])),
        history: await historyHere(),
        ledger,
        isMisledByClocks: policy.conflicts === 'newest' && skewMs !== 0,
      }),
    )
    if (mailbox.traffic.mails > 0) wrong.push(`mail: ${mailbox.traffic.mails}`)
    const writes = mailbox.traffic.writes + mailbox.traffic.deletes
    const edits = ledger.edits()
    if (writes > 12 * (edits + 2) + 40 * (1 + restored)) wrong.push(`loops: ${writes} writes for ${edits} edits`)

    const before = { writes, revision: (await memory.store.getCalendar(calendar))?.revision }
    await createWorker(null, false, () => 0).run('manual')
    if (mailbox.traffic.writes + mailbox.traffic.deletes !== before.writes)
      wrong.push('idempotence: a quiet run wrote there')
    if ((await memory.store.getCalendar(calendar))?.revision !== before.revision)
      wrong.push('idempotence: a quiet run wrote here')
    return wrong
  }

  return {
    play,
    heal,
    check,
    edit,
    mailbox,
    portalNames,
    portalBytes,
    createWorker,
    wait: (ms: number): void => {
      nowMs += ms
    },
    now,
    confirm,
  }
}

const livingStates = ['ok', 'conflict', 'quarantined', 'unsupported'] as const

/** Steps between the last look at an item and the write to it: the journal's, and those around each call. */
const lastLookSteps = 12

export type Simulation = Awaited<ReturnType<typeof createSimulation>>
export type { SimulatedMailbox }

/** What other sides hold in part or not at all. */
export const partlyHeldLines: readonly string[] = [
  'X-ALT-DESC;FMTTYPE=text/html:<b>Agenda</b>',
  'ORGANIZER:mailto:ann@example.org',
  ...['-PT15M', '-PT1H'].flatMap((trigger) => [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    `TRIGGER:${trigger}`,
    'END:VALARM',
  ]),
]

const alarmLines = ['-PT15M', '-PT1H'].flatMap((trigger) => [
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'DESCRIPTION:x',
  `TRIGGER:${trigger}`,
  'END:VALARM',
])
