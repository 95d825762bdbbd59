import type { Calendar, CalendarEvent, Me } from './api.ts'

type Occurrence = Pick<CalendarEvent, 'calendar' | 'uid' | 'recurrenceId' | 'status'>

const occurrenceOf = ({ uid, recurrenceId }: Occurrence): string => JSON.stringify([uid, recurrenceId])

/** Whether what stands in a calendar is the person's own: their copy of a meeting, with their answer, or the meeting that they organize. */
const isOwn = (calendar: Pick<Calendar, 'owner' | 'readOnly'> | undefined, me: Pick<Me, 'id'>): boolean =>
  calendar !== undefined && calendar.owner.id === me.id && !calendar.readOnly

/**
 * A meeting of which the person has a copy stands in the calendars of the others too: of these the person's own is shown, the rest left
 * out. A copy that was cancelled leaves out nothing, as the meeting may go on without the person; and where none is their own, each
 * calendar shows when its owner is busy. Of other calendars that the person has themselves nothing is left out: each can be edited.
 *
 * @param events of the calendars that are switched on
 */
export const shownOnce = <E extends Occurrence>(
  events: readonly E[],
  calendars: ReadonlyMap<string, Pick<Calendar, 'owner' | 'readOnly'>>,
  me: Pick<Me, 'id'>,
): readonly E[] => {
  const own = new Set(
    events
      .filter(({ calendar, status }) => status !== 'CANCELLED' && isOwn(calendars.get(calendar), me))
      .map(occurrenceOf),
  )
  return events.filter((event) => isOwn(calendars.get(event.calendar), me) || !own.has(occurrenceOf(event)))
}
