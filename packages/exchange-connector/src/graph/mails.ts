import { CalendarError } from '@dayport/core'
import type { ExchangeEvent } from '../event/model.ts'
import type { GraphEvent, GraphOccurrence } from './wire.ts'

/** Whether a write on this event or occurrence mails people: the owner organises it, and somebody is asked. */
export const invites = (event: GraphOccurrence): boolean =>
  event.isOrganizer !== false && (event.attendees ?? []).length > 0

/** Whether a write on an event mails people, be it for one of its occurrences, or because of those whom it would ask. */
export const isMailing = (event: GraphEvent, wanted: ExchangeEvent | null): boolean =>
  invites(event) ||
  (event.exceptionOccurrences ?? []).some(invites) ||
  (event.isOrganizer !== false && (wanted?.attendees ?? []).length > 0)

/** The refusal of a write that would mail. */
export const mails = (): CalendarError =>
  new CalendarError('forbidden', 'Exchange would mail the attendees, and nobody asked for that', {
    details: { reason: 'mails' },
  })
