import { type Calendar, CalendarError, type CalendarId } from '@dayport/core'
import { type FeedLinkRecord, type FeedScope, webcalAddress } from '@dayport/ical-export'
import { z } from 'zod'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { readableCalendar } from './calendar-json.ts'
import { type Caller, type Operation, operation } from './operation.ts'
import { FeedLink, FeedLinkPatch, NewFeedLink } from './schemas.ts'

type LinkJson = z.input<typeof FeedLink>
type GivenOptions = z.output<typeof NewFeedLink>['options']

/** zod's partial fields may be there as `undefined`, which the options' own reader takes as not given. */
const given = (options: GivenOptions) => options as Partial<FeedLinkRecord['options']>

/** Secret addresses under which programs subscribe. */
export const feedLinkOperations = (parts: PortalParts): readonly Operation[] => {
  const { feedLinks, service, now, audit, doors } = parts

  /** What a person is told about a link without trying it. The feed itself asks anew at each fetch. */
  const stateOf = (record: FeedLinkRecord, calendar: Calendar | null): LinkJson['state'] => {
    if (record.expiresMs !== null && record.expiresMs <= now()) return 'expired'
    if ('calendar' in record.scope) {
      if (calendar === null) return 'no-access'
      if (!calendar.exportAllowed) return 'export-off'
    }
    return record.lastFetchMs === null ? 'unused' : 'works'
  }

  const toJson = async (record: FeedLinkRecord, caller: Caller, request: Request): Promise<LinkJson> => {
    const url = `${parts.originOf(request)}/ical/${await feedLinks.address(record)}`
    const of = 'calendar' in record.scope ? record.scope.calendar : null
    const calendar = of === null ? null : await service.getCalendar(caller.principal, of)
    return {
      id: record.id,
      calendar: of,
      calendarName: calendar?.displayName ?? null,
      name: record.name,
      options: record.options,
      url,
      webcal: webcalAddress(url),
      state: stateOf(record, calendar),
      createdMs: record.createdMs,
      expiresMs: record.expiresMs,
      lastFetchMs: record.lastFetchMs,
      lastUserAgent: record.lastUserAgent,
    }
  }

  const exportable = async (caller: Caller, id: CalendarId): Promise<FeedScope> => {
    const calendar = await readableCalendar(parts, caller, id)
    if (!calendar.exportAllowed) throw new PortalError('export-off', 'Export of this calendar is off')
    return { calendar: calendar.id }
  }

  const assertAhead = (expiresMs: number | null | undefined): void => {
    if (expiresMs === null || expiresMs === undefined || expiresMs > now()) return
    throw new PortalError('invalid-request', 'expiresMs lies in the past: the link would never work', {
      where: 'body',
      field: 'expiresMs',
    })
  }

  return [
    operation({
      method: 'get',
      address: '/feed-links',
      id: 'listFeedLinks',
      summary: 'My links that were not revoked; each address can be copied again',
      access: 'person',
      status: 200,
      answer: z.array(FeedLink),
      handle: async ({ caller, request }) => {
        const records = await feedLinks.list(caller.person.id)
        const live = records.filter((record) => record.revokedMs === null)
        return Promise.all(live.map((record) => toJson(record, caller, request)))
      },
    }),

    operation({
      method: 'post',
      address: '/feed-links',
      id: 'createFeedLink',
      summary: 'Makes a link to a calendar whose owner allows export, or to all my favourites',
      access: 'person',
      body: NewFeedLink,
      status: 201,
      answer: FeedLink,
      handle: async ({ caller, body, request }) => {
        const me = caller.person.id
        if (!doors.mayUse('feed', caller.principal)) throw new PortalError('door-off', 'Export is switched off')
        assertAhead(body.expiresMs)
        const scope = body.calendar === undefined ? { favouritesOf: me } : await exportable(caller, body.calendar)
        const record = await feedLinks.create({
          principal: me,
          scope,
          name: body.name,
          ...(body.options === undefined ? {} : { options: given(body.options) }),
          expiresMs: body.expiresMs ?? null,
        })
        await audit.write({ person: me, actor: me, kind: 'feed-link', action: 'made', name: body.name })
        return toJson(record, caller, request)
      },
    }),

    operation({
      method: 'patch',
      address: '/feed-links/{id}',
      id: 'updateFeedLink',
      summary: 'Changes what is given; the address stays',
      access: 'person',
      path: byId,
      body: FeedLinkPatch,
      status: 200,
      answer: FeedLink,
      handle: async ({ caller, path, body: { name, expiresMs, options }, request }) => {
        const mine = (await feedLinks.list(caller.person.id)).find(({ id }) => id === path.id)
        if (mine === undefined || mine.revokedMs !== null) throw new CalendarError('not-found', 'No such link')
        if (expiresMs !== mine.expiresMs) assertAhead(expiresMs)
        const record = await feedLinks.update(caller.person.id, path.id, {
          ...(name === undefined ? {} : { name }),
          ...(expiresMs === undefined ? {} : { expiresMs }),
          ...(options === undefined ? {} : { options: given(options) }),
        })
        if (record === null) throw new CalendarError('not-found', 'No such link')
        return toJson(record, caller, request)
      },
    }),

    operation({
      method: 'delete',
      address: '/feed-links',
      id: 'revokeFeedLinks',
      summary: 'Revokes all my links',
      access: 'person',
      status: 204,
      handle: async ({ caller }) => {
        const me = caller.person.id
        for (const { id, name, revokedMs } of await feedLinks.list(me)) {
          if (revokedMs !== null) continue
          await feedLinks.revoke(me, id)
          await audit.write({ person: me, actor: me, kind: 'feed-link', action: 'revoked', name })
        }
      },
    }),

    operation({
      method: 'delete',
      address: '/feed-links/{id}',
      id: 'revokeFeedLink',
      summary: 'Revokes a link: its address is dead at once',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => {
        const me = caller.person.id
        const record = (await feedLinks.list(me)).find(({ id }) => id === path.id)
        const done = await feedLinks.revoke(me, path.id)
        if (!done || record === undefined) throw new CalendarError('not-found', 'No such link')
        await audit.write({ person: me, actor: me, kind: 'feed-link', action: 'revoked', name: record.name })
      },
    }),
  ]
}
