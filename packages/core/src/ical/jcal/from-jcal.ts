import { CalendarError } from '../../errors.ts'
import { defaultObjectLimits } from '../../limits.ts'
import type { ComponentDraft, PropertyDraft } from '../text/model.ts'
import { isContentName } from '../text/names.ts'
import { defaultType, isStructured } from './types.ts'
import { formOf } from './values.ts'

/**
 * A component from jCal, RFC 7265 §4; `json` is what `JSON.parse` gave.
 *
 * @throws {CalendarError} `invalid-calendar-data` when it is not jCal; `limit-exceeded` (`maxDepth`) when it is nested too deep.
 */
export const fromJcal = (json: unknown): ComponentDraft => componentOf(json, 1)

const componentOf = (json: unknown, depth: number): ComponentDraft => {
  if (depth > defaultObjectLimits.maxDepth) {
    const details = { limit: 'maxDepth', allowed: defaultObjectLimits.maxDepth }
    throw new CalendarError('limit-exceeded', 'components are nested too deep', { details })
  }
  if (!Array.isArray(json) || json.length !== 3) throw invalid('a component of name, properties and components')
  const [name, properties, components]: readonly unknown[] = json
  if (!Array.isArray(properties) || !Array.isArray(components)) throw invalid('lists of properties and components')
  return {
    name: nameOf(name),
    properties: properties.map(propertyOf),
    components: components.map((component) => componentOf(component, depth + 1)),
  }
}

const nameOf = (name: unknown): string => {
  if (typeof name !== 'string' || !isContentName(name) || /^(?:BEGIN|END)$/i.test(name)) throw invalid('a name')
  return name.toUpperCase()
}

const propertyOf = (json: unknown): PropertyDraft => {
  if (!Array.isArray(json) || json.length < 4) throw invalid('a property of name, parameters, type and values')
  const [given, parameters, type, ...values]: readonly unknown[] = json
  const name = nameOf(given)
  if (typeof type !== 'string' || !isContentName(type)) throw invalid('a type')
  const params = paramsOf(parameters)
  const lower = type.toLowerCase()
  if (lower !== 'unknown' && lower !== defaultType(name)) params.VALUE = type.toUpperCase()
  return { name, params, value: valueText(name, lower, values) }
}

const paramsOf = (json: unknown): Record<string, string | readonly string[]> => {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid('an object of parameters')
  const params: Record<string, string | readonly string[]> = Object.create(null)
  for (const [name, value] of Object.entries(json)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    params[nameOf(name)] = values.map((one) => {
      if (typeof one !== 'string') throw invalid('texts in parameters')
      return one
    })
  }
  return params
}

const valueText = (name: string, type: string, values: readonly unknown[]): string => {
  const { write } = formOf(type)
  const [first] = values
  const isParts = isStructured(name) && Array.isArray(first)
  const texts = (isParts ? (first as readonly unknown[]) : values).map((value) => {
    const text = write(value)
    if (text === null) throw invalid(`a ${type} in ${name}`)
    return text
  })
  return texts.join(isParts ? ';' : ',')
}

const invalid = (what: string): CalendarError => new CalendarError('invalid-calendar-data', `expected ${what} in jCal`)
