import { CalendarError, type Calendar as CoreCalendar, everyone } from '@dayport/core'
import { levelOf } from '@dayport/core/service'
import { streamBody } from '@dayport/http'
import { z } from 'zod'
import { createCalendarByName } from '../create-calendar.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { type Caller, type Operation, operation } from './operation.ts'
import { Calendar, CalendarPatch, NewCalendar } from './schemas.ts'

type Grants = CoreCalendar['access']

/** Calendars, with what the caller may do in each. */
export const calendarOperations = (parts: PortalParts): readonly Operation[] => {
  const { service, people, favourites } = parts

  const toJson = (calendar: CoreCalendar, caller: Caller, favourite: boolean, request: Request) => {
    const owner = people.get(calendar.owner)
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
      favourite,
      exportAllowed: calendar.exportAllowed,
      access: level === 'owner' ? calendar.access.map((grant) => ({ ...grant })) : [],
      revision: calendar.revision,
      caldavUrl: `${parts.originOf(request)}/dav/${segments.join('/')}/`,
    }
  }

  const isFavourite = (caller: Caller, id: string): boolean => favourites.of(caller.person.id).has(id)

  const get = async (caller: Caller, id: string): Promise<CoreCalendar> => {
    const calendar = await service.getCalendar(caller.principal, id)
    if (calendar === null) throw new CalendarError('not-found', 'No such calendar')
    return calendar
  }

  /** Grants go to people and groups that are there, and to everyone. */
  const checkGrants = (access: Grants | undefined): void => {
    const unknown = access?.find(({ principal }) => principal !== everyone && people.get(principal) === null)
    if (unknown !== undefined) throw new PortalError('invalid-request', 'There is no such person', { field: 'access' })
  }

  return [
    operation({
      method: 'get',
      address: '/calendars',
      id: 'listCalendars',
      summary: 'Calendars that I own or was given access to',
      access: 'person',
      status: 200,
      answer: z.array(Calendar),
      handle: async ({ caller, request }) => {
        const marked = favourites.of(caller.person.id)
        const calendars = await service.listCalendars(caller.principal)
        return calendars.map((calendar) => toJson(calendar, caller, marked.has(calendar.id), request))
      },
    }),

    operation({
      method: 'post',
      address: '/calendars',
      id: 'createCalendar',
      summary: 'Makes a calendar of mine',
      access: 'person',
      body: NewCalendar,
      status: 201,
      answer: Calendar,
      handle: async ({ caller, body, request }) => {
        checkGrants(body.access)
        const calendar = await createCalendarByName(parts, caller.principal, {
          displayName: body.name,
          description: body.description ?? '',
          color: body.color ?? null,
          components: body.components ?? ['VEVENT'],
          exportAllowed: body.exportAllowed ?? false,
          access: body.access ?? [],
        })
        return toJson(calendar, caller, false, request)
      },
    }),

    operation({
      method: 'get',
      address: '/calendars/{id}',
      id: 'getCalendar',
      summary: 'One calendar',
      access: 'person',
      path: byId,
      status: 200,
      answer: Calendar,
      handle: async ({ caller, path, request }) =>
        toJson(await get(caller, path.id), caller, isFavourite(caller, path.id), request),
    }),

    operation({
      method: 'patch',
      address: '/calendars/{id}',
      id: 'updateCalendar',
      summary: 'Changes what is given; the right to export and the access list belong to owners',
      access: 'person',
      path: byId,
      body: CalendarPatch,
      status: 200,
      answer: Calendar,
      handle: async ({ caller, path, body: { name, description, color, exportAllowed, access }, request }) => {
        checkGrants(access)
        const calendar = await service.updateCalendar(caller.principal, path.id, {
          ...(name === undefined ? {} : { displayName: name }),
          ...(description === undefined ? {} : { description }),
          ...(color === undefined ? {} : { color }),
          ...(exportAllowed === undefined ? {} : { exportAllowed }),
          ...(access === undefined ? {} : { access }),
        })
        return toJson(calendar, caller, isFavourite(caller, path.id), request)
      },
    }),

    operation({
      method: 'delete',
      address: '/calendars/{id}',
      id: 'deleteCalendar',
      summary: 'Deletes a calendar with everything in it',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => {
        await service.deleteCalendar(caller.principal, path.id)
        await favourites.forget(path.id)
      },
    }),

    operation({
      method: 'put',
      address: '/calendars/{id}/favourite',
      id: 'addFavourite',
      summary: 'Puts the calendar on my list of favourites',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => favourites.add(caller.person.id, (await get(caller, path.id)).id),
    }),

    operation({
      method: 'delete',
      address: '/calendars/{id}/favourite',
      id: 'removeFavourite',
      summary: 'Takes the calendar off my list of favourites',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => favourites.remove(caller.person.id, path.id),
    }),

    operation({
      method: 'get',
      address: '/calendars/{id}/export.ics',
      id: 'exportCalendar',
      summary: 'The whole calendar as one file; owners always, others while export is allowed',
      access: 'person',
      path: byId,
      status: 200,
      rawAnswer: 'text/calendar',
      handle: async ({ caller, path }) => {
        const calendar = await get(caller, path.id)
        if (!calendar.exportAllowed && levelOf(calendar, caller.principal) !== 'owner') {
          throw new PortalError('export-off', 'The owner does not allow export of this calendar')
        }
        const name = encodeURIComponent(`${calendar.displayName}.ics`)
        return new Response(streamBody(await service.exportCalendar(caller.principal, calendar.id)), {
          headers: {
            'Content-Type': 'text/calendar; charset=utf-8',
            // RFC 6266: the plain name for old programs, the encoded one for all others.
            'Content-Disposition': `attachment; filename="${calendar.name.replace(/[^\w.-]/g, '_')}.ics"; filename*=UTF-8''${name}`,
            'Cache-Control': 'no-store',
          },
        })
      },
    }),
  ]
}
