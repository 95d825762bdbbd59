import { CalendarError } from '@dayport/core'
import { z } from 'zod'
import { exchangeStateOf } from '../exchange/state-json.ts'
import type { PortalParts } from '../parts.ts'
import { ExchangeState } from './exchange-schemas.ts'
import { type Operation, operation } from './operation.ts'
import { syncOperations } from './sync-operations.ts'

/** A person's own Exchange connection. */
export const exchangeOperations = ({ exchange, joined, service, now }: PortalParts): readonly Operation[] => [
  operation({
    method: 'get',
    address: '/exchange',
    id: 'getExchange',
    summary: 'How my calendar and my Exchange mailbox stand to each other',
    access: 'person',
    status: 200,
    answer: ExchangeState,
    handle: ({ caller }) => exchangeStateOf(exchange, caller.person, caller.person, now()),
  }),

  operation({
    method: 'put',
    address: '/exchange/calendar',
    id: 'setExchangeCalendar',
    summary: 'Joins another calendar of mine to my mailbox; events stay where they are',
    access: 'person',
    body: z.strictObject({ calendar: z.string().max(200) }),
    status: 204,
    handle: async ({ caller, body }) => {
      const calendar = await service.getCalendar(caller.principal, body.calendar)
      const fits = calendar?.owner === caller.person.id && calendar.components.includes('VEVENT') && !calendar.readOnly
      if (!fits) throw new CalendarError('not-found', 'No such calendar of events of your own')
      if (joined.joinOf(body.calendar) !== null) {
        throw new CalendarError('already-exists', 'This calendar is joined to another already')
      }
      await exchange.changeMember(caller.person, { calendar: body.calendar })
    },
  }),

  ...syncOperations({
    address: '/exchange',
    name: 'Exchange',
    path: {},
    sync: exchange.sync,
    bindingOf: (caller) => exchange.ofPerson(caller.person.id),
    objectOf: exchange.objectOf,
    service,
    now,
  }),
]
