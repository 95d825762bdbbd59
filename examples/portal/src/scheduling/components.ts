import { type Component, readTime } from '@dayport/core/ical'
import { mailOf } from '../events/details.ts'
import type { OpenObject } from '../events/read.ts'
import { wallText } from '../events/times.ts'

/** The key of a master among the components of an object. */
export const seriesKey = ''

/** Names a component of an object: its original start, or {@link seriesKey}. */
export const keyOf = (component: Component): string => {
  const property = component.property('RECURRENCE-ID')
  const time = property === undefined ? null : readTime(property)
  return time === null ? seriesKey : wallText(time)
}

/** The master, where there is one, and the overrides. */
export const componentsOf = ({ master, overrides }: OpenObject): readonly Component[] =>
  master === null ? overrides : [master, ...overrides]

export const isCancelled = (component: Component): boolean =>
  component.property('STATUS')?.value.trim().toUpperCase() === 'CANCELLED'

/** The lines that invite one of these addresses, lower case. */
export const linesOf = (component: Component, addresses: ReadonlySet<string>) =>
  component.propertiesNamed('ATTENDEE').filter(({ value }) => addresses.has(mailOf(value).toLowerCase()))

/** PARTSTAT of whoever has these addresses; `null` when they are not invited. RFC 5545 §3.2.12. */
export const answerIn = (component: Component, addresses: ReadonlySet<string>): string | null => {
  const [line] = linesOf(component, addresses)
  return line === undefined ? null : (line.param('PARTSTAT') ?? 'NEEDS-ACTION').toUpperCase()
}

export const uidOf = (object: OpenObject): string => componentsOf(object)[0]?.property('UID')?.value ?? ''

/** PARTSTAT of each address, lower case; the first line of an address counts. */
export const answersIn = (component: Component): ReadonlyMap<string, string> =>
  new Map(
    component
      .propertiesNamed('ATTENDEE')
      .toReversed()
      .map((line) => [mailOf(line.value).toLowerCase(), (line.param('PARTSTAT') ?? 'NEEDS-ACTION').toUpperCase()]),
  )

/** Who organizes: the address, lower case; `null` when nobody does. */
export const organizerOf = (object: OpenObject): string | null => {
  const line = componentsOf(object)
    .map((component) => component.property('ORGANIZER'))
    .find((property) => property !== undefined)
  return line === undefined ? null : mailOf(line.value).toLowerCase()
}
