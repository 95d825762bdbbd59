import type { DayportStore, ObjectRef, Origin, Transaction } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import { owning } from '../accounts/owning.ts'
import type { Person } from '../accounts/people.ts'
import { addressesOf } from '../events/details.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { cancelledCopy } from './answers.ts'
import { attendeeCopy, type OpenInvitation } from './attendee-copy.ts'
import { answerIn, componentsOf, organizerOf, uidOf } from './components.ts'
import type { Invitation, Invitations } from './invitations.ts'
import type { Meetings } from './meetings.ts'

/** What copies and answers are written as; what is written so schedules nothing itself. */
export const invitationOrigin: Origin = { door: 'invitation' }

/** An organizer's version, and the components for which answers are asked anew. */
export interface Version {
  readonly ref: ObjectRef
  readonly invitation: OpenInvitation
  readonly asked: ReadonlySet<string>
}

const hasDeclined = (object: OpenObject, person: Person): boolean => {
  const mine = addressesOf(person)
  const given = componentsOf(object)
    .map((component) => answerIn(component, mine))
    .filter((answer) => answer !== null)
  return given.length > 0 && given.every((answer) => answer === 'DECLINED')
}

/** Attendees' copies as they are written: in their name, within the unit of work that changes the meeting. */
export const createCopies = ({
  store,
  service,
  exchange,
  invitations,
  meetings,
  now,
  newId,
}: {
  readonly store: DayportStore
  readonly service: CalendarService
  readonly exchange: Pick<Exchange, 'collectingOf'>
  readonly invitations: Invitations
  readonly meetings: Meetings
  readonly now: () => number
  readonly newId: () => string
}) => {
  /** Whether a copy is that of another meeting, which there is: of the same organizer by its address, which can have passed to somebody else. */
  const isOfOther = async (tx: Transaction, copy: ObjectRef, meeting: ObjectRef): Promise<boolean> => {
    const known = invitations.byCopy(tx, copy)?.meeting
    if (known === undefined || (known.calendar === meeting.calendar && known.name === meeting.name)) return false
    return (await store.getObject(known, { tx })) !== null
  }

  return {
    /** @param there how the person is invited already */
    deliver: async (
      tx: Transaction,
      person: Person,
      meeting: Version,
      there: Invitation | undefined,
    ): Promise<void> => {
      const { object } = meeting.invitation
      const known = there === undefined ? null : await store.getObject(there.copy, { tx })
      const found =
        known !== null && there !== undefined
          ? ([there.copy, known] as const)
          : await meetings.copyOf(tx, person.id, uidOf(object))
      // Somebody else's meeting of the same UID, such as a file that was loaded, is left alone.
      if (found !== null && organizerOf(openObject(found[1].data)) !== organizerOf(object)) return
      if (found !== null && (await isOfOther(tx, found[0], meeting.ref))) return
      if (found === null && meeting.asked.size === 0 && (there?.gone === true || hasDeclined(object, person))) return
      const collecting = found === null ? await exchange.collectingOf(person, tx) : null
      const copy = found?.[0] ?? (collecting === null ? null : { calendar: collecting, name: `${newId()}.ics` })
      if (copy === null || copy.calendar === meeting.ref.calendar) return
      const options = { asked: meeting.asked, floatingZone: person.timeZone }
      const bytes = attendeeCopy(meeting.invitation, addressesOf(person), found?.[1].data ?? null, options)
      if (bytes === null) return
      await service.putObject(owning(person.id), copy, bytes, { origin: invitationOrigin, tx })
      invitations.put(tx, { meeting: meeting.ref, person: person.id, copy, gone: false })
    },

    cancel: async (tx: Transaction, invitation: Invitation): Promise<void> => {
      invitations.remove(tx, invitation)
      const copy = await store.getObject(invitation.copy, { tx })
      if (copy === null) return
      const bytes = cancelledCopy(copy.data, now())
      await service.putObject(owning(invitation.person), invitation.copy, bytes, { origin: invitationOrigin, tx })
    },
  }
}
