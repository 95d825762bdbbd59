import { CalendarError } from '@dayport/core'
import type { SubscriptionRecord } from '@dayport/ical-export/subscription'
import { z } from 'zod'
import type { PortalParts } from '../parts.ts'
import { byId } from './account.ts'
import { type Caller, type Operation, operation } from './operation.ts'
import { NewSubscription, Subscription } from './schemas.ts'

/** Outside calendars by their address; each becomes a read-only calendar of the person. */
export const subscriptionOperations = ({ subscriptions, service }: PortalParts): readonly Operation[] => {
  const toJson = async (record: SubscriptionRecord, caller: Caller): Promise<z.input<typeof Subscription>> => ({
    id: record.id,
    calendar: record.calendar,
    name: (await service.getCalendar(caller.principal, record.calendar))?.displayName ?? '',
    url: record.url,
    lastFetchMs: record.lastFetchMs,
    lastSuccessMs: record.lastSuccessMs,
    nextFetchMs: record.nextFetchMs,
    lastError: record.lastError === null ? null : `subscription-${record.lastError.code}`,
    refused: record.refused,
  })

  return [
    operation({
      method: 'get',
      address: '/subscriptions',
      id: 'listSubscriptions',
      summary: 'Outside calendars that I subscribed to, and how they stand',
      access: 'person',
      status: 200,
      answer: z.array(Subscription),
      handle: async ({ caller }) => {
        const records = await subscriptions.list(caller.principal)
        return Promise.all(records.map((record) => toJson(record, caller)))
      },
    }),

    operation({
      method: 'post',
      address: '/subscriptions',
      id: 'subscribe',
      summary: 'Fetches an outside .ics address at once and makes a read-only calendar of it',
      access: 'person',
      body: NewSubscription,
      status: 201,
      answer: Subscription,
      handle: async ({ caller, body: { url, name, color }, request }) => {
        const draft = { url, ...(name === undefined ? {} : { displayName: name }), ...(color ? { color } : {}) }
        const record = await subscriptions.subscribe(caller.principal, draft, { signal: request.signal })
        return toJson(record, caller)
      },
    }),

    operation({
      method: 'post',
      address: '/subscriptions/{id}/refresh',
      id: 'refreshSubscription',
      summary: 'Fetches now; within a minute of the last fetch it is left at that. lastError says how it went',
      access: 'person',
      path: byId,
      status: 200,
      answer: Subscription,
      handle: async ({ caller, path, request }) => {
        const record = await subscriptions.refresh(caller.principal, path.id, { signal: request.signal })
        if (record === null) throw new CalendarError('not-found', 'No such subscription')
        return toJson(record, caller)
      },
    }),

    operation({
      method: 'delete',
      address: '/subscriptions/{id}',
      id: 'unsubscribe',
      summary: 'Ends a subscription and removes its calendar here; its source stays',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => {
        const done = await subscriptions.unsubscribe(caller.principal, path.id)
        if (!done) throw new CalendarError('not-found', 'No such subscription')
      },
    }),
  ]
}
