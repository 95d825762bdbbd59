import { CalendarError, type DayportStore, type Principal, type PrincipalId } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import {
  createSyncService,
  defaultSyncPolicy,
  type SyncBinding,
  type SyncPolicy,
  type SyncService,
  type SyncStateStore,
} from '@dayport/sync-engine'
import type { People } from '../accounts/people.ts'
import { PortalError } from '../problem.ts'
import type { JoinedAccount, JoinedCalendar, JoinedStore } from './joined-store.ts'
import type { Outside, OutsideCalendar } from './outside.ts'
import { ownState } from './own-state.ts'
import type { JoinedSettings } from './settings.ts'

export interface JoinedParts {
  readonly store: JoinedStore
  readonly outside: Outside
  readonly calendars: Pick<DayportStore, 'getCalendar' | 'findObjects'>
  readonly service: CalendarService
  readonly state: SyncStateStore
  readonly people: Pick<People, 'get' | 'principalOf'>
  readonly settings: () => JoinedSettings
  /** Whether outside calendars are on, and for this person. */
  readonly mayUse: (who: Principal) => boolean
  readonly isOn: () => boolean
  readonly now: () => number
  readonly newId: () => string
  /** Hears that something of a person's outside calendars is another. */
  readonly onStatus: (person: string) => void
  readonly onError: (error: unknown) => void
  readonly exchange: ExchangeFolders
}

/** What the Exchange door has of the same mailboxes. */
export interface ExchangeFolders {
  /** Whether this folder is the calendar of the person's connected mailbox. */
  holds(person: PrincipalId, folder: string): Promise<boolean>
  /** Lets go of the mailbox of a person to whom Exchange is closed. */
  release(person: PrincipalId): Promise<void>
  /** Hears that a person has a joined folder no more. */
  folderLeft(person: PrincipalId): Promise<void>
}

const prefix = 'joined-'
const connectionOf = (id: string): string => `${prefix}${id}`
/** Calendars whose joins are no more, or whose people left, are looked for this often. */
const lookEveryMs = 10 * 60_000

const byExchange = (): PortalError =>
  new PortalError('outside-by-exchange', 'This calendar is synced through Exchange already')

export const isJoinedConnection = (connection: string): boolean => connection.startsWith(prefix)

/**
 * The engine behind joined calendars: a connection of its own for each, so that each has its direction, and one lock for each account.
 */
export const createJoinedEngine = (parts: JoinedParts) => {
  const { store, outside, service, people, now, newId, onError } = parts
  const state = ownState(parts.state, isJoinedConnection)
  const personOfBinding = new Map<string, string>()

  const joinOf = (binding: SyncBinding): JoinedCalendar => {
    const join = store.calendar(binding.connection.slice(prefix.length))
    if (join === null) throw new CalendarError('not-found', 'the calendar is not joined any more')
    return join
  }

  const accountOf = (join: JoinedCalendar): JoinedAccount => {
    const account = store.account(join.account)
    if (account === null) throw new CalendarError('not-found', 'the account is gone')
    return account
  }

  const sync: SyncService = createSyncService({
    state,
    service,
    now,
    newId,
    openRemote: async (binding) => {
      const join = joinOf(binding)
      const person = people.get(binding.principal)
      if (person === null) throw new CalendarError('not-found', 'the person has left')
      const { id, locale, timeZone } = person
      return outside.openPeer(accountOf(join), join, { person: id, locale, timeZone })
    },
    principalOf: async (id): Promise<Principal> => {
      const who = await people.principalOf(id)
      if (who === null) throw new CalendarError('not-found', 'the person has left')
      return who
    },
    available: parts.isOn,
    limits: { maxFirstCreates: 5_000 }, // to join a calendar is to want what is in it
    onStatus: (binding) => {
      const person = personOfBinding.get(binding)
      if (person !== undefined) parts.onStatus(person)
    },
    onError,
  })

  const bindingOf = async (join: JoinedCalendar): Promise<SyncBinding | null> =>
    (await state.listBindings({ connection: connectionOf(join.id) }))[0] ?? null

  const policyOf = ({ direction }: JoinedCalendar): SyncPolicy => ({
    ...defaultSyncPolicy,
    direction,
    pastDays: 366,
    futureDays: 1_100,
    intervalMs: parts.settings().intervalMinutes * 60_000,
  })

  /**
   * Makes the engine's connection what the join, the settings and the switch say; a stop after a refused sign-in ends.
   *
   * @throws {CalendarError} `already-exists` when the calendar is joined to something else.
   */
  const connect = async (join: JoinedCalendar, account: JoinedAccount): Promise<void> => {
    const who = await people.principalOf(account.person)
    await sync.putConnection({
      id: connectionOf(join.id),
      backend: account.service,
      settings: '{}',
      policy: policyOf(join),
      enabled: who !== null && parts.mayUse(who),
    })
    const known = await bindingOf(join)
    const binding = known ?? (await sync.bind(bindingDraft(join, account)))
    personOfBinding.set(binding.id, account.person)
  }

  const bindingDraft = (join: JoinedCalendar, { id, person }: JoinedAccount) => ({
    connection: connectionOf(join.id),
    principal: person,
    calendar: join.calendar,
    mailbox: `${prefix}${id}`,
    remote: join.folder ?? `joined ${person} ${join.remote}`,
  })

  const isEnabled = async ({ id }: JoinedCalendar): Promise<boolean> =>
    (await state.getConnection(connectionOf(id)))?.enabled === true

  const disconnect = async (join: JoinedCalendar): Promise<void> => {
    const binding = await bindingOf(join)
    if (binding !== null) {
      sync.cancel(binding.id)
      personOfBinding.delete(binding.id)
    }
    await sync.deleteConnection(connectionOf(join.id))
    await store.removeCalendar(join.id)
    const account = store.account(join.account)
    if (account?.service === 'microsoft') await parts.exchange.folderLeft(account.person)
  }

  /** A calendar that was deleted in the portal took its binding along; so its join ends. Nothing outside is touched. */
  const isGone = async (join: JoinedCalendar): Promise<boolean> =>
    (await parts.calendars.getCalendar(join.calendar)) === null

  const joinsOf = async (account: JoinedAccount): Promise<readonly JoinedCalendar[]> => {
    const living: JoinedCalendar[] = []
    for (const join of store.calendarsOf(account.id)) {
      if (await isGone(join)) await disconnect(join)
      else living.push(join)
    }
    return living
  }

  let timer: ReturnType<typeof setInterval> | null = null
  let looking: Promise<void> = Promise.resolve()

  /** Hands every join to the engine as the settings, switches and people are now. */
  const apply = async (): Promise<void> => {
    for (const join of store.calendars()) {
      try {
        if (await isGone(join)) await disconnect(join)
        else await connect(join, accountOf(join))
      } catch (error) {
        onError(error)
      }
    }
  }

  /** What is over, and what began: calendars that were deleted, people who left, groups that a switch is for. */
  const look = async (): Promise<void> => {
    for (const join of store.calendars()) {
      const account = accountOf(join)
      const who = await people.principalOf(account.person)
      if (who === null || (await isGone(join))) await disconnect(join)
      else if ((await isEnabled(join)) !== parts.mayUse(who)) await connect(join, account)
    }
    for (const { id, person } of store.accounts()) {
      if ((await people.principalOf(person)) === null) await store.removeAccount(id)
    }
  }

  /**
   * @throws {PortalError | CalendarError} unless no binding has this folder: neither another join nor the Exchange door, of whomever
   * (sync-engine.md §2).
   */
  const assertFolderFree = async (person: PrincipalId, { remote, folder }: OutsideCalendar): Promise<void> => {
    if (folder === null) return
    await parts.exchange.release(person)
    const holder = (await state.listBindings({})).find((binding) => binding.remote === folder)
    if (holder === undefined) {
      if (await parts.exchange.holds(person, remote)) throw byExchange()
      return
    }
    if (holder.principal !== person) throw new PortalError('outside-taken', 'Somebody else has this calendar')
    if (!isJoinedConnection(holder.connection)) throw byExchange()
    throw new CalendarError('already-exists', 'This calendar is joined already')
  }

  return {
    sync,
    assertFolderFree,
    bindingOf,
    connect,
    disconnect,
    joinsOf,
    apply,
    /** People left, or whom it is for is another. */
    look,
    start: async (): Promise<void> => {
      await apply()
      await sync.start()
      timer = setInterval(() => {
        looking = look().catch(onError)
      }, lookEveryMs)
      timer.unref()
    },
    close: async (): Promise<void> => {
      if (timer !== null) clearInterval(timer)
      await looking
      await sync.stop()
    },
  }
}
