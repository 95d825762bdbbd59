import { eventJson, type Shape } from './event-json.ts'
import type { FakeEvent, FakeFields, FakeRecurrence } from './fake-event.ts'
import { type FakeMailboxState, findItem, itemsIn, logGone, setException, touch } from './fake-mailbox.ts'
import { type FeedState, type FeedTraits, feedPage } from './feed.ts'
import { GraphFault } from './graph-fault.ts'
import { eventFilter, expandedProperties, expands, selected } from './odata.ts'
import { createSubscriptionDesk, type FakeNotification, type SubscriptionDesk } from './subscription-desk.ts'
import {
  cancelOccurrence,
  createEvent,
  deleteEvent,
  type FakeMail,
  patchEvent,
  respond,
  type WriteContext,
} from './writes.ts'

/** What a fake Graph needs. */
export interface FakeGraphOptions {
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Default `http://127.0.0.1/v1.0`. Also its origin's `/TENANT/oauth2/v2.0/token` is answered. */
  readonly baseUrl?: string
  /** Items of a page without `odata.maxpagesize`, default 50. */
  readonly pageSize?: number
  /** Largest page, default 200. */
  readonly maxPageSize?: number
  readonly traits?: Partial<FakeGraphTraits>
  /** Called in each request before it is handled: a test may wait here. */
  readonly beforeRequest?: (request: Request) => Promise<void>
  /** How notifications leave; default: not at all. */
  readonly deliver?: (request: Request) => Promise<Response>
  /** Secrets of applications by client id. Default: `app` with `secret`. */
  readonly applications?: Readonly<Record<string, string>>
  /** Default 3600. */
  readonly tokenLifeSeconds?: number
}

/** Ways in which tenants and times differ. */
export interface FakeGraphTraits extends FeedTraits {
  /** How long a new event is missing from lists, filters and feeds. Default 0. */
  readonly listedAfterMs: number
  /** `cancelledOccurrences` of a master: as documented, or missing. */
  readonly tellsCancelled: boolean
  /** Whether the recurrence blob (0x8216) can be read. */
  readonly tellsBlob: boolean
  readonly refuseRepeatedTransaction: boolean
}

/** An answer to give instead of, or after, handling a request. */
export type FakeFault =
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly retryAfter?: number }
  /** Done, but the answer is lost. */
  | { readonly kind: 'lost-answer' }
  /** Not done: the connection breaks. */
  | { readonly kind: 'lost-request' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'login-page' }

/** Decides for each request, and each part of a batch, whether it fails. `part` is null outside a batch. */
export type FakeFaults = (request: {
  readonly method: string
  readonly path: string
  readonly part: number | null
}) => FakeFault | null

/** A request as it was seen; parts of batches are seen too. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly part: number | null
  readonly prefer: string
  readonly clientRequestId: string | null
  readonly body: unknown
}

/** A person's own hand in the mailbox: what Outlook does, not our API. */
export interface FakeHand {
  create(event: FakeEventDraft): string
  edit(id: string, fields: Partial<FakeFields>): void
  setPattern(id: string, recurrence: FakeRecurrence | null): void
  editOccurrence(id: string, day: string, fields: Partial<FakeFields>): void
  deleteOccurrence(id: string, day: string): void
  delete(id: string): void
  move(id: string, calendar: string): void
  /** A copy in the same calendar, with our properties, as Outlook makes it. */
  copy(id: string): string
  /** Touches the change key and nothing else. */
  touch(id: string): void
  /** Somebody else's meeting, as the calendar attendant puts it there. */
  invite(event: FakeEventDraft, organizer: string): string
  event(id: string): FakeEvent | undefined
  readonly events: readonly FakeEvent[]
}

export type FakeEventDraft = Partial<FakeFields> &
  Pick<FakeFields, 'start' | 'end'> & { readonly recurrence?: FakeRecurrence; readonly calendar?: string }

/** A Graph of our own: what the connector uses of v1.0, with its habits. */
export interface FakeGraph {
  /** Answers one request. */
  readonly handle: (request: Request) => Promise<Response>
  /** The same in the shape of `fetch`. */
  readonly fetch: typeof fetch
  readonly baseUrl: string
  /** Makes the mailbox with its calendar `calendar` when it is new. */
  mailbox(user: string): FakeHand
  addCalendar(user: string, name: string, canEdit?: boolean): string
  removeCalendar(user: string, id: string): void
  readonly mails: FakeMail[]
  readonly requests: SeenRequest[]
  /** Most requests that one mailbox had at once. */
  readonly peak: number
  faults: FakeFaults
  traits: FakeGraphTraits
  /** Every feed of a mailbox has to be begun anew. */
  expireFeeds(code?: string): void
  /** Tokens given out so far are refused. */
  expireTokens(): void
  readonly subscriptions: SubscriptionDesk
  /** Sends a change hint to every subscription of the mailbox. */
  notify(user: string, id: string): Promise<readonly number[]>
  notifyLifecycle(event: FakeNotification['lifecycleEvent']): Promise<readonly number[]>
}

interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: unknown
}

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A fake Graph over HTTP requests, with delta windows, ids, etags, faults and a count of the mails that it would send. */
export const createFakeGraph = (options: FakeGraphOptions): FakeGraph => {
  const baseUrl = options.baseUrl ?? 'http://127.0.0.1/v1.0'
  const basePath = new URL(baseUrl).pathname
  const applications = options.applications ?? { app: 'secret' }
  const boxes = new Map<string, FakeMailboxState>()
  const feeds = new Map<string, FeedState>()
  const tokens = new Map<string, number>()
  const mails: FakeMail[] = []
  const requests: SeenRequest[] = []
  const running = new Map<string, number>()
  let peak = 0
  let counter = 0
  let expiredCode = 'SyncStateNotFound'
  let traits: FakeGraphTraits = {
    repeats: false,
    emptyFirstPage: false,
    listedAfterMs: 0,
    tellsCancelled: true,
    tellsBlob: false,
    refuseRepeatedTransaction: false,
    ...options.traits,
  }
  let faults: FakeFaults = () => null

  const newId = () => {
    counter += 1
    return `AAkALg${btoa(`item/${counter}?>~`)}/+${counter}A=`
  }
  const newName = () => {
    counter += 1
    return `t${counter}`
  }
  const desk = createSubscriptionDesk({ now: options.now, newName, deliver: options.deliver ?? null })

  const context = (): WriteContext => ({
    nowMs: options.now(),
    newId,
    mail: (mail) => mails.push(mail),
    listedAfterMs: traits.listedAfterMs,
    refuseRepeatedTransaction: traits.refuseRepeatedTransaction,
  })

  const boxOf = (user: string): FakeMailboxState => {
    const key = user.toLowerCase()
    const found = boxes.get(key)
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
      cancelled: traits.tellsCancelled && select.includes('cancelledoccurrences'),
    }
  }

  const eventOut = (box: FakeMailboxState, id: string, calendar: string | null, call: Call): Answer => {
    const item = findItem(box, id)
    if (item === null || (calendar !== null && item.event.calendar !== calendar)) {
      throw new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
    }
    return {
      status: 200,
      body: selected(eventJson(item, shapeOf(call.headers, call.query)), call.query.get('$select')),
    }
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
    const known = token === null ? undefined : feeds.get(token)
    if (token !== null && known === undefined)
      throw new GraphFault(410, expiredCode, 'The sync state generation is not found')
    const state = known ?? { calendar: id, ...windowOf(call.query), since: null, rest: null, upTo: 0 }
    const asked = /odata\.maxpagesize=(\d+)/i.exec(call.headers.get('prefer') ?? '')?.[1]
    const size = Math.min(Number(asked ?? options.pageSize ?? 50), options.maxPageSize ?? 200)
    const page = feedPage(box, state, size, shapeOf(call.headers, call.query), options.now(), traits)
    const next = newName()
    feeds.set(next, page.next)
    const link = `${address}?${page.more ? '$skiptoken' : '$deltatoken'}=${next}`
    return {
      status: 200,
      body: {
        '@odata.context': `${baseUrl}/$metadata#Collection(event)`,
        [page.more ? '@odata.nextLink' : '@odata.deltaLink']: link,
        value: page.value,
      },
    }
  }

  const list = (box: FakeMailboxState, calendar: string, call: Call, address: string): Answer => {
    if (!box.calendars.has(calendar)) throw new GraphFault(404, 'ErrorItemNotFound', 'The calendar was not found.')
    const matches = eventFilter(call.query.get('$filter'))
    const all = [...box.events.values()].filter(
      (event) => event.calendar === calendar && event.listedFromMs <= options.now() && matches(event),
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
      .filter((event) => event.calendar === calendar && event.listedFromMs <= options.now())
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
    if (!traits.tellsBlob) return
    for (const event of box.events.values()) {
      if (event.recurrence === null) continue
      event.properties.set(blobId, { id: blobId, value: recurrenceBlob(event) })
    }
  }

  const route = async (call: Call): Promise<Answer> => {
    const { method, path } = call
    const address = `${baseUrl}${path}`
    if (path.startsWith('/subscriptions')) return desk.route(method, path, call.body)
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
      const { event, created } = createEvent(box, calendar ?? 'calendar', call.body, context())
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
      respond(box, id, response, call.body, context())
      return { status: 202 }
    }
    if (method === 'GET') return eventOut(box, id, calendar, call)
    const known = findItem(box, id)
    if (known !== null && calendar !== null && known.event.calendar !== calendar) {
      throw new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
    }
    const ifMatch = call.headers.get('if-match')
    if (method === 'PATCH') {
      patchEvent(box, id, call.body, ifMatch, context())
      return eventOut(box, id, null, call)
    }
    deleteEvent(box, id, ifMatch, context())
    return { status: 204 }
  }

  /** One request or one part: seen, failed or answered. */
  const answerTo = async (call: Call, part: number | null): Promise<Answer | FakeFault> => {
    requests.push({
      method: call.method,
      path:
        call.path + (call.query.size === 0 ? '' : `?${decodeURIComponent(call.query.toString().replaceAll('+', ' '))}`),
      part,
      prefer: call.headers.get('prefer') ?? '',
      clientRequestId: call.headers.get('client-request-id'),
      body: call.body,
    })
    const fault = faults({ method: call.method, path: call.path, part })
    if (fault !== null && fault.kind === 'status') {
      return {
        status: fault.status,
        body: { error: { code: fault.code, message: 'as the test wants it', innerError: { 'request-id': newName() } } },
        headers: fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) },
      }
    }
    if (fault !== null && fault.kind !== 'lost-answer' && fault.kind !== 'truncated') return fault
    let answer: Answer
    try {
      answer = await route(call)
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error
      answer = {
        status: error.status,
        body: { error: { code: error.code, message: error.message } },
        headers: error.headers,
      }
    }
    return fault ?? answer
  }

  const batch = async (body: unknown): Promise<Answer> => {
    const parts = (
      body as {
        requests: { id: string; method: string; url: string; headers?: Record<string, string>; body?: unknown }[]
      }
    ).requests
    if (parts.length > 20) {
      throw new GraphFault(400, 'BadRequest', 'A batch has at most 20 requests')
    }
    const responses: { id: string; status: number; headers: Readonly<Record<string, string>>; body?: unknown }[] = []
    for (const [i, part] of parts.entries()) {
      const url = new URL(`${baseUrl}${part.url}`)
      const call: Call = {
        method: part.method,
        path: url.pathname.slice(basePath.length),
        query: url.searchParams,
        headers: new Headers(part.headers ?? {}),
        body: part.body,
      }
      const answer = await answerTo(call, i)
      if ('kind' in answer) continue // an answer that is missing from the batch
      responses.push({ id: part.id, status: answer.status, headers: answer.headers ?? {}, body: answer.body })
    }
    // Answers come in any order.
    return { status: 200, body: { responses: responses.reverse() } }
  }

  const signIn = async (request: Request): Promise<Response> => {
    const form = new URLSearchParams(await request.text())
    const id = form.get('client_id') ?? ''
    if (form.get('grant_type') !== 'client_credentials' || applications[id] !== form.get('client_secret')) {
      return Response.json({ error: 'invalid_client', error_description: 'AADSTS7000215' }, { status: 401 })
    }
    const token = `token-${newName()}`
    const life = options.tokenLifeSeconds ?? 3600
    tokens.set(token, options.now() + life * 1000)
    return Response.json({ token_type: 'Bearer', expires_in: life, access_token: token })
  }

  const handle = async (request: Request): Promise<Response> => {
    await options.beforeRequest?.(request)
    const url = new URL(request.url)
    if (/^\/[^/]+\/oauth2\/v2\.0\/token$/.test(url.pathname)) return signIn(request)
    const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
    if (bearer === undefined || (tokens.get(bearer) ?? 0) <= options.now()) {
      return Response.json({ error: { code: 'InvalidAuthenticationToken', message: 'expired' } }, { status: 401 })
    }
    const text = await request.text()
    const path = url.pathname.slice(basePath.length)
    const user = /^\/users\/([^/]+)/.exec(path)?.[1] ?? ''
    running.set(user, (running.get(user) ?? 0) + 1)
    peak = Math.max(peak, running.get(user)!)
    try {
      const call: Call = {
        method: request.method,
        path,
        query: url.searchParams,
        headers: request.headers,
        body: text === '' ? null : JSON.parse(text),
      }
      const answer = path === '/$batch' ? await guarded(call, batch, answerToWhole) : await answerTo(call, null)
      return toResponse(answer, options.now(), newName())
    } finally {
      running.set(user, running.get(user)! - 1)
    }
  }

  /** A fault of the batch as a whole. */
  const answerToWhole = (call: Call): FakeFault | null => {
    requests.push({
      method: call.method,
      path: call.path,
      part: null,
      prefer: call.headers.get('prefer') ?? '',
      clientRequestId: call.headers.get('client-request-id'),
      body: call.body,
    })
    return faults({ method: call.method, path: call.path, part: null })
  }

  const hand = (box: FakeMailboxState): FakeHand => {
    const own = (id: string) => {
      const event = box.events.get(id)
      if (event === undefined) throw new Error(`no event ${id}`)
      return event
    }
    const put = (draft: FakeEventDraft) => {
      const { recurrence, calendar = 'calendar', ...fields } = draft
      const { event } = createEvent(
        box,
        calendar,
        {
          start: fields.start,
          end: fields.end,
          ...(fields.isAllDay === undefined ? {} : { isAllDay: fields.isAllDay }),
        },
        { ...context(), listedAfterMs: 0, mail: () => undefined },
      )
      event.fields = { ...event.fields, ...fields }
      event.recurrence = recurrence ?? null
      return event
    }
    const now = options.now
    return {
      create: (draft) => put(draft).id,
      edit(id, fields) {
        const event = own(id)
        event.fields = { ...event.fields, ...fields }
        if (event.recurrence !== null && ('start' in fields || 'end' in fields)) {
          event.exceptions.clear()
          event.cancelled.clear()
        }
        touch(box, event, now())
      },
      setPattern(id, recurrence) {
        const event = own(id)
        event.recurrence = recurrence
        event.exceptions.clear()
        event.cancelled.clear()
        touch(box, event, now())
      },
      editOccurrence(id, day, fields) {
        setException(own(id), day, fields, newId)
        touch(box, own(id), now())
      },
      deleteOccurrence: (id, day) => cancelOccurrence(box, own(id), day, now()),
      delete(id) {
        const event = own(id)
        box.events.delete(id)
        logGone(box, event.calendar, id)
      },
      move(id, calendar) {
        const event = own(id)
        logGone(box, event.calendar, id)
        event.calendar = calendar
        touch(box, event, now())
      },
      copy(id) {
        const from = own(id)
        const event = put({
          ...from.fields,
          calendar: from.calendar,
          ...(from.recurrence === null ? {} : { recurrence: from.recurrence }),
        })
        event.properties = new Map(from.properties)
        return event.id
      },
      touch: (id) => touch(box, own(id), now()),
      invite(draft, organizer) {
        const event = put(draft)
        event.isOrganizer = false
        event.organizer = { address: organizer, name: organizer }
        event.response = 'notResponded'
        return event.id
      },
      event: (id) => box.events.get(id),
      get events() {
        return [...box.events.values()]
      },
    }
  }

  return {
    handle,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      init?.signal?.throwIfAborted()
      return handle(request)
    },
    baseUrl,
    mailbox(user) {
      const key = user.toLowerCase()
      const known = boxes.get(key)
      if (known !== undefined) return hand(known)
      const calendars: FakeMailboxState['calendars'] = new Map([
        ['calendar', { id: 'calendar', name: 'Calendar', isDefault: true, canEdit: true }],
      ])
      const box: FakeMailboxState = { user, calendars, events: new Map(), log: [], seq: 0 }
      boxes.set(key, box)
      return hand(box)
    },
    addCalendar(user, name, canEdit = true) {
      const id = newId()
      boxOf(user).calendars.set(id, { id, name, isDefault: false, canEdit })
      return id
    },
    removeCalendar(user, id) {
      const box = boxOf(user)
      box.calendars.delete(id)
      for (const event of [...box.events.values()]) if (event.calendar === id) box.events.delete(event.id)
    },
    mails,
    requests,
    get peak() {
      return peak
    },
    get faults() {
      return faults
    },
    set faults(next) {
      faults = next
    },
    get traits() {
      return traits
    },
    set traits(next) {
      traits = next
    },
    expireFeeds(code = 'SyncStateNotFound') {
      expiredCode = code
      feeds.clear()
    },
    expireTokens: () => tokens.clear(),
    subscriptions: desk,
    notify: (user, id) => desk.notify(`users/${user}/events/${id}`, id),
    notifyLifecycle: (event) => desk.notifyLifecycle(event),
  }
}

const guarded = async (
  call: Call,
  batch: (body: unknown) => Promise<Answer>,
  faultOf: (call: Call) => FakeFault | null,
): Promise<Answer | FakeFault> => {
  const fault = faultOf(call)
  if (fault === null) return batch(call.body)
  if (fault.kind !== 'status') return fault
  return {
    status: fault.status,
    body: { error: { code: fault.code, message: 'as the test wants it' } },
    headers: fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) },
  }
}

const toResponse = (answer: Answer | FakeFault, nowMs: number, requestId: string): Response => {
  const headers = { Date: new Date(nowMs).toUTCString(), 'request-id': requestId }
  if ('kind' in answer) {
    if (answer.kind === 'login-page') {
      return new Response('<html><body>Sign in</body></html>', { headers: { ...headers, 'Content-Type': 'text/html' } })
    }
    if (answer.kind === 'truncated') return new Response('{"value":[{"id":"AAk', { headers })
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }) })
  }
  if (answer.body === undefined)
    return new Response(null, { status: answer.status, headers: { ...headers, ...answer.headers } })
  return Response.json(answer.body, { status: answer.status, headers: { ...headers, ...answer.headers } })
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

const blobId = 'binary {00062002-0000-0000-c000-000000000046} id 0x8216'

/** AppointmentRecurrencePattern of MS-OXOCAL §2.2.1.44.1, as far as a reader of deleted days needs it: a daily pattern's shape. */
const recurrenceBlob = (event: FakeEvent): string => {
  const minutes = (day: string) => Math.round((Date.parse(day) - Date.UTC(1601, 0, 1)) / 60_000)
  const gone = [...event.cancelled, ...event.exceptions.keys()].sort()
  const moved = [...event.exceptions.keys()].sort()
  const words: [2 | 4, number][] = [
    [2, 0x3004],
    [2, 0x3004],
    [2, 0x200a],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, 1440],
    [4, 0],
    [4, 0x2023],
    [4, 10],
    [4, 0],
    [4, gone.length],
    ...gone.map((day): [4, number] => [4, minutes(day)]),
    [4, moved.length],
    ...moved.map((day): [4, number] => [4, minutes(day)]),
    [4, minutes(event.recurrence!.range.startDate)],
    [4, 0x5ae980df],
  ]
  const bytes = new Uint8Array(words.reduce((sum, [size]) => sum + size, 0))
  const data = new DataView(bytes.buffer)
  let at = 0
  for (const [size, value] of words) {
    if (size === 2) data.setUint16(at, value, true)
    else data.setUint32(at, value, true)
    at += size
  }
  return btoa(String.fromCharCode(...bytes))
}
