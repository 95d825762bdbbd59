import { CalendarError } from '@dayport/core'
import { levelOf } from '@dayport/core/service'
import type { FeedLinkRecord } from '@dayport/ical-export'
import { z } from 'zod'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { type Operation, operation } from './operation.ts'
import { FeedLink, NewFeedLink } from './schemas.ts'

/** Secret addresses under which programs subscribe. */
export const feedLinkOperations = (parts: PortalParts): readonly Operation[] => {
  const { feedLinks, service } = parts

  const toJson = async (record: FeedLinkRecord, request: Request) => {
    const url = `${parts.originOf(request)}/ical/${await feedLinks.address(record)}`
    return {
      id: record.id,
      calendar: record.calendar,
      name: record.name,
      url,
      webcal: url.replace(/^https?:/, 'webcal:'),
      createdMs: record.createdMs,
      expiresMs: record.expiresMs,
      lastFetchMs: record.lastFetchMs,
      lastUserAgent: record.lastUserAgent,
    }
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
        return Promise.all(live.map((record) => toJson(record, request)))
      },
    }),

    operation({
      method: 'post',
      address: '/feed-links',
      id: 'createFeedLink',
      summary: 'Makes a link to a calendar whose owner allows export',
      access: 'person',
      body: NewFeedLink,
      status: 201,
      answer: FeedLink,
      handle: async ({ caller, body, request }) => {
        const calendar = await service.getCalendar(caller.principal, body.calendar)
        if (calendar === null) throw new CalendarError('not-found', 'No such calendar')
        if (!['read', 'write', 'owner'].includes(levelOf(calendar, caller.principal))) {
          throw new CalendarError('forbidden', 'You may not read this calendar')
        }
        if (!calendar.exportAllowed) throw new PortalError('export-off', 'Export of this calendar is off')
        const record = await feedLinks.create({
          principal: caller.person.id,
          calendar: calendar.id,
          name: body.name,
          expiresMs: body.expiresMs ?? null,
        })
        return toJson(record, request)
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
        const done = await feedLinks.revoke(caller.person.id, path.id)
        if (!done) throw new CalendarError('not-found', 'No such link')
      },
    }),
  ]
}
