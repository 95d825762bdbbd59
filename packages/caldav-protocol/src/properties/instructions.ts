import type { Calendar, CalendarPatch } from '@dayport/core'
import { type ClarkName, serializeElement, type XmlElement, type XmlWriter } from '@dayport/core/xml'
import { type Condition, DavError, refusal, refusalOf } from '../errors.ts'
import type { CalDavLimits } from '../options.ts'
import { cal, dav } from '../wire/names.ts'
import { calendarProperty } from './index.ts'
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
  readonly outcomes: readonly Outcome[]
  readonly failed: boolean
}

/** Works out instructions in their order. `creating` allows what only a new calendar takes. */
export const planInstructions = (
  instructions: readonly Instruction[],
  calendar: Pick<Calendar, 'name' | 'deadProperties'>,
  limits: CalDavLimits,
): Plan => {
  let patch: CalendarPatch = {}
  const kept = new Map<ClarkName, string | null>()
  const outcomes: Outcome[] = instructions.map(({ name, value }) => {
    try {
      const change = changeOf(name, value, calendar, limits)
      for (const [key, xml] of Object.entries(change.deadProperties ?? {})) kept.set(key, xml)
      patch = { ...patch, ...change }
      return { name, status: 200, condition: null }
    } catch (error) {
      const expected = refusalOf(error, { href: '' })
      if (expected === null) throw error
      return { name, status: expected.status, condition: expected.condition }
    }
  })
  if (keptCount(calendar, kept) > limits.maxDeadProperties) {
    const last = outcomes.findLastIndex(({ name, status }) => status === 200 && kept.has(name))
    if (last >= 0) outcomes[last] = { name: outcomes[last]!.name, status: 507, condition: null }
  }
  const failed = outcomes.some(({ status }) => status !== 200)
  return {
    patch: kept.size === 0 ? patch : { ...patch, deadProperties: Object.fromEntries(kept) },
    outcomes: failed
      ? outcomes.map((outcome) => (outcome.status === 200 ? { ...outcome, status: 424 } : outcome))
      : outcomes,
    failed,
  }
}

const changeOf = (
  name: ClarkName,
  value: XmlElement | null,
  calendar: Pick<Calendar, 'name'>,
  limits: CalDavLimits,
): CalendarPatch => {
  const live = calendarProperty(name)
  if (live === undefined) {
    if (protectedNames.has(name)) throw refusal(403, dav('cannot-modify-protected-property'))
    const xml = value === null ? null : serializeElement(value)
    if (xml !== null && xml.length > limits.maxDeadPropertyLength) throw new DavError(507)
    return { deadProperties: Object.fromEntries([[name, xml]]) }
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

const keptCount = (
  { deadProperties }: Pick<Calendar, 'deadProperties'>,
  changed: ReadonlyMap<ClarkName, string | null>,
): number => {
  const names = new Set(Object.keys(deadProperties))
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
