import { type XmlElement, XmlError } from '@dayport/core/xml'
import { DavError, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { makeCollection } from '../files/make-collection.ts'
import { readInstructions } from '../properties/instructions.ts'
import { readXml } from '../wire/body.ts'
import { cal, dav } from '../wire/names.ts'
import { assertFree, type MakeDialect, makeCalendar, subscribesWith, typeOutcomeOf } from './make-calendar.ts'
import { methodNotAllowed } from './options.ts'

/**
 * Extended MKCOL, RFC 5689, a full equal of MKCALENDAR: some hosts never let that method through. A home holds calendars only, so
 * that a plain MKCOL there is refused; among files it makes plain collections.
 */
export const mkcol = async (x: Exchange): Promise<Response> => {
  const body = await readBodyOf(x)
  if (body !== null && body.name !== dav('mkcol'))
    throw new DavError(415, { message: `Expected a ${dav('mkcol')} body` })
  const instructions = body === null ? [] : readInstructions(body)
  if (x.address.kind === 'file') {
    const asked = instructions.find(({ name }) => name === dav('resourcetype'))
    const others = instructions.filter((instruction) => instruction !== asked)
    return makeCollection(x, x.address, others, asked === undefined ? null : typeOutcomeOf(asked, [dav('collection')]))
  }
  const dialect: MakeDialect = {
    occupied: () => methodNotAllowed(x, 'Something is there'),
    failure: { root: 'mkcol-response', status: 403 },
  }
  const type = instructions.find(({ name }) => name === dav('resourcetype'))
  if (type === undefined) {
    await assertFree(x, dialect)
    throw refusal(403, dav('valid-resourcetype'))
  }
  const subscribes = subscribesWith(x, type)
  return makeCalendar(
    x,
    dialect,
    instructions.filter((instruction) => instruction !== type),
    typeOutcomeOf(type, [dav('collection'), cal('calendar')], subscribes),
    subscribes,
  )
}

/** RFC 4918 §9.3: a body of another type is 415, told by its text, since some clients name a wrong type for XML. */
const readBodyOf = async (x: Exchange): Promise<XmlElement | null> => {
  try {
    return await readXml(x)
  } catch (error) {
    const type = x.request.headers.get('content-type')
    if (XmlError.is(error, 'malformed') && type !== null && !/\bxml\b/i.test(type)) {
      throw new DavError(415, { message: 'Expected an XML body' })
    }
    throw error
  }
}
