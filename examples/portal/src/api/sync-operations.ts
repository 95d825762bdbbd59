import { masterComponent, overrideComponents, parseCalendar, readText } from '@dayport/core/ical'
import type { CalendarService } from '@dayport/core/service'
import { type SyncBinding, type SyncLanguage, type SyncService, textOfReason } from '@dayport/sync-engine'
import { z } from 'zod'
import { isRunAsked, runJson } from './exchange-json.ts'
import {
  ExchangeChoice,
  ExchangeConflict,
  ExchangePlan,
  ExchangeProblem,
  ExchangeRequestedRun,
  ExchangeRun,
  ExchangeRunQuery,
  ExchangeStep,
} from './exchange-schemas.ts'
import { type Caller, type Operation, operation } from './operation.ts'

const runsShown = 50
/** More than a month of runs, one in five minutes: as long as they are kept. */
const runsKept = 10_000

/** A calendar that the engine keeps in step with another, as its person sees and steers it. */
export interface SyncOperationsParts<P extends z.ZodRawShape> {
  /** Below /api. */
  readonly address: string
  /** In the ids of the operations. */
  readonly name: string
  /** Parameters of the address. */
  readonly path: P
  readonly sync: SyncService
  /** @throws {CalendarError} `not-found` when the caller has no such connection. */
  readonly bindingOf: (caller: Caller, path: z.output<z.ZodObject<P>>) => Promise<SyncBinding>
  /** Name of the event of a link in the portal's calendar; `null` when it is gone. */
  readonly objectOf: (link: string) => Promise<string | null>
  /** Why an event was set aside, in the person's words. Default: the engine's. */
  readonly reasonText?: (reason: string, language: SyncLanguage) => string
  readonly service: CalendarService
  readonly now: () => number
}

/** What a person may do about one synchronised calendar: runs, their history, conflicts and events that were set aside. */
export const syncOperations = <P extends z.ZodRawShape>(parts: SyncOperationsParts<P>): readonly Operation[] => {
  const { address, name, sync, service, now } = parts
  const path = z.object(parts.path)
  const pathWithId = z.object({ ...parts.path, id: z.string().max(200) })
  type Path = z.output<typeof path>
  const bindingOf = (caller: Caller, of: unknown): Promise<SyncBinding> => parts.bindingOf(caller, of as Path)

  const titleOf = async (caller: Caller, calendar: string, object: string | null): Promise<string | null> => {
    const found = object === null ? null : await service.getObject(caller.principal, { calendar, name: object })
    if (found === null) return null
    const document = parseCalendar(found.data)
    const component = masterComponent(document) ?? overrideComponents(document)[0]
    const summary = component?.property('SUMMARY')
    return summary === undefined ? '' : readText(summary)
  }

  return [
    operation({
      method: 'post',
      address: `${address}/sync`,
      id: `sync${name}`,
      summary: 'Exchanges changes now, or joins the run under way; a pause that the server asked for is kept',
      access: 'person',
      path,
      status: 202,
      answer: ExchangeRequestedRun,
      handle: async ({ caller, path }) => {
        const { runId, joined, done } = await sync.syncNow((await bindingOf(caller, path)).id)
        // How it ended is asked for by its id.
        done.catch(() => undefined)
        return { run: runId, joined }
      },
    }),

    operation({
      method: 'delete',
      address: `${address}/sync`,
      id: `stop${name}`,
      summary: 'Ends the run under way between two events; what is done is kept',
      access: 'person',
      path,
      status: 204,
      handle: async ({ caller, path }) => {
        sync.cancel((await bindingOf(caller, path)).id)
      },
    }),

    operation({
      method: 'post',
      address: `${address}/plan`,
      id: `plan${name}`,
      summary: 'What a run would do, without doing it; null while the mailbox is busy or paused',
      access: 'person',
      path,
      status: 200,
      answer: ExchangePlan.nullable(),
      handle: async ({ caller, path }) => {
        const plan = await sync.dryRun((await bindingOf(caller, path)).id)
        return plan === null ? null : { ...plan }
      },
    }),

    operation({
      method: 'post',
      address: `${address}/confirm`,
      id: `confirm${name}`,
      summary: 'Lets what waits for my word go on, once',
      access: 'person',
      path,
      status: 204,
      handle: async ({ caller, path }) => {
        await sync.confirm((await bindingOf(caller, path)).id)
      },
    }),

    operation({
      method: 'get',
      address: `${address}/runs`,
      id: `list${name}Runs`,
      summary: 'Runs of my connection, newest first; at most 50 of those asked for',
      access: 'person',
      path,
      query: ExchangeRunQuery,
      status: 200,
      answer: z.array(ExchangeRun),
      handle: async ({ caller, path, query }) => {
        const runs = await sync.runs((await bindingOf(caller, path)).id, runsKept)
        return runs
          .filter((run) => isRunAsked(run, query, now()))
          .slice(0, runsShown)
          .map(runJson)
      },
    }),

    operation({
      method: 'get',
      address: `${address}/runs/{id}`,
      id: `get${name}Run`,
      summary: 'What one run did, event by event',
      access: 'person',
      path: pathWithId,
      status: 200,
      answer: z.array(ExchangeStep),
      handle: async ({ caller, path }) => {
        const { id, calendar } = await bindingOf(caller, path)
        const steps = await sync.trail(id, { run: idOf(path) })
        return Promise.all(
          steps.map(async ({ kept, groups, link, id, atMs, action, side, reason }) => ({
            id,
            atMs,
            action,
            side,
            reason,
            groups: [...groups],
            title: await titleOf(caller, calendar, await parts.objectOf(link)),
            restorable: kept !== null,
          })),
        )
      },
    }),

    operation({
      method: 'post',
      address: `${address}/steps/{id}/restore`,
      id: `restore${name}Step`,
      summary: 'Brings back what a step replaced or deleted, as an edit of mine',
      access: 'person',
      path: pathWithId,
      status: 204,
      handle: async ({ caller, path }) => {
        await sync.restore((await bindingOf(caller, path)).id, idOf(path))
      },
    }),

    operation({
      method: 'get',
      address: `${address}/conflicts`,
      id: `list${name}Conflicts`,
      summary: 'Events that both sides have changed and that wait for my choice',
      access: 'person',
      path,
      status: 200,
      answer: z.array(ExchangeConflict),
      handle: async ({ caller, path }) => {
        const { id, calendar } = await bindingOf(caller, path)
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
      address: `${address}/conflicts/{id}`,
      id: `resolve${name}Conflict`,
      summary: 'Chooses a side for each group of a conflict, or keeps both versions',
      access: 'person',
      path: pathWithId,
      body: ExchangeChoice,
      status: 204,
      handle: async ({ caller, path, body }) => {
        await sync.resolve((await bindingOf(caller, path)).id, idOf(path), body.choice)
      },
    }),

    operation({
      method: 'get',
      address: `${address}/problems`,
      id: `list${name}Problems`,
      summary: 'Events that were set aside, with the reason',
      access: 'person',
      path,
      status: 200,
      answer: z.array(ExchangeProblem),
      handle: async ({ caller, path }) => {
        const { id, calendar } = await bindingOf(caller, path)
        return Promise.all(
          (await sync.problems(id)).map(async ({ link, portalName, kind, reason, sinceMs }) => ({
            link,
            object: portalName,
            title: await titleOf(caller, calendar, portalName),
            kind,
            reason,
            text: (parts.reasonText ?? textOfReason)(reason, caller.person.locale),
            sinceMs,
          })),
        )
      },
    }),

    operation({
      method: 'post',
      address: `${address}/problems/{id}/retry`,
      id: `retry${name}Problem`,
      summary: 'Tries an event again that was set aside',
      access: 'person',
      path: pathWithId,
      status: 204,
      handle: async ({ caller, path }) => {
        await sync.retry((await bindingOf(caller, path)).id, idOf(path))
      },
    }),
  ]
}

/** Of the run, step, link or conflict. */
const idOf = (path: object): string => ('id' in path && typeof path.id === 'string' ? path.id : '')
