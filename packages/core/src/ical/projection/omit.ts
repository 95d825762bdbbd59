import { textProperty } from '../text/drafts.ts'
import { editCalendar } from '../text/edit.ts'
import type { CalendarDocument, Component } from '../text/model.ts'

/** Parts of an object that its reader does not want, or shall not have. Absent is false: they stay. */
export interface OmittedParts {
  readonly alarms?: boolean
  /** Attendees and the organizer, and what programs keep about them. */
  readonly attendees?: boolean
  /** Descriptions and comments, in whatever form. */
  readonly descriptions?: boolean
}

/** Words that a view says in place of what it leaves out; each in the language of who will read it. */
export interface ShownTexts {
  /** SUMMARY of what is shown without its title. Default `Busy`. */
  readonly busyText?: string
  /** DESCRIPTION of a reminder whose own is left out. Default `Reminder`. */
  readonly reminderText?: string
}

/** RFC 5545 §3.8.4, RFC 9073 §7.1, and what vendors write besides. */
const people = /^(?:ATTENDEE|ORGANIZER|CONTACT|REQUEST-STATUS|X-.*(?:ATTENDEE|ORGANIZER|SENDER|INVITEE|PARTICIPANT).*)$/
const texts = /^(?:DESCRIPTION|COMMENT|STYLED-DESCRIPTION|X-.*(?:DESC|NOTES?|COMMENT).*)$/

/** The object without those parts; every other line stays as it is, and without anything to leave out the same octets. */
export const omitParts = (document: CalendarDocument, omit: OmittedParts, words: ShownTexts = {}): Uint8Array => {
  const { alarms = false, attendees = false, descriptions = false } = omit
  if (!alarms && !attendees && !descriptions) return document.bytes
  const editor = editCalendar(document)
  const visit = (component: Component): void => {
    if ((alarms && component.name === 'VALARM') || (attendees && component.name === 'PARTICIPANT')) {
      editor.removeComponent(component)
      return
    }
    for (const property of component.properties) {
      if (attendees && people.test(property.name)) editor.remove(property)
      else if (descriptions && texts.test(property.name)) {
        // RFC 5545 §3.6.6: a VALARM that displays something needs a text.
        if (component.name !== 'VALARM') editor.remove(property)
        else if (property.name === 'DESCRIPTION') {
          editor.replace(property, textProperty('DESCRIPTION', words.reminderText ?? 'Reminder'))
        } else editor.remove(property)
      }
    }
    for (const child of component.components) visit(child)
  }
  for (const calendar of document.calendars) for (const component of calendar.components) visit(component)
  return editor.toBytes()
}
