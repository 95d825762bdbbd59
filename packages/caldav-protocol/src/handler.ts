import { defaultObjectLimits } from '@dayport/core'
import { challengeResponse, isChallenge } from '@dayport/http'
import { hiddenInstead } from './access/hidden.ts'
import { DavError, notFound, responseOfError } from './errors.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { lock, unlock } from './files/lock.ts'
import { createSeriesCache } from './filter/series-cache.ts'
import { acl } from './methods/acl.ts'
import { copyMove } from './methods/copy-move.ts'
import { deleteResource } from './methods/delete.ts'
import { get } from './methods/get.ts'
import { mkcalendar } from './methods/mkcalendar.ts'
import { mkcol } from './methods/mkcol.ts'
import { methodNotAllowed, options } from './methods/options.ts'
import { post } from './methods/post.ts'
import { propfind } from './methods/propfind.ts'
import { proppatch } from './methods/proppatch.ts'
import { put } from './methods/put.ts'
import { report } from './methods/report.ts'
import { type CalDavOptions, type Door, defaultCalDavLimits } from './options.ts'
import { createHrefs, objectHref } from './wire/hrefs.ts'
import { assertIfHolds } from './wire/if-header.ts'

/**
 * A CalDAV server: RFC 4791 with sync (RFC 6578) and extended MKCOL (RFC 5689) over any store. Answers every request below
 * `basePath`, and `/` itself when the host forwards it. Takes exactly one parameter: Workers and Bun hand over more.
 *
 * @throws {TypeError} when `basePath` is not an absolute path.
 */
export const createCalDavHandler = (options: CalDavOptions): ((request: Request) => Promise<Response>) => {
  const door = doorOf(options)
  return async (request) => {
    const { pathname } = new URL(request.url)
    try {
      return await answer(door, request, pathname)
    } catch (error) {
      const sibling = (name: string) => objectHref(pathname.slice(0, pathname.lastIndexOf('/') + 1), name)
      return responseOfError(error, { href: pathname, sibling }, door.onError)
    }
  }
}

const doorOf = (options: CalDavOptions): Door => {
  const basePath = options.basePath ?? '/dav/'
  if (!/^\/([\w.~-]+\/)*$/.test(basePath)) {
    throw new TypeError(`Expected basePath to begin and end in a slash and to need no encoding, got ${basePath}`)
  }
  return {
    service: options.service,
    authenticate: options.authenticate,
    authorize: options.authorize,
    principals: options.principals,
    listed: options.listed ?? (async (_, shared) => shared),
    onError: options.onError ?? (() => undefined),
    hrefs: createHrefs(basePath),
    series: createSeriesCache(),
    files: options.files ?? null,
    properties: options.properties ?? null,
    subscriptions: options.subscriptions ?? null,
    now: options.now ?? Date.now,
    newId: options.newId ?? (() => crypto.randomUUID()),
    limits: { ...defaultCalDavLimits, ...options.limits },
    objectLimits: { ...defaultObjectLimits, ...options.objectLimits },
  }
}

const answer = async (door: Door, request: Request, pathname: string): Promise<Response> => {
  // RFC 9112 §3.2: a fragment is no part of a request target; without it another resource would be meant.
  if (request.url.includes('#')) throw new DavError(400, { message: 'Expected a request target without a fragment' })
  const address = door.hrefs.parse(pathname)
  if (request.method === 'OPTIONS') return options(address ?? { kind: 'root' }, door)
  const who = await door.authenticate(request)
  if (isChallenge(who)) return challengeResponse(who)
  if (address === null) throw creating.has(request.method) ? parentMissing() : notFound()
  const me = await door.principals.getPrincipal(who.id)
  if (me === null) throw new DavError(403, { message: 'The account is not known here' })
  const href = pathname === '/' ? '/' : door.hrefs.of(address)
  const x = createExchange(door, { request, address, href, who, me })
  try {
    return await dispatch(x)
  } catch (error) {
    throw await hiddenInstead(x, error)
  }
}

/** Methods that would make what they name: nothing can be made where no address can be. RFC 4918 §9.3.1, §9.7.1. */
const creating = new Set(['PUT', 'MKCOL', 'MKCALENDAR', 'LOCK'])

const parentMissing = (): DavError => new DavError(409, { message: 'The parent is not there' })

/** Methods that are not there are 405 with what is. */
const dispatch = async (x: Exchange): Promise<Response> => {
  switch (x.request.method) {
    case 'PROPFIND':
      await assertIfHolds(x)
      return propfind(x)
    case 'REPORT':
      await assertIfHolds(x)
      return report(x)
    case 'GET':
    case 'HEAD':
      return get(x)
    case 'PUT':
      return put(x)
    case 'DELETE':
      return deleteResource(x)
    case 'PROPPATCH':
      return proppatch(x)
    case 'MKCALENDAR':
      return mkcalendar(x)
    case 'MKCOL':
      return mkcol(x)
    case 'COPY':
    case 'MOVE':
      return copyMove(x)
    case 'ACL':
      return acl(x)
    case 'POST':
      return post(x)
    case 'LOCK':
      return lock(x)
    case 'UNLOCK':
      return unlock(x)
    default:
      throw methodNotAllowed(x)
  }
}
