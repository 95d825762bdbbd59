import { CalendarError } from '@dayport/core'
import { z } from 'zod'
import { byId } from '../api/account.ts'
import { type Caller, type Operation, operation } from '../api/operation.ts'
import { syncOperations } from '../api/sync-operations.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { assertDoor } from './assert-door.ts'
import { oauthOperations } from './oauth-operations.ts'
import {
  JoinedAccount,
  JoinedCalendar,
  JoinedEvents,
  JoinedList,
  JoinedPassword,
  JoinPatch,
  NewJoin,
  NewJoinedAccount,
  OutsideCalendar,
} from './schemas.ts'
import { addressOf, oauthServices, passwordServices } from './services.ts'
import { joinedAccountJson, joinedCalendarJson, reasonText } from './state-json.ts'

/** A person's outside calendars. */
export const joinedOperations = (parts: PortalParts): readonly Operation[] => {
  const { joined, joinedSettings, joinedTries, service, store, doors, audit, favourites, calendarList, now } = parts

  /** Each try asks a stranger's server; too many at once are a search for passwords or for doors. */
  const counted = async <T>(caller: Caller, work: () => Promise<T>): Promise<T> => {
    const { id } = caller.person
    const waitMs = joinedTries.retryAfterMs(id)
    if (waitMs > 0) {
      throw new PortalError('too-many-attempts', 'Too many attempts', { retryAfterSeconds: Math.ceil(waitMs / 1_000) })
    }
    joinedTries.count(id)
    const result = await work()
    joinedTries.forgive(id)
    return result
  }

  const addressFor = (kind: (typeof passwordServices)[number], typed: string, origin: string): string => {
    const text = addressOf[kind] ?? (/^https?:\/\//i.test(typed) ? typed : `https://${typed}`)
    if (!URL.canParse(text)) throw new PortalError('outside-address', 'Expected an address')
    const url = new URL(text)
    if (url.username !== '' || url.password !== '')
      throw new PortalError('outside-address', 'Expected no password in it')
    if (url.origin === origin) throw new PortalError('outside-own', 'This is the address of this portal')
    // A password in clear can be read on the way: only servers that an administrator knows are spoken to so.
    if (url.protocol !== 'https:' && !joinedSettings.get().inside.includes(url.origin)) {
      throw new PortalError('outside-insecure', 'Expected an https address')
    }
    url.hash = ''
    url.search = ''
    return url.href
  }

  const ownJoin = (caller: Caller, id: string) => joined.ownJoin(caller.person.id, id)

  return [
    operation({
      method: 'get',
      address: '/joined',
      id: 'listJoined',
      summary: 'My outside accounts with their joined calendars, and which services can be joined',
      access: 'person',
      status: 200,
      answer: JoinedList,
      handle: async ({ caller }) => {
        const accounts = joined.accountsOf(caller.person.id)
        return {
          on: doors.mayUse('joined', caller.principal),
          services: [...passwordServices, ...oauthServices.filter((one) => joinedSettings.isSetUp(one))],
          accounts: await Promise.all(
            accounts.map((account) => joinedAccountJson(joined, account, caller.person, now())),
          ),
        }
      },
    }),

    operation({
      method: 'post',
      address: '/joined/accounts',
      id: 'addJoinedAccount',
      summary: 'Signs in to an outside service with a password and keeps it sealed, when it has calendars for events',
      access: 'person',
      body: NewJoinedAccount,
      status: 201,
      answer: JoinedAccount,
      handle: async ({ caller, body, request }) => {
        assertDoor(parts, caller)
        const address = addressFor(body.service, body.address, parts.originOf(request))
        const account = await counted(caller, () => joined.addAccount(caller.person, { ...body, address }))
        const { id } = caller.person
        await audit.write({
          person: id,
          actor: id,
          kind: 'joined',
          action: 'made',
          name: `${body.service} ${body.login}`,
        })
        return joinedAccountJson(joined, account, caller.person, now())
      },
    }),

    operation({
      method: 'put',
      address: '/joined/accounts/{id}/password',
      id: 'setJoinedPassword',
      summary: 'Another password for an account, when the service takes it; synchronisation goes on at once',
      access: 'person',
      path: byId,
      body: JoinedPassword,
      status: 204,
      handle: async ({ caller, path, body }) => {
        assertDoor(parts, caller)
        const account = joined.ownAccount(caller.person.id, path.id)
        if (!passwordServices.some((one) => one === account.service)) {
          throw new PortalError('invalid-request', 'This account has no password here')
        }
        await counted(caller, () => joined.setPassword(account, body.password))
      },
    }),

    operation({
      method: 'delete',
      address: '/joined/accounts/{id}',
      id: 'removeJoinedAccount',
      summary: 'Forgets an account of which no calendar is joined, and its secret',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => {
        const account = joined.ownAccount(caller.person.id, path.id)
        await joined.removeAccount(account)
        const { id } = caller.person
        const name = `${account.service} ${account.login}`
        await audit.write({ person: id, actor: id, kind: 'joined', action: 'revoked', name })
      },
    }),

    operation({
      method: 'get',
      address: '/joined/accounts/{id}/calendars',
      id: 'listOutsideCalendars',
      summary: 'The calendars of an account, as its service tells them now',
      access: 'person',
      path: byId,
      status: 200,
      answer: z.array(OutsideCalendar),
      handle: async ({ caller, path }) => {
        assertDoor(parts, caller)
        const account = joined.ownAccount(caller.person.id, path.id)
        const [found, joins] = [await joined.list(account), await joined.joinsOf(account)]
        return found.map(({ remote, name, color, mayWrite }) => {
          const join = joins.find((one) => one.remote === remote)
          return { remote, name, color, mayWrite, joined: join?.id ?? null }
        })
      },
    }),

    operation({
      method: 'post',
      address: '/joined/accounts/{id}/calendars',
      id: 'joinCalendar',
      summary: 'Makes an outside calendar one of mine; both are kept in step from now on',
      access: 'person',
      path: byId,
      body: NewJoin,
      status: 201,
      answer: JoinedCalendar,
      handle: async ({ caller, path, body }) => {
        assertDoor(parts, caller)
        const account = joined.ownAccount(caller.person.id, path.id)
        const join = await joined.join(caller.principal, account, body)
        return joinedCalendarJson(joined, join, account, caller.person, now())
      },
    }),

    operation({
      method: 'get',
      address: '/joined/calendars/{id}',
      id: 'getJoinedCalendar',
      summary: 'How a joined calendar stands',
      access: 'person',
      path: byId,
      status: 200,
      answer: JoinedCalendar,
      handle: async ({ caller, path }) => {
        const { join, account } = ownJoin(caller, path.id)
        return joinedCalendarJson(joined, join, account, caller.person, now())
      },
    }),

    operation({
      method: 'patch',
      address: '/joined/calendars/{id}',
      id: 'changeJoinedCalendar',
      summary: 'Lets changes go both ways, or only from the outside calendar to the portal',
      access: 'person',
      path: byId,
      body: JoinPatch,
      status: 204,
      handle: async ({ caller, path, body }) => {
        assertDoor(parts, caller)
        await joined.setDirection(ownJoin(caller, path.id), body.direction)
      },
    }),

    operation({
      method: 'delete',
      address: '/joined/calendars/{id}',
      id: 'leaveJoinedCalendar',
      summary:
        'Switches a joined calendar off: its events stay in the portal or go; the outside calendar is left as it is',
      access: 'person',
      path: byId,
      query: JoinedEvents,
      status: 204,
      handle: async ({ caller, path, query }) => {
        const { join } = ownJoin(caller, path.id)
        await joined.leave(caller.principal, join, query.events)
        if (query.events === 'keep') return
        await favourites.forget(join.calendar)
        await calendarList.forget(join.calendar)
      },
    }),

    ...syncOperations({
      address: '/joined/calendars/{calendar}',
      name: 'Joined',
      path: { calendar: z.string().max(200) },
      sync: joined.sync,
      bindingOf: async (caller, { calendar }) => {
        assertDoor(parts, caller)
        const binding = await joined.bindingOf(ownJoin(caller, calendar).join)
        if (binding === null) throw new CalendarError('not-found', 'No such joined calendar')
        return binding
      },
      reasonText,
      objectOf: async (link) => (await store.syncState.getLink(link))?.portal?.name ?? null,
      service,
      now,
    }),

    ...oauthOperations(parts),
  ]
}
