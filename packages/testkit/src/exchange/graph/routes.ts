import { eventJson, type Shape } from './event-json.ts'
import { type FakeMailboxState, findItem, itemsIn } from './fake-mailbox.ts'
import type { FakeGraphTraits } from './fake-types.ts'
import { type FeedState, feedPage } from './feed.ts'
import { GraphFault } from './graph-fault.ts'
import { eventFilter, expandedProperties, expands, selected } from './odata.ts'
import { blobId, recurrenceBlob } from './recurrence-blob.ts'
import type { SubscriptionDesk } from './subscription-desk.ts'
import { createEvent, deleteEvent, patchEvent, respond, type WriteContext } from './writes.ts'

/** A request, or a part of a batch. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: unknown
}

/** Its answer. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What routes need of their server. */
export interface RouteServer {
  readonly baseUrl: string
  readonly now: () => number
  readonly pageSize: number
  readonly maxPageSize: number
  readonly traits: () => FakeGraphTraits
  readonly boxes: ReadonlyMap<string, FakeMailboxState>
  readonly feeds: Map<string, FeedState>
  readonly expiredCode: () => string
  readonly newName: () => string
  readonly write: () => WriteContext
  readonly desk: SubscriptionDesk
}

/** Answers a call by its address. @throws {GraphFault} */
export const createRoutes = (server: RouteServer): ((call: Call) => Promise<Answer>) => {
  const boxOf = (user: string): FakeMailboxState => {
    const key = user.toLowerCase()
    const found = server.boxes.get(key)
    if (found === undefined) throw new GraphFault(404, 'ErrorInvalidUser', `The requested user '${user}' is invalid.`)
    return found
  }

  const shapeOf = (headers: Headers, query: URLSearchParams): Shape => {
    const prefer = headers.get('prefer') ?? ''
    const select = (query.get('$select') ?? '').toLowerCase()
    return {
      textBody: /outlook\.body-content-type="text"/i.test(prefer),
      timeZone: /outlook\.timezone="([^"]+)"/i.exec(prefer)?.[1] ?? 'UTC',
      properties: expandedProperties(query.get('$expand')),
      exceptions: expands(query.get('$expand'), 'exceptionOccurrences'),
      cancelled: server.traits().tellsCancelled && select.includes('cancelledoccurrences'),
    }
  }

  const eventOut = (box: FakeMailboxState, id: string, calendar: string | null, call: Call): Answer => {
    const item = findItem(box, id)
    const elsewhere = calendar !== null && item?.event.calendar !== calendar
    if (item === null || (elsewhere && !server.traits().looseCalendars)) {
      throw new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
    }
    if (!server.traits().expandsExceptions && expands(call.query.get('$expand'), 'exceptionOccurrences')) {
      throw new GraphFault(400, 'RequestBroker--ParseUri', "Could not find a property named 'exceptionOccurrences'.")
    }
    const json = selected(eventJson(item, shapeOf(call.headers, call.query)), call.query.get('$select'))
    const link = `${server.baseUrl}/users('${box.user}')/calendars('${item.event.calendar}')`
    return { status: 200, body: { ...json, 'calendar@odata.navigationLink': link } }
  }

  const windowOf = (query: URLSearchParams) => {
    const [start, end] = ['startDateTime', 'endDateTime'].map((name) => Date.parse(withZone(query.get(name) ?? '')))
    if (Number.isNaN(start) || Number.isNaN(end))
      throw new GraphFault(400, 'ErrorInvalidParameter', 'a window is required')
    return { startMs: start!, endMs: end! }
  }

  const delta = (box: FakeMailboxState, call: Call, address: string): Answer => {
    for (const name of ['$select', '$filter', '$expand', '$orderby', '$search']) {
      if (call.query.has(name)) throw new GraphFault(400, 'ErrorInvalidUrlQuery', `${name} is not supported with delta`)
    }
    const token = call.query.get('$skiptoken') ?? call.query.get('$deltatoken')
    const calendar = /\/calendars\/([^/]+)\/calendarView\/delta$/.exec(call.path)?.[1]
    const id = calendar === undefined ? 'calendar' : decodeURIComponent(calendar)
    const known = token === null ? undefined : server.feeds.get(token)
    if (token !== null && known === undefined)
      throw new GraphFault(410, server.expiredCode(), 'The sync state generation is not found')
    const state = known ?? { calendar: id, ...windowOf(call.query), since: null, rest: null, upTo: 0 }
    const asked = /odata\.maxpagesize=(\d+)/i.exec(call.headers.get('prefer') ?? '')?.[1]
    const size = Math.min(Number(asked ?? server.pageSize), server.maxPageSize)
    const page = feedPage(box, state, size, shapeOf(call.headers, call.query), server.now(), server.traits())
    const next = server.newName()
    server.feeds.set(next, page.next)
    const link = `${address}?${page.more ? '$skiptoken' : '$deltatoken'}=${next}`
    return {
      status: 200,
      body: {
        '@odata.context': `${server.baseUrl}/$metadata#Collection(event)`,
        [page.more ? '@odata.nextLink' : '@odata.deltaLink']: link,
        value: page.value,
      },
    }
  }

  const list = (box: FakeMailboxState, calendar: string, call: Call, address: string): Answer => {
    if (!box.calendars.has(calendar)) throw new GraphFault(404, 'ErrorItemNotFound', 'The calendar was not found.')
    const matches = eventFilter(call.query.get('$filter'))
    const all = [...box.events.values()].filter(
      (event) =>
        event.calendar === calendar &&
        event.listedFromMs <= server.now() &&
        !box.unsearched.has(event.id) &&
        matches(event),
    )
    const top = Math.min(Number(call.query.get('$top') ?? 10), 1000)
    const skip = Number(call.query.get('$skip') ?? 0)
    const shape = shapeOf(call.headers, call.query)
    const value = all
      .slice(skip, skip + top)
      .map((event) => selected(eventJson({ event, day: null }, shape, false), call.query.get('$select')))
    const query = new URLSearchParams(call.query)
    query.set('$skip', String(skip + top))
    return {
      status: 200,
      body: { value, ...(skip + top < all.length ? { '@odata.nextLink': `${address}?${query}` } : {}) },
    }
  }

  const instances = (box: FakeMailboxState, id: string, call: Call): Answer => {
    const event = box.events.get(id)
    if (event === undefined || event.recurrence === null) {
      throw new GraphFault(400, 'ErrorInvalidRequest', 'instances are only there for a series')
    }
    const window = windowOf(call.query)
    const shape = shapeOf(call.headers, call.query)
    const items = itemsIn(event, window).filter((item) => item.day !== null)
    return {
      status: 200,
      body: { value: items.map((item) => selected(eventJson(item, shape), call.query.get('$select'))) },
    }
  }

  const view = (box: FakeMailboxState, calendar: string, call: Call): Answer => {
    const window = windowOf(call.query)
    const shape = shapeOf(call.headers, call.query)
    const items = [...box.events.values()]
      .filter((event) => event.calendar === calendar && event.listedFromMs <= server.now())
      .flatMap((event) => itemsIn(event, window))
      .filter((item) => item.day !== null || item.event.recurrence === null)
    return {
      status: 200,
      body: { value: items.map((item) => selected(eventJson(item, shape), call.query.get('$select'))) },
    }
  }

  const calendarJson = (box: FakeMailboxState, id: string) => {
    const calendar = box.calendars.get(id)
    if (calendar === undefined) throw new GraphFault(404, 'ErrorItemNotFound', 'The calendar was not found.')
    const { name, canEdit, isDefault } = calendar
    return { id, name, canEdit, isDefaultCalendar: isDefault, owner: { name: box.user, address: box.user } }
  }

  const withBlob = (box: FakeMailboxState) => {
    if (!server.traits().tellsBlob) return
    for (const event of box.events.values()) {
      if (event.recurrence === null) continue
      event.properties.set(blobId, { id: blobId, value: recurrenceBlob(event) })
    }
  }

  const route = async (call: Call): Promise<Answer> => {
    const { method, path } = call
    const address = `${server.baseUrl}${path}`
    if (path.startsWith('/subscriptions')) return server.desk.route(method, path, call.body)
    const match = /^\/users\/([^/]+)(\/.*)$/.exec(path)
    if (match === null) throw new GraphFault(400, 'BadRequest', `Resource not found for ${path}`)
    const box = boxOf(decodeURIComponent(match[1]!))
    withBlob(box)
    const parts = match[2]!.slice(1).split('/').map(decodeURIComponent)
    if (parts[0] === 'translateExchangeIds' && method === 'POST') return translate(call.body)
    if (parts[0] === 'calendars' && parts.length === 1) {
      return { status: 200, body: { value: [...box.calendars.keys()].map((id) => calendarJson(box, id)) } }
    }
    const calendar = parts[0] === 'calendars' ? parts[1]! : parts[0] === 'calendar' ? 'calendar' : null
    const rest = parts.slice(parts[0] === 'calendars' ? 2 : parts[0] === 'calendar' ? 1 : 0)
    if (calendar !== null && rest.length === 0) return { status: 200, body: calendarJson(box, calendar) }
    if (rest[0] === 'calendarView') {
      if (rest[1] === 'delta') return delta(box, call, address)
      return view(box, calendar ?? 'calendar', call)
    }
    if (rest[0] !== 'events') throw new GraphFault(400, 'BadRequest', `Resource not found for ${path}`)
    const id = rest[1]
    if (id === undefined) {
      if (method === 'GET') return list(box, calendar ?? 'calendar', call, address)
      const { event, created } = createEvent(box, calendar ?? 'calendar', call.body, server.write())
      return {
        status: created ? 201 : 200,
        body: eventJson({ event, day: null }, shapeOf(call.headers, call.query)),
      }
    }
    if (rest[2] === 'instances') return instances(box, id, call)
    if (rest[2] !== undefined) {
      const responses: Record<string, string> = {
        accept: 'accepted',
        tentativelyAccept: 'tentativelyAccepted',
        decline: 'declined',
      }
      const response = responses[rest[2]]
      if (response === undefined) throw new GraphFault(400, 'BadRequest', 'unknown action')
      respond(box, id, response, call.body, server.write())
      return { status: 202 }
    }
    if (method === 'GET') return eventOut(box, id, calendar, call)
    const known = findItem(box, id)
    if (known !== null && calendar !== null && known.event.calendar !== calendar) {
      throw new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
    }
    const ifMatch = call.headers.get('if-match')
    if (method === 'PATCH') {
      patchEvent(box, id, call.body, ifMatch, server.write())
      return eventOut(box, id, null, call)
    }
    deleteEvent(box, id, ifMatch, server.write())
    return { status: 204 }
  }

  return route
}

const translate = (body: unknown): Answer => {
  const { inputIds } = body as { inputIds: readonly string[] }
  if (inputIds.length > 1000) throw new GraphFault(400, 'BadRequest', 'at most 1000 ids')
  return {
    status: 200,
    body: {
      value: inputIds.map((sourceId) => ({
        sourceId,
        targetId: sourceId.startsWith('ews:') ? sourceId.slice(4) : null,
      })),
    },
  }
}

const withZone = (text: string) => (/Z$|[+-]\d{2}:\d{2}$/.test(text) ? text : `${text}Z`)
