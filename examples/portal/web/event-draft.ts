import type { CalendarEvent, NewEvent } from './api.ts'
import { addDays, type Day } from './dates.ts'
import { instantOf, wallMs, wallOf, wallText } from './grid/wall.ts'

/** Somebody who is invited. */
export type Invited = NonNullable<NewEvent['attendees']>[number]

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
  /** The zone in which an event stored in UTC is shown; it goes back to UTC while that zone is kept. `null` for all others. */
  readonly utcIn: string | null
  readonly place: string
  readonly description: string
  /** RRULE value, or '' for none. */
  readonly repeat: string
  /** Minutes before the start. */
  readonly reminder: number | null
  readonly busy: CalendarEvent['busy']
  readonly importance: CalendarEvent['importance']
  readonly private: boolean
  /** CSS name; `null`: that of the calendar. */
  readonly color: string | null
  /** `null`: not touched; only the detail of an event knows them. */
  readonly attendees: readonly Invited[] | null
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
  utcIn: null,
  place: '',
  description: '',
  repeat: '',
  reminder: null,
  busy: 'busy',
  importance: 'normal',
  private: false,
  color: null,
  attendees: null,
})

/** The times of a draft for a place on the grid, whose end is exclusive. */
export const draftTimes = ({
  start,
  end,
  allDay,
}: {
  readonly start: string
  readonly end: string
  readonly allDay: boolean
}): Pick<EventDraft, 'allDay' | 'startDay' | 'startTime' | 'endDay' | 'endTime'> => ({
  allDay,
  startDay: start.slice(0, 10),
  startTime: allDay ? '10:00' : start.slice(11, 16),
  endDay: allDay && end > start ? addDays(end, -1) : end.slice(0, 10),
  endTime: allDay ? '11:00' : end.slice(11, 16),
})

/** Many programs store UTC: nobody thinks in it, so such events are shown on the person's clock. */
const shownTimes = (event: CalendarEvent, zone: string) => {
  if (event.allDay || event.timeZone !== 'UTC' || zone === 'UTC') {
    return { ...draftTimes(event), timeZone: event.allDay ? undefined : event.timeZone, utcIn: null }
  }
  const [start, end] = [wallOf(event.startMs, zone), wallOf(event.endMs, zone)]
  return { ...draftTimes({ start, end, allDay: false }), timeZone: zone, utcIn: zone }
}

/** The draft of an event for a person in `zone`. */
export const draftOf = (event: CalendarEvent, zone: string): EventDraft => ({
  calendar: event.calendar,
  title: event.title,
  ...shownTimes(event, zone),
  place: event.place,
  description: event.description,
  repeat: event.repeat ?? '',
  reminder: event.reminder,
  busy: event.busy,
  importance: event.importance,
  private: event.private,
  color: event.color,
  attendees: null,
})

type Times = Pick<EventDraft, 'allDay' | 'startDay' | 'startTime' | 'endDay' | 'endTime'>
const endOf = ({ allDay, endDay, endTime }: Times): string => (allDay ? endDay : `${endDay}T${endTime}`)
const startOf = ({ allDay, startDay, startTime }: Times): string => (allDay ? startDay : `${startDay}T${startTime}`)

/** How far the end is from the start on the clock, ms; `null` while a field is half typed, or when the end comes before the start. */
export const lengthOf = (times: Times): number | null => {
  const length = wallMs(endOf(times)) - wallMs(startOf(times))
  return length >= 0 ? length : null
}

/** An end that far behind the start; nothing where the start is half typed or no length is known. */
export const endAfter = (times: Times, lengthMs: number | null): Partial<Times> => {
  const startMs = wallMs(startOf(times))
  if (lengthMs === null || Number.isNaN(startMs)) return {}
  const end = wallText(startMs + lengthMs)
  return { endDay: end.slice(0, 10), ...(times.allDay ? {} : { endTime: end.slice(11, 16) }) }
}

/** Whether one of its two times is missing or half typed. */
export const isIncomplete = (times: Times, end: boolean): boolean =>
  Number.isNaN(wallMs(end ? endOf(times) : startOf(times)))

/** Whether the end comes before the start. */
export const isBackwards = (draft: EventDraft): boolean =>
  draft.allDay
    ? draft.endDay < draft.startDay
    : `${draft.endDay}T${draft.endTime}` < `${draft.startDay}T${draft.startTime}`

const timesOf = (draft: EventDraft): Pick<NewEvent, 'allDay' | 'start' | 'end' | 'timeZone'> => {
  if (draft.allDay) return { allDay: true, start: draft.startDay, end: addDays(draft.endDay, 1) }
  const [start, end] = [`${draft.startDay}T${draft.startTime}`, `${draft.endDay}T${draft.endTime}`]
  const { timeZone, utcIn } = draft
  if (utcIn !== null && timeZone === utcIn) {
    const inUtc = (wall: string): string => wallText(instantOf(`${wall}:00`, utcIn))
    return { allDay: false, start: inUtc(start), end: inUtc(end), timeZone: 'UTC' }
  }
  return { allDay: false, start, end, ...(timeZone === undefined ? {} : { timeZone }) }
}

/** When a draft with times of day begins, and how long it lasts, ms; `null` for whole days and while a time is half typed. */
export const instantsOf = (
  draft: EventDraft,
  zone: string,
): { readonly startMs: number; readonly lengthMs: number } | null => {
  if (draft.allDay || isIncomplete(draft, false) || isIncomplete(draft, true)) return null
  const at = (day: Day, time: string): number => instantOf(`${day}T${time}:00`, draft.timeZone ?? zone)
  const startMs = at(draft.startDay, draft.startTime)
  const lengthMs = at(draft.endDay, draft.endTime) - startMs
  return { startMs, lengthMs: Math.max(lengthMs, 0) }
}

/** The draft at another time on the person's clock, as long as before. */
export const movedTo = (draft: EventDraft, startMs: number, lengthMs: number, zone: string): EventDraft => {
  const [start, end] = [wallOf(startMs, zone), wallOf(startMs + lengthMs, zone)]
  return {
    ...draft,
    ...draftTimes({ start, end, allDay: false }),
    timeZone: draft.timeZone === undefined ? undefined : zone,
  }
}

/** What the API is sent for a new event. */
export const toNewEvent = (draft: EventDraft): NewEvent => ({
  title: draft.title.trim(),
  ...timesOf(draft),
  place: draft.place,
  description: draft.description,
  repeat: draft.repeat === '' ? null : draft.repeat,
  reminder: draft.reminder,
  busy: draft.busy,
  importance: draft.importance,
  private: draft.private,
  color: draft.color,
  ...(draft.attendees === null ? {} : { attendees: [...draft.attendees] }),
})

const plainFields = [
  'title',
  'place',
  'description',
  'repeat',
  'reminder',
  'busy',
  'importance',
  'private',
  'color',
] as const

/** Only what differs, so that everything the form does not show stays as it was; all times together when one was touched. */
export const toPatch = (before: EventDraft, after: EventDraft): Partial<NewEvent> => {
  const [old, next] = [toNewEvent(before), toNewEvent(after)]
  const timesDiffer =
    old.allDay !== next.allDay || old.start !== next.start || old.end !== next.end || old.timeZone !== next.timeZone
  return {
    ...Object.fromEntries(plainFields.filter((name) => old[name] !== next[name]).map((name) => [name, next[name]])),
    ...(timesDiffer ? timesOf(after) : {}),
    ...(after.attendees === null ? {} : { attendees: [...after.attendees] }),
  }
}
