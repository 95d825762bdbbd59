import { CalendarError, type Calendar as CoreCalendar, everyone, type Principal } from '@dayport/core'
import { levelOf } from '@dayport/core/service'
import type { z } from 'zod'
import { administrators, type Person } from '../accounts/people.ts'
import { nameOfService } from '../joined/services.ts'
import type { PortalParts } from '../parts.ts'
import type { Caller } from './operation.ts'
import type { Calendar } from './schemas.ts'

export type CalendarJson = z.input<typeof Calendar>

/**
 * Where a person chose nothing, the list holds what is theirs, what was given to them or a group of theirs, and what groups own.
 * What is open to everyone waits in the chooser: in a big company that is everybody's calendar. So does what only administrators have
 * because they are that: the calendars of all groups.
 */
const isListedByDefault = (calendar: CoreCalendar, owner: Person | null, principal: Principal): boolean =>
  calendar.owner === principal.id ||
  calendar.access.some(
    ({ principal: to, level }) =>
      level !== 'none' &&
      to !== administrators &&
      (to === principal.id || principal.groups.includes(to) || (to === everyone && owner?.kind === 'group')),
  )

type PersonOf = (id: string) => Person | null

/** People of one answer, each read once: a person has several calendars. */
const rememberedPeople = ({ people }: Pick<PortalParts, 'people'>): PersonOf => {
  const known = new Map<string, Person | null>()
  return (id) => {
    let person = known.get(id)
    if (person === undefined) {
      person = people.get(id)
      known.set(id, person)
    }
    return person
  }
}

/** What a person has chosen of calendars; their favourites and list are read once. */
const choicesOf = (
  parts: Pick<PortalParts, 'favourites' | 'calendarList'>,
  personOf: PersonOf,
  principal: Principal,
) => {
  const favourites = parts.favourites.of(principal.id)
  const choiceOf = parts.calendarList.of(principal.id)
  return (
    calendar: CoreCalendar,
  ): { readonly favourite: boolean; readonly listed: boolean; readonly hidden: boolean } => {
    const { listed, hidden } = choiceOf(calendar.id)
    const favourite = favourites.has(calendar.id)
    const owner = personOf(calendar.owner)
    return { favourite, hidden, listed: favourite || (listed ?? isListedByDefault(calendar, owner, principal)) }
  }
}

/** Those on a person's list: what their devices show too. */
export const listedCalendars =
  (parts: Pick<PortalParts, 'people' | 'favourites' | 'calendarList'>) =>
  async (who: Principal, calendars: readonly CoreCalendar[]): Promise<readonly CoreCalendar[]> => {
    const chosen = choicesOf(parts, rememberedPeople(parts), who)
    return calendars.filter((calendar) => chosen(calendar).listed)
  }

/** The caller's view of one calendar. */
const toJson = (
  parts: Pick<PortalParts, 'originOf'>,
  calendar: CoreCalendar,
  owner: Person | null,
  caller: Caller,
  chosen: ReturnType<ReturnType<typeof choicesOf>>,
  joins: { readonly exchange: boolean; readonly collects: boolean | null; readonly joined: string | null },
  request: Request,
): CalendarJson => {
  const level = levelOf(calendar, caller.principal)
  const segments = ['calendars', owner?.login ?? calendar.owner, calendar.name].map(encodeURIComponent)
  return {
    id: calendar.id,
    name: calendar.displayName,
    description: calendar.description,
    color: calendar.color,
    components: [...calendar.components],
    owner: {
      id: calendar.owner,
      login: owner?.login ?? '',
      name: owner?.name ?? '',
      kind: owner?.kind ?? 'individual',
    },
    level,
    favourite: chosen.favourite,
    listed: chosen.listed,
    hidden: chosen.hidden,
    readOnly: calendar.readOnly,
    exportAllowed: calendar.exportAllowed,
    ...joins,
    access:
      level === 'owner' ? calendar.access.map(({ principal, level: given }) => ({ principal, level: given })) : [],
    revision: calendar.revision,
    caldavUrl: `${parts.originOf(request)}/dav/${segments.join('/')}/`,
  }
}

/** Calendars as one caller sees them: their rights, favourites and list are read once for all of an answer. */
export const calendarViews = async (
  parts: Pick<PortalParts, 'people' | 'originOf' | 'favourites' | 'calendarList' | 'exchange' | 'joined'>,
  caller: Caller,
  request: Request,
): Promise<(calendar: CoreCalendar) => CalendarJson> => {
  const personOf = rememberedPeople(parts)
  const chosen = choicesOf(parts, personOf, caller.principal)
  const isTheirs = await parts.exchange.isFor(caller.person.id)
  const mailbox = isTheirs ? ((await parts.exchange.bindingOf(caller.person.id))?.calendar ?? null) : null
  const collecting = await parts.exchange.collectingOf(caller.person)
  /** Only its owner is told where a calendar's events come from. */
  const outsideOf = ({ id, owner }: CoreCalendar): string | null => {
    const join = owner === caller.person.id ? parts.joined.joinOf(id) : null
    const account = join === null ? null : parts.joined.account(join.account)
    return account === null ? null : nameOfService(account.service, account.address)
  }
  return (calendar) => {
    const joined = outsideOf(calendar)
    const isMine = calendar.owner === caller.person.id && calendar.components.includes('VEVENT')
    const collects = isMine && !calendar.readOnly && joined === null ? calendar.id === collecting : null
    const joins = { exchange: calendar.id === mailbox, collects, joined }
    return toJson(parts, calendar, personOf(calendar.owner), caller, chosen(calendar), joins, request)
  }
}

/** @throws {CalendarError} `not-found` also when the caller has no level of it. */
export const readableCalendar = async (
  { service }: Pick<PortalParts, 'service'>,
  caller: Caller,
  id: string,
): Promise<CoreCalendar> => {
  const calendar = await service.getCalendar(caller.principal, id)
  if (calendar === null) throw new CalendarError('not-found', 'No such calendar')
  return calendar
}

/** Grants go to people and groups that are there, to everyone and to administrators. @returns the first that does not, or `null`. */
export const unknownGrantee = (
  { people }: Pick<PortalParts, 'people'>,
  access: CoreCalendar['access'],
): string | null => {
  const unknown = access.find(
    ({ principal }) => principal !== everyone && principal !== administrators && people.get(principal) === null,
  )
  return unknown?.principal ?? null
}
