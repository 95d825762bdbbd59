import type { XmlElement } from '@dayport/core/xml'
import { createXmlWriter, xmlLang } from '@dayport/core/xml'
import { DavError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import { userTypes } from '../../properties/principal.ts'
import { createResponder } from '../../properties/respond.ts'
import { readPropertyRequest } from '../../properties/select.ts'
import { principalHref, type Resource } from '../../resources.ts'
import { preferenceHeaders } from '../../wire/headers.ts'
import { multistatusResponse, writeStatusResponse } from '../../wire/multistatus.ts'
import { answerNamespaces, cs, dav } from '../../wire/names.ts'
import { findPrincipals, type PrincipalQuery } from './find-principals.ts'
import { type MatchType, searchable, type Term } from './search-terms.ts'

/** Terms of one search. */
const maxTerms = 50

const matchTypes: readonly MatchType[] = ['contains', 'starts-with', 'ends-with', 'equals']

/**
 * RFC 3744 §9.4, with `test`, `type` and the limit of calendarserver.org. Without `apply-to-principal-collection-set` it looks below
 * the request's own resource, which only the principal collection has anything of.
 */
export const principalPropertySearch = async (x: Exchange, resource: Resource, body: XmlElement): Promise<Response> => {
  const everywhere = body.child(dav('apply-to-principal-collection-set')) !== undefined
  const terms = body.childrenNamed(dav('property-search')).map(termOf)
  if (terms.length === 0) throw new DavError(400, { message: 'Expected a property-search' })
  if (terms.length > maxTerms) throw new DavError(400, { message: `Expected at most ${maxTerms} terms` })
  const test = body.attributes.get('test') ?? 'allof'
  if (test !== 'anyof' && test !== 'allof') throw new DavError(400, { message: 'Expected test to be anyof or allof' })
  const type = body.attributes.get('type')?.toUpperCase()
  if (type !== undefined && !Object.values(userTypes).includes(type)) {
    throw new DavError(400, { message: `Expected type to be one of ${Object.values(userTypes).join(', ')}` })
  }
  const applies = everywhere || resource.kind === 'principals' || resource.kind === 'root'
  return answerPrincipals(x, resource, body, {
    terms,
    all: test === 'allof',
    accepts: ({ kind }) => applies && (type === undefined || userTypes[kind] === type),
    limit: limitOf(body),
  })
}

/** calendarserver.org's search for completing what a person types: each token must be found in the name or an address. */
export const calendarserverPrincipalSearch = async (
  x: Exchange,
  resource: Resource,
  body: XmlElement,
): Promise<Response> => {
  const tokens = body.childrenNamed(cs('search-token')).map(({ text }) => text.trim())
  if (tokens.length === 0 || tokens.includes('')) throw new DavError(400, { message: 'Expected a search-token' })
  if (tokens.length > maxTerms) throw new DavError(400, { message: `Expected at most ${maxTerms} tokens` })
  const kinds = contexts.get(body.attributes.get('context') ?? '') ?? null
  const anywhere = (text: string, info: { readonly displayName: string; readonly emails: readonly string[] }) =>
    [info.displayName, ...info.emails].some((value) => value.toLowerCase().includes(text.toLowerCase()))
  return answerPrincipals(x, resource, body, {
    // The longest token is for the host to look for; all of them are tested on what it finds.
    terms: [{ properties: [], text: [...tokens].sort((a, b) => b.length - a.length)[0] ?? '', match: 'contains' }],
    all: true,
    accepts: (info) => (kinds === null || kinds.includes(info.kind)) && tokens.every((token) => anywhere(token, info)),
    limit: limitOf(body),
  })
}

const contexts: ReadonlyMap<string, readonly string[]> = new Map([
  ['user', ['individual']],
  ['group', ['group']],
  ['location', ['room']],
  ['resource', ['resource']],
  ['attendee', ['individual', 'group', 'room', 'resource']],
])

const answerPrincipals = async (
  x: Exchange,
  { href }: Resource,
  body: XmlElement,
  query: PrincipalQuery,
): Promise<Response> => {
  const request = readPropertyRequest(body) ?? { kind: 'prop', names: [] }
  const { found, more } = await findPrincipals(x, query)
  const respond = createResponder(x, request)
  return multistatusResponse(
    x,
    async function* (writer) {
      for (const info of found) {
        await respond(writer, { kind: 'principal', href: principalHref(x, info), info })
        yield
      }
      if (more) writeStatusResponse(writer, href, 507, { name: dav('number-of-matches-within-limits') })
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

const termOf = (element: XmlElement): Term => {
  const properties = element.child(dav('prop'))?.elements.map(({ name }) => name) ?? []
  const match = element.child(dav('match'))
  if (properties.length === 0 || match === undefined) throw new DavError(400, { message: 'Expected prop and match' })
  const type = match.attributes.get('match-type') ?? 'contains'
  const known = matchTypes.find((each) => each === type)
  if (known === undefined) throw new DavError(400, { message: `Expected match-type to be ${matchTypes.join(', ')}` })
  // Case is never told apart; a value that means nothing is still a mistake.
  const caseless = match.attributes.get('caseless') ?? 'yes'
  if (caseless !== 'yes' && caseless !== 'no') throw new DavError(400, { message: 'Expected caseless to be yes or no' })
  return { properties, text: match.text.trim(), match: known }
}

const limitOf = (body: XmlElement): number | null => {
  const limit = body.child(dav('limit')) ?? body.child(cs('limit'))
  if (limit === undefined) return null
  const text = (limit.child(dav('nresults')) ?? limit.child(cs('nresults')))?.text.trim() ?? ''
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new DavError(400, { message: 'Expected nresults to be a number' })
  return Number(text)
}

/** RFC 3744 §9.5. */
export const principalSearchPropertySet = (): Response => {
  const writer = createXmlWriter({ namespaces: answerNamespaces }).open(dav('principal-search-property-set'))
  for (const [name, { text }] of searchable) {
    writer.open(dav('principal-search-property')).open(dav('prop')).element(name).close()
    writer.element(dav('description'), text, { [xmlLang]: 'en' }).close()
  }
  return new Response(writer.close().take(), {
    headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'no-store' },
  })
}
