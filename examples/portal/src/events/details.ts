import { type Component, parseDuration, readText, readTextList, readUri } from '@dayport/core/ical'
import type { z } from 'zod'
import type { Person } from '../accounts/people.ts'
import type { EventDetail, EventMarks } from '../api/schemas.ts'

type Marks = z.input<typeof EventMarks>
type Detail = z.input<typeof EventDetail>
type Attendee = Detail['attendees'][number]
type Parts = Pick<Detail, 'reminders' | 'organizer' | 'attendees' | 'categories' | 'url' | 'conference' | 'attachments'>

const text = (component: Component, name: string): string => {
  const property = component.property(name)
  return property === undefined ? '' : readText(property)
}
const upper = (component: Component, name: string): string => text(component, name).trim().toUpperCase()

/** As the other doors read it: TRANSP first, then what Outlook wrote, then STATUS. RFC 5545 §3.8.2.7. */
const busyOf = (component: Component): Marks['busy'] => {
  if (upper(component, 'TRANSP') === 'TRANSPARENT') return 'free'
  const microsoft = upper(component, 'X-MICROSOFT-CDO-BUSYSTATUS')
  if (microsoft === 'OOF') return 'away'
  return microsoft === 'TENTATIVE' || upper(component, 'STATUS') === 'TENTATIVE' ? 'tentative' : 'busy'
}

/** 1–4 high, 6–9 low. RFC 5545 §3.8.1.9. */
const importanceOf = (component: Component): Marks['importance'] => {
  const value = Number.parseInt(text(component, 'PRIORITY'), 10)
  return value >= 1 && value <= 4 ? 'high' : value >= 6 && value <= 9 ? 'low' : 'normal'
}

/** Minutes before the start, for alarms that a person sees or hears; `null` for those at a fixed time or after the end. */
export const minutesBefore = (alarm: Component): number | null => {
  const action = upper(alarm, 'ACTION')
  const trigger = alarm.property('TRIGGER')
  if (trigger === undefined || (action !== 'DISPLAY' && action !== 'AUDIO')) return null
  if (trigger.param('RELATED')?.toUpperCase() === 'END') return null
  const duration = parseDuration(trigger.value)
  return duration === null ? null : -Math.round((duration.days * 86_400 + duration.seconds) / 60)
}

const remindersOf = (component: Component): number[] =>
  component.components
    .filter(({ name }) => name === 'VALARM')
    .map(minutesBefore)
    .filter((minutes) => minutes !== null)

/** The part of a CAL-ADDRESS that people know: the e-mail address. */
export const mailOf = (address: string): string => address.replace(/^mailto:/i, '').trim()

/** The addresses by which a person is known among attendees, lower case. */
export const addressesOf = ({ email, login }: Pick<Person, 'email' | 'login'>): ReadonlySet<string> =>
  new Set([email, login].map((address) => address.trim().toLowerCase()).filter((address) => address.includes('@')))

/** Addresses of those who are invited, lower case. */
export const attendeeAddresses = (component: Component | null | undefined): string[] =>
  component?.propertiesNamed('ATTENDEE').map(({ value }) => mailOf(value).toLowerCase()) ?? []

const answers = ['ACCEPTED', 'DECLINED', 'TENTATIVE', 'NEEDS-ACTION', 'DELEGATED'] as const
const answerOf = (status: string | undefined): Attendee['answer'] => {
  const wanted = (status ?? 'NEEDS-ACTION').toUpperCase()
  return answers.find((one) => one === wanted) ?? 'NEEDS-ACTION'
}

const kindOf = (kind: string | undefined): Attendee['kind'] => {
  const wanted = (kind ?? '').toUpperCase()
  return wanted === 'ROOM' ? 'room' : wanted === 'RESOURCE' ? 'resource' : wanted === 'GROUP' ? 'group' : 'person'
}

const attendeesOf = (component: Component, mine: ReadonlySet<string>): Attendee[] =>
  component.propertiesNamed('ATTENDEE').map((property) => {
    const email = mailOf(property.value)
    return {
      name: property.param('CN') ?? email,
      email,
      answer: answerOf(property.param('PARTSTAT')),
      optional: property.param('ROLE')?.toUpperCase() === 'OPT-PARTICIPANT',
      kind: kindOf(property.param('CUTYPE')),
      me: mine.has(email.toLowerCase()),
    }
  })

const isWebAddress = (address: string): boolean => /^https?:\/\//i.test(address)

/** Web addresses only: what leads to files, to the inside of the network or into programs is not shown as a link. */
const attachmentsOf = (component: Component): Detail['attachments'] =>
  component.propertiesNamed('ATTACH').map((property) => {
    const inline = property.param('ENCODING')?.toUpperCase() === 'BASE64'
    const address = inline ? '' : readUri(property)
    const name =
      property.param('FILENAME') ?? property.param('X-FILENAME') ?? address.split(/[/\\?#]/).findLast(Boolean) ?? ''
    return {
      name: name.slice(0, 200),
      url: isWebAddress(address) ? address : null,
      bytes: inline ? Math.floor((property.value.length * 3) / 4) : null,
    }
  })

const webAddress = (component: Component, name: string): string | null => {
  const property = component.property(name)
  const address = property === undefined ? '' : readUri(property)
  return isWebAddress(address) ? address : null
}

/** What an event's entry shows besides its text and time. `mine` holds the person's own addresses, lower case. */
export const marksOf = (component: Component, mine: ReadonlySet<string>): Marks => {
  const own = mine.size === 0 ? undefined : attendeesOf(component, mine).find(({ me }) => me)
  const color = text(component, 'COLOR').trim().toLowerCase()
  return {
    busy: busyOf(component),
    importance: importanceOf(component),
    reminder: remindersOf(component)[0] ?? null,
    color: /^[a-z]{3,30}$/.test(color) ? color : null,
    answer: own?.answer ?? null,
    attendeeCount: component.propertiesNamed('ATTENDEE').length,
  }
}

/** Everything else that came with an event from wherever. */
export const detailOf = (component: Component, mine: ReadonlySet<string>): Parts => {
  const organizer = component.property('ORGANIZER')
  const email = organizer === undefined ? '' : mailOf(organizer.value)
  return {
    reminders: remindersOf(component),
    organizer:
      organizer === undefined
        ? null
        : { name: organizer.param('CN') ?? email, email, me: mine.has(email.toLowerCase()) },
    attendees: attendeesOf(component, mine),
    categories: component.propertiesNamed('CATEGORIES').flatMap((property) => [...readTextList(property)]),
    url: webAddress(component, 'URL'),
    conference:
      webAddress(component, 'CONFERENCE') ??
      webAddress(component, 'X-GOOGLE-CONFERENCE') ??
      webAddress(component, 'X-MICROSOFT-SKYPETEAMSMEETINGURL'),
    attachments: attachmentsOf(component),
  }
}
