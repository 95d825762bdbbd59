import type { Component, Parameter, Property } from '../text/model.ts'
import { splitValue } from '../text/values-text.ts'
import { defaultType, isList, isStructured, type JcalComponent, type JcalProperty, type JcalValue } from './types.ts'
import { formOf } from './values.ts'

/**
 * A component as jCal, RFC 7265 §3, ready for `JSON.stringify`. Nothing is left out and the order stays. A value that its type does not
 * have, or that would come back as another, goes as the type `unknown` with its text as stored, and a VALUE with it.
 */
export const toJcal = (component: Component): JcalComponent => [
  component.name.toLowerCase(),
  component.properties.map(jcalProperty),
  component.components.map(toJcal),
]

const jcalProperty = (property: Property): JcalProperty => {
  const name = property.name.toLowerCase()
  const params = property.params.filter((parameter) => parameter.name !== 'VALUE')
  const type = property.param('VALUE')?.toLowerCase() ?? defaultType(property.name)
  const values = valuesOf(property, type)
  if (values === null) return [name, jcalParams(property.params), 'unknown', property.value]
  return [name, jcalParams(params), type, ...values]
}

const jcalParams = (params: readonly Parameter[]): Record<string, string | readonly string[]> => {
  const result: Record<string, string | readonly string[]> = Object.create(null)
  for (const { name, values } of params) {
    const key = name.toLowerCase()
    const all = [...[result[key] ?? []].flat(), ...values]
    result[key] = all.length === 1 ? (all[0] ?? '') : all
  }
  return result
}

const valuesOf = ({ name, value }: Property, type: string): readonly JcalValue[] | null => {
  if (type === 'unknown') return [value]
  if (isStructured(name)) {
    const parts = splitValue(value, ';').map((part) => readExactly(type, part))
    return parts.some((part) => typeof part !== 'string' && typeof part !== 'number')
      ? null
      : [parts as (string | number)[]]
  }
  const values = (isList(name) ? splitValue(value, ',') : [value]).map((part) => readExactly(type, part))
  return values.includes(null) ? null : (values as JcalValue[])
}

/** `null` when writing it again would say something else. Escapes of TEXT and zeros of a float say the same. */
const readExactly = (type: string, text: string): JcalValue | null => {
  const form = formOf(type)
  const value = form.read(text)
  if (value === null) return null
  const again = form.write(value)
  if (again === null) return null
  const same = again === text || type === 'float' || (type === 'text' && form.read(again) === value)
  return same ? value : null
}
