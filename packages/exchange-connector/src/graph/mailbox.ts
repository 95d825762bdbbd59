import { CalendarError, RemoteError } from '@dayport/core'
import type { z } from 'zod'
import type { GraphClient } from './client.ts'
import { calendarPath } from './feed.ts'
import { expandedParts, expandedProperties, propertyOf, recurrenceBlob } from './properties.ts'
import { touchedDays } from './recurrence-blob.ts'
import type { GraphAnswer, GraphRequest, SendOptions } from './request.ts'
import type { GraphEventDraft } from './to-graph.ts'
import {
  calendarList,
  calendarResource,
  eventList,
  type GraphEvent,
  graphEvent,
  selectedFields,
  translatedIds,
} from './wire.ts'

/** A calendar of a mailbox. */
export interface GraphCalendar {
  /** Stays while the calendar lives. */
  readonly id: string
  readonly name: string
  readonly canEdit: boolean
  readonly isDefault: boolean
  /** SMTP address of whose it is; `null` when the service does not say. */
  readonly owner: string | null
}

/** An answer to an invitation. */
export type GraphResponse = 'accept' | 'tentativelyAccept' | 'decline'

const service = 'graph'

/** Reads an answer by its schema. @throws {RemoteError} `transient` when it is another. */
const read = <T extends z.ZodType>(schema: T, { body, status }: GraphAnswer, what: string): z.output<T> => {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  throw new RemoteError(`Expected ${what}`, { service, kind: 'transient', status, retryable: true })
}

/** An event of an answer. @throws {CalendarError} `invalid-calendar-data` when it is there and cannot be read. */
export const readEvent = (body: unknown): GraphEvent => {
  const result = graphEvent.safeParse(body)
  if (result.success) return result.data
  throw new CalendarError('invalid-calendar-data', 'Expected an event', { cause: result.error })
}

const userPath = (user: string) => `/users/${encodeURIComponent(user)}`

/** Calendars of a mailbox, its default one among them. @throws {RemoteError} */
export const listGraphCalendars = async (
  client: GraphClient,
  user: string,
  options: SendOptions = {},
): Promise<readonly GraphCalendar[]> => {
  const found: GraphCalendar[] = []
  const query = '?$select=id,name,canEdit,isDefaultCalendar,owner&$top=100'
  for (let path: string | null = `${userPath(user)}/calendars${query}`; path !== null; ) {
    const page: z.output<typeof calendarList> = read(
      calendarList,
      await client.send(user, { method: 'GET', path }, options),
      'a list of calendars',
    )
    for (const { id, name, canEdit, isDefaultCalendar, owner } of page.value) {
      found.push({
        id,
        name: name ?? '',
        canEdit: canEdit ?? false,
        isDefault: isDefaultCalendar ?? false,
        owner: owner?.address ?? null,
      })
    }
    const link: string | null = page['@odata.nextLink']
    path = link === null ? null : client.pathOf(link)
  }
  return found
}

/** Most ids of one request. */
const maxTranslated = 1_000

/**
 * Ids of EWS as immutable ids of Graph, for a mailbox that moved to Exchange Online; those that the service does not know are missing.
 *
 * @throws {RemoteError}
 */
export const translateEwsIds = async (
  client: GraphClient,
  user: string,
  ids: readonly string[],
  options: SendOptions = {},
): Promise<ReadonlyMap<string, string>> => {
  const translated = new Map<string, string>()
  for (let at = 0; at < ids.length; at += maxTranslated) {
    const body = {
      inputIds: ids.slice(at, at + maxTranslated),
      sourceIdType: 'ewsId',
      targetIdType: 'restImmutableEntryId',
    }
    const path = `${userPath(user)}/translateExchangeIds`
    const answer = await client.send(user, { method: 'POST', path, body }, options)
    for (const { sourceId, targetId } of read(translatedIds, answer, 'translated ids').value) {
      if (targetId !== null) translated.set(sourceId, targetId)
    }
  }
  return translated
}

/** The calls that concern events of one calendar. */
export interface GraphEvents {
  /** `null` when there is none. */
  get(id: string, options?: SendOptions): Promise<GraphEvent | null>
  getAll(ids: readonly string[], options?: SendOptions): Promise<readonly (GraphEvent | null | Error)[]>
  /** Ids of events that carry this value of our property, the oldest first; a new one may be hidden for a while. */
  findByProperty(property: string, value: string, options?: SendOptions): Promise<readonly string[]>
  /** Events that carry this value of our property, with what tells the single events of a series. */
  listByProperty(property: string, value: string, options?: SendOptions): Promise<readonly GraphEvent[]>
  /** Everything that touches a span of time, single occurrences too, with what tells the single events of a series. */
  partsInView(startMs: number, endMs: number, options?: SendOptions): Promise<readonly GraphEvent[]>
  create(draft: GraphEventDraft, options?: SendOptions): Promise<string>
  patch(id: string, draft: GraphEventDraft, ifMatch: string | null, options?: SendOptions): Promise<void>
  delete(id: string, ifMatch: string | null, options?: SendOptions): Promise<void>
  /** Occurrences of a series between two instants. */
  instances(id: string, startMs: number, endMs: number, options?: SendOptions): Promise<readonly GraphEvent[]>
  /** Answers an invitation; with `notify` the organiser gets a mail. */
  respond(id: string, response: GraphResponse, notify: boolean, options?: SendOptions): Promise<void>
  /** @throws {RemoteError} `configuration` when the calendar itself is gone: then its events are not. */
  assertCalendar(options?: SendOptions): Promise<void>
}

/** How far from its day a changed occurrence is looked for. */
const aroundMs = 62 * 86_400_000
const whole = `$select=${selectedFields}&$expand=${encodeURIComponent(`${expandedProperties},exceptionOccurrences`)}`
/** As it may be asked for on servers, and events, that do not know `exceptionOccurrences`. */
const plain = `$select=${selectedFields}&$expand=${encodeURIComponent(expandedProperties)}`

/** What tells the single events of a series. */
const parts = `$select=id,type,createdDateTime,changeKey&$expand=${encodeURIComponent(expandedParts)}&$top=100`

export const graphEvents = (client: GraphClient, user: string, calendar: string): GraphEvents => {
  const base = calendarPath({ user, calendar })
  const eventPath = (id: string) => `${base}/events/${encodeURIComponent(id)}`
  const getRequest = (id: string, query = whole): GraphRequest => ({ method: 'GET', path: `${eventPath(id)}?${query}` })
  const send = (request: GraphRequest, options: SendOptions | undefined) => client.send(user, request, options)

  /** For servers that do not expand exceptions: they are looked for among the occurrences around the days that the series records. */
  const readPlain = async (id: string, options: SendOptions | undefined): Promise<GraphEvent> => {
    const event = readEvent((await send(getRequest(id, plain), options)).body)
    if (event.type !== 'seriesMaster') return { ...event, exceptionOccurrences: [] }
    const touched = touchedDays(propertyOf(event, recurrenceBlob) ?? '')
    if (touched === null) return event
    if (touched.changed === 0) return { ...event, exceptionOccurrences: [] }
    const days = touched.days.map((day) => Date.parse(day))
    const found = await instances(id, Math.min(...days) - aroundMs, Math.max(...days) + aroundMs, options)
    const exceptions = found.filter(({ type }) => type === 'exception')
    // One that was moved further away is not there: better unreadable than without it.
    return exceptions.length === touched.changed ? { ...event, exceptionOccurrences: exceptions } : event
  }

  const instances: GraphEvents['instances'] = (id, startMs, endMs, options) => {
    const window = `startDateTime=${instant(startMs)}&endDateTime=${instant(endMs)}`
    return listEvents(`${eventPath(id)}/instances?${window}&$select=${selectedFields}&$top=100`, options)
  }

  const listEvents = async (first: string, options: SendOptions | undefined): Promise<readonly GraphEvent[]> => {
    const found: GraphEvent[] = []
    for (let path: string | null = first; path !== null; ) {
      const page: z.output<typeof eventList> = read(
        eventList,
        await send({ method: 'GET', path }, options),
        'a list of events',
      )
      found.push(...page.value.map((body) => readEvent(body)))
      const link: string | null = page['@odata.nextLink']
      path = link === null ? null : client.pathOf(link)
    }
    return found
  }

  const get: GraphEvents['get'] = async (id, options) => {
    try {
      return readEvent((await send(getRequest(id), options)).body)
    } catch (error) {
      if (CalendarError.is(error, 'not-found')) return null
      if (RemoteError.is(error, 'request')) return readPlain(id, options)
      throw error
    }
  }

  return {
    get,
    async getAll(ids, options) {
      const answers = await client.sendAll(
        user,
        ids.map((id) => getRequest(id)),
        options,
      )
      return Promise.all(
        answers.map(async (answer, i) => {
          if (CalendarError.is(answer, 'not-found')) return null
          try {
            if (RemoteError.is(answer, 'request')) return await readPlain(ids[i]!, options)
            return answer instanceof Error ? answer : readEvent(answer.body)
          } catch (error) {
            return error instanceof Error ? error : new Error('Expected an Error', { cause: error })
          }
        }),
      )
    },
    async findByProperty(property, value, options) {
      const path = `${base}/events?$filter=${filterOf(property, value)}&$select=id,createdDateTime&$top=10`
      const page = read(eventList, await send({ method: 'GET', path }, options), 'a list of events')
      return page.value
        .map((body) => readEvent(body))
        .sort((a, b) => ((a.createdDateTime ?? '') < (b.createdDateTime ?? '') ? -1 : 1))
        .map(({ id }) => id)
    },
    listByProperty: (property, value, options) =>
      listEvents(`${base}/events?$filter=${filterOf(property, value)}&${parts}`, options),
    partsInView: (startMs, endMs, options) =>
      listEvents(
        `${base}/calendarView?startDateTime=${instant(startMs)}&endDateTime=${instant(endMs)}&${parts}`,
        options,
      ),
    async create(draft, options) {
      const answer = await send({ method: 'POST', path: `${base}/events`, body: draft }, options)
      return readEvent(answer.body).id
    },
    async patch(id, draft, ifMatch, options) {
      const headers = ifMatch === null ? {} : { 'If-Match': ifMatch }
      await send({ method: 'PATCH', path: eventPath(id), headers, body: draft }, options)
    },
    async delete(id, ifMatch, options) {
      const headers = ifMatch === null ? {} : { 'If-Match': ifMatch }
      await send({ method: 'DELETE', path: eventPath(id), headers }, options)
    },
    instances,
    async respond(id, response, notify, options) {
      const body = { sendResponse: notify }
      await send({ method: 'POST', path: `${eventPath(id)}/${response}`, body }, options)
    },
    async assertCalendar(options) {
      try {
        read(calendarResource, await send({ method: 'GET', path: `${base}?$select=id` }, options), 'a calendar')
      } catch (error) {
        if (!CalendarError.is(error, 'not-found')) throw error
        throw new RemoteError('The calendar is no longer in the mailbox', {
          service,
          kind: 'configuration',
          status: 404,
          retryable: false,
          cause: error,
        })
      }
    },
  }
}

const filterOf = (property: string, value: string): string =>
  encodeURIComponent(
    `singleValueExtendedProperties/any(ep: ep/id eq '${property}' and ep/value eq '${value.replaceAll("'", "''")}')`,
  )

const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`
