import type { XmlElement } from '@dayport/core/xml'
import { DavError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import { accessEntries } from '../../properties/access.ts'
import { createResponder } from '../../properties/respond.ts'
import { readPropertyRequest } from '../../properties/select.ts'
import { locate, type Resource } from '../../resources.ts'
import { preferenceHeaders } from '../../wire/headers.ts'
import { multistatusResponse } from '../../wire/multistatus.ts'
import { dav } from '../../wire/names.ts'

/** RFC 3744 §9.2: properties of everybody whom the resource's list of access names. For who may read that list. */
export const aclPrincipalPropSet = async (x: Exchange, resource: Resource, body: XmlElement): Promise<Response> => {
  const request = readPropertyRequest(body)
  if (body.childrenNamed(dav('prop')).length !== 1 || request === null) {
    throw new DavError(400, { message: 'Expected one prop' })
  }
  const entries = await accessEntries(resource, x)
  const hrefs = [...new Set(entries.map(({ href }) => href).filter((href) => href !== null))]
  const respond = createResponder(x, request)
  return multistatusResponse(
    x,
    async function* (writer) {
      for (const href of hrefs) {
        const address = x.hrefs.parse(href)
        const principal = address === null ? null : await locate(x, address)
        if (principal !== null) await respond(writer, principal)
        yield
      }
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}
