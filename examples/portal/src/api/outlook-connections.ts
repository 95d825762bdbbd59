import { CalendarError } from '@dayport/core'
import { levelOf } from '@dayport/core/service'
import { type OutlookConnectionRecord, outlookListUrl, stssyncLink, stssyncNames } from '@dayport/outlook-sync'
import { z } from 'zod'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { readableCalendar } from './calendar-json.ts'
import { type Caller, type Operation, operation } from './operation.ts'
import { NewOutlookConnection, OutlookConnection, OutlookConnectionPatch } from './schemas.ts'

type ConnectionJson = z.input<typeof OutlookConnection>

/** Outlooks that a person has connected, each to one calendar. */
export const outlookConnectionOperations = (parts: PortalParts): readonly Operation[] => {
  const { outlookConnections, outlookLists, service, people } = parts

  const toJson = async (record: OutlookConnectionRecord, caller: Caller, request: Request): Promise<ConnectionJson> => {
    const url = `${parts.originOf(request)}/outlook/${await outlookConnections.address(record)}`
    const access = { principal: caller.principal, calendar: record.calendar, connection: record.id }
    const [calendar, list] = await Promise.all([
      service.getCalendar(caller.principal, record.calendar),
      outlookLists.identify(access),
    ])
    const common = {
      id: record.id,
      calendar: record.calendar,
      name: record.name,
      url,
      createdMs: record.createdMs,
      lastSyncMs: record.lastSyncMs,
      lastUserAgent: record.lastUserAgent,
    }
    if (calendar === null || list === null) {
      return { ...common, calendarName: null, folder: null, link: null, mayWrite: false, state: 'no-access' }
    }
    const owner = people.get(calendar.owner)?.name || calendar.owner
    const { guid, mayWrite } = list
    const said = { baseUrl: url, listUrl: outlookListUrl, guid, siteName: owner, listName: calendar.displayName }
    const { siteName, listName } = stssyncNames(said)
    return {
      ...common,
      calendarName: calendar.displayName,
      folder: `${siteName} - ${listName}`,
      link: stssyncLink(said),
      mayWrite,
      state: record.lastSyncMs === null ? 'unused' : 'works',
    }
  }

  const living = async (caller: Caller, id: string): Promise<OutlookConnectionRecord> => {
    const record = await outlookConnections.get(caller.person.id, id)
    if (record === null || record.revokedMs !== null) throw new CalendarError('not-found', 'No such connection')
    return record
  }

  return [
    operation({
      method: 'get',
      address: '/outlook-connections',
      id: 'listOutlookConnections',
      summary: 'My connections to Outlook that were not revoked, newest first; each link can be copied again',
      access: 'person',
      status: 200,
      answer: z.array(OutlookConnection),
      handle: async ({ caller, request }) => {
        const records = await outlookConnections.list(caller.person.id)
        const live = records.filter((record) => record.revokedMs === null)
        return Promise.all(live.map((record) => toJson(record, caller, request)))
      },
    }),

    operation({
      method: 'post',
      address: '/outlook-connections',
      id: 'createOutlookConnection',
      summary:
        'Makes a connection of one Outlook to a calendar that I may see; what I may only read is read-only there',
      access: 'person',
      body: NewOutlookConnection,
      status: 201,
      answer: OutlookConnection,
      handle: async ({ caller, body, request }) => {
        if (!parts.doors.mayUse('outlook', caller.principal))
          throw new PortalError('door-off', 'Outlook is switched off')
        const calendar = await readableCalendar(parts, caller, body.calendar)
        if (levelOf(calendar, caller.principal) === 'none') throw new CalendarError('not-found', 'No such calendar')
        if (!calendar.components.includes('VEVENT')) {
          throw new CalendarError('unsupported-component', 'This calendar holds no events')
        }
        const record = await outlookConnections.create({
          principal: caller.person.id,
          calendar: calendar.id,
          name: body.name,
        })
        // While Outlook opens and asks whether to connect, its list is made ready. What goes wrong here, the first sync tells.
        outlookLists
          .describe({ principal: caller.principal, calendar: calendar.id, connection: record.id })
          .catch(() => {})
        const me = caller.person.id
        await parts.audit.write({ person: me, actor: me, kind: 'outlook', action: 'made', name: body.name })
        return toJson(record, caller, request)
      },
    }),

    operation({
      method: 'patch',
      address: '/outlook-connections/{id}',
      id: 'renameOutlookConnection',
      summary: 'Gives a connection another name; its address stays',
      access: 'person',
      path: byId,
      body: OutlookConnectionPatch,
      status: 200,
      answer: OutlookConnection,
      handle: async ({ caller, path, body, request }) => {
        await living(caller, path.id)
        const record = await outlookConnections.rename(caller.person.id, path.id, body.name)
        if (record === null) throw new CalendarError('not-found', 'No such connection')
        return toJson(record, caller, request)
      },
    }),

    operation({
      method: 'delete',
      address: '/outlook-connections/{id}',
      id: 'revokeOutlookConnection',
      summary: 'Revokes a connection: its address is dead at once; the events stay here',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => {
        const { name } = await living(caller, path.id)
        const me = caller.person.id
        await outlookConnections.revoke(me, path.id)
        await parts.audit.write({ person: me, actor: me, kind: 'outlook', action: 'revoked', name })
      },
    }),
  ]
}
