import { CalendarError, type DayportStore, type Principal } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import {
  createSyncService,
  defaultSyncPolicy,
  type SyncBinding,
  type SyncPolicy,
  type SyncService,
  type SyncStateStore,
} from '@dayport/sync-engine'
import type { People, Person } from '../accounts/people.ts'
import { createCalendarByName } from '../create-calendar.ts'
import { PortalError } from '../problem.ts'
import type { JoinedAccount, JoinedCalendar, JoinedDirection, JoinedStore } from './joined-store.ts'
import type { OAuthOutcome } from './oauth.ts'
import type { Outside, OutsideCalendar } from './outside.ts'
import { ownState } from './own-state.ts'
import type { PasswordService } from './services.ts'
import type { JoinedSettings } from './settings.ts'

/** How much one person may join. */
export const joinedLimits = {
  /** Outside accounts of a person. */
  maxAccounts: 20,
  /** Joined calendars of a person. */
  maxCalendars: 50,
}

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
}

/** What an account is made of. */
export interface AccountDraft {
  readonly service: PasswordService
  readonly address: string
  readonly login: string
  readonly password: string
}

/** Which outside calendar becomes which of the portal. */
export interface JoinDraft {
  readonly remote: string
  readonly direction: JoinedDirection
  /** An own calendar without events; `null` makes one. */
  readonly into: string | null
}

const prefix = 'joined-'
const connectionOf = (id: string): string => `${prefix}${id}`
/** Calendars whose joins are no more, or whose people left, are looked for this often. */
const lookEveryMs = 10 * 60_000

export const isJoinedConnection = (connection: string): boolean => connection.startsWith(prefix)

export type Joined = ReturnType<typeof createJoined>

/**
 * Outside calendars that people joined to the portal: their accounts, one connection of the engine for each calendar, and one lock for
 * each account. Nothing outside is ever removed by switching off.
 */
export const createJoined = (parts: JoinedParts) => {
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

  /** Makes the engine's connection what the join, the settings and the switch say; a stop after a refused sign-in ends. */
  const connect = async (join: JoinedCalendar, account: JoinedAccount): Promise<void> => {
    const who = await people.principalOf(account.person)
    await sync.putConnection({
      id: connectionOf(join.id),
      backend: account.service,
      settings: '{}',
      policy: policyOf(join),
      enabled: who !== null && parts.mayUse(who),
    })
    const binding = await bindingOf(join)
    if (binding !== null) personOfBinding.set(binding.id, account.person)
  }

  const disconnect = async (join: JoinedCalendar): Promise<void> => {
    const binding = await bindingOf(join)
    if (binding !== null) {
      sync.cancel(binding.id)
      personOfBinding.delete(binding.id)
    }
    await sync.deleteConnection(connectionOf(join.id))
    await store.removeCalendar(join.id)
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

  const ownAccount = (person: string, id: string): JoinedAccount => {
    const account = store.account(id)
    if (account === null || account.person !== person) throw new CalendarError('not-found', 'No such account')
    return account
  }

  const ownJoin = (person: string, id: string): { readonly join: JoinedCalendar; readonly account: JoinedAccount } => {
    const join = store.calendar(id)
    if (join === null) throw new CalendarError('not-found', 'No such joined calendar')
    return { join, account: ownAccount(person, join.account) }
  }

  /** @throws {PortalError} unless it is the person's, writable, for events, not joined to anything, and empty. */
  const assertFree = async (who: Principal, id: string): Promise<void> => {
    const calendar = await service.getCalendar(who, id)
    const fits = calendar?.owner === who.id && calendar.components.includes('VEVENT') && !calendar.readOnly
    if (!fits) throw new CalendarError('not-found', 'No such calendar of events of your own')
    for await (const _ of parts.calendars.findObjects(id, {})) {
      throw new PortalError('outside-not-empty', 'Choose a calendar without events')
    }
  }

  const makeCalendar = async (who: Principal, found: OutsideCalendar) =>
    (
      await createCalendarByName({ service }, who, {
        displayName: found.name,
        color: found.color,
        components: ['VEVENT'],
      })
    ).id

  const countOf = (person: string): number =>
    store.accountsOf(person).reduce((sum, { id }) => sum + store.calendarsOf(id).length, 0)

  const assertRoom = (person: string): void => {
    if (store.accountsOf(person).length >= joinedLimits.maxAccounts) {
      throw new CalendarError('limit-exceeded', 'Too many outside accounts')
    }
  }

  let timer: ReturnType<typeof setInterval> | null = null

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

  /** What is over: calendars that were deleted, people who left. */
  const look = async (): Promise<void> => {
    for (const join of store.calendars()) {
      const who = await people.principalOf(accountOf(join).person)
      if (who === null || (await isGone(join))) await disconnect(join)
    }
  }

  return {
    sync,
    ownAccount,
    ownJoin,
    bindingOf,
    joinsOf,
    accountsOf: store.accountsOf,
    /** Whether a calendar of the portal is joined to an outside one. */
    joinOf: store.joinOf,
    account: store.account,
    /** Joined calendars of everybody. */
    count: (): number => store.calendars().length,

    /** The calendars of an account as they are there now. */
    list: (account: JoinedAccount): Promise<readonly OutsideCalendar[]> => outside.list(account),

    /** Keeps an account when its service lets it in and has calendars for events. @throws {PortalError} `outside-…`. */
    addAccount: async (person: Person, draft: AccountDraft): Promise<JoinedAccount> => {
      assertRoom(person.id)
      const { password, ...rest } = draft
      const account: JoinedAccount = { ...rest, id: newId(), person: person.id, madeMs: now() }
      const found = await outside.list(account, password)
      if (found.length === 0) throw new PortalError('outside-no-calendars', 'There are no calendars for events')
      await store.putAccount(account, password)
      return account
    },

    /** Another password for an account, when the service takes it; its calendars go on at once. */
    setPassword: async (account: JoinedAccount, password: string): Promise<void> => {
      await outside.list(account, password)
      await store.putAccount(account, password)
      for (const join of await joinsOf(account)) await connect(join, account)
    },

    /** An account that was signed in to on the service's page, or was again. */
    finishSignIn: async (person: Person, outcome: OAuthOutcome): Promise<JoinedAccount> => {
      const { service, address, login, tokens } = outcome
      const secret = JSON.stringify(tokens)
      const same = store.accountsOf(person.id).find((one) => one.service === service && one.login === login)
      if (outcome.account !== null && same?.id !== outcome.account) {
        throw new PortalError('outside-other-account', 'This is another account than before')
      }
      if (same !== undefined) {
        await store.putAccount(same, secret)
        for (const join of await joinsOf(same)) await connect(join, same)
        return same
      }
      assertRoom(person.id)
      const account: JoinedAccount = { id: newId(), person: person.id, service, address, login, madeMs: now() }
      await store.putAccount(account, secret)
      return account
    },

    /** @throws {PortalError | CalendarError} when either calendar does not fit. */
    join: async (who: Principal, account: JoinedAccount, draft: JoinDraft): Promise<JoinedCalendar> => {
      const found = (await outside.list(account)).find(({ remote }) => remote === draft.remote)
      if (found === undefined) throw new CalendarError('not-found', 'No such calendar in this account')
      if (draft.direction === 'both' && !found.mayWrite) {
        throw new PortalError('outside-read-only', 'The outside calendar can only be read')
      }
      if ((await joinsOf(account)).some(({ remote }) => remote === draft.remote)) {
        throw new CalendarError('already-exists', 'This calendar is joined already')
      }
      if (countOf(account.person) >= joinedLimits.maxCalendars) {
        throw new CalendarError('limit-exceeded', 'Too many joined calendars')
      }
      if (draft.into !== null) await assertFree(who, draft.into)
      const calendar = draft.into ?? (await makeCalendar(who, found))
      const { remote, direction } = draft
      const join = { id: newId(), account: account.id, calendar, remote, name: found.name, direction, madeMs: now() }
      try {
        await store.putCalendar(join)
        await connect(join, account)
        const binding = await sync.bind({
          connection: connectionOf(join.id),
          principal: account.person,
          calendar,
          mailbox: `${prefix}${account.id}`,
          remote: `joined ${account.person} ${remote}`,
        })
        personOfBinding.set(binding.id, account.person)
        return join
      } catch (error) {
        await disconnect(join).catch(onError)
        if (draft.into === null) await service.deleteCalendar(who, calendar).catch(onError)
        throw error
      }
    },

    setDirection: async ({ join, account }: ReturnType<typeof ownJoin>, direction: JoinedDirection): Promise<void> => {
      if (direction === 'both') {
        const found = (await outside.list(account)).find(({ remote }) => remote === join.remote)
        if (found?.mayWrite === false) {
          throw new PortalError('outside-read-only', 'The outside calendar can only be read')
        }
      }
      const changed = { ...join, direction }
      await store.putCalendar(changed)
      await connect(changed, account)
    },

    /** Ends a join. `keep` leaves the portal's calendar as an ordinary one, `drop` deletes it; the outside one is left as it is. */
    leave: async (who: Principal, join: JoinedCalendar, events: 'keep' | 'drop'): Promise<void> => {
      // First the tie, then the calendar: no deletion here can be carried over there.
      await disconnect(join)
      if (events === 'drop') await service.deleteCalendar(who, join.calendar)
    },

    /** Forgets an account with its secret. @throws {PortalError} `outside-in-use` while calendars are joined. */
    removeAccount: async (account: JoinedAccount): Promise<void> => {
      if ((await joinsOf(account)).length > 0) {
        throw new PortalError('outside-in-use', 'Calendars of this account are joined')
      }
      await store.removeAccount(account.id)
    },

    apply,
    start: async (): Promise<void> => {
      await apply()
      await sync.start()
      timer = setInterval(() => void look().catch(onError), lookEveryMs)
      timer.unref()
    },
    close: async (): Promise<void> => {
      if (timer !== null) clearInterval(timer)
      await sync.stop()
    },
  }
}
