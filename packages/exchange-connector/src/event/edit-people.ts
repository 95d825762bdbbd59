import {
  type CalendarEditor,
  type Component,
  type DraftParams,
  draftOf,
  type Property,
  rawProperty,
  uriProperty,
} from '@dayport/core/ical'
import { isSameAttendees } from './compare.ts'
import type { AttendeeRole, ExchangeAttendee, ExchangeEvent, ExchangePerson } from './model.ts'
import type { MappingOptions } from './options.ts'
import { addressOf, attendeesOf, isOwner, isSameAddress, partstatOf, roleOf } from './people.ts'

/** Lays people and answers of an item over a component. An answer that Exchange does not have takes none away. */
export const editPeople = (
  editor: CalendarEditor,
  component: Component,
  event: ExchangeEvent,
  options: MappingOptions,
): void => {
  editOrganizer(editor, component, event)
  const lines = component.propertiesNamed('ATTENDEE')
  const actual = event.attendees ?? []
  const known = attendeesOf(component, options)
  for (const line of lines) {
    const attendee = actual.find(({ address }) => isSameAddress(address, addressOf(line)))
    const isOurs = isOwner(addressOf(line), options)
    // Those without an address, and the owner, are not Exchange's to take away.
    const isListed = known?.some(({ address }) => isSameAddress(address, addressOf(line))) === true
    if (event.attendees !== null && isListed && attendee === undefined) editor.remove(line)
    else editLine(editor, line, attendee, isOurs ? event.myResponse : (attendee?.response ?? 'none'), known)
  }
  const missing = actual.filter(({ address }) => !lines.some((line) => isSameAddress(address, addressOf(line))))
  for (const attendee of missing) {
    if (isOwner(attendee.address, options) && event.isOrganizer !== false) continue
    // Nobody told us who that is: a name without an address stands once.
    if (attendee.address === '' && lines.some((line) => line.param('CN') === attendee.name)) continue
    const response = isOwner(attendee.address, options) ? event.myResponse : attendee.response
    editor.add(component, attendeeLine({ ...attendee, response }, event.responseRequested))
  }
}

const editOrganizer = (editor: CalendarEditor, component: Component, event: ExchangeEvent): void => {
  const { organizer } = event
  if (organizer === null) return
  const line = component.property('ORGANIZER')
  const isMeeting = event.isOrganizer === false || (event.attendees ?? []).length > 0
  // An own event has the mailbox owner for its organiser, whoever organises the portal's event.
  const isOther =
    line !== undefined && event.isOrganizer === false && !isSameAddress(addressOf(line), organizer.address)
  if ((line === undefined && isMeeting) || isOther) editor.set(component, personLine('ORGANIZER', organizer, {}))
}

const editLine = (
  editor: CalendarEditor,
  line: Property,
  attendee: ExchangeAttendee | undefined,
  response: ExchangeAttendee['response'],
  known: readonly ExchangeAttendee[] | null,
): void => {
  const draft = draftOf(line)
  const params: Record<string, string | readonly string[]> = { ...draft.params }
  const partstat = partstatOf(response)
  if (partstat !== null && response !== 'organizer' && line.param('PARTSTAT')?.toUpperCase() !== partstat) {
    params.PARTSTAT = partstat
  }
  const before = known?.find(({ address }) => isSameAddress(address, addressOf(line)))
  if (attendee !== undefined && before !== undefined && !isSameAttendees([before], [attendee])) {
    if (roleOf(line) !== attendee.role) Object.assign(params, roleParams[attendee.role])
  }
  editor.replace(line, { ...draft, params })
}

const roleParams: Readonly<Record<AttendeeRole, Readonly<Record<string, string>>>> = {
  required: { ROLE: 'REQ-PARTICIPANT', CUTYPE: 'INDIVIDUAL' },
  optional: { ROLE: 'OPT-PARTICIPANT', CUTYPE: 'INDIVIDUAL' },
  resource: { ROLE: 'NON-PARTICIPANT', CUTYPE: 'RESOURCE' },
}

const attendeeLine = (attendee: ExchangeAttendee, responseRequested: boolean) =>
  personLine('ATTENDEE', attendee, {
    ...roleParams[attendee.role],
    PARTSTAT: partstatOf(attendee.response) ?? 'NEEDS-ACTION',
    ...(responseRequested ? { RSVP: 'TRUE' } : {}),
  })

const personLine = (name: string, { address, name: shown }: ExchangePerson, params: DraftParams) => {
  const all = shown === '' || shown === address ? params : { CN: shown, ...params }
  return address === '' ? rawProperty(name, 'invalid:nomail', all) : uriProperty(name, `mailto:${address}`, all)
}
