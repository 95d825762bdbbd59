import { assertCondition, CalendarError, type CalendarObject, type InstantRange, type Transaction } from '@dayport/core'
import { type Component, expandSeries, type RecurrenceInstance } from '@dayport/core/ical'
import { writeCondition } from '@dayport/http'
import { z } from 'zod'
import { addressesOf, attendeeAddresses, detailOf } from '../events/details.ts'
import type { Invited, Organizer } from '../events/invite.ts'
import {
  addOverride,
  answered,
  newObject,
  ownOverride,
  patchOccurrence,
  patchSeries,
  withoutOccurrence,
} from '../events/patch.ts'
import { componentOf, type EventJson, eventsOf, type OpenObject, openObject, toEvent } from '../events/read.ts'
import { splitSeries } from '../events/split.ts'
import { newTask, withDone } from '../events/tasks.ts'
import { toCalendarTime, wallText } from '../events/times.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { calendarViews, readableCalendar } from './calendar-json.ts'
import { day, startOfDay } from './days.ts'
import { type Caller, type Operation, operation } from './operation.ts'
import { Answer, Done, EventDetail, EventList, EventPatch, NewEvent, NewTask, StoredObject } from './schemas.ts'

/** Longest range of one question: a little over a year. */
const maxRangeMs = 400 * 86_400_000
/** Most instances in one answer. */
const maxEvents = 5_000
const everything: InstantRange = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }

const ref = z.object({ id: z.string().max(200), object: z.string().max(1_000) })
const occurrence = z.object({
  recurrenceId: z.string().max(30).optional().describe('one occurrence of a series'),
  scope: z
    .enum(['one', 'following', 'all'])
    .default('one')
    .describe(
      'following: the series is cut in two before this occurrence; all: the series moves as this occurrence does',
    ),
})

/** Events as JSON over the calendars' objects. */
export const eventOperations = (parts: PortalParts): readonly Operation[] => {
  const { service, now } = parts
  const origin = { door: 'portal' }

  const stored = async (caller: Caller, calendar: string, name: string): Promise<CalendarObject> => {
    const object = await service.getObject(caller.principal, { calendar, name })
    if (object === null) throw new CalendarError('not-found', 'No such event')
    return object
  }

  /** The occurrence of that original start; the first one when none is named. */
  const instanceOf = (object: OpenObject, recurrenceId: string | undefined, caller: Caller): RecurrenceInstance => {
    const floatingZone = caller.person.timeZone
    const wanted =
      recurrenceId === undefined ? null : Date.parse(recurrenceId.length === 10 ? recurrenceId : `${recurrenceId}Z`)
    // An override may have moved far from its original start, so the range cannot be narrow for those that have one.
    const near = { startMs: (wanted ?? 0) - 2 * 86_400_000, endMs: (wanted ?? 0) + 2 * 86_400_000 }
    for (const range of wanted === null ? [everything] : [near, everything]) {
      const { instances } = expandSeries(object.facts, {
        range,
        floatingZone,
        maxInstances: wanted === null ? 1 : 10_000,
      })
      const found =
        recurrenceId === undefined ? instances[0] : instances.find((one) => wallText(one.recurrenceId) === recurrenceId)
      if (found !== undefined) return found
    }
    throw new CalendarError('not-found', 'No such occurrence')
  }

  /** The component that an answer to `query` is written into: one occurrence gets its own when it has none yet. */
  const ownComponent = (
    object: CalendarObject,
    { recurrenceId, scope }: z.output<typeof occurrence>,
    caller: Caller,
  ): { readonly open: OpenObject; readonly component: Component } => {
    const first = openObject(object.data)
    const instance = instanceOf(first, recurrenceId, caller)
    const one = recurrenceId !== undefined && scope === 'one' && object.index.recurrence !== null
    const open = one && ownOverride(first, instance) === null ? openObject(addOverride(first, instance)) : first
    const component = one ? ownOverride(open, instanceOf(open, recurrenceId, caller)) : componentOf(open, instance)
    if (component === null) throw new CalendarError('not-found', 'This occurrence has no content')
    return { open, component }
  }

  return [
    operation({
      method: 'get',
      address: '/events',
      id: 'listEvents',
      summary:
        'Events, and tasks that are due, of the calendars on my list between two days of my time zone, each occurrence by itself',
      access: 'person',
      query: z.object({
        from: day,
        to: day.describe('exclusive'),
        calendar: z.string().max(200).optional().describe('one calendar only, also one that is not on my list'),
        text: z
          .string()
          .trim()
          .min(2)
          .max(200)
          .optional()
          .describe('only those with it in title, place or description'),
      }),
      status: 200,
      answer: EventList,
      handle: async ({ caller, query, request }) => {
        const floatingZone = caller.person.timeZone
        const range = { startMs: startOfDay(query.from, floatingZone), endMs: startOfDay(query.to, floatingZone) }
        if (range.endMs <= range.startMs || range.endMs - range.startMs > maxRangeMs) {
          throw new PortalError('invalid-request', 'Expected a range of 1 to 400 days', { where: 'query' })
        }
        const view = await calendarViews(parts, caller, request)
        const mine = addressesOf(caller.person)
        const wanted = query.text?.toLowerCase()
        const fits = ({ title, place, description }: EventJson): boolean =>
          wanted === undefined || [title, place, description].some((text) => text.toLowerCase().includes(wanted))
        const events: EventJson[] = []
        let truncated = false
        for (const calendar of await service.listCalendars(caller.principal)) {
          if (query.calendar === undefined ? !view(calendar).listed : query.calendar !== calendar.id) continue
          for (const component of ['VEVENT', 'VTODO']) {
            if (!calendar.components.includes(component)) continue
            const filter = { component, range }
            for await (const object of service.findObjects(caller.principal, calendar.id, filter, {
              signal: request.signal,
            })) {
              const found = eventsOf(calendar.id, object, range, {
                floatingZone,
                maxInstances: maxEvents - events.length,
                mine,
              })
              events.push(...found.events.filter(fits))
              truncated ||= found.truncated
              if (events.length >= maxEvents) break
            }
          }
          if (events.length >= maxEvents) break
        }
        events.sort((a, b) => a.startMs - b.startMs)
        return { events, truncated: truncated || events.length >= maxEvents }
      },
    }),

    operation({
      method: 'post',
      address: '/calendars/{id}/events',
      id: 'createEvent',
      summary: 'Makes an event',
      access: 'person',
      path: byId,
      body: NewEvent,
      status: 201,
      answer: StoredObject,
      handle: async ({ caller, path, body }) => {
        const uid = parts.newId()
        const bytes = newObject(
          {
            title: body.title,
            place: body.place ?? '',
            description: body.description ?? '',
            allDay: body.allDay ?? false,
            start: body.start,
            end: body.end,
            timeZone: body.timeZone === undefined ? caller.person.timeZone : body.timeZone,
            repeat: body.repeat ?? null,
            reminder: body.reminder,
            busy: body.busy,
            importance: body.importance,
            private: body.private,
            color: body.color,
            ...(await invitation(caller, path.id, body.attendees)),
          },
          uid,
          now(),
        )
        const name = `${uid}.ics`
        const condition = { ifNoneMatch: '*' as const }
        const { etag } = await service.putObject(caller.principal, { calendar: path.id, name }, bytes, {
          condition,
          origin,
        })
        return { calendar: path.id, object: name, etag }
      },
    }),

    operation({
      method: 'get',
      address: '/calendars/{id}/events/{object}',
      id: 'getEvent',
      summary: 'One event; of a series the named occurrence, or the first',
      access: 'person',
      path: ref,
      query: occurrence,
      status: 200,
      answer: EventDetail,
      handle: async ({ caller, path, query }) => {
        const object = await stored(caller, path.id, path.object)
        const open = openObject(object.data)
        const mine = addressesOf(caller.person)
        const instance = instanceOf(open, query.recurrenceId, caller)
        const event = toEvent(path.id, object, open, instance, mine)
        const component = componentOf(open, instance)
        if (event === null || component === null) throw new CalendarError('not-found', 'This occurrence has no content')
        const ownText = ownOverride(open, instance) !== null && open.master !== null
        return {
          ...event,
          ...detailOf(component, mine),
          ownOverride: ownText,
          changed: await lastChange(caller, path.id, object),
        }
      },
    }),

    operation({
      method: 'put',
      address: '/calendars/{id}/events/{object}/answer',
      id: 'answerEvent',
      summary: 'Writes my answer into my copy of an event, or of one occurrence. Nobody is sent mail',
      access: 'person',
      path: ref,
      query: occurrence,
      body: Answer,
      status: 200,
      answer: StoredObject,
      handle: async ({ caller, path, query, body, request }) => {
        const object = await stored(caller, path.id, path.object)
        const mine = addressesOf(caller.person)
        const { open: again, component } = ownComponent(object, query, caller)
        const etag = await put(caller, path, answered(again, component, mine, body.answer, now()), object, request)
        return { calendar: path.id, object: path.object, etag }
      },
    }),

    operation({
      method: 'post',
      address: '/calendars/{id}/tasks',
      id: 'createTask',
      summary: 'Makes a task; it is changed and deleted as events are, and its start is when it is due',
      access: 'person',
      path: byId,
      body: NewTask,
      status: 201,
      answer: StoredObject,
      handle: async ({ caller, path, body }) => {
        const uid = parts.newId()
        const allDay = body.due.length === 10
        const due = toCalendarTime(body.due, allDay, allDay ? null : (body.timeZone ?? caller.person.timeZone))
        const name = `${uid}.ics`
        const { etag } = await service.putObject(
          caller.principal,
          { calendar: path.id, name },
          newTask({ title: body.title, description: body.description, due }, uid, now()),
          { condition: { ifNoneMatch: '*' as const }, origin },
        )
        return { calendar: path.id, object: name, etag }
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

    operation({
      method: 'get',
      address: '/calendars/{id}/events/{object}/ics',
      id: 'getEventFile',
      summary: 'The stored object, byte for byte',
      access: 'person',
      path: ref,
      status: 200,
      rawAnswer: 'text/calendar',
      handle: async ({ caller, path }) => {
        const object = await stored(caller, path.id, path.object)
        return new Response(new Uint8Array(object.data), {
          headers: {
            'Content-Type': 'text/calendar; charset=utf-8',
            'Content-Disposition': 'attachment; filename="event.ics"',
            'Cache-Control': 'no-store',
            ETag: object.etag,
          },
        })
      },
    }),

    operation({
      method: 'patch',
      address: '/calendars/{id}/events/{object}',
      id: 'updateEvent',
      summary: 'Changes what is given; everything else of the stored object stays byte for byte. Takes If-Match',
      access: 'person',
      path: ref,
      query: occurrence,
      body: EventPatch,
      status: 200,
      answer: StoredObject,
      handle: async ({ caller, path, query, body, request }) => {
        const object = await stored(caller, path.id, path.object)
        const open = openObject(object.data)
        const instance = instanceOf(open, query.recurrenceId, caller)
        const change = { ...body, ...(await invitation(caller, path.id, body.attendees, open)) }
        const one = query.recurrenceId !== undefined && query.scope === 'one' && object.index.recurrence !== null
        if (one && body.repeat !== undefined) {
          throw new PortalError('unsupported-change', 'One occurrence has no rule of its own')
        }
        if (query.scope === 'following' && query.recurrenceId !== undefined && object.index.recurrence !== null) {
          const uid = parts.newId()
          const { past, future } = splitSeries(open, instance, uid)
          if (past !== null) {
            const next = openObject(future)
            const bytes = patchSeries(next, instanceOf(next, undefined, caller), change, now())
            const name = `${uid}.ics`
            // Both halves or none: a series must not lose its future between two writes.
            const etag = await service.transaction(async (tx) => {
              await put(caller, path, past, object, request, tx)
              const condition = { ifNoneMatch: '*' as const }
              return (
                await service.putObject(caller.principal, { calendar: path.id, name }, bytes, { condition, origin, tx })
              ).etag
            })
            return { calendar: path.id, object: name, etag }
          }
        }
        const reopen = (bytes: Uint8Array) => {
          const again = openObject(bytes)
          return { object: again, instance: instanceOf(again, query.recurrenceId, caller) }
        }
        const bytes = one
          ? patchOccurrence(open, instance, change, now(), reopen)
          : patchSeries(open, instance, change, now())
        const etag = await put(caller, path, bytes, object, request)
        return { calendar: path.id, object: path.object, etag }
      },
    }),

    operation({
      method: 'delete',
      address: '/calendars/{id}/events/{object}',
      id: 'deleteEvent',
      summary: 'Deletes an event, or one occurrence of a series. Takes If-Match',
      access: 'person',
      path: ref,
      query: occurrence,
      status: 204,
      handle: async ({ caller, path, query, request }) => {
        const object = await stored(caller, path.id, path.object)
        if (query.recurrenceId !== undefined && query.scope === 'following' && object.index.recurrence !== null) {
          const open = openObject(object.data)
          const { past } = splitSeries(open, instanceOf(open, query.recurrenceId, caller), parts.newId())
          if (past !== null) {
            await put(caller, path, past, object, request)
            return
          }
        }
        if (query.recurrenceId !== undefined && query.scope === 'one' && object.index.recurrence !== null) {
          const open = openObject(object.data)
          const bytes = withoutOccurrence(open, instanceOf(open, query.recurrenceId, caller), now())
          if (bytes !== null) {
            await put(caller, path, bytes, object, request)
            return
          }
        }
        const condition = writeCondition(request.headers)
        await service.deleteObject(caller.principal, { calendar: path.id, name: path.object }, { condition, origin })
      },
    }),
  ]

  /**
   * The invited with who invites: the owner of the calendar, for whom the caller acts; of a group's calendar the caller.
   *
   * @param before whose attendees are in it already.
   * @throws {PortalError} `no-address` when that person has none; `not-to-be-invited` when somebody from outside adds one who is in none of
   * their groups.
   */
  async function invitation(
    caller: Caller,
    calendar: string,
    attendees: readonly Invited[] | undefined,
    before: OpenObject | null = null,
  ): Promise<{ readonly attendees?: readonly Invited[]; readonly organizer?: Organizer }> {
    if (attendees === undefined) return {}
    const mates = parts.acquaintance.groupmates(caller.principal)
    if (mates !== null) {
      const there = new Set([before?.master, ...(before?.overrides ?? [])].flatMap(attendeeAddresses))
      for (const { email } of attendees) {
        const person = there.has(email.toLowerCase()) ? caller.person : parts.people.findByEmail(email)
        if (person !== null && mates.has(person.id)) continue
        throw new PortalError('not-to-be-invited', 'You may invite members of your groups', { email })
      }
    }
    const owner = parts.people.get((await readableCalendar(parts, caller, calendar)).owner)
    const by = owner?.kind === 'individual' ? owner : caller.person
    if (by.email === '' && attendees.length > 0)
      throw new PortalError('no-address', 'Who invites needs an e-mail address')
    const sentBy = by.id === caller.person.id || caller.person.email === '' ? null : caller.person.email
    return { attendees, organizer: { email: by.email, name: by.name, sentBy } }
  }

  /** Stores an edit of the state that was read; the caller's own If-Match must hold for that state too. */
  async function put(
    caller: Caller,
    path: { readonly id: string; readonly object: string },
    bytes: Uint8Array,
    before: CalendarObject,
    request: Request,
    tx?: Transaction,
  ) {
    assertCondition(writeCondition(request.headers), before.etag)
    const condition = { ifMatch: [before.etag] }
    const options = { condition, origin, ...(tx === undefined ? {} : { tx }) }
    const ref = { calendar: path.id, name: path.object }
    const { etag } = await service.putObject(caller.principal, ref, bytes, options)
    return etag
  }

  /** Who wrote an object last, for those who may read it; `null` for others and for what was pruned. */
  async function lastChange(caller: Caller, calendar: string, object: CalendarObject) {
    const { changes } = await service.changes(caller.principal, calendar, null)
    const change = changes.find(({ name }) => name === object.name)
    return change === undefined ? null : { door: change.origin.door, atMs: object.modifiedMs }
  }
}
