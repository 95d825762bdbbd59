import { type FakeMailboxState, logGone, setException, touch } from './fake-mailbox.ts'
import type { FakeEventDraft, FakeHand } from './fake-types.ts'
import { cancelOccurrence, createEvent, type WriteContext } from './writes.ts'

/** What a hand needs of its server. */
export interface HandContext {
  readonly now: () => number
  readonly newId: () => string
  readonly write: () => WriteContext
}

/** A person at the mailbox. */
export const createHand = (box: FakeMailboxState, { now, newId, write }: HandContext): FakeHand => {
  const own = (id: string) => {
    const event = box.events.get(id)
    if (event === undefined) throw new Error(`no event ${id}`)
    return event
  }
  const put = (draft: FakeEventDraft) => {
    const { recurrence, calendar = 'calendar', ...fields } = draft
    const { event } = createEvent(
      box,
      calendar,
      {
        start: fields.start,
        end: fields.end,
        ...(fields.isAllDay === undefined ? {} : { isAllDay: fields.isAllDay }),
      },
      { ...write(), listedAfterMs: 0, mail: () => undefined },
    )
    event.fields = { ...event.fields, ...fields }
    event.recurrence = recurrence ?? null
    return event
  }
  return {
    create: (draft) => put(draft).id,
    edit(id, fields) {
      const event = own(id)
      event.fields = { ...event.fields, ...fields }
      if (event.recurrence !== null && ('start' in fields || 'end' in fields)) {
        event.exceptions.clear()
        event.cancelled.clear()
      }
      touch(box, event, now())
    },
    setPattern(id, recurrence) {
      const event = own(id)
      event.recurrence = recurrence
      event.exceptions.clear()
      event.cancelled.clear()
      touch(box, event, now())
    },
    editOccurrence(id, day, fields) {
      setException(own(id), day, fields, newId)
      touch(box, own(id), now())
    },
    deleteOccurrence: (id, day) => cancelOccurrence(box, own(id), day, now()),
    delete(id) {
      const event = own(id)
      box.events.delete(id)
      logGone(box, event.calendar, id)
    },
    move(id, calendar) {
      const event = own(id)
      logGone(box, event.calendar, id)
      event.calendar = calendar
      touch(box, event, now())
    },
    copy(id) {
      const from = own(id)
      const event = put({
        ...from.fields,
        calendar: from.calendar,
        ...(from.recurrence === null ? {} : { recurrence: from.recurrence }),
      })
      event.properties = new Map(from.properties)
      return event.id
    },
    touch: (id) => touch(box, own(id), now()),
    invite(draft, organizer) {
      const event = put(draft)
      event.isOrganizer = false
      event.organizer = { address: organizer, name: organizer }
      event.response = 'notResponded'
      return event.id
    },
    unsearched: box.unsearched,
    event: (id) => box.events.get(id),
    get events() {
      return [...box.events.values()]
    },
  }
}
