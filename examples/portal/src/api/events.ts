import { CalendarError, type CalendarObject, type Calendar as CoreCalendar } from '@dayport/core'
import { detailOf as sightOf } from '@dayport/core/service'
import { z } from 'zod'
import { addressesOf, detailOf } from '../events/details.ts'
import { ownOverride } from '../events/patch.ts'
import { componentOf, type EventJson, eventsOf, openObject, toEvent, toUndatedTask } from '../events/read.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { withKnownUids } from '../scheduling/known-meetings.ts'
import { calendarViews } from './calendar-json.ts'
import { day, startOfDay } from './days.ts'
import { createEventObjects, occurrence, ref } from './event-objects.ts'
import { type Caller, type Operation, operation } from './operation.ts'
import { EventDetail, EventList } from './schemas/events.ts'

/** Longest range of one question: a little over a year. */
const maxRangeMs = 400 * 86_400_000
/** Most instances in one answer. */
const maxEvents = 5_000

/** Events and tasks as JSON: what there is, and one with everything that came with it. */
export const eventOperations = (parts: PortalParts): readonly Operation[] => {
  const { service } = parts
  const { stored, occurrenceOf, usualOf } = createEventObjects(parts)

  /** Who wrote an object last, for those who may read it; `null` for others and for what was pruned. */
  const lastChange = async (caller: Caller, calendar: string, object: CalendarObject) => {
    const { changes } = await service.changes(caller.principal, calendar, null)
    const change = changes.find(({ name }) => name === object.name)
    return change === undefined ? null : { door: change.origin.door, atMs: object.modifiedMs }
  }

  /** Which calendars are the caller's own, and how little is seen of those that are not open to them. */
  const sightsOf = ({ principal }: Caller, calendars: readonly CoreCalendar[]) => ({
    own: new Set(calendars.filter(({ owner, readOnly }) => owner === principal.id && !readOnly).map(({ id }) => id)),
    details: new Map(
      calendars.flatMap((calendar) => {
        const sight = sightOf(calendar, principal)
        return sight === 'free-busy' || sight === 'titles' ? [[calendar.id, sight] as const] : []
      }),
    ),
  })

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
        const looked: CoreCalendar[] = []
        let truncated = false
        for (const calendar of await service.listCalendars(caller.principal)) {
          if (query.calendar === undefined ? !view(calendar).listed : query.calendar !== calendar.id) continue
          looked.push(calendar)
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
        return {
          events: [...(await withKnownUids(events, parts, sightsOf(caller, looked)))],
          truncated: truncated || events.length >= maxEvents,
        }
      },
    }),

    operation({
      method: 'get',
      address: '/calendars/{id}/events/{object}',
      id: 'getEvent',
      summary:
        'One event; of a series the named occurrence, or the first. With the scope all: the first that was not changed by itself',
      access: 'person',
      path: ref,
      query: occurrence,
      status: 200,
      answer: EventDetail,
      handle: async ({ caller, path, query }) => {
        const object = await stored(caller, path.id, path.object)
        const open = openObject(object.data)
        const mine = addressesOf(caller.person)
        const asked = occurrenceOf(open, query.recurrenceId, caller)
        const isSeries = query.recurrenceId !== undefined && query.scope === 'all'
        const instance = asked !== null && isSeries ? usualOf(open, asked, caller) : asked
        const event =
          instance === null
            ? toUndatedTask(path.id, object, open, mine)
            : toEvent(path.id, object, open, instance, mine)
        const component = instance === null ? open.master : componentOf(open, instance)
        if (event === null || component === null) throw new CalendarError('not-found', 'This occurrence has no content')
        const ownText = instance !== null && ownOverride(open, instance) !== null && open.master !== null
        return {
          ...event,
          ...detailOf(component, mine),
          ownOverride: ownText,
          changed: await lastChange(caller, path.id, object),
        }
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
  ]
}
