import {
  CalendarError,
  type CalendarPeer,
  type CallOptions,
  type PeerChange,
  type PeerChangePage,
  type PeerObject,
  type PeerWrite,
  type WriteCondition,
} from '@dayport/core'
import { draftOf, editCalendar, objectComponents, parseCalendar, readText } from '@dayport/core/ical'
import { cal, cs, dav } from '../wire/names.ts'
import { hrefOfName, nameOfHref } from './names.ts'
import { buildMultiget, buildPropfind, buildSyncCollection, buildUidQuery } from './requests.ts'
import { type CalDavClientOptions, conditionOf, createDavSend, errorOf, parseMultistatus } from './transport.ts'

export interface CalDavPeerOptions extends CalDavClientOptions {
  /** Makes names of new objects that no operation names. Default: random UUIDs. */
  readonly newId?: () => string
  /** Objects of one `calendar-multiget`. Default 50. */
  readonly batchSize?: number
  /**
   * `false`: events that name attendees are neither written nor deleted (`forbidden`). For servers that mail them whatever
   * `SCHEDULE-AGENT` says: Google's. Default true.
   */
  readonly writesPeople?: boolean
}

/** How the collection tells what has changed. */
interface Collection {
  readonly url: URL
  readonly hasSync: boolean
  /** Whether the server itself mails the attendees of what is put there. RFC 6638 §2. */
  readonly schedules: boolean
}

/** What our tokens hold: the server's own, or for servers without them the listing that was seen. */
type Token =
  | { readonly kind: 'sync'; readonly token: string }
  | { readonly kind: 'list'; readonly ctag: string | null; readonly etags: Readonly<Record<string, string>> }

const xml = { 'Content-Type': 'application/xml; charset=utf-8' }

/**
 * A calendar collection of another CalDAV server as one side of a synchronisation; `url` is that of the collection.
 *
 * A new object is named after its operation, so that one whose answer was lost is found again, and none is made twice. Changes come by
 * `sync-collection` (RFC 6578), elsewhere by comparing listings where the ctag has changed; the token then holds the listing.
 *
 * Nobody is mailed: on a server that schedules by itself (RFC 6638) new events say that their scheduling is the client's, and writes
 * to events that it schedules are refused with `forbidden`.
 *
 * Google keeps a new object under a name of its own, tells no etag and knows no `If-None-Match`: it is then found by its UID.
 */
export const createCalDavPeer = (options: CalDavPeerOptions): CalendarPeer => {
  const sendAny = createDavSend(options)
  let serverMs: number | null = null
  const send: typeof sendAny = async (...args) => {
    const answer = await sendAny(...args)
    const atMs = Date.parse(answer.headers.get('date') ?? '')
    serverMs = Number.isNaN(atMs) ? null : atMs
    return answer
  }
  const now = options.now ?? Date.now
  const newId = options.newId ?? (() => crypto.randomUUID())
  const batchSize = options.batchSize ?? 50
  const given = new URL(options.url)
  if (!given.pathname.endsWith('/')) given.pathname += '/'
  const writesPeople = options.writesPeople ?? true
  let known: Promise<Collection> | null = null

  const collection = (call: CallOptions | undefined): Promise<Collection> => {
    known ??= look(call).catch((error: unknown) => {
      known = null
      throw error
    })
    return known
  }

  const look = async (call: CallOptions | undefined): Promise<Collection> => {
    const answer = await send('PROPFIND', given, {
      headers: { ...xml, Depth: '0' },
      body: buildPropfind([dav('resourcetype'), dav('supported-report-set'), dav('sync-token'), cs('getctag')]),
      signal: call?.signal,
    })
    if (answer.status !== 207) throw errorOf(answer, 'PROPFIND', false, now())
    const found = parseMultistatus(answer).responses[0]?.found
    if (found?.get(dav('resourcetype'))?.child(cal('calendar')) === undefined) {
      throw errorOf({ ...answer, status: 404 }, 'PROPFIND', false, now())
    }
    const reports = found.get(dav('supported-report-set'))?.elements ?? []
    const hasSync =
      found.has(dav('sync-token')) ||
      reports.some((one) => one.child(dav('report'))?.child(dav('sync-collection')) !== undefined)
    const able = await send('OPTIONS', answer.url, { signal: call?.signal })
    const schedules = (able.headers.get('dav') ?? '')
      .split(',')
      .some((word) => word.trim() === 'calendar-auto-schedule')
    return { url: answer.url, hasSync, schedules }
  }

  const syncChanges = async (
    at: Collection,
    token: string,
    call: CallOptions | undefined,
  ): Promise<PeerChangePage | null> => {
    const answer = await send('REPORT', at.url, {
      headers: { ...xml, Depth: '0' },
      body: buildSyncCollection(token),
      signal: call?.signal,
    })
    if (answer.status !== 207) {
      const refusesToken = token !== '' && [400, 403, 409, 410, 412, 507].includes(answer.status)
      if (refusesToken || conditionOf(answer) === dav('valid-sync-token')) {
        throw new CalendarError('invalid-sync-token', 'the server refuses the sync token')
      }
      if (token === '' && [400, 403, 405, 415, 501].includes(answer.status)) return null
      throw errorOf(answer, 'REPORT', false, now())
    }
    const { responses, syncToken } = parseMultistatus(answer)
    if (syncToken === null) return null
    // RFC 6578 §3.6: a 507 for the collection itself says that there is more.
    const more = responses.some(({ href, status }) => status === 507 && nameOfHref(href, at.url) === null)
    const changes = responses.flatMap<PeerChange>(({ href, status, found }) => {
      const name = nameOfHref(href, at.url)
      if (name === null) return []
      if (status === 404 || status === 410) return [{ name, etag: null, origin: null }]
      const etag = found.get(dav('getetag'))?.text.trim()
      return etag === undefined || etag === '' ? [] : [{ name, etag, origin: null }]
    })
    return { changes, token: write({ kind: 'sync', token: syncToken }), more }
  }

  const listChanges = async (
    at: Collection,
    since: Extract<Token, { kind: 'list' }> | null,
    call: CallOptions | undefined,
  ): Promise<PeerChangePage> => {
    const answer = await send('PROPFIND', at.url, {
      headers: { ...xml, Depth: '1' },
      body: buildPropfind([dav('getetag'), dav('resourcetype'), cs('getctag')]),
      signal: call?.signal,
    })
    if (answer.status !== 207) throw errorOf(answer, 'PROPFIND', false, now())
    const etags: Record<string, string> = Object.create(null)
    let ctag: string | null = null
    for (const { href, found } of parseMultistatus(answer).responses) {
      const name = nameOfHref(href, at.url)
      if (name === null) ctag = found.get(cs('getctag'))?.text.trim() ?? ctag
      else {
        const etag = found.get(dav('getetag'))?.text.trim()
        if (etag !== undefined && etag !== '') etags[name] = etag
      }
    }
    const before = new Map(Object.entries(since?.etags ?? {}))
    const changes: PeerChange[] = []
    for (const [name, etag] of Object.entries(etags)) {
      if (before.get(name) !== etag) changes.push({ name, etag, origin: null })
      before.delete(name)
    }
    for (const name of before.keys()) changes.push({ name, etag: null, origin: null })
    return { changes, token: write({ kind: 'list', ctag, etags }), more: false }
  }

  const ctagOf = async (at: Collection, call: CallOptions | undefined): Promise<string | null> => {
    const answer = await send('PROPFIND', at.url, {
      headers: { ...xml, Depth: '0' },
      body: buildPropfind([cs('getctag')]),
      signal: call?.signal,
    })
    if (answer.status !== 207) throw errorOf(answer, 'PROPFIND', false, now())
    return parseMultistatus(answer).responses[0]?.found.get(cs('getctag'))?.text.trim() ?? null
  }

  const get = async (name: string, call?: CallOptions): Promise<PeerObject | null> => {
    const at = await collection(call)
    const answer = await send('GET', hrefOfName(name, at.url), {
      headers: { Accept: 'text/calendar' },
      signal: call?.signal,
    })
    if (answer.status === 404 || answer.status === 410) return null
    if (answer.status !== 200) throw errorOf(answer, 'GET', true, now())
    return toObject(name, answer.headers.get('etag') ?? '', answer.body, answer.headers.get('last-modified'))
  }

  /** What a write must not do unasked: make the server tell people. `name` is that of the object that is there. */
  const assertSilent = async (name: string, call: CallOptions | undefined): Promise<void> => {
    const stored = await get(name, call)
    if (stored === null) return
    if (writesPeople ? markScheduling(stored.data).hasServerScheduled : namesPeople(stored.data)) throw wouldNotify()
  }

  /** The object with that UID, wherever the server has put it. RFC 4791 §7.8.6. */
  const findByUid = async (uid: string, at: Collection, call: CallOptions | undefined): Promise<PeerObject | null> => {
    const answer = await send('REPORT', at.url, {
      headers: { ...xml, Depth: '1' },
      body: buildUidQuery(uid),
      signal: call?.signal,
    })
    if (answer.status !== 207) throw errorOf(answer, 'REPORT', false, now())
    // A text match is by part: what it finds is compared.
    for (const { href } of parseMultistatus(answer).responses) {
      const name = nameOfHref(href, at.url)
      const object = name === null ? null : await get(name, call)
      if (object !== null && uidOf(object.data) === uid) return object
    }
    return null
  }

  const pageAfter = async (since: string | null, call: CallOptions | undefined): Promise<PeerChangePage> => {
    const at = await collection(call)
    const token = since === null ? null : read(since)
    if (token?.kind === 'sync') {
      const page = await syncChanges(at, token.token, call)
      if (page === null) throw new CalendarError('invalid-sync-token', 'the server has no such report any more')
      return page
    }
    if (token === null && at.hasSync) {
      const page = await syncChanges(at, '', call)
      if (page !== null) return page
    }
    if (token !== null && token.ctag !== null && token.ctag === (await ctagOf(at, call))) {
      return { changes: [], token: since ?? '', more: false }
    }
    return listChanges(at, token, call)
  }

  return {
    capabilities: { write: true, conditionalWrite: true, windowed: false },

    changes: async (since, call) => ({ ...(await pageAfter(since, call)), serverMs }),

    get,

    getMany: async function* getMany(names, call) {
      const at = await collection(call)
      for (let from = 0; from < names.length; from += batchSize) {
        const batch = names.slice(from, from + batchSize)
        const hrefs = batch.map((name) => hrefOfName(name, at.url).pathname)
        const answer = await send('REPORT', at.url, {
          headers: { ...xml, Depth: '1' },
          body: buildMultiget(hrefs),
          signal: call?.signal,
        })
        const open = new Set(batch)
        if (answer.status === 207) {
          for (const { href, status, found } of parseMultistatus(answer).responses) {
            const name = nameOfHref(href, at.url)
            const text = found.get(cal('calendar-data'))?.text
            if (name === null || !open.has(name)) continue
            if (status === 404 || status === 410) {
              open.delete(name)
              yield { name, result: null }
            } else if (text !== undefined) {
              open.delete(name)
              const etag = found.get(dav('getetag'))?.text.trim() ?? ''
              yield { name, result: toObject(name, etag, new TextEncoder().encode(text), null) }
            }
          }
        } else if (answer.status === 401 || answer.status === 429 || (answer.status >= 500 && answer.status !== 501)) {
          throw errorOf(answer, 'REPORT', false, now())
        }
        // Servers that pass over some, or have no such report, are asked one by one.
        for (const name of open) yield { name, result: await get(name, call) }
      }
    },

    findByOperation: (operationId, call) => get(nameOfOperation(operationId), call),

    put: async (name, data, condition, call): Promise<PeerWrite> => {
      const at = await collection(call)
      const target = name ?? nameOfOperation(call?.operationId ?? newId())
      const isMail = call?.notify !== undefined && call.notify !== 'never'
      const isSilent = (at.schedules || !writesPeople) && !isMail
      if (isSilent && !writesPeople && namesPeople(data)) throw wouldNotify()
      if (isSilent && name !== null) await assertSilent(name, call)
      const body = isSilent ? markScheduling(data).data : data
      const answer = await send('PUT', hrefOfName(target, at.url), {
        headers: {
          'Content-Type': 'text/calendar; charset=utf-8',
          ...conditionHeaders(name === null ? { ifNoneMatch: '*' } : condition),
        },
        body,
        signal: call?.signal,
      })
      if (answer.status === 412 && name === null) {
        // Made by this very operation before: that one stands.
        const made = await get(target, call)
        if (made !== null) return { name: target, etag: made.etag, data: made.data }
      }
      const isTaken = answer.status === 409 || conditionOf(answer) === cal('no-uid-conflict')
      const uid = name === null ? uidOf(data) : null
      if (isTaken && uid !== null) {
        const made = await findByUid(uid, at, call)
        if (made !== null) return { name: made.name, etag: made.etag, data: made.data }
      }
      if (answer.status < 200 || answer.status >= 300) throw errorOf(answer, 'PUT', true, now())
      const etag = answer.headers.get('etag')
      if (etag !== null && etag !== '') return { name: target, etag, data: null }
      // RFC 4791 §5.3.4: no etag, since what is stored is not what was sent.
      const stored = (await get(target, call)) ?? (uid === null ? null : await findByUid(uid, at, call))
      if (stored === null) throw new CalendarError('not-found', 'the object is not where it was put')
      return { name: stored.name, etag: stored.etag, data: stored.data }
    },

    delete: async (name, condition, call) => {
      const at = await collection(call)
      const isMail = call?.notify !== undefined && call.notify !== 'never'
      if ((at.schedules || !writesPeople) && !isMail) await assertSilent(name, call)
      const answer = await send('DELETE', hrefOfName(name, at.url), {
        headers: { ...conditionHeaders(condition), ...(isMail ? {} : { 'Schedule-Reply': 'F' }) },
        signal: call?.signal,
      })
      if (answer.status === 404 || answer.status === 410) return
      if (answer.status < 200 || answer.status >= 300) throw errorOf(answer, 'DELETE', true, now())
    },

    project: (data) => {
      const [calendar] = parseCalendar(data).calendars
      if (calendar?.property('METHOD') === undefined) return data
      throw new CalendarError('unrepresentable', 'a calendar holds no messages', { details: { reason: 'method' } })
    },
  }
}

const wouldNotify = (): CalendarError =>
  new CalendarError('forbidden', 'the server would notify the attendees', { details: { reason: 'would-notify' } })

const componentsOf = (data: Uint8Array) => parseCalendar(data).calendars.flatMap(objectComponents)

const namesPeople = (data: Uint8Array): boolean =>
  componentsOf(data).some((component) => component.property('ATTENDEE') !== undefined)

const uidOf = (data: Uint8Array): string | null => {
  const uid = componentsOf(data)[0]?.property('UID')
  return uid === undefined ? null : readText(uid)
}

const write = (token: Token): string => JSON.stringify(token)

const read = (token: string): Token => {
  try {
    const value = JSON.parse(token) as Token
    if (value.kind === 'sync' && typeof value.token === 'string') return value
    if (value.kind === 'list' && typeof value.etags === 'object' && value.etags !== null) return value
  } catch {
    // Not one of ours.
  }
  throw new CalendarError('invalid-sync-token', 'the token is not one of this peer')
}

const nameOfOperation = (operationId: string): string => `${operationId}.ics`

const toObject = (name: string, etag: string, data: Uint8Array, modified: string | null): PeerObject => {
  const modifiedMs = modified === null ? Number.NaN : Date.parse(modified)
  const operation = /^([A-Za-z0-9_-]{1,64})\.ics$/.exec(name)
  return {
    name,
    etag,
    data,
    modifiedMs: Number.isNaN(modifiedMs) ? null : modifiedMs,
    isOrganizer: null,
    operationId: operation?.[1] ?? null,
  }
}

const conditionHeaders = (condition: WriteCondition | undefined): Record<string, string> => {
  if (condition === undefined) return {}
  if ('ifMatch' in condition) return { 'If-Match': listed(condition.ifMatch) }
  return { 'If-None-Match': listed(condition.ifNoneMatch) }
}

const listed = (etags: readonly string[] | '*'): string => (etags === '*' ? '*' : etags.join(', '))

/** Says of people whom nobody schedules yet that the client does (RFC 6638 §7.1), and tells whether the server has some to itself. */
const markScheduling = (data: Uint8Array): { readonly data: Uint8Array; readonly hasServerScheduled: boolean } => {
  const document = parseCalendar(data)
  const editor = editCalendar(document)
  let hasServerScheduled = false
  for (const component of document.calendars.flatMap(objectComponents)) {
    for (const property of component.properties) {
      if (property.name !== 'ATTENDEE' && property.name !== 'ORGANIZER') continue
      const agent = property.param('SCHEDULE-AGENT')?.toUpperCase()
      if (agent === 'CLIENT' || agent === 'NONE') continue
      hasServerScheduled = true
      const draft = draftOf(property)
      editor.replace(property, { ...draft, params: { ...draft.params, 'SCHEDULE-AGENT': 'CLIENT' } })
    }
  }
  return { data: editor.toBytes(), hasServerScheduled }
}
