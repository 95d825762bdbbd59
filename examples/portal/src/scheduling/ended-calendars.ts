import type { CalendarId, DayportStore } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import { owning } from '../accounts/owning.ts'
import type { People } from '../accounts/people.ts'
import { openObject } from '../events/read.ts'
import { organizerOf } from './components.ts'
import type { createCopies } from './copies.ts'
import type { Invitation, Invitations } from './invitations.ts'
import type { Meetings } from './meetings.ts'

/** Copies in one unit of work: other people's writes come between. */
const batchSize = 20

/**
 * Meetings whose calendar was deleted, with everything in it: they are cancelled in the attendees' copies, but for what is over and what
 * its organizer has in another calendar of theirs. That is done afterwards and a few at a time, as they may be many.
 */
export const createEndedCalendars = ({
  store,
  service,
  people,
  invitations,
  meetings,
  copies,
  now,
  onError,
}: {
  readonly store: DayportStore
  readonly service: Pick<CalendarService, 'transaction'>
  readonly people: Pick<People, 'findByEmail'>
  readonly invitations: Invitations
  readonly meetings: Meetings
  readonly copies: ReturnType<typeof createCopies>
  readonly now: () => number
  readonly onError: (error: unknown) => void
}) => {
  let isClosed = false
  let working = Promise.resolve()

  const end = async (tx: Parameters<Invitations['remove']>[0], invitation: Invitation): Promise<void> => {
    invitations.remove(tx, invitation)
    const copy = await store.getObject(invitation.copy, { tx })
    if (copy === null || copy.index.lastEndMs < now()) return
    const organizer = organizerOf(openObject(copy.data))
    const by = organizer === null ? null : people.findByEmail(organizer)
    const write = { tx, who: owning(by?.id ?? ''), ref: invitation.meeting }
    const moved = await meetings.twinOf(write, { uid: copy.index.uid, organizer }, { invites: false })
    if (moved === null) await copies.cancel(tx, invitation)
    else invitations.put(tx, { ...invitation, meeting: moved[0] })
  }

  const endAll = async (calendar: CalendarId): Promise<void> => {
    for (let left = true; left && !isClosed; ) {
      left = await service.transaction(async (tx) => {
        const some = invitations.inCalendar(tx, calendar, batchSize)
        for (const one of some) await end(tx, one).catch(onError)
        return some.length === batchSize
      })
    }
  }

  return {
    calendarEnded: (calendar: CalendarId): void => {
      working = working.then(() => endAll(calendar)).catch(onError)
    },
    close: (): Promise<void> => {
      isClosed = true
      return working
    },
  }
}
