import type { CalendarEvent, NewEvent } from './api.ts'
import { addDays, type Day } from './dates.ts'

/** What the event form holds: dates and times as the browser's fields give them, the last day inclusive as people say it. */
export interface EventDraft {
  readonly calendar: string
  readonly title: string
  readonly allDay: boolean
  readonly startDay: Day
  readonly startTime: string
  readonly endDay: Day
  readonly endTime: string
  /** `undefined`: that of the person. */
  readonly timeZone: string | null | undefined
  readonly place: string
  readonly description: string
  /** RRULE value, or '' for none. */
  readonly repeat: string
}

export const emptyDraft = (calendar: string, day: Day): EventDraft => ({
  calendar,
  title: '',
  allDay: false,
  startDay: day,
  startTime: '10:00',
  endDay: day,
  endTime: '11:00',
  timeZone: undefined,
  place: '',
  description: '',
  repeat: '',
})

export const draftOf = (event: CalendarEvent): EventDraft => ({
  calendar: event.calendar,
  title: event.title,
  allDay: event.allDay,
  startDay: event.start.slice(0, 10),
  startTime: event.allDay ? '10:00' : event.start.slice(11, 16),
  endDay: event.allDay && event.end > event.start ? addDays(event.end, -1) : event.end.slice(0, 10),
  endTime: event.allDay ? '11:00' : event.end.slice(11, 16),
  timeZone: event.allDay ? undefined : event.timeZone,
  place: event.place,
  description: event.description,
  repeat: event.repeat ?? '',
})

/** Whether the end comes before the start. */
export const isBackwards = (draft: EventDraft): boolean =>
  draft.allDay
    ? draft.endDay < draft.startDay
    : `${draft.endDay}T${draft.endTime}` < `${draft.startDay}T${draft.startTime}`

/** What the API is sent for a new event. */
export const toNewEvent = (draft: EventDraft): NewEvent => ({
  title: draft.title.trim(),
  allDay: draft.allDay,
  start: draft.allDay ? draft.startDay : `${draft.startDay}T${draft.startTime}`,
  end: draft.allDay ? addDays(draft.endDay, 1) : `${draft.endDay}T${draft.endTime}`,
  ...(draft.timeZone === undefined ? {} : { timeZone: draft.timeZone }),
  place: draft.place,
  description: draft.description,
  repeat: draft.repeat === '' ? null : draft.repeat,
})

/** Only what differs, so that everything the form does not show stays as it was; all times together when one was touched. */
export const toPatch = (before: EventDraft, after: EventDraft): Partial<NewEvent> => {
  const [old, next] = [toNewEvent(before), toNewEvent(after)]
  const timesDiffer =
    old.allDay !== next.allDay || old.start !== next.start || old.end !== next.end || before.timeZone !== after.timeZone
  return {
    ...(old.title === next.title ? {} : { title: next.title }),
    ...(old.place === next.place ? {} : { place: next.place }),
    ...(old.description === next.description ? {} : { description: next.description }),
    ...(old.repeat === next.repeat ? {} : { repeat: next.repeat }),
    ...(timesDiffer
      ? {
          allDay: next.allDay,
          start: next.start,
          end: next.end,
          ...(next.timeZone === undefined ? {} : { timeZone: next.timeZone }),
        }
      : {}),
  }
}
