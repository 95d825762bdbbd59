import { CalendarError, type ChangePage } from '@dayport/core'
import type { XmlElement } from '@dayport/core/xml'
import { DavError, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { createResponder } from '../properties/respond.ts'
import { type CalendarResource, calendarsOf, type HomeResource } from '../resources.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { objectHref } from '../wire/hrefs.ts'
import { isPiece, multistatusResponse, writeStatusResponse } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'
import { requestZoneOf, zoneFor } from './data-context.ts'
import { homeToken, type KnownCalendar, knownInToken, knownOf, nameIn } from './home-state.ts'
import { readReportProperties } from './properties.ts'
import { readLevel, readLimit } from './sync-collection.ts'
import { type ChangeAnswer, writeChanges } from './write-changes.ts'

/** One calendar that is told of. */
interface Told extends ChangeAnswer {
  /** `null` when its members are not asked for. */
  readonly page: ChangePage | null
}

/**
 * RFC 6578 §3.2 on a home: the calendars that are new, changed or gone; with the level `infinite` also what is new in them. A limit ends
 * the answer between two responses, and the token says how far each calendar was told.
 */
export const syncHome = async (x: Exchange, home: HomeResource, body: XmlElement): Promise<Response> => {
  const isInfinite = readLevel(x, body) === 'infinite'
  const uri = body.child(dav('sync-token'))?.text.trim()
  if (uri === undefined) throw new DavError(400, { message: 'Expected a sync-token element' })
  const known = uri === '' ? null : knownInToken(uri)
  const before = new Map(known?.map((one) => [one.name, one]))
  const limit = readLimit(body)
  const requested = requestZoneOf(body)
  const calendars = await calendarsOf(x, home.owner)
  const names = new Set(calendars.map(nameIn))

  let left = limit ?? Number.POSITIVE_INFINITY
  let more = false
  const gone: string[] = []
  const after: KnownCalendar[] = []
  for (const one of known ?? []) {
    if (names.has(one.name)) continue
    if (left > 0) {
      gone.push(one.name)
      left -= 1
    } else {
      more = true
      after.push(one)
    }
  }
  const told: Told[] = []
  for (const parent of calendars) {
    const state = knownOf(parent)
    const old = before.get(state.name)
    if (old !== undefined && old.token === state.token && old.modifiedMs === state.modifiedMs) {
      after.push(old)
      continue
    }
    // The calendar itself takes one place, and in an infinite answer one of its members the next.
    if (left < (isInfinite ? 2 : 1) && (left < 1 || told.length + gone.length > 0)) {
      more = true
      if (old !== undefined) after.push(old)
      continue
    }
    left -= 1
    const page = isInfinite ? await changesOf(x, parent, old, Math.max(1, left)) : null
    if (page !== null) left -= page.changes.length
    more ||= page?.more ?? false
    after.push(page === null ? state : { ...state, token: page.token })
    const request = readReportProperties(body, x, zoneFor(requested, parent))
    told.push({ parent, request, respond: createResponder(x, request), page })
  }

  return multistatusResponse(
    x,
    async function* (writer) {
      for (const name of gone) writeStatusResponse(writer, `${objectHref(home.href, name)}/`, 404)
      for (const { page, ...answer } of told) {
        await answer.respond(writer, answer.parent)
        if (page !== null) yield* writeChanges(x, writer, answer, page.changes)
        if (isPiece(writer)) yield
      }
      if (more) writeStatusResponse(writer, home.href, 507, { name: dav('number-of-matches-within-limits') })
      writer.element(dav('sync-token'), homeToken(after))
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

/** @throws {DavError} 403 valid-sync-token also for a calendar that was made anew under its name: what was in it is not known. */
const changesOf = async (
  x: Exchange,
  { calendar }: CalendarResource,
  old: KnownCalendar | undefined,
  limit: number,
): Promise<ChangePage> => {
  const { signal } = x.request
  const options = Number.isFinite(limit) ? { signal, limit } : { signal }
  try {
    return await x.service.changes(x.who, calendar.id, old?.token ?? null, options)
  } catch (error) {
    if (CalendarError.is(error, 'invalid-sync-token')) throw refusal(403, dav('valid-sync-token'))
    throw error
  }
}
