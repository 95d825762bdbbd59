import {
  type CalendarEditor,
  type Component,
  type ComponentDraft,
  draftOf,
  editCalendar,
  type Property,
  timeProperty,
} from '@dayport/core/ical'
import { mailOf } from '../events/details.ts'
import { findInstance } from '../events/find-instance.ts'
import { addOverrides } from '../events/patch.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import { answerIn, componentsOf, keyOf, linesOf, organizerOf, seriesKey } from './components.ts'

/** Ways to be invited to some occurrences and not to others that are kept while a meeting goes out. */
const maxParts = 20

/** What programs read of these is the meeting's, not somebody's own. */
const sharedExtensions = new Set([
  'X-ALT-DESC',
  'X-APPLE-STRUCTURED-LOCATION',
  'X-GOOGLE-CONFERENCE',
  'X-MICROSOFT-SKYPETEAMSMEETINGURL',
])

/** What belongs to whose calendar it is, of the organizer as of the attendee. RFC 6638 §3.2.2.1 leaves it to the attendee. */
const isOwn = ({ name }: Property): boolean =>
  ['COLOR', 'CATEGORIES', 'TRANSP'].includes(name) || (name.startsWith('X-') && !sharedExtensions.has(name))

const isPublic = ({ value }: Property): boolean => value.trim().toUpperCase() === 'PUBLIC'

const alarmsOf = (component: Component): readonly Component[] =>
  component.components.filter(({ name }) => name === 'VALARM')

const draftOfComponent = (component: Component): ComponentDraft => ({
  name: component.name,
  properties: component.properties.map(draftOf),
  components: component.components.map(draftOfComponent),
})

/** One text for what somebody made their own of a component. */
const ownText = (component: Component): string =>
  JSON.stringify([component.properties.filter(isOwn).map(draftOf), alarmsOf(component).map(draftOfComponent)])

/**
 * The organizer's object without what is theirs alone, and without occurrences to which the attendee is not invited, or in the name of
 * somebody who does not organize the meeting.
 */
const partFor = (object: OpenObject, isInvited: (component: Component) => boolean): Uint8Array => {
  const editor = editCalendar(object.document)
  const { master, overrides, facts } = object
  const toSeries = master !== null && isInvited(master)
  if (master !== null && !toSeries) editor.removeComponent(master)
  overrides.forEach((override, index) => {
    if (isInvited(override)) return
    editor.removeComponent(override)
    const id = facts.overrides[index]?.recurrenceId
    if (toSeries && id !== undefined) editor.add(master, timeProperty('EXDATE', id))
  })
  for (const component of componentsOf(object)) {
    for (const property of component.properties.filter(isOwn)) editor.remove(property)
    for (const alarm of alarmsOf(component)) editor.removeComponent(alarm)
  }
  return editor.toBytes()
}

/** What is sent to somebody: the text, and what it says. */
interface Part {
  readonly bytes: Uint8Array
  readonly object: OpenObject
}

/** An organizer's version as it goes to all attendees: what is the same for many of them is made once. */
export const openInvitation = (bytes: Uint8Array) => {
  const object = openObject(bytes)
  const organizer = organizerOf(object)
  const components = componentsOf(object).map((component) => ({
    component,
    addresses: new Set(component.propertiesNamed('ATTENDEE').map(({ value }) => mailOf(value).toLowerCase())),
    isTheirs: component.propertiesNamed('ORGANIZER').every(({ value }) => mailOf(value).toLowerCase() === organizer),
  }))
  const parts = new Map<string, Part>()
  return {
    object,
    /** `null` for somebody who is invited to nothing of it. */
    partFor: (mine: ReadonlySet<string>): Part | null => {
      const invited = new Set(
        components
          .filter(({ addresses, isTheirs }) => isTheirs && [...mine].some((address) => addresses.has(address)))
          .map(({ component }) => component),
      )
      if (invited.size === 0) return null
      const key = JSON.stringify(components.map(({ component }) => invited.has(component)))
      const known = parts.get(key)
      if (known !== undefined) return known
      const text = partFor(object, (component) => invited.has(component))
      const part = { bytes: text, object: openObject(text) }
      if (parts.size < maxParts) parts.set(key, part)
      return part
    },
  }
}

export type OpenInvitation = ReturnType<typeof openInvitation>

/** Gives occurrences that the attendee alone made something of, such as a reminder, components of their own again. */
const withOwnOccurrences = (next: OpenObject, before: OpenObject, floatingZone: string): OpenObject => {
  const { master } = before
  if (next.master === null || master === null) return next
  const there = new Set(next.overrides.map(keyOf))
  const instances = before.overrides
    .filter((override) => !there.has(keyOf(override)) && ownText(override) !== ownText(master))
    .map((override) => findInstance(next, keyOf(override), floatingZone))
    .filter((instance) => instance !== null)
  return instances.length === 0 ? next : openObject(addOverrides(next, instances))
}

const keepOwn = (editor: CalendarEditor, component: Component, own: Component): void => {
  for (const property of own.properties.filter(isOwn)) editor.add(component, draftOf(property))
  for (const alarm of alarmsOf(own)) editor.addComponent(component, draftOfComponent(alarm))
  // Many programs write CLASS:PUBLIC always: it must not show to others what the attendee had made private.
  const [mine] = own.propertiesNamed('CLASS')
  const [theirs] = component.propertiesNamed('CLASS')
  if (mine === undefined || (theirs !== undefined && !isPublic(theirs))) return
  if (theirs === undefined) editor.add(component, draftOf(mine))
  else if (!isPublic(mine)) editor.replace(theirs, draftOf(mine))
}

/** An answer that a program wrote into the copy, and that the organizer does not know of. */
const keepAnswer = (editor: CalendarEditor, component: Component, own: Component, mine: ReadonlySet<string>): void => {
  const theirs = answerIn(own, mine)
  if (theirs === null || theirs === 'NEEDS-ACTION' || answerIn(component, mine) !== 'NEEDS-ACTION') return
  for (const line of linesOf(component, mine)) {
    const draft = draftOf(line)
    const { RSVP: _, ...params } = draft.params ?? {}
    editor.replace(line, { ...draft, params: { ...params, PARTSTAT: theirs } })
  }
}

/**
 * What an attendee's copy of a meeting holds: the organizer's version, as a REQUEST would bring it (RFC 5546 §3.2.2), with the reminder,
 * colour, categories and busy state that the attendee gave theirs.
 *
 * @param mine the attendee's addresses, lower case
 * @param before the copy as it is; `null` for a new one
 * @param asked keys of the components whose answers are asked for anew
 * @returns `null` when the attendee is invited to nothing of it
 */
export const attendeeCopy = (
  organizers: OpenInvitation,
  mine: ReadonlySet<string>,
  before: Uint8Array | null,
  { asked, floatingZone }: { readonly asked: ReadonlySet<string>; readonly floatingZone: string },
): Uint8Array | null => {
  const invited = organizers.partFor(mine)
  if (invited === null || before === null) return invited?.bytes ?? null
  const old = openObject(before)
  const next = withOwnOccurrences(invited.object, old, floatingZone)
  const ownOf = new Map(componentsOf(old).map((component) => [keyOf(component), component]))
  const editor = editCalendar(next.document)
  for (const component of componentsOf(next)) {
    const key = keyOf(component)
    const own = ownOf.get(key) ?? ownOf.get(seriesKey)
    if (own === undefined) continue
    keepOwn(editor, component, own)
    if (!asked.has(key)) keepAnswer(editor, component, own, mine)
  }
  return editor.toBytes()
}
