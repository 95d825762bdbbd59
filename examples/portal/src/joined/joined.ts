import { CalendarError, type Principal } from '@dayport/core'
import type { Person } from '../accounts/people.ts'
import { createCalendarByName } from '../create-calendar.ts'
import { folderKey } from '../exchange/remote-folder.ts'
import { PortalError } from '../problem.ts'
import { createJoinedEngine, type JoinedParts } from './joined-engine.ts'
import type { JoinedAccount, JoinedCalendar, JoinedDirection } from './joined-store.ts'
import { leavingOrigin } from './leaving.ts'
import type { OAuthOutcome } from './oauth.ts'
import type { OutsideCalendar } from './outside.ts'
import type { PasswordService } from './services.ts'

/** How much one person may join. */
export const joinedLimits = {
  /** Outside accounts of a person. */
  maxAccounts: 20,
  /** Joined calendars of a person. */
  maxCalendars: 50,
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

export type Joined = ReturnType<typeof createJoined>

/** Outside calendars that people joined to the portal, and their accounts. Nothing outside is ever removed by switching off. */
export const createJoined = (parts: JoinedParts) => {
  const { store, outside, service, now, newId, onError } = parts
  const engine = createJoinedEngine(parts)
  const { connect, disconnect, joinsOf } = engine

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

  return {
    ...engine,
    ownAccount,
    ownJoin,
    accountsOf: store.accountsOf,
    /** Whether a calendar of the portal is joined to an outside one. */
    joinOf: store.joinOf,
    account: store.account,
    /** Folders of mailboxes that are joined, as the Exchange door knows them. */
    folders: (): ReadonlySet<string> => {
      const accounts = store.accounts().filter((account) => account.service === 'microsoft')
      return new Set(accounts.flatMap(({ id }) => store.calendarsOf(id)).map(({ remote }) => folderKey(remote)))
    },
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
      const same = store
        .accountsOf(person.id)
        .find((one) => one.service === service && one.login === login && one.address === address)
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
      await engine.assertFolderFree(account.person, found)
      if (countOf(account.person) >= joinedLimits.maxCalendars) {
        throw new CalendarError('limit-exceeded', 'Too many joined calendars')
      }
      if (draft.into !== null) await assertFree(who, draft.into)
      const calendar = draft.into ?? (await makeCalendar(who, found))
      const { remote, direction } = draft
      const { name, folder } = found
      const join = { id: newId(), account: account.id, calendar, remote, name, direction, folder, madeMs: now() }
      try {
        await store.putCalendar(join)
        await connect(join, account)
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
      if (events === 'drop') await service.deleteCalendar(who, join.calendar, { origin: leavingOrigin })
    },

    /** Forgets an account with its secret. @throws {PortalError} `outside-in-use` while calendars are joined. */
    removeAccount: async (account: JoinedAccount): Promise<void> => {
      if ((await joinsOf(account)).length > 0) {
        throw new PortalError('outside-in-use', 'Calendars of this account are joined')
      }
      await store.removeAccount(account.id)
    },
  }
}
