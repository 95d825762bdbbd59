import type { Calendar, CalendarPatch } from '@dayport/core'
import { type ClarkName, serializeElement, type XmlElement, type XmlWriter } from '@dayport/core/xml'
import { type Condition, DavError, needPrivileges, refusal, refusalOf } from '../errors.ts'
import { isPersonal } from '../kept/kept-of.ts'
import type { KeptPatch, KeptProperties } from '../kept/property-store.ts'
import type { CalDavLimits } from '../options.ts'
import type { CalendarResource, ResourceKind } from '../resources.ts'
import { cal, dav } from '../wire/names.ts'
import { calendarProperty, propertiesOf } from './index.ts'
import { writePropstat } from './respond.ts'

/** One step of a PROPPATCH, MKCALENDAR or MKCOL; `value` is `null` for a removal. */
export interface Instruction {
  readonly name: ClarkName
  readonly value: XmlElement | null
}

/** What became of one instruction. */
export interface Outcome {
  readonly name: ClarkName
  readonly status: number
  readonly condition: Condition | null
}

/** Reads `set` and `remove` in document order, RFC 4918 §9.2. @throws {DavError} 400 when there is neither. */
export const readInstructions = (body: XmlElement): readonly Instruction[] => {
  const instructions: Instruction[] = []
  for (const step of body.elements) {
    const set = step.name === dav('set')
    if (!set && step.name !== dav('remove')) continue
    for (const prop of step.childrenNamed(dav('prop'))) {
      for (const element of prop.elements) instructions.push({ name: element.name, value: set ? element : null })
    }
  }
  return instructions
}

/** What all instructions together change, and what each one's status is: all 200, or the failures with 424 for the others. */
export interface Plan {
  readonly patch: CalendarPatch
  /** What the asking person keeps for themselves. */
  readonly personal: KeptPatch
  readonly outcomes: readonly Outcome[]
  readonly failed: boolean
}

/** Works out instructions for a calendar in their order. */
export const planInstructions = (
  instructions: readonly Instruction[],
  calendar: Pick<Calendar, 'name' | 'deadProperties'>,
  limits: CalDavLimits,
): Plan => {
  let patch: CalendarPatch = {}
  const kept = new Map<ClarkName, string | null>()
  const outcomes = outcomesOf(instructions, ({ name, value }) => {
    const change = changeOf(name, value, calendar, limits)
    for (const [key, xml] of Object.entries(change.deadProperties ?? {})) kept.set(key, xml)
    patch = { ...patch, ...change }
  })
  boundKept(outcomes, calendar.deadProperties, kept, limits)
  const settled = settle(outcomes)
  return {
    ...settled,
    patch: kept.size === 0 ? patch : { ...patch, deadProperties: Object.fromEntries(kept) },
    personal: {},
  }
}

/**
 * Works out instructions for another's calendar: what concerns only how it looks and rings is the person's own, and so is all that is
 * only kept by those who may not write its properties; the rest is the calendar's and needs that right.
 */
export const planShared = (
  instructions: readonly Instruction[],
  { calendar, href, personal }: CalendarResource,
  mayWrite: boolean,
  limits: CalDavLimits,
): Plan => {
  let patch: CalendarPatch = {}
  const common = new Map<ClarkName, string | null>()
  const own = new Map<ClarkName, string | null>()
  const outcomes = outcomesOf(instructions, ({ name, value }) => {
    const change = changeOf(name, value, calendar, limits)
    if (isPersonal(name) || (!mayWrite && calendarProperty(name) === undefined)) {
      own.set(name, value === null ? null : boundedXml(value, limits))
      return
    }
    if (!mayWrite) throw needPrivileges(href, dav('write-properties'))
    for (const [key, xml] of Object.entries(change.deadProperties ?? {})) common.set(key, xml)
    patch = { ...patch, ...change }
  })
  boundKept(outcomes, calendar.deadProperties, common, limits)
  boundKept(outcomes, personal, own, limits)
  return {
    ...settle(outcomes),
    patch: common.size === 0 ? patch : { ...patch, deadProperties: Object.fromEntries(common) },
    personal: Object.fromEntries(own),
  }
}

/** Works out instructions for a resource that keeps what it is given, besides the live properties of its kind. */
export const planKept = (
  instructions: readonly Instruction[],
  kind: ResourceKind,
  kept: KeptProperties,
  limits: CalDavLimits,
): { readonly patch: KeptPatch; readonly outcomes: readonly Outcome[]; readonly failed: boolean } => {
  const changed = new Map<ClarkName, string | null>()
  const outcomes = outcomesOf(instructions, ({ name, value }) => {
    const live = propertiesOf(kind).get(name)
    if (live === undefined ? protectedNames.has(name) : !live.keeps.includes(kind)) {
      throw refusal(403, dav('cannot-modify-protected-property'))
    }
    changed.set(name, value === null ? null : boundedXml(value, limits))
  })
  boundKept(outcomes, kept, changed, limits)
  return { ...settle(outcomes), patch: Object.fromEntries(changed) }
}

const outcomesOf = (instructions: readonly Instruction[], apply: (instruction: Instruction) => void): Outcome[] =>
  instructions.map((instruction) => {
    const { name } = instruction
    try {
      apply(instruction)
      return { name, status: 200, condition: null }
    } catch (error) {
      const expected = refusalOf(error, { href: '' })
      if (expected === null) throw error
      return { name, status: expected.status, condition: expected.condition }
    }
  })

/** The last one that would make too many of them is 507. */
const boundKept = (
  outcomes: Outcome[],
  before: KeptProperties,
  changed: ReadonlyMap<ClarkName, string | null>,
  { maxDeadProperties }: CalDavLimits,
): void => {
  if (keptCount(before, changed) <= maxDeadProperties) return
  const last = outcomes.findLastIndex(({ name, status }) => status === 200 && changed.has(name))
  if (last >= 0) outcomes[last] = { name: outcomes[last]!.name, status: 507, condition: null }
}

const settle = (outcomes: readonly Outcome[]): { readonly outcomes: readonly Outcome[]; readonly failed: boolean } => {
  const failed = outcomes.some(({ status }) => status !== 200)
  if (!failed) return { outcomes, failed }
  return { failed, outcomes: outcomes.map((one) => (one.status === 200 ? { ...one, status: 424 } : one)) }
}

const boundedXml = (value: XmlElement, { maxDeadPropertyLength }: CalDavLimits): string => {
  const xml = serializeElement(value)
  if (xml.length > maxDeadPropertyLength) throw new DavError(507)
  return xml
}

const changeOf = (
  name: ClarkName,
  value: XmlElement | null,
  calendar: Pick<Calendar, 'name'>,
  limits: CalDavLimits,
): CalendarPatch => {
  const live = calendarProperty(name)
  if (live === undefined || live.keptOnCalendars) {
    if (protectedNames.has(name)) throw refusal(403, dav('cannot-modify-protected-property'))
    return { deadProperties: Object.fromEntries([[name, value === null ? null : boundedXml(value, limits)]]) }
  }
  if (live.change === undefined) throw refusal(403, dav('cannot-modify-protected-property'))
  return live.change(value, calendar)
}

/** Live properties of the RFCs that a calendar here does not have: kept ones of these names would look like ours. */
const protectedNames: ReadonlySet<ClarkName> = new Set([
  ...['getetag', 'getcontenttype', 'getcontentlength', 'creationdate', 'lockdiscovery', 'supportedlock'].map(dav),
  ...['quota-available-bytes', 'quota-used-bytes', 'principal-URL', 'resource-id', 'add-member', 'group'].map(dav),
  ...['calendar-data', 'calendar-home-set', 'schedule-tag', 'max-instances', 'min-date-time', 'max-date-time'].map(cal),
])

const keptCount = (before: KeptProperties, changed: ReadonlyMap<ClarkName, string | null>): number => {
  const names = new Set(Object.keys(before))
  for (const [name, xml] of changed) {
    if (xml === null) names.delete(name)
    else names.add(name)
  }
  return names.size
}

/** A propstat for each status and condition, in the order of the instructions. */
export const writeOutcomes = (writer: XmlWriter, outcomes: readonly Outcome[]): void => {
  const groups = new Map<string, Outcome[]>()
  for (const outcome of outcomes) {
    const key = `${outcome.status} ${outcome.condition?.name ?? ''}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [outcome])
    else group.push(outcome)
  }
  for (const [first, ...others] of groups.values()) {
    if (first === undefined) continue
    const names = [...new Set([first, ...others].map(({ name }) => name))]
    writePropstat(writer, names, first.status, first.condition)
  }
}
