import type { CalendarObject, ObjectRef, Transaction } from '@dayport/core'
import { indexObject } from '@dayport/core/ical'
import type { CalendarEvent, CalendarService, JoinedWrite, JoinWrite, WriteShare } from '@dayport/core/service'
import { owning } from '../accounts/owning.ts'
import { addressesOf } from '../events/details.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { leavingOrigin } from '../joined/leaving.ts'
import { type Reply, repliesIn, withReplies } from './answers.ts'
import { askAnew } from './ask-anew.ts'
import { openInvitation } from './attendee-copy.ts'
import { organizerOf, uidOf } from './components.ts'
import { createCopies, invitationOrigin } from './copies.ts'
import { createEndedCalendars } from './ended-calendars.ts'
import type { Invitation } from './invitations.ts'
import { createMeetings, type MeetingParts } from './meetings.ts'

/** Doors through which people invite and answer. What comes by others, a file say, changes meetings of which there are copies and begins none. */
const beginning: ReadonlySet<string> = new Set(['portal', 'caldav', 'outlook'])

/** Copies that one answer is written into, and what they have together; above that it is for the organizer. */
const maxTold = 100
const maxToldBytes = 4 * 1024 * 1024

const attendee = Buffer.from('ATTENDEE')
const mayInvite = (data: Uint8Array): boolean =>
  Buffer.from(data.buffer, data.byteOffset, data.length).includes(attendee)

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

export type Scheduling = ReturnType<typeof createScheduling>

/**
 * Meetings between people of the portal. What an organizer writes by any door reaches the copies of attendees with an account here, and what
 * an attendee answers in theirs reaches the organizer and the other copies, by the rules of iTIP (RFC 5546) and of implicit scheduling
 * (RFC 6638), in the same unit of work; nobody is sent mail. It has a part in every write of an object; what it writes itself is told by its
 * origin and schedules nothing, so that no echo can. Meetings in calendars that are joined to a mailbox or an outside service, and people
 * with a mailbox, are left to their own server; whoever got a copy before they had one keeps it, and what they answer there counts.
 */
export const createScheduling = (
  parts: MeetingParts & {
    readonly service: CalendarService
    readonly exchange: Pick<Exchange, 'isFor' | 'bindingOf' | 'collectingOf'>
    readonly now: () => number
    readonly newId: () => string
    readonly onError: (error: unknown) => void
  },
) => {
  const { store, service, people, invitations, now, onError } = parts
  const meetings = createMeetings(parts)
  const copies = createCopies({ ...parts, meetings })
  const ended = createEndedCalendars({ ...parts, meetings, copies })

  /** What cannot be told to somebody, because their calendar is full say, must not keep anybody from writing. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      onError(error)
    }
  }

  /** Writes answers into the organizer's object, and from there into the copies of the others. */
  const reply = async (
    tx: Transaction,
    { meeting, person: id }: Invitation,
    replies: readonly Reply[],
  ): Promise<void> => {
    const person = people.get(id)
    const stored = await store.getObject(meeting, { tx })
    const calendar = await store.getCalendar(meeting.calendar, { tx })
    if (person === null || stored === null || calendar === null) return
    const mine = addressesOf(person)
    const options = { nowMs: now(), floatingZone: people.get(calendar.owner)?.timeZone ?? 'UTC' }
    const bytes = withReplies(stored.data, replies, mine, options)
    if (isSame(bytes, stored.data)) return
    await service.putObject(owning(calendar.owner), meeting, bytes, { origin: invitationOrigin, tx })
    const others = invitations.of(tx, meeting).filter((one) => one.person !== id && !one.gone)
    if (others.length > maxTold || others.length * bytes.length > maxToldBytes) return
    const version = { ref: meeting, invitation: openInvitation(bytes), asked: new Set<string>() }
    for (const one of others) {
      const other = people.get(one.person)
      if (other !== null) await attempt(() => copies.deliver(tx, other, version, one))
    }
  }

  const answer = (
    tx: Transaction,
    invitation: Invitation,
    before: OpenObject | null,
    after: OpenObject | null,
  ): Promise<void> => {
    const person = people.get(invitation.person)
    return person === null ? Promise.resolve() : reply(tx, invitation, repliesIn(before, after, addressesOf(person)))
  }

  /** A copy was changed, put back or deleted. Deleted while it stands in another own calendar too, it was moved there. */
  const copyWritten = async (
    { tx, ref, data }: JoinedWrite,
    copy: Invitation,
    before: CalendarObject | null,
  ): Promise<void> => {
    const old = before === null ? null : openObject(before.data)
    if (data !== null) {
      const next = openObject(data)
      const meeting = old === null ? await store.getObject(copy.meeting, { tx }) : null
      const source = old ?? (meeting === null ? next : openObject(meeting.data))
      // Something else of theirs, a file say, took the place of the copy: the meeting has no part in it any longer.
      if (organizerOf(source) !== organizerOf(next) || uidOf(source) !== uidOf(next))
        return invitations.remove(tx, copy)
      if (copy.gone) invitations.put(tx, { ...copy, gone: false })
      return answer(tx, copy, old, next)
    }
    const moved = before === null ? null : await meetings.copyOf(tx, copy.person, before.index.uid, ref)
    if (moved !== null && old !== null) {
      const next = openObject(moved[1].data)
      if (organizerOf(next) === organizerOf(old)) {
        invitations.put(tx, { ...copy, copy: moved[0], gone: false })
        return answer(tx, copy, old, next)
      }
    }
    invitations.put(tx, { ...copy, gone: true })
    return answer(tx, copy, old, null)
  }

  /** A meeting was deleted: it is cancelled in all copies, unless it was moved to another calendar. */
  const meetingDeleted = async (
    write: JoinedWrite,
    before: CalendarObject | null,
    there: readonly Invitation[],
  ): Promise<void> => {
    const { tx } = write
    const named = before === null ? null : { uid: before.index.uid, organizer: organizerOf(openObject(before.data)) }
    const moved = named === null ? null : await meetings.twinOf(write, named, { invites: false })
    for (const one of there) {
      if (moved === null) await attempt(() => copies.cancel(tx, one))
      else {
        invitations.remove(tx, one)
        invitations.put(tx, { ...one, meeting: moved[0] })
      }
    }
  }

  /** What is new in a person's calendar and that somebody else organizes: their copy, where they are invited. */
  const copyCame = async ({ tx, ref }: JoinedWrite, object: OpenObject, uid: string): Promise<WriteShare | null> => {
    const calendar = await store.getCalendar(ref.calendar, { tx })
    const person = calendar === null ? null : people.get(calendar.owner)
    const organizer = organizerOf(object)
    if (person?.kind !== 'individual' || organizer === null) return null
    const meeting = await meetings.meetingOf(tx, person, uid, organizer)
    if (meeting === null) return null
    const invitation = { meeting: meeting.ref, person: person.id, copy: ref, gone: false }
    const replies = repliesIn(null, object, addressesOf(person)).filter(
      // A copy from elsewhere that is not answered takes no answer back.
      (one) => meeting.wasGone || one.answer !== 'NEEDS-ACTION',
    )
    return {
      afterwards: () =>
        attempt(async () => {
          invitations.put(tx, invitation)
          await reply(tx, invitation, replies)
        }),
    }
  }

  const meetingWritten = async (
    write: JoinedWrite & { readonly data: Uint8Array },
    before: CalendarObject | null,
    there: readonly Invitation[],
  ): Promise<WriteShare | null> => {
    const { tx, who, ref, origin, data } = write
    if (there.length === 0 && !beginning.has(origin.door)) return null
    const object = openObject(data)
    const { uid, lastEndMs } = indexObject(object.document)
    const attendees = await meetings.attendeesOf(write, object, before, there)
    if (attendees === null) return there.length === 0 ? copyCame(write, object, uid) : null
    if (attendees.size === 0 && there.length === 0) return null
    if (there.length === 0 && origin.door !== 'portal') {
      // A program that brings its old events along, or copies one, invites nobody.
      if (lastEndMs < now()) return null
      if (
        before === null &&
        (await meetings.twinOf(write, { uid, organizer: organizerOf(object) }, { invites: true })) !== null
      )
        return null
    }
    const addresses = new Set([...attendees.values()].flatMap((person) => [...addressesOf(person)]))
    const floatingZone = people.get(who.id)?.timeZone ?? 'UTC'
    const version =
      before === null ? { bytes: data, asked: new Set<string>() } : askAnew(before.data, data, addresses, floatingZone)
    return {
      ...(isSame(version.bytes, data) ? {} : { data: version.bytes }),
      afterwards: async () => {
        for (const one of there) {
          if (!attendees.has(one.person)) await attempt(() => copies.cancel(tx, one))
        }
        const known = new Map(there.map((one) => [one.person, one]))
        const delivered = { ref, invitation: openInvitation(version.bytes), asked: version.asked }
        for (const person of attendees.values()) {
          await attempt(() => copies.deliver(tx, person, delivered, known.get(person.id)))
        }
      },
    }
  }

  const shareIn = async (write: JoinedWrite): Promise<WriteShare | null> => {
    const { tx, ref, data } = write
    const copy = invitations.byCopy(tx, ref)
    const there = copy === null ? invitations.of(tx, ref) : []
    if (copy === null && there.length === 0 && (data === null || !mayInvite(data))) return null
    const before = await store.getObject(ref, { tx })
    if (copy !== null) return { afterwards: () => attempt(() => copyWritten(write, copy, before)) }
    if (data === null) return { afterwards: () => attempt(() => meetingDeleted(write, before, there)) }
    return meetingWritten({ ...write, data }, before, there)
  }

  /** The part of scheduling in a write of an object, see `JoinWrite`. Where it cannot be told what a write means, it is stored as it is. */
  const join: JoinWrite = async (write) => {
    if (write.origin.door === invitationOrigin.door) return null
    try {
      return await shareIn(write)
    } catch (error) {
      onError(error)
      return null
    }
  }

  return {
    join,
    /** Hears of every change that is on disk. */
    calendarChanged: ({ kind, calendar, origin }: CalendarEvent): void => {
      // The meetings of a calendar that was joined to an outside one go on there.
      if (kind === 'calendar-deleted' && origin.door !== leavingOrigin.door) ended.calendarEnded(calendar)
    },
    close: ended.close,
    /** The attendees' copies of a meeting. */
    copiesOf: (ref: ObjectRef): readonly ObjectRef[] => invitations.of(null, ref).map(({ copy }) => copy),
  }
}
