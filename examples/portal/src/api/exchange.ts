import { CalendarError } from '@dayport/core'
import { masterComponent, overrideComponents, parseCalendar, readText } from '@dayport/core/ical'
import { textOfReason } from '@dayport/sync-engine'
import { z } from 'zod'
import { exchangeStateOf } from '../exchange/state-json.ts'
import type { PortalParts } from '../parts.ts'
import { byId } from './account.ts'
import { isRunAsked, runJson } from './exchange-json.ts'
import {
  ExchangeChoice,
  ExchangeConflict,
  ExchangePlan,
  ExchangeProblem,
  ExchangeRequestedRun,
  ExchangeRun,
  ExchangeRunQuery,
  ExchangeState,
  ExchangeStep,
} from './exchange-schemas.ts'
import { type Caller, type Operation, operation } from './operation.ts'

const runsShown = 50
/** More than a month of runs, one in five minutes: as long as they are kept. */
const runsKept = 10_000

/** A person's own Exchange connection. */
export const exchangeOperations = ({ exchange, service, now }: PortalParts): readonly Operation[] => {
  const { sync } = exchange

  const titleOf = async (caller: Caller, calendar: string, name: string | null): Promise<string | null> => {
    const object = name === null ? null : await service.getObject(caller.principal, { calendar, name })
    if (object === null) return null
    const document = parseCalendar(object.data)
    const component = masterComponent(document) ?? overrideComponents(document)[0]
    const summary = component?.property('SUMMARY')
    return summary === undefined ? '' : readText(summary)
  }

  return [
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
      method: 'post',
      address: '/exchange/sync',
      id: 'syncExchange',
      summary: 'Exchanges changes now, or joins the run under way; a pause that the server asked for is kept',
      access: 'person',
      status: 202,
      answer: ExchangeRequestedRun,
      handle: async ({ caller }) => {
        const { runId, joined, done } = await sync.syncNow((await exchange.ofPerson(caller.person.id)).id)
        // How it ended is asked for by its id.
        done.catch(() => undefined)
        return { run: runId, joined }
      },
    }),

    operation({
      method: 'delete',
      address: '/exchange/sync',
      id: 'stopExchange',
      summary: 'Ends the run under way between two events; what is done is kept',
      access: 'person',
      status: 204,
      handle: async ({ caller }) => {
        sync.cancel((await exchange.ofPerson(caller.person.id)).id)
      },
    }),

    operation({
      method: 'post',
      address: '/exchange/plan',
      id: 'planExchange',
      summary: 'What a run would do, without doing it; null while the mailbox is busy or paused',
      access: 'person',
      status: 200,
      answer: ExchangePlan.nullable(),
      handle: async ({ caller }) => {
        const plan = await sync.dryRun((await exchange.ofPerson(caller.person.id)).id)
        return plan === null ? null : { ...plan }
      },
    }),

    operation({
      method: 'post',
      address: '/exchange/confirm',
      id: 'confirmExchange',
      summary: 'Lets what waits for my word go on, once',
      access: 'person',
      status: 204,
      handle: async ({ caller }) => {
        await sync.confirm((await exchange.ofPerson(caller.person.id)).id)
      },
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
        const fits =
          calendar?.owner === caller.person.id && calendar.components.includes('VEVENT') && !calendar.readOnly
        if (!fits) throw new CalendarError('not-found', 'No such calendar of events of your own')
        await exchange.changeMember(caller.person, { calendar: body.calendar })
      },
    }),

    operation({
      method: 'get',
      address: '/exchange/runs',
      id: 'listExchangeRuns',
      summary: 'Runs of my connection, newest first; at most 50 of those asked for',
      access: 'person',
      query: ExchangeRunQuery,
      status: 200,
      answer: z.array(ExchangeRun),
      handle: async ({ caller, query }) => {
        const runs = await sync.runs((await exchange.ofPerson(caller.person.id)).id, runsKept)
        return runs
          .filter((run) => isRunAsked(run, query, now()))
          .slice(0, runsShown)
          .map(runJson)
      },
    }),

    operation({
      method: 'get',
      address: '/exchange/runs/{id}',
      id: 'getExchangeRun',
      summary: 'What one run did, event by event',
      access: 'person',
      path: byId,
      status: 200,
      answer: z.array(ExchangeStep),
      handle: async ({ caller, path }) => {
        const { id, calendar } = await exchange.ofPerson(caller.person.id)
        const steps = await sync.trail(id, { run: path.id })
        return Promise.all(
          steps.map(async ({ kept, groups, link, id, atMs, action, side, reason }) => ({
            id,
            atMs,
            action,
            side,
            reason,
            groups: [...groups],
            title: await titleOf(caller, calendar, await exchange.objectOf(link)),
            restorable: kept !== null,
          })),
        )
      },
    }),

    operation({
      method: 'post',
      address: '/exchange/steps/{id}/restore',
      id: 'restoreExchangeStep',
      summary: 'Brings back what a step replaced or deleted, as an edit of mine',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => {
        await sync.restore((await exchange.ofPerson(caller.person.id)).id, path.id)
      },
    }),

    operation({
      method: 'get',
      address: '/exchange/conflicts',
      id: 'listExchangeConflicts',
      summary: 'Events that both sides have changed and that wait for my choice',
      access: 'person',
      status: 200,
      answer: z.array(ExchangeConflict),
      handle: async ({ caller }) => {
        const { id, calendar } = await exchange.ofPerson(caller.person.id)
        return Promise.all(
          (await sync.conflicts(id)).map(async ({ link, portalName, sinceMs, groups }) => ({
            link,
            object: portalName,
            title: await titleOf(caller, calendar, portalName),
            sinceMs,
            groups: { ...groups },
          })),
        )
      },
    }),

    operation({
      method: 'post',
      address: '/exchange/conflicts/{id}',
      id: 'resolveExchangeConflict',
      summary: 'Chooses a side for each group of a conflict, or keeps both versions',
      access: 'person',
      path: byId,
      body: ExchangeChoice,
      status: 204,
      handle: async ({ caller, path, body }) => {
        await sync.resolve((await exchange.ofPerson(caller.person.id)).id, path.id, body.choice)
      },
    }),

    operation({
      method: 'get',
      address: '/exchange/problems',
      id: 'listExchangeProblems',
      summary: 'Events that were set aside, with the reason',
      access: 'person',
      status: 200,
      answer: z.array(ExchangeProblem),
      handle: async ({ caller }) => {
        const { id, calendar } = await exchange.ofPerson(caller.person.id)
        return Promise.all(
          (await sync.problems(id)).map(async ({ link, portalName, kind, reason, sinceMs }) => ({
            link,
            object: portalName,
            title: await titleOf(caller, calendar, portalName),
            kind,
            reason,
            text: textOfReason(reason, caller.person.locale),
            sinceMs,
          })),
        )
      },
    }),

    operation({
      method: 'post',
      address: '/exchange/problems/{id}/retry',
      id: 'retryExchangeProblem',
      summary: 'Tries an event again that was set aside',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => {
        await sync.retry((await exchange.ofPerson(caller.person.id)).id, path.id)
      },
    }),
  ]
}
