import { type Calendar as CoreCalendar, keepActing } from '@dayport/core'
import { levelOf } from '@dayport/core/service'
import { streamBody } from '@dayport/http'
import { z } from 'zod'
import { administrators } from '../accounts/people.ts'
import { createCalendarByName } from '../create-calendar.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { type CalendarJson, calendarViews, readableCalendar, unknownGrantee } from './calendar-json.ts'
import { type Operation, operation } from './operation.ts'
import { Calendar, CalendarPatch, NewCalendar } from './schemas.ts'

/** Made once: in a company of thousands `localeCompare` is most of the work. */
const { compare } = new Intl.Collator()

/** Most calendars in one answer of the chooser. */
const maxChoices = 50

/** Who narrows a calendar of a group does not shut administrators out: nobody could open it again. */
const keepAdministrators = (before: CoreCalendar['access'], after: CoreCalendar['access']): CoreCalendar['access'] => {
  const theirs = before.filter(({ principal, level }) => principal === administrators && level === 'owner')
  const others = after.filter(({ principal }) => theirs.length === 0 || principal !== administrators)
  return [...keepActing(before, others), ...theirs]
}

/** Calendars, with what the caller may do in each. */
export const calendarOperations = (parts: PortalParts): readonly Operation[] => {
  const { service, favourites, calendarList } = parts

  /** Whom a calendar was given to before may have left since. */
  const checkGrants = (access: CoreCalendar['access'] = [], before: CoreCalendar['access'] = []): void => {
    const added = access.filter(({ principal }) => !before.some((grant) => grant.principal === principal))
    if (unknownGrantee(parts, added) === null) return
    throw new PortalError('invalid-request', 'There is no such person', { field: 'access' })
  }

  return [
    operation({
      method: 'get',
      address: '/calendars',
      id: 'listCalendars',
      summary: 'Calendars that I may see',
      access: 'person',
      query: z.object({ on: z.enum(['list']).optional().describe('list: only those on my list') }),
      status: 200,
      answer: z.array(Calendar),
      handle: async ({ caller, query, request }) => {
        const views = (await service.listCalendars(caller.principal)).map(await calendarViews(parts, caller, request))
        return query.on === undefined ? views : views.filter(({ listed }) => listed)
      },
    }),

    operation({
      method: 'get',
      address: '/calendar-choices',
      id: 'listCalendarChoices',
      summary: `Calendars of others that I may see, by their name or their owner's, at most ${maxChoices}`,
      access: 'person',
      query: z.object({
        search: z.string().max(200).default(''),
        kind: z.enum(['people', 'groups']).optional().describe('whose: of people, or of groups, rooms and resources'),
      }),
      status: 200,
      answer: z.array(Calendar),
      handle: async ({ caller, query, request }) => {
        const view = await calendarViews(parts, caller, request)
        const wanted = query.search.trim().toLowerCase()
        const found: CalendarJson[] = []
        for (const calendar of await service.listCalendars(caller.principal)) {
          if (calendar.owner === caller.person.id) continue
          const json = view(calendar)
          const person = json.owner.kind === 'individual'
          if (query.kind !== undefined && person !== (query.kind === 'people')) continue
          if (![json.name, json.owner.name, json.owner.login].some((text) => text.toLowerCase().includes(wanted)))
            continue
          found.push(json)
        }
        const inOrder = (a: CalendarJson, b: CalendarJson): number =>
          compare(a.owner.name, b.owner.name) || compare(a.name, b.name)
        return found.sort(inOrder).slice(0, maxChoices)
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
        if (body.favourite === true) await favourites.add(caller.person.id, calendar.id)
        return (await calendarViews(parts, caller, request))(calendar)
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
        (await calendarViews(parts, caller, request))(await readableCalendar(parts, caller, path.id)),
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
        const before = access === undefined ? null : await readableCalendar(parts, caller, path.id)
        checkGrants(access, before?.access)
        const calendar = await service.updateCalendar(caller.principal, path.id, {
          ...(name === undefined ? {} : { displayName: name }),
          ...(description === undefined ? {} : { description }),
          ...(color === undefined ? {} : { color }),
          ...(exportAllowed === undefined ? {} : { exportAllowed }),
          ...(access === undefined ? {} : { access: keepAdministrators(before?.access ?? [], access) }),
        })
        return (await calendarViews(parts, caller, request))(calendar)
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
        await calendarList.forget(path.id)
      },
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
        const calendar = await readableCalendar(parts, caller, path.id)
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
