import { defaultObjectLimits } from '@dayport/core'
import { readBody, writeCondition } from '@dayport/http'
import { addressesOf, attendeeAddresses } from '../events/details.ts'
import type { Invited, Organizer } from '../events/invite.ts'
import { answered, newObject, patchOccurrence, patchSeries, withoutOccurrence } from '../events/patch.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import { splitSeries } from '../events/split.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { answerIn, componentsOf } from '../scheduling/components.ts'
import { byId } from './account.ts'
import { readableCalendar } from './calendar-json.ts'
import { createEventObjects, occurrence, portalOrigin as origin, ref } from './event-objects.ts'
import { type Caller, type Operation, operation } from './operation.ts'
import { Answer, EventPatch, NewEvent, StoredObject } from './schemas/events.ts'

/** Events and tasks are changed and deleted, and answered; events are made. */
export const eventWriteOperations = (parts: PortalParts): readonly Operation[] => {
  const { service, now } = parts
  const { stored, instanceOf, occurrenceOf, ownComponent, put, write, writeNew } = createEventObjects(parts)

  /**
   * The invited with who invites: the owner of the calendar, for whom the caller acts; of a group's calendar the caller.
   *
   * @param before whose attendees are in it already.
   * @throws {PortalError} `no-address` when that person has none; `not-to-be-invited` when somebody from outside adds one who is in none of
   * their groups.
   */
  const invitation = async (
    caller: Caller,
    calendar: string,
    attendees: readonly Invited[] | undefined,
    before: OpenObject | null = null,
  ): Promise<{ readonly attendees?: readonly Invited[]; readonly organizer?: Organizer }> => {
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

  return [
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
        const { uid = parts.newId(), ...again } = body
        const invited = await invitation(caller, path.id, body.attendees)
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
            ...invited,
          },
          uid,
          now(),
        )
        return writeNew(caller, path.id, {
          uid,
          bytes,
          again: body.uid === undefined ? null : { ...again, ...invited },
        })
      },
    }),

    operation({
      method: 'put',
      address: '/calendars/{id}/events/{object}/answer',
      id: 'answerEvent',
      summary:
        'Writes my answer into my copy of an event, or of one occurrence, and into that of an organizer of this portal. Nobody is sent mail',
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
        // The answer to a series holds for those of its changed occurrences too that were not answered by themselves.
        const open = componentsOf(again).filter((one) => answerIn(one, mine) === 'NEEDS-ACTION')
        const answering = new Set([component, ...(query.scope === 'all' ? open : [])])
        const etag = await put(caller, path, answered(again, [...answering], mine, body.answer, now()), object, request)
        return { calendar: path.id, object: path.object, etag }
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
        const instance = occurrenceOf(open, query.recurrenceId, caller)
        const change = { ...body, ...(await invitation(caller, path.id, body.attendees, open)) }
        if (instance === null) {
          const etag = await put(caller, path, patchSeries(open, null, change, now()), object, request)
          return { calendar: path.id, object: path.object, etag }
        }
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
              const at = { calendar: path.id, name }
              return write(caller, at, bytes, condition, { tx })
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
        const at = { calendar: path.id, name: path.object }
        await service.deleteObject(caller.principal, at, { condition: writeCondition(request.headers), origin })
      },
    }),

    operation({
      method: 'put',
      address: '/calendars/{id}/events/{object}/ics',
      id: 'putEventFile',
      summary:
        'Stores an object as getEventFile told it, to take back a change or a deletion; of a meeting the others hear. Takes If-Match and If-None-Match',
      access: 'person',
      path: ref,
      rawBody: 'text/calendar',
      status: 200,
      answer: StoredObject,
      handle: async ({ caller, path, request }) => {
        const bytes = await readBody(request, { maxBytes: defaultObjectLimits.maxBytes })
        const at = { calendar: path.id, name: path.object }
        const etag = await write(caller, at, bytes, writeCondition(request.headers))
        return { calendar: path.id, object: path.object, etag }
      },
    }),
  ]
}
