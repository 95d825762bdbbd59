import { assertCondition } from '@dayport/core'
import { writeCondition } from '@dayport/http'
import { DavError, needPrivileges, notFound, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { writeFile } from '../files/write-file.ts'
import { keptOf, keptPlace } from '../kept/kept-of.ts'
import { setProxies } from '../principals/set-proxies.ts'
import {
  type Instruction,
  type Outcome,
  type Plan,
  planInstructions,
  planKept,
  planShared,
  readInstructions,
  writeOutcomes,
} from '../properties/instructions.ts'
import { type CalendarResource, type FileResource, locate, type Resource } from '../resources.ts'
import { expectRoot, readXml } from '../wire/body.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { multistatusResponse } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'

/** RFC 4918 §9.2: in order, and all or nothing. */
export const proppatch = async (x: Exchange): Promise<Response> => {
  const body = await readXml(x)
  if (body === null) throw new DavError(400, { message: 'Expected a propertyupdate body' })
  const instructions = readInstructions(expectRoot(body, dav('propertyupdate')))
  if (instructions.length === 0) throw new DavError(400, { message: 'Expected a property to set or remove' })
  const resource = await locate(x, x.address)
  if (resource === null) throw notFound()
  // Properties are no part of the etag, but who saw another state of an object must not describe this one.
  if (resource.kind === 'object') assertCondition(writeCondition(x.request.headers), resource.etag)

  const outcomes = await outcomesFor(x, resource, instructions)
  // RFC 8144 §2.2: nothing to say when everything was done.
  if (x.prefer.minimal && outcomes.every(({ status }) => status === 200)) {
    const headers = { 'content-length': '0', ...preferenceHeaders('return=minimal') }
    return new Response(null, { status: 200, headers })
  }
  return answer(x, resource.href, outcomes)
}

const outcomesFor = async (
  x: Exchange,
  resource: Resource,
  instructions: readonly Instruction[],
): Promise<readonly Outcome[]> => {
  switch (resource.kind) {
    case 'calendar':
      return patchCalendar(x, resource, instructions)
    case 'folder':
    case 'file':
      return patchFile(x, resource, instructions)
    case 'proxy':
      return setProxies(x, resource, instructions)
    case 'object':
      if (!(await x.may('write', resource.parent.calendar))) {
        throw needPrivileges(resource.href, dav('write-properties'))
      }
      return patchPlace(x, resource, instructions)
    default:
      return patchPlace(x, resource, instructions)
  }
}

const patchCalendar = async (
  x: Exchange,
  resource: CalendarResource,
  instructions: readonly Instruction[],
): Promise<readonly Outcome[]> => {
  const { calendar } = resource
  const plan = await planFor(x, resource, instructions)
  if (plan.failed) return plan.outcomes
  const place = Object.keys(plan.personal).length === 0 ? null : keptPlace(x, resource)
  const isCommon = Object.keys(plan.patch).length > 0
  await writeUnderIf(x, (call) =>
    x.service.transaction(async (tx) => {
      if (isCommon) await x.service.updateCalendar(x.who, calendar.id, plan.patch, { ...call, tx })
      if (place !== null) {
        await x.properties?.patchProperties(place.scope, place.item, plan.personal, { ...call, tx })
      }
    }, call),
  )
  return plan.outcomes
}

const planFor = async (
  x: Exchange,
  resource: CalendarResource,
  instructions: readonly Instruction[],
): Promise<Plan> => {
  const { calendar } = resource
  // Who owns a calendar together with its owner still has a list of calendars of their own.
  if (calendar.owner === x.me.id || x.properties === null) return planInstructions(instructions, calendar, x.limits)
  return planShared(instructions, resource, await x.may('write-properties', calendar), x.limits)
}

const patchFile = async (
  x: Exchange,
  { kind, owner, node }: FileResource,
  instructions: readonly Instruction[],
): Promise<readonly Outcome[]> => {
  const plan = planKept(instructions, kind, node.properties, x.limits)
  if (plan.failed) return plan.outcomes
  await writeFile(x, [{ path: node.path }], (files, call) => files.patchNode(owner.id, node.path, plan.patch, call))
  return plan.outcomes
}

/** What has no place of its own for properties: objects, and the addresses at which programs begin. */
const patchPlace = async (
  x: Exchange,
  resource: Resource,
  instructions: readonly Instruction[],
): Promise<readonly Outcome[]> => {
  const { properties } = x
  const place = keptPlace(x, resource)
  if (place === null && (resource.kind === 'home' || resource.kind === 'principal')) {
    throw needPrivileges(resource.href, dav('write-properties'))
  }
  if (place === null || properties === null) {
    const { condition } = refusal(403, dav('cannot-modify-protected-property'))
    return instructions.map(({ name }) => ({ name, status: 403, condition }))
  }
  const plan = planKept(instructions, resource.kind, await keptOf(x, resource), x.limits)
  if (!plan.failed) {
    await writeUnderIf(x, (call) => properties.patchProperties(place.scope, place.item, plan.patch, call))
  }
  return plan.outcomes
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
