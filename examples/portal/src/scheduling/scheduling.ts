import {
  type Calendar,
  CalendarError,
  type CalendarObject,
  type CallOptions,
  type DayportStore,
  type ETag,
  type ObjectRef,
  type Origin,
  type Transaction,
  type WriteCondition,
} from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import type { Acquaintance } from '../accounts/acquaintance.ts'
import { owning } from '../accounts/owning.ts'
import type { People, Person } from '../accounts/people.ts'
import type { Caller } from '../api/operation.ts'
import { addressesOf, mailOf } from '../events/details.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { cancelledCopy, repliesIn, withReply } from './answers.ts'
import { askAnew } from './ask-anew.ts'
import { attendeeCopy } from './attendee-copy.ts'
import { componentsOf, organizerOf } from './components.ts'
import type { Invitation, Invitations } from './invitations.ts'

/** A write by the page. */
export interface PageWrite {
  readonly caller: Caller
  readonly ref: ObjectRef
  /** The object as it was read; `null` where there is none. */
  readonly before: CalendarObject | null
  readonly write: { readonly condition: WriteCondition | undefined; readonly origin: Origin }
}

/** What copies and answers are written as. */
const invitationOrigin: Origin = { door: 'invitation' }

export type Scheduling = ReturnType<typeof createScheduling>

/**
 * Meetings between people of the portal. What the organizer's page writes reaches the copies of attendees with an account here, and what an
 * attendee's page answers reaches the organizer, by the rules of iTIP (RFC 5546) and of implicit scheduling (RFC 6638), in the same unit of
 * work; nobody is sent mail. Only the page's own writes come here: what arrives by CalDAV, Outlook, Exchange or a file schedules nothing, so
 * that no echo can. Calendars that are joined to a mailbox or an outside service, and people with a mailbox, are left to their own server;
 * whoever got a copy before they had one keeps it.
 */
export const createScheduling = ({
  store,
  service,
  people,
  acquaintance,
  exchange,
  invitations,
  isJoined,
  now,
  newId,
  onError,
}: {
  readonly store: DayportStore
  readonly service: CalendarService
  readonly people: People
  readonly acquaintance: Acquaintance
  readonly exchange: Pick<Exchange, 'isFor' | 'bindingOf' | 'collectingOf'>
  readonly invitations: Invitations
  /** Whether a calendar is joined to an outside one. */
  readonly isJoined: (calendar: string) => boolean
  readonly now: () => number
  readonly newId: () => string
  readonly onError: (error: unknown) => void
}) => {
  const hasMailbox = async (person: string): Promise<boolean> =>
    (await exchange.isFor(person)) && (await exchange.bindingOf(person)) !== null

  const isLeftToOthers = async ({ id, owner }: Calendar): Promise<boolean> =>
    isJoined(id) || ((await exchange.isFor(owner)) && (await exchange.bindingOf(owner))?.calendar === id)

  const invitedAddresses = (object: OpenObject): ReadonlySet<string> =>
    new Set(
      componentsOf(object)
        .filter(({ name }) => name === 'VEVENT')
        .flatMap((component) => component.propertiesNamed('ATTENDEE'))
        // RFC 6638 §7.1: of others the client takes care itself.
        .filter((line) => (line.param('SCHEDULE-AGENT') ?? 'SERVER').toUpperCase() === 'SERVER')
        .map(({ value }) => mailOf(value).toLowerCase()),
    )

  /** Attendees who have a copy or are to get one; `null` where the meeting is not the portal's to schedule. */
  const attendeesOf = async (
    tx: Transaction,
    caller: Caller,
    ref: ObjectRef,
    object: OpenObject,
    there: readonly Invitation[],
  ): Promise<ReadonlyMap<string, Person> | null> => {
    const addresses = invitedAddresses(object)
    const calendar = await store.getCalendar(ref.calendar, { tx })
    if (calendar === null || (await isLeftToOthers(calendar))) return null
    const organizer = organizerOf(object)
    const found = new Map<string, Person>()
    if (addresses.size === 0 || organizer === null) return found
    const by = people.findByEmail(organizer)
    const isGroups = people.get(calendar.owner)?.kind === 'group'
    // Nobody invites in the name of somebody else: in a person's calendar they organize, in a group's whoever wrote it there.
    const isTheirs = calendar.owner === by?.id || (isGroups && (by?.id === caller.person.id || there.length > 0))
    if (by === null || !isTheirs) return null
    const mates = acquaintance.groupmates(caller.principal)
    for (const address of addresses) {
      const person = people.findByEmail(address)
      if (person === null || person.kind !== 'individual' || person.id === by.id) continue
      // Who has a copy keeps it: without its changes, or cancelled, it would not be true.
      const hasCopy = there.some((one) => one.person === person.id)
      const mayInvite = mates === null || mates.has(person.id)
      if (hasCopy || (mayInvite && !(await hasMailbox(person.id)))) found.set(person.id, person)
    }
    return found
  }

  /** An event of that UID among the person's own calendars: their copy, wherever they or a program put it. */
  const findCopy = async (
    tx: Transaction,
    person: Person,
    uid: string,
  ): Promise<[ObjectRef, CalendarObject] | null> => {
    const own = (await store.listCalendars(owning(person.id), { tx })).filter(
      ({ owner, readOnly }) => owner === person.id && !readOnly,
    )
    for (const { id } of own) {
      for await (const object of store.findObjects(id, { component: 'VEVENT', uid }, { tx })) {
        return [{ calendar: id, name: object.name }, object]
      }
    }
    return null
  }

  const deliverTo = async (
    tx: Transaction,
    person: Person,
    meeting: { readonly ref: ObjectRef; readonly bytes: Uint8Array; readonly asked: ReadonlySet<string> },
    there: Invitation | undefined,
  ): Promise<void> => {
    const object = openObject(meeting.bytes)
    const uid = componentsOf(object)[0]?.property('UID')?.value ?? ''
    const known = there === undefined ? null : await store.getObject(there.copy, { tx })
    const found =
      known !== null && there !== undefined ? ([there.copy, known] as const) : await findCopy(tx, person, uid)
    // Somebody else's meeting of the same UID, such as a file that was loaded, is left alone.
    if (found !== null && organizerOf(openObject(found[1].data)) !== organizerOf(object)) return
    if (found === null && there?.gone === true && meeting.asked.size === 0) return
    const collecting = found === null ? await exchange.collectingOf(person, tx) : null
    const copy = found?.[0] ?? (collecting === null ? null : { calendar: collecting, name: `${newId()}.ics` })
    if (copy === null || copy.calendar === meeting.ref.calendar) return
    const { timeZone } = person
    const options = { asked: meeting.asked, floatingZone: timeZone }
    const bytes = attendeeCopy(meeting.bytes, addressesOf(person), found?.[1].data ?? null, options)
    if (bytes === null) return
    await service.putObject(owning(person.id), copy, bytes, { origin: invitationOrigin, tx })
    invitations.put(tx, { meeting: meeting.ref, person: person.id, copy, gone: false })
  }

  const cancel = async (tx: Transaction, invitation: Invitation): Promise<void> => {
    invitations.remove(tx, invitation)
    const copy = await store.getObject(invitation.copy, { tx })
    if (copy === null) return
    const bytes = cancelledCopy(copy.data, now())
    await service.putObject(owning(invitation.person), invitation.copy, bytes, { origin: invitationOrigin, tx })
  }

  /** A copy that its calendar does not take, because it is full say, must not keep the organizer from writing. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (!CalendarError.is(error)) throw error
      onError(error)
    }
  }

  const reply = async (
    tx: Transaction,
    { meeting, person: id }: Invitation,
    before: OpenObject | null,
    after: OpenObject | null,
  ): Promise<void> => {
    const person = people.get(id)
    const stored = await store.getObject(meeting, { tx })
    const calendar = await store.getCalendar(meeting.calendar, { tx })
    if (person === null || stored === null || calendar === null) return
    const mine = addressesOf(person)
    const options = { nowMs: now(), floatingZone: people.get(calendar.owner)?.timeZone ?? 'UTC' }
    const bytes = repliesIn(before, after, mine).reduce((text, one) => withReply(text, one, mine, options), stored.data)
    await service.putObject(owning(calendar.owner), meeting, bytes, { origin: invitationOrigin, tx })
  }

  return {
    /** The attendees' copies of a meeting. */
    copiesOf: (ref: ObjectRef): readonly ObjectRef[] => invitations.of(null, ref).map(({ copy }) => copy),

    /**
     * Stores what the page writes and tells the others. Of an organizer's edit answers that it makes void are asked for anew first.
     *
     * @returns the etag, as `putObject` does
     * @throws {CalendarError} as `putObject` does
     */
    put: (
      { caller, ref, before, bytes, write }: PageWrite & { readonly bytes: Uint8Array },
      call: CallOptions = {},
    ): Promise<ETag | null> =>
      service.transaction(async (tx) => {
        const copy = invitations.byCopy(tx, ref)
        const there = invitations.of(tx, ref)
        const stored = (text: Uint8Array) => service.putObject(caller.principal, ref, text, { ...write, tx })
        if (copy !== null) {
          const { etag } = await stored(bytes)
          if (copy.gone) invitations.put(tx, { ...copy, gone: false })
          await reply(tx, copy, before === null ? null : openObject(before.data), openObject(bytes))
          return etag
        }
        const attendees = await attendeesOf(tx, caller, ref, openObject(bytes), there)
        if (attendees === null || (attendees.size === 0 && there.length === 0)) return (await stored(bytes)).etag
        const addresses = new Set([...attendees.values()].flatMap((person) => [...addressesOf(person)]))
        const meeting =
          before === null
            ? { bytes, asked: new Set<string>() }
            : askAnew(before.data, bytes, addresses, caller.person.timeZone)
        const { etag } = await stored(meeting.bytes)
        for (const one of there) {
          if (!attendees.has(one.person)) await attempt(() => cancel(tx, one))
        }
        for (const person of attendees.values()) {
          const known = there.find((one) => one.person === person.id)
          await attempt(() => deliverTo(tx, person, { ref, ...meeting }, known))
        }
        return etag
      }, call),

    /** Deletes: an organizer's meeting is cancelled in all copies, an attendee's copy declines it. @throws {CalendarError} as `deleteObject` does. */
    delete: ({ caller, ref, before, write }: PageWrite): Promise<void> =>
      service.transaction(async (tx) => {
        await service.deleteObject(caller.principal, ref, { ...write, tx })
        for (const one of invitations.of(tx, ref)) await attempt(() => cancel(tx, one))
        const copy = invitations.byCopy(tx, ref)
        if (copy === null) return
        invitations.put(tx, { ...copy, gone: true })
        await reply(tx, copy, before === null ? null : openObject(before.data), null)
      }),
  }
}
