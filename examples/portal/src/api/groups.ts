import { CalendarError, type PrincipalId } from '@dayport/core'
import { z } from 'zod'
import { owning } from '../accounts/owning.ts'
import { administrators, type Person } from '../accounts/people.ts'
import { createCalendarByName } from '../create-calendar.ts'
import type { PortalParts } from '../parts.ts'
import { toSlug } from '../slug.ts'
import { byId } from './account.ts'
import { calendarViews } from './calendar-json.ts'
import { type Operation, operation } from './operation.ts'
import { Calendar, Company, Group, GroupCalendar, GroupPatch, NewGroup } from './schemas.ts'

/** Groups and what belongs to them, and the company calendar: for administrators. */
export const groupOperations = (parts: PortalParts): readonly Operation[] => {
  const { people, company, store, service, favourites, calendarList } = parts

  const calendarsOf = async (group: PrincipalId) =>
    (await store.listCalendars(owning(group))).filter(({ owner }) => owner === group)

  const toGroup = async ({ id, login, name }: Person) => ({
    id,
    login,
    name,
    members: people
      .membersOf(id)
      .map((member) => people.get(member))
      .filter((member) => member !== null)
      .map((member) => ({ id: member.id, name: member.name, kind: member.kind })),
    calendars: (await calendarsOf(id)).map((calendar) => ({ id: calendar.id, name: calendar.displayName })),
  })

  /** Members are people and groups that are there; a group is not in itself. */
  const checkMembers = (group: PrincipalId | null, members: readonly PrincipalId[]): void => {
    const stranger = members.find((id) => id === group || company.isHolder(id) || people.get(id) === null)
    if (stranger !== undefined) throw new CalendarError('not-found', 'No such person', { details: { id: stranger } })
  }

  return [
    operation({
      method: 'get',
      address: '/groups',
      id: 'listGroups',
      summary: 'Groups with their members and calendars, by name',
      access: 'admin',
      status: 200,
      answer: z.array(Group),
      handle: () =>
        Promise.all(
          people
            .list()
            .filter(({ id, kind }) => kind === 'group' && !company.isHolder(id))
            .map(toGroup),
        ),
    }),

    operation({
      method: 'post',
      address: '/groups',
      id: 'createGroup',
      summary: 'Makes a group. Two groups of one name there are not',
      access: 'admin',
      body: NewGroup,
      status: 201,
      answer: Group,
      handle: async ({ caller, body }) => {
        checkMembers(null, body.members)
        const { locale, timeZone } = caller.person
        const base = toSlug(body.name)
        const login = people.findByLogin(base) === null ? base : `${base}-${parts.newId().slice(0, 8)}`
        const group = await people.createGroup({ login, name: body.name, locale, timeZone })
        await people.setMembers(group.id, body.members)
        return toGroup(group)
      },
    }),

    operation({
      method: 'patch',
      address: '/groups/{id}',
      id: 'updateGroup',
      summary: 'Renames a group, or makes these its members: rights that were given to it follow at once',
      access: 'admin',
      path: byId,
      body: GroupPatch,
      status: 200,
      answer: Group,
      handle: async ({ path, body: { name, members } }) => {
        const group = company.groupOf(path.id)
        if (members !== undefined) checkMembers(group.id, members)
        if (name !== undefined) await people.update(group.id, { name })
        if (members !== undefined) {
          await people.setMembers(group.id, members)
          parts.live.listsChanged()
        }
        return toGroup(people.get(group.id) ?? group)
      },
    }),

    operation({
      method: 'delete',
      address: '/groups/{id}',
      id: 'deleteGroup',
      summary:
        'Ends a group: its calendars are deleted with everything in them, and what was given to it reaches nobody',
      access: 'admin',
      path: byId,
      status: 204,
      handle: async ({ path }) => {
        const group = company.groupOf(path.id)
        for (const { id } of await calendarsOf(group.id)) {
          await service.deleteCalendar({ id: group.id, groups: [] }, id)
          await favourites.forget(id)
          await calendarList.forget(id)
        }
        await people.leave(group.id)
        parts.live.listsChanged()
        parts.signIn.forget(group.login)
      },
    }),

    operation({
      method: 'post',
      address: '/groups/{id}/calendars',
      id: 'createGroupCalendar',
      summary: 'Makes a calendar of a group: its members write in it, and administrators own it',
      access: 'admin',
      path: byId,
      body: GroupCalendar,
      status: 201,
      answer: Calendar,
      handle: async ({ caller, path, body, request }) => {
        const group = company.groupOf(path.id)
        const calendar = await createCalendarByName(
          parts,
          { id: group.id, groups: [] },
          {
            displayName: body.name,
            description: body.description ?? '',
            color: body.color ?? null,
            components: ['VEVENT'],
            access: [
              { principal: group.id, level: 'write' },
              { principal: administrators, level: 'owner' },
            ],
          },
        )
        return (await calendarViews(parts, caller, request))(calendar)
      },
    }),

    operation({
      method: 'get',
      address: '/company',
      id: 'getCompany',
      summary: 'Whether there is a company calendar',
      access: 'admin',
      status: 200,
      answer: Company,
      handle: async () => ({ calendar: (await company.calendar())?.id ?? null }),
    }),

    operation({
      method: 'put',
      address: '/company/calendar',
      id: 'makeCompanyCalendar',
      summary:
        'Makes the company calendar where there is none: every employee sees it and adds to it until that is narrowed',
      access: 'admin',
      status: 200,
      answer: Company,
      handle: async ({ caller }) => ({
        calendar: (await company.make(caller.person.locale, caller.person.timeZone)).id,
      }),
    }),
  ]
}
