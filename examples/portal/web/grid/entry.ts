import type { Calendar, CalendarEvent, Me } from '../api.ts'
import { hueOf } from '../colors.ts'
import { addDays, dayOf, dayTitle, timeOf } from '../dates.ts'
import type { Texts } from '../texts/index.ts'
import type { IconName } from '../ui/icon.tsx'
import { calendarTitle } from '../views/sidebar.tsx'
import { wallOf } from './wall.ts'

/** An occurrence as the grid and the list show it, on the person's own clock. */
export interface Entry {
  readonly key: string
  readonly event: CalendarEvent
  readonly title: string
  /** Wall clock of the person, `2026-11-25T10:00:00`, or a day; '' for a task that has no date. */
  readonly start: string
  readonly end: string
  readonly allDay: boolean
  /** `10:00–11:00`, '' for whole days. */
  readonly time: string
  readonly place: string
  /** What colour and pattern only repeat. */
  readonly marks: readonly { readonly text: string; readonly icon: IconName | null }[]
  /** Name of its calendar, with whose it is. */
  readonly calendar: string
  /** Everything in words, for who does not see the grid. */
  readonly label: string
  readonly hue: string
  readonly look: 'busy-only' | 'tentative' | 'declined' | 'cancelled' | 'done' | 'usual'
  readonly editable: boolean
  /** Of a task, whether it is done; `null` for events. */
  readonly done: boolean | null
}

/** Names one occurrence on the page. */
export const keyOf = ({ calendar, object, recurrenceId }: CalendarEvent): string =>
  `${calendar}/${object}/${recurrenceId ?? ''}`

const answerMark = (event: CalendarEvent, texts: Texts): string => {
  if (event.answer === 'ACCEPTED') return texts.grid.youAccepted
  if (event.answer === 'DECLINED') return texts.grid.youDeclined
  return event.answer === 'TENTATIVE' ? texts.grid.youMaybe : ''
}

const marksOf = (event: CalendarEvent, texts: Texts): Entry['marks'] => {
  const found: { text: string; icon: IconName | null }[] = []
  if (event.done !== null) {
    found.push({ text: event.done ? texts.grid.taskDone : texts.grid.taskOpen, icon: null })
  }
  if (event.status === 'CANCELLED') found.push({ text: texts.cancelled, icon: null })
  if (event.status === 'TENTATIVE' || event.busy === 'tentative') found.push({ text: texts.tentative, icon: null })
  if (event.repeat !== null) found.push({ text: texts.repeats, icon: 'repeat' })
  if (event.private) found.push({ text: texts.privateMark, icon: 'lock' })
  if (event.importance === 'high') found.push({ text: texts.grid.important, icon: 'important' })
  const answer = answerMark(event, texts)
  if (answer !== '') found.push({ text: answer, icon: null })
  return found
}

const lookOf = (event: CalendarEvent, calendar: Calendar): Entry['look'] => {
  if (calendar.level === 'free-busy') return 'busy-only'
  if (event.status === 'CANCELLED') return 'cancelled'
  if (event.done === true) return 'done'
  if (event.answer === 'DECLINED') return 'declined'
  return event.status === 'TENTATIVE' || event.busy === 'tentative' ? 'tentative' : 'usual'
}

/** The entry of an occurrence in a calendar that is on the list. */
export const entryOf = (event: CalendarEvent, calendar: Calendar, me: Me, texts: Texts): Entry => {
  const task = event.done !== null
  // Tasks stand below the events, at their day.
  const allDay = event.allDay || task
  const day = task && !event.allDay ? dayOf(event.startMs, me.timeZone) : event.start
  const undated = event.start === ''
  const start = undated ? '' : allDay ? day : wallOf(event.startMs, me.timeZone)
  const end = undated ? '' : !allDay ? wallOf(event.endMs, me.timeZone) : event.allDay ? event.end : addDays(day, 1)
  const busyOnly = calendar.level === 'free-busy'
  const title = busyOnly ? texts.busy : event.title === '' ? texts.untitled : event.title
  const from = timeOf(event.startMs, me.timeZone, texts.locale)
  const to = timeOf(event.endMs, me.timeZone, texts.locale)
  const time = undated
    ? ''
    : task && !event.allDay
      ? from
      : allDay
        ? ''
        : event.endMs > event.startMs
          ? `${from}–${to}`
          : from
  const marks = marksOf(event, texts)
  const name = calendarTitle(calendar, me)
  const when = undated
    ? texts.grid.undated
    : task
      ? texts.grid.due(time)
      : allDay
        ? texts.allDay
        : event.endMs > event.startMs
          ? texts.grid.fromTo(from, to)
          : from
  const editable = !calendar.readOnly && (calendar.level === 'write' || calendar.level === 'owner')
  const words = [
    title,
    undated ? '' : dayTitle(start.slice(0, 10), texts.locale).toLowerCase(),
    when,
    texts.grid.inCalendar(name),
    event.place,
    ...marks.map(({ text }) => text),
  ]
  return {
    key: keyOf(event),
    event,
    title,
    start,
    end,
    allDay,
    time,
    place: event.place,
    marks,
    calendar: name,
    label: words.filter((word) => word !== '').join(', '),
    hue: hueOf(event.color, calendar.color),
    look: lookOf(event, calendar),
    editable,
    done: event.done,
  }
}
