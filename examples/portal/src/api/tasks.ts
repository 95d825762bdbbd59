import { readTime } from '@dayport/core/ical'
import { addressesOf } from '../events/details.ts'
import { type EventJson, type OpenObject, openObject, toUndatedTask } from '../events/read.ts'
import { newTask, withDone } from '../events/tasks.ts'
import { toCalendarTime } from '../events/times.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { calendarViews } from './calendar-json.ts'
import { createEventObjects, occurrence, ref } from './event-objects.ts'
import { type Operation, operation } from './operation.ts'
import { Done, EventList, NewTask, StoredObject } from './schemas/events.ts'

/** A slip can be taken back; what was done long ago stands in nobody's way. */
const doneShownDays = 7
/** Most tasks without a date in one answer. */
const maxUndated = 500

/** When an undated task was done, ms; 0 where it does not say. */
const doneMsOf = ({ master }: OpenObject): number => {
  const property = master?.property('COMPLETED')
  const time = property === undefined ? null : readTime(property)
  return time?.kind === 'utc' ? Date.parse(time.instant) : 0
}

/** What tasks have beside what events have: they are made, and done; and some have no date. */
export const taskOperations = (parts: PortalParts): readonly Operation[] => {
  const { service, now } = parts
  const { stored, ownComponent, put, writeNew } = createEventObjects(parts)

  return [
    operation({
      method: 'get',
      address: '/undated-tasks',
      id: 'listUndatedTasks',
      summary: `Tasks without a date of the calendars on my list: those to be done, and those done in the last ${doneShownDays} days`,
      access: 'person',
      status: 200,
      answer: EventList,
      handle: async ({ caller, request }) => {
        const view = await calendarViews(parts, caller, request)
        const mine = addressesOf(caller.person)
        const doneSinceMs = now() - doneShownDays * 86_400_000
        const events: EventJson[] = []
        for (const calendar of await service.listCalendars(caller.principal)) {
          if (!view(calendar).listed || !calendar.components.includes('VTODO')) continue
          const found = service.findObjects(caller.principal, calendar.id, { component: 'VTODO' }, request)
          for await (const object of found) {
            if (object.index.recurrence !== null) continue
            const open = openObject(object.data)
            const task = toUndatedTask(calendar.id, object, open, mine)
            if (task === null || (task.done === true && doneMsOf(open) < doneSinceMs)) continue
            if (events.length >= maxUndated) return { events, truncated: true }
            events.push(task)
          }
        }
        return { events, truncated: false }
      },
    }),

    operation({
      method: 'post',
      address: '/calendars/{id}/tasks',
      id: 'createTask',
      summary: 'Makes a task; it is changed and deleted as events are, and its start is when it is due, if it is',
      access: 'person',
      path: byId,
      body: NewTask,
      status: 201,
      answer: StoredObject,
      handle: async ({ caller, path, body }) => {
        const { uid = parts.newId() } = body
        const allDay = body.due?.length === 10
        const zone = allDay ? null : (body.timeZone ?? caller.person.timeZone)
        const due = body.due === undefined ? null : toCalendarTime(body.due, allDay, zone)
        const bytes = newTask({ title: body.title, description: body.description, due }, uid, now())
        const again = {
          title: body.title,
          description: body.description,
          allDay,
          start: body.due ?? null,
          timeZone: zone,
        }
        return writeNew(caller, path.id, { uid, bytes, again: body.uid === undefined ? null : again })
      },
    }),

    operation({
      method: 'put',
      address: '/calendars/{id}/events/{object}/done',
      id: 'finishTask',
      summary: 'Says of a task, or of one occurrence of it, whether it is done. Takes If-Match',
      access: 'person',
      path: ref,
      query: occurrence,
      body: Done,
      status: 200,
      answer: StoredObject,
      handle: async ({ caller, path, query, body, request }) => {
        const object = await stored(caller, path.id, path.object)
        const { open, component } = ownComponent(object, query, caller)
        if (component.name !== 'VTODO') throw new PortalError('unsupported-change', 'Only a task can be done')
        const etag = await put(caller, path, withDone(open, component, body.done, now()), object, request)
        return { calendar: path.id, object: path.object, etag }
      },
    }),
  ]
}
