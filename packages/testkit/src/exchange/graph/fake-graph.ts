import type { FakeMailboxState } from './fake-mailbox.ts'
import type {
  FakeFault,
  FakeFaults,
  FakeGraph,
  FakeGraphOptions,
  FakeGraphTraits,
  FakeHand,
  SeenRequest,
} from './fake-types.ts'
import type { FeedState } from './feed.ts'
import { GraphFault } from './graph-fault.ts'
import { createHand } from './hand.ts'
import { type Answer, type Call, createRoutes } from './routes.ts'
import { createSubscriptionDesk } from './subscription-desk.ts'
import type { FakeMail, WriteContext } from './writes.ts'

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
    expandsExceptions: true,
    looseCalendars: false,
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

  const existing = (user: string): FakeMailboxState => {
    const found = boxes.get(user.toLowerCase())
    if (found === undefined) throw new Error(`no mailbox of ${user}`)
    return found
  }

  const hand = (box: FakeMailboxState): FakeHand => createHand(box, { now: options.now, newId, write: context })

  const route = createRoutes({
    baseUrl,
    now: options.now,
    pageSize: options.pageSize ?? 50,
    maxPageSize: options.maxPageSize ?? 200,
    traits: () => traits,
    boxes,
    feeds,
    expiredCode: () => expiredCode,
    newName,
    write: context,
    desk,
  })

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
      const box: FakeMailboxState = { user, calendars, events: new Map(), unsearched: new Set(), log: [], seq: 0 }
      boxes.set(key, box)
      return hand(box)
    },
    addCalendar(user, name, canEdit = true) {
      const id = newId()
      existing(user).calendars.set(id, { id, name, isDefault: false, canEdit })
      return id
    },
    removeCalendar(user, id) {
      const box = existing(user)
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
