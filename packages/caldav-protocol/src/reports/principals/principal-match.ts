import type { ClarkName, XmlElement } from '@dayport/core/xml'
import { DavError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import { keptOf, keptXml } from '../../kept/kept-of.ts'
import { propertiesOf } from '../../properties/index.ts'
import { createResponder } from '../../properties/respond.ts'
import { readPropertyRequest } from '../../properties/select.ts'
import { membersOf, principalHref, type Resource } from '../../resources.ts'
import { preferenceHeaders } from '../../wire/headers.ts'
import { multistatusResponse, writeStatusResponse } from '../../wire/multistatus.ts'
import { dav } from '../../wire/names.ts'
import { hrefsInXml } from './hrefs-in-xml.ts'

/**
 * RFC 3744 §9.3: below a collection, the principals that are the asking person or a group of theirs, or the members of which a property
 * names the person. Members of members are looked at where a home holds calendars.
 */
export const principalMatch = async (x: Exchange, resource: Resource, body: XmlElement): Promise<Response> => {
  const self = body.child(dav('self')) !== undefined
  const [asked, ...others] = body.child(dav('principal-property'))?.elements ?? []
  if (self === (asked !== undefined) || others.length > 0) {
    throw new DavError(400, { message: 'Expected self, or principal-property with one property' })
  }
  if (body.childrenNamed(dav('prop')).length > 1) throw new DavError(400, { message: 'Expected one prop' })
  const request = readPropertyRequest(body)
  const respond = request === null ? null : createResponder(x, request)
  const matching = asked === undefined ? ownPrincipals(x, resource) : membersNaming(x, resource, asked.name)
  return multistatusResponse(
    x,
    async function* (writer) {
      for await (const member of matching) {
        if (respond === null) writeStatusResponse(writer, member.href, 200)
        else await respond(writer, member)
        yield
      }
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

async function* ownPrincipals(x: Exchange, resource: Resource): AsyncIterable<Resource> {
  if (resource.kind !== 'principals' && resource.kind !== 'root') return
  for (const id of [x.me.id, ...x.who.groups]) {
    const info = await x.principalOf(id)
    if (info !== null) yield { kind: 'principal', href: principalHref(x, info), info }
  }
}

async function* membersNaming(x: Exchange, resource: Resource, name: ClarkName): AsyncIterable<Resource> {
  const mine = new Set<string>()
  for (const id of [x.me.id, ...x.who.groups]) {
    const info = await x.principalOf(id)
    if (info !== null) mine.add(principalHref(x, info))
  }
  for await (const member of membersOf(x, resource)) {
    const hrefs = await hrefsOf(x, member, name)
    const names = hrefs.map((href) => {
      const address = x.hrefs.parse(href)
      return address?.kind === 'principal' ? x.hrefs.of(address) : href
    })
    if (names.some((href) => mine.has(href))) yield member
  }
}

/** The addresses in a property, live or kept; none when it is not there or not for the asking person. */
const hrefsOf = async (x: Exchange, resource: Resource, name: ClarkName): Promise<readonly string[]> => {
  const live = propertiesOf(resource.kind).get(name)
  if (live === undefined) {
    const xml = keptXml(await keptOf(x, resource), name)
    return xml === null ? [] : hrefsInXml(xml)
  }
  try {
    const value = await live.get(resource, x)
    return value !== null && typeof value === 'object' && 'hrefs' in value ? value.hrefs : []
  } catch (error) {
    if (error instanceof DavError) return []
    throw error
  }
}
