import { type CalendarEditor, type Component, draftOf, type PropertyDraft } from '@dayport/core/ical'
import type { z } from 'zod'
import type { Invited as InvitedSchema } from '../api/schemas.ts'
import { PortalError } from '../problem.ts'
import { mailOf } from './details.ts'

export type Invited = z.output<typeof InvitedSchema>

/** Who invites. `sentBy` is the address of the person that acts for them; `null` when they act themselves. RFC 5545 §3.2.18. */
export interface Organizer {
  readonly email: string
  readonly name: string
  readonly sentBy: string | null
}

const userTypes = { person: 'INDIVIDUAL', group: 'GROUP', room: 'ROOM', resource: 'RESOURCE' } as const

const fold = (email: string): string => email.trim().toLowerCase()
const isAddress = (text: string): boolean => /^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+$/.test(text)

const attendeeProperty = ({ email, name, optional, kind }: Invited): PropertyDraft => {
  if (!isAddress(email)) {
    throw new PortalError('invalid-request', 'An attendee is invited by an e-mail address', { field: 'attendees' })
  }
  return {
    name: 'ATTENDEE',
    params: {
      ...(name === '' ? {} : { CN: name }),
      CUTYPE: userTypes[kind],
      ROLE: optional ? 'OPT-PARTICIPANT' : 'REQ-PARTICIPANT',
      PARTSTAT: 'NEEDS-ACTION',
      RSVP: 'TRUE',
    },
    value: `mailto:${email}`,
  }
}

const organizerProperty = ({ email, name, sentBy }: Organizer): PropertyDraft => ({
  name: 'ORGANIZER',
  params: { ...(name === '' ? {} : { CN: name }), ...(sentBy === null ? {} : { 'SENT-BY': `mailto:${sentBy}` }) },
  value: `mailto:${email}`,
})

/** Each address once, the first one. */
const once = (invited: readonly Invited[]): Invited[] => [
  ...new Map(invited.toReversed().map((one) => [fold(one.email), one])).values(),
]

/** The lines that invite to a new event; a meeting has an organizer, an event without attendees none. RFC 5545 §3.8.4.3. */
export const invitationProperties = (
  invited: readonly Invited[],
  organizer: Organizer | undefined,
): readonly PropertyDraft[] =>
  invited.length === 0 || organizer === undefined
    ? []
    : [organizerProperty(organizer), ...once(invited).toReversed().map(attendeeProperty)]

/**
 * Makes these the attendees. Lines of those who stay keep their answers and parameters.
 *
 * @throws {PortalError} `unsupported-change` when somebody else organizes the event: RFC 5546 §2.1.1 leaves the list to them.
 */
export const setAttendees = (
  editor: CalendarEditor,
  component: Component,
  invited: readonly Invited[],
  organizer: Organizer,
): void => {
  const line = component.property('ORGANIZER')
  if (line !== undefined) {
    const theirs = fold(mailOf(line.value))
    if (theirs !== fold(organizer.email) && theirs !== fold(organizer.sentBy ?? '')) {
      throw new PortalError('unsupported-change', 'The organizer decides who is invited')
    }
  }
  const missing = new Map(once(invited).map((one) => [fold(one.email), one]))
  for (const property of component.propertiesNamed('ATTENDEE')) {
    const email = fold(mailOf(property.value))
    const wanted = missing.get(email)
    missing.delete(email)
    if (wanted === undefined) editor.remove(property)
    else if (wanted.optional !== (property.param('ROLE')?.toUpperCase() === 'OPT-PARTICIPANT')) {
      const draft = draftOf(property)
      const ROLE = wanted.optional ? 'OPT-PARTICIPANT' : 'REQ-PARTICIPANT'
      editor.replace(property, { ...draft, params: { ...draft.params, ROLE } })
    }
  }
  if (invited.length === 0) editor.removeNamed(component, 'ORGANIZER')
  else if (line === undefined) editor.set(component, organizerProperty(organizer))
  for (const one of [...missing.values()].toReversed()) editor.add(component, attendeeProperty(one))
}
