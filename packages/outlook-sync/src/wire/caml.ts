import type { XmlElement } from '@dayport/core/xml'
import type { ListRow } from '../list-service.ts'
import { type DateForm, readDate } from './dates.ts'
import { fieldTypes } from './list-schema.ts'
import { fieldValue, type RowForm } from './row.ts'
import { childNamed, localName, SoapFault } from './soap.ts'

/** Whether a row passes a filter. */
export type RowTest = (row: ListRow) => boolean

/** What a filter is read with. */
export interface CamlContext {
  /** Form in which values are compared: UTC, whatever the request wants. */
  readonly form: RowForm
  /** Form in which the request writes its dates. */
  readonly dates: DateForm
  /** Now, or the day that the request names. ms since the Unix epoch. */
  readonly nowMs: number
}

const unsupported = (what: string): SoapFault =>
  new SoapFault('Server', '0x80131600', `The query cannot be answered: ${what} is not supported.`)

const numbers = new Set(['Counter', 'Integer', 'Number', 'AllDayEvent', 'Recurrence', 'Boolean'])

const fieldNames = (condition: XmlElement): readonly string[] =>
  condition.elements
    .filter((element) => localName(element) === 'FieldRef')
    .map((element) => element.attributes.get('Name') ?? '')

/** A value that compares as its field does: numbers as numbers, date-times as instants, text without regard to case. */
type Comparable = number | string | null

const comparable = (name: string, text: string | undefined): Comparable => {
  if (text === undefined || text === '') return null
  const type = fieldTypes.get(name)
  if (type === 'DateTime') return Number.isNaN(Date.parse(text)) ? null : Date.parse(text)
  if (type !== undefined && numbers.has(type)) {
    const lower = text.trim().toLowerCase()
    const number = lower === 'true' ? 1 : lower === 'false' ? 0 : Number(lower)
    return Number.isNaN(number) ? null : number
  }
  return text.toLowerCase()
}

const dayMs = 86_400_000

/** `Value`: its text, or `Today` and `Now` within it. */
const wantedValue = (name: string, value: XmlElement | undefined, context: CamlContext): Comparable => {
  const { dates, nowMs } = context
  const [inner] = value?.elements ?? []
  if (inner !== undefined) {
    if (localName(inner) === 'Now') return nowMs
    if (localName(inner) !== 'Today') throw unsupported(localName(inner))
    const days = Number(inner.attributes.get('OffsetDays') ?? inner.attributes.get('Offset') ?? 0)
    const midnight = Math.floor(dates.zone.toLocal(nowMs) / dayMs) * dayMs
    return dates.zone.toInstant(midnight) + (Number.isFinite(days) ? days : 0) * dayMs
  }
  const text = value?.text ?? ''
  return comparable(name, fieldTypes.get(name) === 'DateTime' ? readDate(text, dates, false) : text.trim())
}

/** Without `IncludeTimeValue` date-times are compared as days of the site; those of all-day items are days already. */
const asDay = (value: Comparable, { dates }: CamlContext, isDay: boolean): Comparable =>
  typeof value === 'number' ? Math.floor((isDay ? value : dates.zone.toLocal(value)) / dayMs) : value

const isDayField = ({ item }: ListRow, name: string): boolean =>
  item.allDay && name !== 'Created' && name !== 'Modified'

const compare = (a: Comparable, b: Comparable): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [`${a ?? ''}`, `${b ?? ''}`]
  return left < right ? -1 : left > right ? 1 : 0
}

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  Eq: (order) => order === 0,
  Neq: (order) => order !== 0,
  Lt: (order) => order < 0,
  Leq: (order) => order <= 0,
  Gt: (order) => order > 0,
  Geq: (order) => order >= 0,
}

const readCondition = (condition: XmlElement, context: CamlContext): RowTest => {
  const kind = localName(condition)
  if (kind === 'And' || kind === 'Or') {
    const tests = condition.elements.map((child) => readCondition(child, context))
    return kind === 'And' ? (row) => tests.every((test) => test(row)) : (row) => tests.some((test) => test(row))
  }
  if (kind === 'DateRangesOverlap') return overlap(condition, context)
  const [name] = fieldNames(condition)
  if (name === undefined || name === '') throw unsupported(kind)
  const { form } = context
  const textOf = (row: ListRow): string | undefined => fieldValue(row, form, name)
  if (kind === 'IsNull' || kind === 'IsNotNull') return (row) => ((textOf(row) ?? '') === '') === (kind === 'IsNull')
  const value = childNamed(condition, 'Value')
  if (kind === 'In') {
    const list = childNamed(condition, 'Values')?.elements ?? []
    const wanted = list.map((element) => wantedValue(name, element, context))
    return (row) => {
      const own = comparable(name, textOf(row))
      return own !== null && wanted.some((one) => compare(own, one) === 0)
    }
  }
  if (kind === 'Contains' || kind === 'BeginsWith') {
    const part = (value?.text ?? '').toLowerCase()
    return (row) => {
      const own = (textOf(row) ?? '').toLowerCase()
      return kind === 'Contains' ? own.includes(part) : own.startsWith(part)
    }
  }
  const passes = Object.hasOwn(orders, kind) ? orders[kind] : undefined
  if (passes === undefined) throw unsupported(kind)
  const wanted = wantedValue(name, value, context)
  const isDay =
    fieldTypes.get(name) === 'DateTime' && value?.attributes.get('IncludeTimeValue')?.toUpperCase() !== 'TRUE'
  const right = isDay ? asDay(wanted, context, false) : wanted
  return (row) => {
    const own = comparable(name, textOf(row))
    if (own === null) return kind === 'Neq' && wanted !== null
    return passes(compare(isDay ? asDay(own, context, isDayField(row, name)) : own, right))
  }
}

/** Spans that `DateRangesOverlap` names, in days before and after the day in question. */
const spans: Readonly<Record<string, readonly [number, number]>> = {
  Now: [0, 0],
  Today: [0, 1],
  Day: [0, 1],
  Week: [7, 7],
  Month: [37, 37],
  Year: [366, 366],
}

/** Whether an item may have an occurrence in the span; of a series, whether it has begun by then. */
const overlap = (condition: XmlElement, { nowMs }: CamlContext): RowTest => {
  const [inner] = childNamed(condition, 'Value')?.elements ?? []
  const name = inner === undefined ? 'Now' : localName(inner)
  const span = Object.hasOwn(spans, name) ? spans[name] : undefined
  if (span === undefined) throw unsupported(name)
  const [startMs, endMs] = [nowMs - span[0] * dayMs, nowMs + span[1] * dayMs]
  return ({ item }) => Date.parse(item.start) <= endMs && (item.kind === 'master' || Date.parse(item.end) >= startMs)
}

/**
 * `Where` of a `Query`; `null` when it lets everything through.
 *
 * @throws {SoapFault} for conditions that are not known: a filter that is not applied would show what was not asked for.
 */
export const readWhere = (query: XmlElement | undefined, context: CamlContext): RowTest | null => {
  const [condition] = childNamed(query, 'Where')?.elements ?? []
  return condition === undefined ? null : readCondition(condition, context)
}

/** The condition of `contains`, which stands without a `Where`. MS-LISTSWS 3.1.4.22.2.1. */
export const readContains = (contains: XmlElement | undefined, context: CamlContext): RowTest | null =>
  contains === undefined ? null : readCondition(contains, context)

/** `OrderBy` of a `Query`; `null` when there is none. */
export const readOrder = (
  query: XmlElement | undefined,
  { form }: CamlContext,
): ((a: ListRow, b: ListRow) => number) | null => {
  const keys = (childNamed(query, 'OrderBy')?.elements ?? [])
    .filter((element) => localName(element) === 'FieldRef')
    .map((element) => ({
      name: element.attributes.get('Name') ?? '',
      sign: element.attributes.get('Ascending')?.toUpperCase() === 'FALSE' ? -1 : 1,
    }))
  if (keys.length === 0) return null
  return (a, b) => {
    for (const { name, sign } of keys) {
      const order = compare(comparable(name, fieldValue(a, form, name)), comparable(name, fieldValue(b, form, name)))
      if (order !== 0) return order * sign
    }
    return a.id - b.id
  }
}
