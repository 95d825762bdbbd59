import type { Calendar, CalendarObject, DayportStore, ObjectRef, Principal, Transaction } from '@dayport/core'
import type { Acquaintance } from '../accounts/acquaintance.ts'
import { owning } from '../accounts/owning.ts'
import type { People, Person } from '../accounts/people.ts'
import { addressesOf, mailOf } from '../events/details.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { componentsOf, linesOf, organizerOf } from './components.ts'
import type { Invitation, Invitations } from './invitations.ts'

/** An object where it stands. */
export type Found = readonly [ObjectRef, CalendarObject]

/** What tells whose a meeting is, and where else it stands. */
export interface MeetingParts {
  readonly store: DayportStore
  readonly people: People
  readonly acquaintance: Acquaintance
  readonly exchange: Pick<Exchange, 'isFor' | 'bindingOf'>
  readonly invitations: Invitations
  /** Whether a calendar is joined to an outside one. */
  readonly isJoined: (calendar: string) => boolean
}

const invitedAddresses = (object: OpenObject): ReadonlySet<string> =>
  new Set(
    componentsOf(object)
      .filter(({ name }) => name === 'VEVENT')
      .flatMap((component) => component.propertiesNamed('ATTENDEE'))
      // RFC 6638 §7.1: of others the client takes care itself.
      .filter((line) => (line.param('SCHEDULE-AGENT') ?? 'SERVER').toUpperCase() === 'SERVER')
      .map(({ value }) => mailOf(value).toLowerCase()),
  )

const maxBrought = 1_000

/** Who is invited to a meeting, who organizes it, and where else it stands; all of it as the unit of work sees it. */
export const createMeetings = (parts: MeetingParts) => {
  const { store, people, acquaintance, exchange, invitations, isJoined } = parts

  const hasMailbox = async (person: string): Promise<boolean> =>
    (await exchange.isFor(person)) && (await exchange.bindingOf(person)) !== null
  const isLeftToOthers = async ({ id, owner }: Calendar): Promise<boolean> =>
    isJoined(id) || ((await exchange.isFor(owner)) && (await exchange.bindingOf(owner))?.calendar === id)

  /** An event of the UID that `isOne` takes, among calendars that the principal has and whose owner `isOwner` takes. */
  const findByUid = async (
    tx: Transaction,
    who: Principal,
    uid: string,
    isOwner: (owner: string) => boolean,
    isOne: (ref: ObjectRef, object: CalendarObject, owner: string) => boolean = () => true,
  ): Promise<Found | null> => {
    for (const calendar of await store.listCalendars(who, { tx })) {
      // In a big company a person may look into thousands.
      if (calendar.readOnly || !isOwner(calendar.owner)) continue
      for await (const object of store.findObjects(calendar.id, { component: 'VEVENT', uid }, { tx })) {
        const ref = { calendar: calendar.id, name: object.name }
        if (isOne(ref, object, calendar.owner)) return [ref, object]
      }
    }
    return null
  }

  const placeOf = (organizer: string, { calendar, name }: ObjectRef): string => `${organizer}/${calendar}/${name}`
  /** The last that organizers put into groups' calendars: programs move a meeting by a copy and a deletion soon after. */
  const brought = new Set<string>()
  const bring = (organizer: string, ref: ObjectRef): void => {
    brought.add(placeOf(organizer, ref))
    for (const oldest of brought) {
      if (brought.size <= maxBrought) break
      brought.delete(oldest)
    }
  }

  const isOther = (ref: ObjectRef, other: ObjectRef): boolean =>
    ref.calendar !== other.calendar || ref.name !== other.name

  return {
    /**
     * Attendees who have a copy or are to get one; `null` where the meeting is not the portal's to schedule.
     *
     * @param before as it was; `null` when it is new
     */
    attendeesOf: async (
      { tx, who, ref }: { readonly tx: Transaction; readonly who: Principal; readonly ref: ObjectRef },
      object: OpenObject,
      before: CalendarObject | null,
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
      const isHandedOver = isGroups && before !== null && organizerOf(openObject(before.data)) !== organizer
      // Nobody invites in the name of somebody else: in a person's calendar they organize, in a group's whoever wrote it there, and the
      // others change what that one organizes. Where one of them names another organizer, the meeting of the first is over.
      const isKept = there.length > 0 && !isHandedOver
      const isTheirs = calendar.owner === by?.id || (isGroups && (by?.id === who.id || isKept))
      if (by === null || !isTheirs) return isHandedOver ? found : null
      if (isGroups && before === null) bring(by.id, ref)
      const mates = acquaintance.groupmates(who)
      for (const address of addresses) {
        const person = people.findByEmail(address)
        if (person === null || person.kind !== 'individual' || person.id === by.id) continue
        // Who has a copy keeps it: without its changes, or cancelled, it would not be true.
        const hasCopy = there.some((one) => one.person === person.id)
        const mayInvite = mates === null || mates.has(person.id)
        if (hasCopy || (mayInvite && !(await hasMailbox(person.id)))) found.set(person.id, person)
      }
      return found
    },

    /** An event of that UID among the person's own calendars, wherever they or a program put it; but not the given one. */
    copyOf: (tx: Transaction, person: string, uid: string, except: ObjectRef | null = null): Promise<Found | null> =>
      findByUid(
        tx,
        owning(person),
        uid,
        (owner) => owner === person,
        (ref) => except === null || isOther(ref, except),
      ),

    /**
     * The same meeting in another calendar of its organizer or of a group, among those that the writer has; with `invites` only one of which
     * there are copies, without it only one that the organizer put there: in a group's calendar others could lay one down in their name.
     */
    twinOf: (
      { tx, who, ref }: { readonly tx: Transaction; readonly who: Principal; readonly ref: ObjectRef },
      { uid, organizer }: { readonly uid: string; readonly organizer: string | null },
      { invites }: { readonly invites: boolean },
    ): Promise<Found | null> => {
      const by = organizer === null ? null : people.findByEmail(organizer)
      if (by === null) return Promise.resolve(null)
      return findByUid(
        tx,
        who,
        uid,
        (owner) => owner === by.id || people.get(owner)?.kind === 'group',
        (other, { data }, owner) =>
          isOther(ref, other) &&
          (invites || owner === by.id || brought.has(placeOf(by.id, other))) &&
          organizerOf(openObject(data)) === organizer &&
          (!invites || invitations.of(tx, other).length > 0),
      )
    },

    /** The organizer's object of which one in a person's own calendar is a copy that nobody knows of yet, or that was away. */
    meetingOf: async (
      tx: Transaction,
      person: Person,
      uid: string,
      organizer: string,
    ): Promise<{ readonly ref: ObjectRef; readonly wasGone: boolean } | null> => {
      for (const { meeting } of invitations.goneOf(tx, person.id)) {
        const object = await store.getObject(meeting, { tx })
        if (object?.index.uid === uid && organizerOf(openObject(object.data)) === organizer) {
          return { ref: meeting, wasGone: true }
        }
      }
      const by = people.findByEmail(organizer)
      if (by === null || by.id === person.id) return null
      const found = await findByUid(tx, owning(by.id), uid, (owner) => owner === by.id)
      if (found === null) return null
      const [ref, { data }] = found
      const calendar = await store.getCalendar(ref.calendar, { tx })
      if (calendar === null || (await isLeftToOthers(calendar))) return null
      const object = openObject(data)
      const mine = addressesOf(person)
      const isInvited = componentsOf(object).some((component) => linesOf(component, mine).length > 0)
      const hasCopy = invitations.of(tx, ref).some((one) => one.person === person.id)
      return organizerOf(object) === organizer && isInvited && !hasCopy ? { ref, wasGone: false } : null
    },
  }
}

export type Meetings = ReturnType<typeof createMeetings>
