import type { CalendarPeer, Principal } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import {
  canonicalOf,
  changedGroups,
  createMemorySync,
  createSyncEngine,
  defaultSyncPolicy,
  peerFromStore,
  type RunResult,
  type SyncEngine,
  type SyncLimits,
  type SyncPolicy,
  type SyncStorage,
  type SyncTrigger,
  uidOf,
} from '@dayport/sync-engine'
import {
  newEvent,
  withCategory,
  withException,
  withHour,
  withoutOccurrence,
  withRule,
  withText,
} from './person-edits.ts'
import {
  createSimulatedMailbox,
  type MailboxFault,
  normaliseForMailbox,
  type SimulatedMailbox,
} from './simulated-mailbox.ts'
import { bindingOf, connectionOf } from './sync-records.ts'

/** A field that a person edits, by number. */
const fields = ['title', 'place', 'body', 'category', 'uncategory', 'hour', 'rule', 'exception', 'occurrence'] as const

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

export interface SimulationOptions {
  readonly seed: number
  readonly policy?: Partial<SyncPolicy>
  readonly limits?: Partial<SyncLimits>
  /** Breaks the engine on purpose: the checks must find it. */
  readonly sabotage?: (parts: { readonly storage: SyncStorage; readonly remote: CalendarPeer }) => {
    readonly storage: SyncStorage
    readonly remote: CalendarPeer
  }
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

/** What a person entered somewhere: it must be found again somewhere, unless they, or somebody who saw it, replaced it. */
interface Entered {
  readonly value: string
  replaced: boolean
}

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

  const memory = createMemorySync(createMemoryStore({ now, newId }))
  const service = createCalendarService({ store: memory.store, authorize: createAuthorize(memory.store), now, newId })
  const calendar = (await service.createCalendar(who, { owner: 'ann', name: 'work' })).id
  const mailbox = createSimulatedMailbox({
    now,
    fault: faultFor,
    hiddenMs: chance(0.3) ? 20_000 : 0,
    deduplicates: chance(0.5),
    ownUids: chance(0.3),
    ...(chance(0.5) ? { batchSize: 2 } : {}),
    pageSize: 2 + Math.floor(random() * 5),
    messy: () => trouble > 0 && chance(0.1),
  })
  const conflicts = pickOf(
    ['organizer', 'remote-wins', 'portal-wins', 'newest', 'ask'] as const,
    Math.floor(random() * 5),
  )
  const policy: SyncPolicy = { ...defaultSyncPolicy, conflicts: conflicts ?? 'organizer', ...options.policy }
  await memory.state.putConnection(connectionOf('c1', { policy }))
  await memory.state.createBinding(bindingOf('b1', calendar))
  const limits: Partial<SyncLimits> = { pageSize: 5, readSize: 3, ...options.limits }

  const entered: Entered[] = []
  /** How often a person has copied an event of that origin. */
  const copies = new Map<string, number>()
  const originsIn = (data: Uint8Array): readonly string[] => [
    ...new Set([...textOf(data).matchAll(/mailto:(v\d+x)@origin/g)].map(([, origin]) => origin ?? '')),
  ]
  const violations: string[] = []
  let edits = 0
  let serial = 0
  const token = (): string => {
    serial += 1
    return `v${serial}x`
  }
  const enter = (value: string): string => {
    entered.push({ value, replaced: false })
    edits += 1
    return value
  }
  /** Values that one side shows and then does not, by a person's own hand. */
  const replace = (before: Uint8Array, after: Uint8Array | null): void => {
    const [old, next] = [textOf(before), after === null ? '' : textOf(after)]
    for (const one of entered) if (old.includes(one.value) && !next.includes(one.value)) one.replaced = true
    // What the last edit was to enter and could not: a single event has no exception.
    const last = entered.at(-1)
    if (last !== undefined && !next.includes(last.value) && !old.includes(last.value)) last.replaced = true
  }

  const change = (field: number): ((data: Uint8Array) => Uint8Array) => {
    const value = token()
    const n = Math.floor(random() * 12)
    switch (fields[field % fields.length]) {
      case 'title':
        return withText('SUMMARY', enter(value))
      case 'place':
        return withText('LOCATION', enter(value))
      case 'body':
        return withText('DESCRIPTION', `${enter(value)}  and  more`)
      case 'category':
        return withCategory(enter(value))
      case 'uncategory':
        return withCategory(null)
      case 'hour':
        return withHour(8 + n)
      case 'rule':
        return withRule(n % 3 === 0 ? null : n % 3 === 1 ? 'FREQ=WEEKLY;COUNT=6' : 'FREQ=DAILY;COUNT=5')
      case 'exception':
        return withException(n, enter(value))
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
  const person = { origin: { door: 'portal' } }

  const fresh = (kind: number): Uint8Array => {
    const title = enter(token())
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
      zone: kind % 2 === 0 ? 'Europe/Berlin' : 'America/New_York',
      ...(rule === undefined ? {} : { rule }),
      lines,
    })
  }

  const edit = async (command: Exclude<SimulationCommand, { do: 'run' | 'race' | 'wait' }>): Promise<void> => {
    if (command.do === 'mailbox') {
      const name = pickOf([...mailbox.items.keys()].sort(), command.pick)
      if (command.trick === 'expire') mailbox.expireCursors()
      else if (command.trick === 'migrate') mailbox.migrate()
      else if (name !== undefined && command.trick === 'move') mailbox.move(name)
      else if (name !== undefined && command.trick === 'touch') mailbox.touch(name)
      else if (name !== undefined && command.trick === 'copy') {
        for (const origin of originsIn(mailbox.items.get(name)!.data)) copies.set(origin, (copies.get(origin) ?? 0) + 1)
        mailbox.copy(name, command.pick % 2 === 0)
      } else if (name !== undefined && command.trick === 'undo') {
        mailbox.remove(name)
        mailbox.undo(name, command.pick % 2 === 0)
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
      if (isTwin) for (const origin of originsIn(before)) copies.set(origin, (copies.get(origin) ?? 0) + 1)
      if (command.do === 'delete') mailbox.remove(name)
      else mailbox.edit(name, change(command.field))
      edits += 1
      replace(before, mailbox.items.get(name)?.data ?? null)
      return
    }
    const name = pickOf(await portalNames(), command.pick)
    const before = name === undefined ? null : await portalBytes(name)
    if (name === undefined || before === null) return
    if (command.do === 'delete') await service.deleteObject(who, { calendar, name }, person)
    else await service.putObject(who, { calendar, name }, change(command.field)(before), person)
    edits += 1
    replace(before, await portalBytes(name))
  }

  /** One process with an engine. Every call that it makes is a step at which it may die, wait, or somebody may edit. */
  const createWorker = (crashAt: number | null, meddle: boolean, pause: () => number) => {
    let steps = 0
    let alive = true
    let inTransaction = false
    let runId = ''
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
      get: (...args) => around(() => peer.get(...args)),
      ...(peer.getMany === undefined ? {} : { getMany: (...args) => stepping(peer.getMany!(...args)) }),
      findByOperation: (...args) => around(() => peer.findByOperation(...args)),
      put: (...args) =>
        around(async () => {
          await assertHolder()
          return peer.put(...args)
        }),
      delete: (...args) =>
        around(async () => {
          await assertHolder()
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
    const parts = options.sabotage?.({ storage, remote }) ?? { storage, remote }
    const engine: SyncEngine = createSyncEngine({
      storage: parts.storage,
      limits,
      now,
      newId,
      random,
      clocksTrusted: () => true,
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

  const randomEdit = (): Exclude<SimulationCommand, { do: 'run' | 'race' | 'wait' }> => {
    const side = chance(0.5) ? 'portal' : 'remote'
    const pick = Math.floor(random() * 100)
    const kind = random()
    if (kind < 0.15) return { do: 'create', side, kind: pick }
    if (kind < 0.25) return { do: 'delete', side, pick }
    return { do: 'edit', side, pick, field: Math.floor(random() * 9) }
  }

  const play = async (commands: readonly SimulationCommand[]): Promise<void> => {
    for (const command of commands) {
      if (command.do === 'wait') nowMs += command.seconds * 1_000
      else if (command.do === 'run') {
        trouble = command.trouble
        await createWorker(command.crash, command.edits, () => 0).run('manual')
        trouble = 0
        if (chance(0.5)) mailbox.deliverLate()
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
      } else await edit(command)
    }
  }

  /** Ends all trouble and runs until nothing is left; the runs that it took, without those that found the mailbox paused or locked. */
  const heal = async (): Promise<number> => {
    trouble = 0
    mailbox.deliverLate()
    // Locks of the dead, pauses and doubts end with time.
    nowMs += 1_000_000
    let runs = 0
    for (let i = 0; i < 12; i += 1) {
      const result = await createWorker(null, false, () => 0).run('manual')
      nowMs += 90_000
      if (result?.kind !== 'run') continue
      runs += 1
      if (result.run.outcome === 'confirmation') await confirm()
      else if (result.againMs === null && result.run.outcome === 'done' && runs > 1) return runs
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

  const textOf = (data: Uint8Array): string => new TextDecoder().decode(data).replace(/\r\n[ \t]/g, '')

  /** Everything that is wrong, sync-engine.md §5. Empty is good. */
  const check = async (): Promise<string[]> => {
    const wrong = [...violations]
    const links = await memory.state.listLinks(
      'b1',
      { states: ['ok', 'conflict', 'quarantined', 'unsupported'] },
      1_000,
    )
    const names = await portalNames()
    const portal = new Map<string, Uint8Array>()
    for (const name of names) portal.set(name, (await portalBytes(name))!)

    const linkedPortal = links.flatMap(({ portal: end }) => (end === null ? [] : [end.name]))
    const linkedRemote = links.flatMap(({ remote: end }) => (end === null ? [] : [end.name]))
    if (new Set(linkedPortal).size !== linkedPortal.length) wrong.push('duplicates: two links of one portal event')
    if (new Set(linkedRemote).size !== linkedRemote.length) wrong.push('duplicates: two links of one remote event')
    for (const name of names) if (!linkedPortal.includes(name)) wrong.push(`convergence: ${name} is not in the mailbox`)
    for (const name of mailbox.items.keys()) {
      if (!linkedRemote.includes(name)) wrong.push(`convergence: ${name} is not in the portal`)
    }
    if (names.length !== mailbox.items.size) wrong.push(`duplicates: ${names.length} here, ${mailbox.items.size} there`)

    for (const link of links) {
      if (link.state === 'conflict') continue
      const here = link.portal === null ? undefined : portal.get(link.portal.name)
      const there = link.remote === null ? undefined : mailbox.items.get(link.remote.name)?.data
      if (here === undefined || there === undefined) {
        wrong.push(`convergence: link ${link.id} (${link.state} ${link.reason}) has lost an end`)
        continue
      }
      const differing = changedGroups(canonicalOf(normaliseForMailbox(mailbox.peer.project(here))), canonicalOf(there))
      if (differing.length > 0) wrong.push(`convergence: ${uidOf(here)} differs in ${differing.join(', ')}`)
    }

    const counted = (label: string, list: readonly Uint8Array[]): void => {
      const counts = new Map<string, number>()
      for (const data of list) for (const one of originsIn(data)) counts.set(one, (counts.get(one) ?? 0) + 1)
      for (const [origin, count] of counts) {
        if (count > 1 + (copies.get(origin) ?? 0)) wrong.push(`duplicates: ${count} events of ${origin} ${label}`)
      }
    }
    counted('here', [...portal.values()])
    counted(
      'there',
      [...mailbox.items.values()].map(({ data }) => data),
    )

    const history: string[] = []
    for (const run of await memory.state.listRuns('b1', 1_000)) {
      for (const entry of await memory.state.listHistory('b1', { run: run.id }, 1_000)) {
        if (entry.kept !== null) history.push(textOf(entry.kept))
      }
    }
    const everywhere = [
      ...[...portal.values()].map(textOf),
      ...[...mailbox.items.values()].map(({ data }) => textOf(data)),
      ...history,
    ].join('\n')
    for (const { value, replaced } of entered) {
      if (!replaced && !everywhere.includes(value)) wrong.push(`loss: ${value}`)
    }
    if (mailbox.traffic.mails > 0) wrong.push(`mail: ${mailbox.traffic.mails}`)
    const writes = mailbox.traffic.writes + mailbox.traffic.deletes
    if (writes > 12 * (edits + 2) + 40) wrong.push(`loops: ${writes} writes for ${edits} edits`)

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
    service,
    state: memory.state,
    calendar,
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
