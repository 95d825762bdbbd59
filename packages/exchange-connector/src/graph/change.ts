import { differingFields, isSameSpan } from '../event/compare.ts'
import type { ExchangeContent, ExchangeEvent, PortalData } from '../event/model.ts'
import { isSameRecurrence } from '../event/recurrence-of.ts'
import { footerOf } from './to-graph.ts'
import { occurrenceSteps, restoredDays } from './write-occurrences.ts'

/** How a wanted event differs from the one that is there. */
export interface Change {
  readonly fields: ReadonlySet<keyof ExchangeContent>
  /** Time, zone or pattern; also when a deleted occurrence has to come back, for which the pattern is written anew. */
  readonly time: boolean
  readonly occurrences: boolean
  readonly any: boolean
}

/** `footer` is the participants' line that the wanted text is to have. */
export const changeOf = (current: ExchangeEvent, wanted: ExchangeEvent, footer: string, heading: string): Change => {
  const fields = new Set(differingFields(current, wanted))
  // People who were kept back so far, and are to be asked now.
  if (current.attendees === null && (wanted.attendees ?? []).length > 0) fields.add('attendees')
  if (footerOf(current, heading) !== footer) fields.add('body')
  const time =
    !isSameSpan(current.span, wanted.span) ||
    !isSameRecurrence(current.recurrence, wanted.recurrence) ||
    restoredDays(current, wanted).length > 0
  const occurrences = occurrenceSteps(current, wanted, '').length > 0
  return { fields, time, occurrences, any: fields.size > 0 || time || occurrences }
}

/** Whether what travels beside the item stays as it is. */
export const isSameData = (a: PortalData | null, b: PortalData | null): boolean =>
  a === b || (a?.source === b?.source && a?.uid === b?.uid && a?.zone === b?.zone)

/** Whether single occurrences say something of their own. */
export const hasOccurrences = (event: ExchangeEvent) => event.deleted.length + event.exceptions.length > 0

/** Fields of an attendee's copy that are its owner's, not the organiser's. */
const ownFields: ReadonlySet<keyof ExchangeContent> = new Set([
  'reminderMinutes',
  'categories',
  'showAs',
  'sensitivity',
])

/** What a change of an attendee's copy would touch that is the organiser's: time, title, place, text, people. */
export const foreignParts = (change: Change): readonly string[] => [
  ...[...change.fields].filter((field) => !ownFields.has(field)),
  ...(change.time ? ['span'] : []),
  ...(change.occurrences ? ['exceptions'] : []),
]
