import { CalendarError } from '@dayport/core'
import type { XmlElement } from '@dayport/core/xml'
import { DavError, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { createResponder } from '../properties/respond.ts'
import type { CalendarResource } from '../resources.ts'
import { preferenceHeaders, readDepth } from '../wire/headers.ts'
import { multistatusResponse, writeStatusResponse } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'
import { tokenOfUri, tokenUri } from '../wire/sync-token.ts'
import { floatingZoneOf } from './data-context.ts'
import { readReportProperties } from './properties.ts'
import { writeChanges } from './write-changes.ts'

/**
 * RFC 6578 §3.2. Members of a calendar have none of their own, so that both sync levels are the same. Thunderbird always sends
 * Depth 1 where §3.2 says 0: tolerated.
 */
export const syncCollection = async (x: Exchange, parent: CalendarResource, body: XmlElement): Promise<Response> => {
  readLevel(x, body)
  const request = readReportProperties(body, x, floatingZoneOf(parent, body))
  const uri = body.child(dav('sync-token'))?.text.trim()
  if (uri === undefined) throw new DavError(400, { message: 'Expected a sync-token element' })
  const since = uri === '' ? null : tokenOfUri(uri)
  const limit = readLimit(body)
  const { signal } = x.request
  const page = await x.service
    .changes(x.who, parent.calendar.id, since, limit === null ? { signal } : { signal, limit })
    .catch((error: unknown) => {
      // RFC 6578 §3.2: whatever is wrong with the token, the element says so.
      if (CalendarError.is(error, 'invalid-sync-token')) throw refusal(403, dav('valid-sync-token'))
      throw error
    })

  const respond = createResponder(x, request)
  return multistatusResponse(
    x,
    async function* (writer) {
      yield* writeChanges(x, writer, { parent, request, respond }, page.changes)
      // RFC 6578 §3.6: more follows after this token.
      if (page.more) writeStatusResponse(writer, parent.href, 507, { name: dav('number-of-matches-within-limits') })
      writer.element(dav('sync-token'), tokenUri(page.token))
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

/** The sync level. @throws {DavError} 400 for another than 1 and infinite, and for a Depth that goes against it. */
export const readLevel = (x: Exchange, body: XmlElement): '1' | 'infinite' => {
  const depth = readDepth(x.request.headers)
  // RFC 6578 appendix A: old programs say the level in Depth.
  const level = body.child(dav('sync-level'))?.text.trim() ?? depth
  if (level !== '1' && level !== 'infinite' && level !== 'infinity') {
    throw new DavError(400, { message: 'Expected sync-level to be 1 or infinite' })
  }
  const levelGiven = body.child(dav('sync-level')) !== undefined
  if (levelGiven && depth === 'infinity') throw new DavError(400, { message: 'Expected Depth: 0' })
  return level === '1' ? '1' : 'infinite'
}

/** @throws {DavError} 400 for what is no number; 507 for 0. */
export const readLimit = (body: XmlElement): number | null => {
  const text = body.child(dav('limit'))?.child(dav('nresults'))?.text.trim()
  if (text === undefined) return null
  if (!/^\d{1,9}$/.test(text)) throw new DavError(400, { message: 'Expected nresults to be a number' })
  // RFC 6578 §3.7: a limit that cannot be kept.
  if (Number(text) === 0) throw refusal(507, dav('number-of-matches-within-limits'))
  return Number(text)
}
