import { challengeResponse, HttpError, isChallenge, readBody, streamBody } from '@dayport/http'
import type { OutlookConnectionRecord } from './connection-store.ts'
import type { OutlookHandlerOptions } from './handler-options.ts'
import type { ListAccess } from './list-service.ts'
import { addAttachment, asFault, deleteAttachment, getAttachmentCollection } from './operations/attachments.ts'
import type { Answer, Exchange } from './operations/exchange.ts'
import { answerFile, fileAt } from './operations/files.ts'
import { getListItemChangesSinceToken } from './operations/get-changes.ts'
import { getListItemChanges, getListItems } from './operations/get-items.ts'
import { getList, getListCollection } from './operations/get-list.ts'
import { updateListItems } from './operations/update-items.ts'
import { headersOf, shapeOf } from './request-record.ts'
import { listUrl, type Place } from './wire/place.ts'
import {
  actionOf,
  contentTypes,
  envelopeEnd,
  envelopeStart,
  faultResponse,
  listMissing,
  readCall,
  type SoapCall,
  SoapFault,
  type SoapVersion,
  soapNamespace,
} from './wire/soap.ts'
import { wsdl } from './wire/wsdl.ts'

const operations: Readonly<Record<string, (x: Exchange) => Promise<Answer>>> = {
  GetList: getList,
  GetListCollection: getListCollection,
  GetListItems: getListItems,
  GetListItemChanges: getListItemChanges,
  GetListItemChangesSinceToken: getListItemChangesSinceToken,
  UpdateListItems: updateListItems,
  AddAttachment: addAttachment,
  GetAttachmentCollection: getAttachmentCollection,
  DeleteAttachment: deleteAttachment,
}

const common = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const

/** Who asks, for which calendar, and by which address. */
interface Visit {
  readonly access: ListAccess
  readonly connection: OutlookConnectionRecord | null
  readonly place: Place
  /** Path below the base, with a slash at its beginning; still encoded. */
  readonly path: string
}

/** What is remembered of a call for the record. */
interface Told {
  operation: string | null
  shape: string | null
  fault: string | null
}

const notFound = (): HttpError => new HttpError(404, 'Not found', { headers: common })

/** Connections whose requests are counted; beyond it the oldest is forgotten. */
const maxCounted = 1_000

/**
 * The list behind a `stssync:` link: `…/_vti_bin/Lists.asmx` with the attachments and redirects around it. A connection works while it is
 * not revoked and its maker is there and sees the calendar; a wrong, revoked or orphaned address is answered by one and the same 404, a
 * right one whose calendar was deleted or closed to its maker by the fault 0x82000006, by which Outlook knows that the list is gone, and
 * with Basic every request without a right password by one and the same 401, before any list is looked at.
 *
 * @throws {TypeError} when `connections` come without `principals`, or `basePath` is no path between slashes.
 */
export const createOutlookHandler = (options: OutlookHandlerOptions): ((request: Request) => Promise<Response>) => {
  const { lists, connections, principals, now, onError, onRequest } = options
  const basePath = options.basePath ?? '/outlook/'
  if (!/^\/([\w.~-]+\/)*$/.test(basePath)) {
    throw new TypeError(`Expected basePath to begin and end in a slash and to need no encoding, got ${basePath}`)
  }
  if (connections !== undefined && principals === undefined) throw new TypeError('Expected principals with connections')
  const maxBodyBytes = options.maxBodyBytes ?? 20 * 1024 * 1024
  const recordedRequests = options.recordedRequests ?? 25
  const counted = new Map<string, number>()

  const visitOf = async (request: Request): Promise<Visit | Response> => {
    const { pathname, origin } = new URL(request.url)
    if (!pathname.startsWith(basePath)) throw notFound()
    const [first = '', second = ''] = pathname.slice(basePath.length).split('/', 2)
    const ownPath = `${basePath}${first}/${second}`
    const place: Place = { baseUrl: `${options.originOf?.(request) ?? origin}${ownPath}`, basePath: ownPath }
    const path = pathname.slice(ownPath.length) || '/'
    if (first === 'basic') {
      if (options.authenticate === undefined) throw notFound()
      const who = await options.authenticate(request)
      if (isChallenge(who)) return challengeResponse(who)
      const calendar = decodedSegment(second)
      if (calendar === null) throw notFound()
      return { access: { principal: who, calendar, connection: null }, connection: null, place, path }
    }
    const opened = (await connections?.verify(first, second, { signal: request.signal })) ?? null
    if (opened === 'gone') throw isService(request.method, path) ? listMissing() : notFound()
    if (opened === null) throw notFound()
    const { record, maker, ...seen } = opened
    const principal = (await principals?.principalOf(record.principal, maker)) ?? null
    if (principal === null) throw notFound()
    return {
      access: { principal, calendar: seen.calendar.id, connection: record.id, seen },
      connection: record,
      place,
      path,
    }
  }

  /** A failure in the middle of an answer ends the connection; the host hears why. */
  async function* reporting(
    chunks: AsyncIterable<string | Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<string | Uint8Array> {
    try {
      yield* chunks
    } catch (error) {
      if (!signal.aborted) onError(error)
      throw error
    }
  }

  const runCall = async (request: Request, visit: Visit, call: SoapCall): Promise<Response> => {
    const run = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined
    if (run === undefined) throw new SoapFault('Client', null, 'Server did not recognize the operation.')
    const action = actionOf(request)
    if (action !== null && action !== call.operation) {
      throw new SoapFault('Client', null, 'SOAPAction and the body name different operations.')
    }
    const exchange: Exchange = {
      lists,
      access: visit.access,
      operation: call.element,
      place: visit.place,
      author: options.author ?? 'Calendar',
      minMinutesBetweenSyncs: options.minMinutesBetweenSyncs ?? 0,
      recommendedSecondsBetweenSyncs: options.recommendedSecondsBetweenSyncs ?? 180,
      nowMs: now(),
      signal: request.signal,
    }
    const answer = await run(exchange)
    const body = streamBody(reporting(enveloped(call, answer), request.signal), { gatherBytes: 32_768 })
    return new Response(body, { headers: { ...common, 'content-type': contentTypes[call.version] } })
  }

  const answerSoap = async (request: Request, visit: Visit, told: Told): Promise<Response> => {
    let version: SoapVersion = '1.1'
    try {
      const body = await readBody(request, { maxBytes: maxBodyBytes })
      const call = readCall(body, maxBodyBytes)
      version = call.version
      told.operation = call.operation
      if (onRequest !== undefined) told.shape = shapeOf(call.element)
      const response = await runCall(request, visit, call)
      // Not awaited: the client shall not wait for our bookkeeping.
      if (visit.connection !== null) {
        connections?.touch(visit.connection, request.headers.get('user-agent')).catch(onError)
      }
      return response
    } catch (error) {
      if (HttpError.is(error)) throw error
      const fault = asFault(error)
      if (fault instanceof SoapFault) {
        told.fault = fault.code ?? fault.fault
        return faultResponse(fault, version, common)
      }
      if (!request.signal.aborted) onError(error)
      told.fault = 'internal'
      return faultResponse(new SoapFault('Server', null, 'Something broke; try again later.'), version, common)
    }
  }

  const answerService = async (request: Request, visit: Visit, told: Told): Promise<Response> => {
    if (request.method === 'POST') {
      if (visit.connection === null) assertXml(request)
      return answerSoap(request, visit, told)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpError(405, 'Only GET and POST', { headers: { ...common, allow: 'GET, HEAD, POST' } })
    }
    const { search } = new URL(request.url)
    if (/^\?wsdl$/i.test(search)) {
      const text = request.method === 'HEAD' ? null : wsdl(`${visit.place.baseUrl}/_vti_bin/Lists.asmx`)
      return new Response(text, { headers: { ...common, 'content-type': 'text/xml; charset=utf-8' } })
    }
    const text = request.method === 'HEAD' ? null : 'The Lists web service of a calendar. It is described at ?WSDL.\n'
    return new Response(text, { headers: { ...common, 'content-type': 'text/plain; charset=utf-8' } })
  }

  /** "Open in browser": to the host's own page, which asks for a sign-in of its own. */
  const answerPage = async (request: Request, { access }: Visit): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpError(405, 'Only GET', { headers: { ...common, allow: 'GET, HEAD' } })
    }
    const id = itemIdIn(request)
    let found: Awaited<ReturnType<typeof lists.eventOf>> = null
    try {
      found = id === null ? null : await lists.eventOf(access, id, { signal: request.signal })
    } catch (error) {
      throw asFault(error) instanceof SoapFault ? notFound() : error
    }
    const event = { calendar: access.calendar, objectName: found?.objectName ?? null, key: found?.key ?? null }
    const page = options.eventPage?.(event) ?? null
    if (page === null) throw notFound()
    return new Response(null, { status: 302, headers: { ...common, location: page } })
  }

  const targetOf = (path: string): 'service' | 'attachment' | 'page' | 'other' => {
    const lower = path.toLowerCase()
    if (lower === '/_vti_bin/lists.asmx') return 'service'
    if (fileAt(path) !== null) return 'attachment'
    const isPage = lower === '/' || lower === listUrl.slice(0, -1).toLowerCase() || isListPage.test(lower)
    return isPage ? 'page' : 'other'
  }

  const answer = async (request: Request, visit: Visit, told: Told): Promise<Response> => {
    switch (targetOf(visit.path)) {
      case 'service':
        return answerService(request, visit, told)
      case 'attachment': {
        const file = fileAt(visit.path)
        if (file === null) throw notFound()
        return answerFile(request, { lists, access: visit.access, file, headers: common, maxBytes: maxBodyBytes })
      }
      case 'page':
        return answerPage(request, visit)
      default:
        throw notFound()
    }
  }

  const record = (request: Request, visit: Visit, told: Told, status: number): void => {
    if (onRequest === undefined) return
    const key = visit.connection?.id ?? `basic ${visit.access.principal.id} ${visit.access.calendar}`
    const number = (counted.get(key) ?? 0) + 1
    if (number > recordedRequests) return
    counted.delete(key)
    const [oldest] = counted.keys()
    if (counted.size >= maxCounted && oldest !== undefined) counted.delete(oldest)
    counted.set(key, number)
    try {
      const target = targetOf(visit.path)
      onRequest({
        connection: visit.connection?.id ?? null,
        number,
        atMs: now(),
        method: request.method,
        target: target === 'service' ? '_vti_bin/lists.asmx' : target,
        ...headersOf(request),
        ...told,
        status,
      })
    } catch (error) {
      onError(error)
    }
  }

  return async (request) => {
    try {
      const visit = await visitOf(request)
      if (visit instanceof Response) return visit
      const told: Told = { operation: null, shape: null, fault: null }
      let response: Response
      try {
        response = await answer(request, visit, told)
      } catch (error) {
        if (!HttpError.is(error)) throw error
        response = error.toResponse()
      }
      record(request, visit, told, response.status)
      return response
    } catch (error) {
      if (HttpError.is(error)) return error.toResponse()
      if (error instanceof SoapFault) return faultResponse(error, versionOfType(request), common)
      if (!request.signal.aborted) onError(error)
      return new HttpError(500, 'Internal error', { headers: common }).toResponse()
    }
  }
}

const isService = (method: string, path: string): boolean =>
  method === 'POST' && path.toLowerCase() === '/_vti_bin/lists.asmx'

/** The version of SOAP that a request announces, where its body is not looked at. */
const versionOfType = (request: Request): SoapVersion =>
  /^\s*application\/soap\+xml/i.test(request.headers.get('content-type') ?? '') ? '1.2' : '1.1'

/** Pages of the list that Outlook opens in a browser: DispForm and its like, with any name. */
const isListPage = new RegExp(`^${listUrl.toLowerCase()}(?:[\\w-]+\\.aspx)?$`)

const itemIdIn = (request: Request): number | null => {
  for (const [name, value] of new URL(request.url).searchParams) {
    if (name.toLowerCase() === 'id' && /^[1-9]\d{0,14}$/.test(value)) return Number(value)
  }
  return null
}

/** A calendar's id in an address, decoded once. */
const decodedSegment = (segment: string): string | null => {
  try {
    return segment === '' ? null : decodeURIComponent(segment)
  } catch {
    return null
  }
}

/** A browser that remembers a password sends it along with a stranger's form; XML it sends only where it was allowed to. */
const assertXml = (request: Request): void => {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'text/xml' || type === 'application/soap+xml' || type === 'application/xml') return
  throw new HttpError(415, 'Expected text/xml or application/soap+xml', { headers: common })
}

async function* enveloped({ version, operation }: SoapCall, answer: Answer): AsyncGenerator<string | Uint8Array> {
  const name = `${operation}Response`
  yield `${envelopeStart(version)}<${name} xmlns="${soapNamespace}">`
  if (typeof answer === 'string') yield answer
  else yield* answer
  yield `</${name}>${envelopeEnd}`
}
