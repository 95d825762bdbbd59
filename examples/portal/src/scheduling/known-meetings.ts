import type { CalendarId } from '@dayport/core'
import type { Projector } from '@dayport/core/service'
import type { EventJson } from '../events/read.ts'
import type { Invitations } from './invitations.ts'

type Detail = Parameters<Projector['name']>[2]

/**
 * Events with the UID of the meeting also where a calendar shows less than all of it, and so another UID: for the person who has that
 * meeting or a copy of it in a calendar of their own, so that it can be told that both are one. They know of it that and when it is, and
 * with whom.
 *
 * @param own the calendars that are the person's own
 * @param details of the calendars of which the person sees times or titles only
 */
export const withKnownUids = async (
  events: readonly EventJson[],
  { invitations, projector }: { readonly invitations: Invitations; readonly projector: Projector },
  { own, details }: { readonly own: ReadonlySet<CalendarId>; readonly details: ReadonlyMap<CalendarId, Detail> },
): Promise<readonly EventJson[]> => {
  if (details.size === 0) return events
  const mine = new Map(
    events.filter(({ calendar }) => own.has(calendar)).map((one) => [`${one.calendar}/${one.object}`, one]),
  )
  const uids = new Map<string, string>()
  for (const { calendar, object, uid } of mine.values()) {
    for (const { calendar: where, name } of invitations.twinsOf({ calendar, name: object })) {
      const detail = details.get(where)
      if (detail !== undefined) uids.set(`${where}/${await projector.name(where, name, detail)}`, uid)
    }
  }
  return events.map((event) => ({ ...event, uid: uids.get(`${event.calendar}/${event.object}`) ?? event.uid }))
}
