import type { CalendarEvent } from '../api.ts'

/** How much of a series is meant. */
export type Scope = 'one' | 'following' | 'all'

export const objectPath = ({ calendar, object }: CalendarEvent): string =>
  `/calendars/${encodeURIComponent(calendar)}/events/${encodeURIComponent(object)}`

/** The address of an occurrence; `''` behind it where the event happens once. */
export const occurrencePath = (event: CalendarEvent, scope: Scope = 'one'): string =>
  event.recurrenceId === null
    ? objectPath(event)
    : `${objectPath(event)}?recurrenceId=${encodeURIComponent(event.recurrenceId)}&scope=${scope}`
