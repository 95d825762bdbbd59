import type { CalendarDraft, PrincipalInfo } from '@dayport/core'
import { CalendarError } from '@dayport/core'
import { maxNameLength } from '@dayport/core/service'
import { type ClarkName, createXmlWriter, type XmlElement } from '@dayport/core/xml'
import { DavError, needPrivileges, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { assertOwnFiles } from '../files/own-files.ts'
import { proxyGrants } from '../principals/proxies.ts'
import { type Instruction, type Outcome, planInstructions, writeOutcomes } from '../properties/instructions.ts'
import { locateCalendar } from '../resources.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import type { Address } from '../wire/hrefs.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { answerNamespaces, cal, dav } from '../wire/names.ts'
import { asksToSubscribe, isOfSource, subscribeCalendar } from './subscribe-calendar.ts'

/** How MKCALENDAR and extended MKCOL differ. */
export interface MakeDialect {
  /** The answer when something is there already. RFC 4791 §5.3.1.1, RFC 4918 §9.3.1. */
  readonly occupied: () => DavError
  /** The answer when a property fails: root element and status. RFC 4791 §5.3.1.1 (207), RFC 5689 §3.5 (403). */
  readonly failure: { readonly root: 'multistatus' | 'mkcol-response'; readonly status: number }
}

/**
 * Makes a calendar with its first properties, or nothing at all. `resourceTypes` are the outcomes of what the body says about the
 * type itself, which fail like properties do.
 */
export const makeCalendar = async (
  x: Exchange,
  dialect: MakeDialect,
  instructions: readonly Instruction[],
  typeOutcome: Outcome | null = null,
  subscribes = false,
): Promise<Response> => {
  const address = await assertFree(x, dialect)

  const { subscriptions } = x
  if (subscribes && subscriptions !== null) {
    const source = instructions.filter(isOfSource)
    const others = instructions.filter((instruction) => !isOfSource(instruction))
    const plan = planInstructions(others, { name: address.calendar, deadProperties: {} }, x.limits)
    const refused = plan.failed
      ? plan.outcomes
      : await subscribeCalendar(x, subscriptions, address.calendar, source, plan)
    return refused === null ? made(x) : failure(x, dialect, refused)
  }

  const components = instructions.find(({ name }) => name === cal('supported-calendar-component-set'))
  const others = instructions.filter((instruction) => instruction !== components)
  const plan = planInstructions(others, { name: address.calendar, deadProperties: {} }, x.limits)
  const outcomes = [
    ...(typeOutcome === null ? [] : [typeOutcome]),
    ...(components === undefined ? [] : [componentsOutcome(components)]),
    ...plan.outcomes,
  ]
  if (outcomes.some(({ status }) => status !== 200)) return failure(x, dialect, outcomes)

  const { deadProperties, ...fields } = plan.patch
  const kept = Object.entries(deadProperties ?? {}).filter((entry): entry is [string, string] => entry[1] !== null)
  const draft: CalendarDraft = {
    ...fields,
    owner: x.me.id,
    name: address.calendar,
    access: await proxyGrants(x),
    ...(components?.value == null ? {} : { components: componentNames(components.value) }),
    deadProperties: Object.fromEntries(kept),
  }
  try {
    await writeUnderIf(x, (call) => x.service.createCalendar(x.who, draft, call))
  } catch (error) {
    // Somebody else was faster.
    if (CalendarError.is(error, 'already-exists')) throw dialect.occupied()
    throw error
  }
  return made(x)
}

/**
 * Whether a calendar could be made at the request's address.
 *
 * @throws {DavError} 403, 405 or 409 where something is, where no calendar may be, or without the parent.
 */
export const assertFree = async (
  x: Exchange,
  dialect: MakeDialect,
): Promise<Extract<Address, { readonly kind: 'calendar' }>> => {
  const { address } = x
  if (address.kind === 'object') {
    if ((await locateCalendar(x, address)) === null) throw new DavError(409, { message: 'The parent is not there' })
    // RFC 4791 §4.2: no calendar below another.
    throw refusal(403, cal('calendar-collection-location-ok'))
  }
  if (address.kind !== 'calendar') {
    if (address.kind === 'file') await assertOwnFiles(x)
    if (address.kind === 'home' && (await ownerOf(x, address.login))?.id !== x.me.id) {
      throw needPrivileges(x.href, dav('bind'))
    }
    throw address.kind === 'principal' || address.kind === 'home'
      ? dialect.occupied()
      : refusal(403, cal('calendar-collection-location-ok'))
  }
  const owner = await ownerOf(x, address.login)
  if (owner === null) throw new DavError(409, { message: 'The parent is not there' })
  if (owner.id !== x.me.id) throw needPrivileges(x.hrefs.of({ kind: 'home', login: address.login }), dav('bind'))
  if ((await locateCalendar(x, address)) !== null) throw dialect.occupied()
  assertCalendarName(address.calendar)
  return address
}

/** Of other servers' collections in a home, for which programs would take a calendar of that name. RFC 6638 §2. */
const reserved: ReadonlySet<string> = new Set(['inbox', 'outbox', 'notification', 'dropbox', 'attachments'])

/** @throws {DavError} 403 calendar-collection-location-ok for a name that no calendar may have. */
export const assertCalendarName = (name: string): void => {
  if (reserved.has(name.toLowerCase()) || name.length > maxNameLength) {
    throw refusal(403, cal('calendar-collection-location-ok'))
  }
}

/** Whose home it is; a login may be spelt in several ways. */
const ownerOf = async (x: Exchange, login: string): Promise<PrincipalInfo | null> =>
  login === x.me.login ? x.me : x.principals.findPrincipal(login)

/** RFC 4791 §5.3.1: the answer MUST NOT be cached. */
const made = (x: Exchange): Response => {
  const headers = {
    'cache-control': 'no-cache',
    'content-length': '0',
    ...preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  }
  return new Response(null, { status: 201, headers })
}

/** RFC 5689 §3.3: the condition stands in the propstat of the property. */
export const typeOutcomeOf = (
  { name, value }: Instruction,
  wanted: readonly ClarkName[],
  subscribes = false,
): Outcome => {
  const types = new Set(value?.elements.map((element) => element.name))
  const fine = subscribes || (types.size === wanted.length && wanted.every((type) => types.has(type)))
  return { name, status: fine ? 200 : 403, condition: fine ? null : { name: dav('valid-resourcetype') } }
}

/** Whether the type is that of a subscribed calendar, and the host has a way to follow it. */
export const subscribesWith = (x: Exchange, { value }: Instruction): boolean =>
  x.subscriptions !== null && asksToSubscribe(value)

/** What core's service lets a calendar take. */
const known: ReadonlySet<string> = new Set(['VEVENT', 'VTODO', 'VJOURNAL'])

/** The asked kinds that are kept here; the property afterwards says the truth about the others. */
const componentNames = (value: XmlElement): readonly string[] => {
  const asked = value.childrenNamed(cal('comp')).map((comp) => (comp.attributes.get('name') ?? '').toUpperCase())
  return [...new Set(asked)].filter((name) => known.has(name))
}

/** RFC 4791 §5.2.3: a calendar for nothing that is kept here is refused rather than promised. */
const componentsOutcome = ({ name, value }: Instruction): Outcome =>
  value !== null && componentNames(value).length > 0
    ? { name, status: 200, condition: null }
    : { name, status: 403, condition: { name: cal('supported-calendar-component') } }

const failure = (x: Exchange, { failure }: MakeDialect, outcomes: readonly Outcome[]): Response => {
  const writer = createXmlWriter({ namespaces: answerNamespaces }).open(dav(failure.root))
  if (failure.root === 'multistatus') writer.open(dav('response')).element(dav('href'), x.href)
  writeOutcomes(
    writer,
    outcomes.map((outcome) => (outcome.status === 200 ? { ...outcome, status: 424 } : outcome)),
  )
  if (failure.root === 'multistatus') writer.close()
  return new Response(writer.close().take(), {
    status: failure.status,
    headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'no-cache' },
  })
}
