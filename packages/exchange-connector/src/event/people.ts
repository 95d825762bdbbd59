import type { Component, Property } from '@dayport/core/ical'
import type { AttendeeResponse, AttendeeRole, ExchangeAttendee, ExchangePerson } from './model.ts'
import type { MappingOptions } from './options.ts'
import { oneLine } from './text.ts'

/** SMTP address of an ORGANIZER or ATTENDEE; `''` when it has none. */
export const addressOf = (property: Property): string => {
  const value = property.value.trim()
  const mail = /^mailto:\s*([^\s?]+)/i.exec(value)?.[1] ?? property.param('EMAIL')?.trim() ?? ''
  return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(mail) ? mail : ''
}

export const isSameAddress = (a: string, b: string): boolean => a !== '' && a.toLowerCase() === b.toLowerCase()

export const isOwner = (address: string, options: MappingOptions): boolean =>
  options.ownerAddresses.some((own) => isSameAddress(own, address))

const responses: Readonly<Record<string, AttendeeResponse>> = {
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
  'NEEDS-ACTION': 'notResponded',
}

export const responseOf = (property: Property): AttendeeResponse =>
  responses[property.param('PARTSTAT')?.trim().toUpperCase() ?? ''] ?? 'none'

/** PARTSTAT of an answer; `null` for none: an answer that Exchange does not have takes nothing away. RFC 5545 §3.2.12. */
export const partstatOf = (response: AttendeeResponse): string | null =>
  response === 'accepted' || response === 'organizer'
    ? 'ACCEPTED'
    : response === 'declined'
      ? 'DECLINED'
      : response === 'tentative'
        ? 'TENTATIVE'
        : null

export const roleOf = (property: Property): AttendeeRole => {
  const kind = property.param('CUTYPE')?.trim().toUpperCase()
  if (kind === 'ROOM' || kind === 'RESOURCE') return 'resource'
  const role = property.param('ROLE')?.trim().toUpperCase()
  return role === 'OPT-PARTICIPANT' || role === 'NON-PARTICIPANT' ? 'optional' : 'required'
}

export const personOf = (property: Property): ExchangePerson => ({
  address: addressOf(property),
  name: oneLine(property.param('CN') ?? ''),
})

/**
 * The attendees that Exchange gets; `null` when it gets none: meetings of another organiser, or an administrator's choice. The mailbox
 * owner is no attendee of an own meeting.
 */
export const attendeesOf = (component: Component, options: MappingOptions): readonly ExchangeAttendee[] | null => {
  if (options.attendees === 'carry') return null
  const organizer = component.property('ORGANIZER')
  if (organizer !== undefined && !isOwner(addressOf(organizer), options)) return null
  const found = new Map<string, ExchangeAttendee>()
  for (const property of component.propertiesNamed('ATTENDEE')) {
    const person = personOf(property)
    const key = person.address.toLowerCase()
    if (key === '' || found.has(key) || isOwner(person.address, options)) continue
    found.set(key, { ...person, role: roleOf(property), response: responseOf(property) })
  }
  return [...found.values()]
}
