import { DavError, notFound, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { type Outcome, planInstructions, readInstructions, writeOutcomes } from '../properties/instructions.ts'
import { locate } from '../resources.ts'
import { expectRoot, readXml } from '../wire/body.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { multistatusResponse } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'

/** RFC 4918 §9.2: in order, and all or nothing. Only calendars have properties that a client may set. */
export const proppatch = async (x: Exchange): Promise<Response> => {
  const body = await readXml(x)
  if (body === null) throw new DavError(400, { message: 'Expected a propertyupdate body' })
  const instructions = readInstructions(expectRoot(body, dav('propertyupdate')))
  if (instructions.length === 0) throw new DavError(400, { message: 'Expected a property to set or remove' })
  const resource = await locate(x, x.address)
  if (resource === null) throw notFound()

  if (resource.kind !== 'calendar') {
    const { condition } = refusal(403, dav('cannot-modify-protected-property'))
    return answer(
      x,
      resource.href,
      instructions.map(({ name }) => ({ name, status: 403, condition })),
    )
  }
  const { calendar, href } = resource
  const plan = planInstructions(instructions, calendar, x.limits)
  if (!plan.failed) await writeUnderIf(x, (call) => x.service.updateCalendar(x.who, calendar.id, plan.patch, call))
  // RFC 8144 §2.2: nothing to say when everything was done.
  if (!plan.failed && x.prefer.minimal) {
    return new Response(null, { status: 204, headers: preferenceHeaders('return=minimal') })
  }
  return answer(x, href, plan.outcomes)
}

const answer = (x: Exchange, href: string, outcomes: readonly Outcome[]): Promise<Response> =>
  multistatusResponse(
    x,
    async function* (writer) {
      writer.open(dav('response')).element(dav('href'), href)
      writeOutcomes(writer, outcomes)
      writer.close()
      yield
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
