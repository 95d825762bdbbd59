import {
  assertCondition,
  CalendarError,
  type CalendarPeer,
  type CallOptions,
  type ETag,
  type PeerNotify,
  type PeerObject,
  type PeerWrite,
  type PeerWriteOptions,
  RemoteError,
  type WriteCondition,
} from '@dayport/core'
import { isSameAttendees, isSameSpan } from '../event/compare.ts'
import { fromExchange } from '../event/from-exchange.ts'
import type { ExchangeAttendee, ExchangeEvent } from '../event/model.ts'
import { defaultMappingOptions, type MappingOptions } from '../event/options.ts'
import { isOwner } from '../event/people.ts'
import { isSameRecurrence } from '../event/recurrence-of.ts'
import { toExchange } from '../event/to-exchange.ts'
import { markerOf } from '../singles/mark.ts'
import type { SinglesWindow } from '../singles/splitter.ts'
import { withSingles } from '../singles/with-singles.ts'
import { type Change, changeOf, foreignParts, hasOccurrences, isSameData } from './change.ts'
import type { GraphClient } from './client.ts'
import { etagOfKey, ifMatchOf, seriesEtag, unreadEtag } from './etag.ts'
import { passingOf } from './failure.ts'
import { readFeed } from './feed.ts'
import { fromGraph, isPending, type ReadOptions } from './from-graph.ts'
import { keepJoinBlock } from './join-block.ts'
import { type GraphResponse, graphEvents, listGraphCalendars } from './mailbox.ts'
import { isMailing, mails } from './mails.ts'
import { isOurs, isPart, properties, propertyOf, propertyValues } from './properties.ts'
import type { SendOptions } from './request.ts'
import { createGraphSinglesStore, singleRowOf } from './singles-store.ts'
import { contentDraft, footerOf, type GraphEventDraft, keptByGraph, timeDraft, toGraph } from './to-graph.ts'
import type { GraphEvent } from './wire.ts'
import { restoredDays, writeOccurrences } from './write-occurrences.ts'

/** What makes a calendar in Exchange Online a peer. */
export interface GraphPeerOptions {
  readonly client: GraphClient
  /** User principal name or object id of the mailbox owner. */
  readonly user: string
  /** Id of the calendar; see `listGraphCalendars`. */
  readonly calendar: string
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Names this portal and the mailbox's owner in it, so that copies in other mailboxes are not taken for ours. At most 255 characters. */
  readonly origin: string
  /** Whether the account may write here. Default true. */
  readonly write?: boolean
  /**
   * How events are mapped. Default: the owner's address is `user`, the zone UTC, and no attendee goes to Exchange, where every write would
   * mail them (`attendees: 'carry'`).
   */
  readonly mapping?: Partial<MappingOptions>
  /** Introduces the participants of a meeting under its text, where Exchange is not told of them. Default `Participants`. */
  readonly participantsHeading?: string
  /** Series that Exchange cannot say become single events in this window. Default: they are `unrepresentable`. */
  readonly singles?: SinglesWindow
}

/** A calendar in Exchange Online, and the answer to an invitation in it. */
export interface GraphPeer extends CalendarPeer {
  /**
   * Answers an invitation. Without a person's action the organiser hears nothing of it.
   *
   * @throws {CalendarError} `not-found`; `forbidden` for an event that the owner organises.
   */
  respond(name: string, response: GraphResponse, options?: PeerWriteOptions): Promise<void>
}

/** Events of one batch. */
const batchSize = 20
/** How long the calendar is known to be there. */
const calendarKnownMs = 30_000

/**
 * A calendar in Exchange Online through Microsoft Graph. Its feed is bound to a window; ids outlive moves within the mailbox; a write is
 * tested by the service (`If-Match`) against what was read right before it, says only what differs, and is read back.
 *
 * Graph has no switch for mails: every write on a meeting that the owner organises, and that has attendees in Exchange, mails them. Such
 * writes are `forbidden` unless `notify` names a person's action.
 */
export const createGraphPeer = (options: GraphPeerOptions): GraphPeer => {
  const { client, user, calendar, now, origin } = options
  const mayWrite = options.write ?? true
  const mapping: MappingOptions = {
    ...defaultMappingOptions,
    ownerAddresses: user.includes('@') ? [user] : [],
    attendees: 'carry',
    ...options.mapping,
  }
  const heading = options.participantsHeading ?? 'Participants'
  const reading: ReadOptions = { zone: mapping.zone, origin, participantsHeading: heading }
  const events = graphEvents(client, user, calendar)
  const marker = markerOf(origin, options.singles?.calendar ?? calendar)
  let calendarKnownUntilMs = Number.NEGATIVE_INFINITY

  const assertWritable = () => {
    if (!mayWrite)
      throw new CalendarError('forbidden', 'The calendar is only read', { details: { reason: 'read-only' } })
  }

  /** What Exchange is to hold. Without a person's action nobody is put on its list of attendees. */
  const wantedOf = (data: Uint8Array, notify: PeerNotify, zone: string = mapping.zone): ExchangeEvent =>
    keptByGraph(toExchange(data, { ...mapping, zone, attendees: notify === 'never' ? 'carry' : mapping.attendees }))

  /** People whom Exchange knows already need no line in the text. */
  const footerBeside = (current: ExchangeEvent, wanted: ExchangeEvent) =>
    (current.attendees ?? []).length > 0 ? '' : footerOf(wanted, heading)

  /** Whether somebody was added to, or taken from, a meeting that Exchange invites to. */
  const hasOtherPeople = (current: ExchangeEvent, data: Uint8Array): boolean => {
    if (current.isOrganizer !== true) return false
    const { attendees } = toExchange(data, { ...mapping, attendees: 'write' })
    return attendees !== null && !isSameAttendees(attendees, withoutOwner(current.attendees ?? []))
  }

  const withoutOwner = (people: readonly ExchangeAttendee[]) =>
    people.filter(({ address }) => address !== '' && !isOwner(address, mapping))

  /** Nothing may be taken for gone because the calendar is. */
  const assertCalendar = async (sending: SendOptions) => {
    if (now() < calendarKnownUntilMs) return
    await events.assertCalendar(sending)
    calendarKnownUntilMs = now() + calendarKnownMs
  }

  const isSeries = (event: GraphEvent) => event.type === 'seriesMaster' || event.recurrence !== null

  /** Occurrences are not objects of their own, and what was moved to another calendar is that one's. */
  const isObject = async (event: GraphEvent, sending: SendOptions): Promise<boolean> => {
    if (event.type === 'occurrence' || event.type === 'exception') return false
    const part = split === null ? null : singleRowOf(event, marker)
    if (part !== null && (await split!.holds(event.id, part.group, sending))) return false
    const where = calendarOf(event)
    if (where === null || where === calendar) return true
    // The service may find an event by its id whichever calendar is named. Only calendars that it lists are believed.
    const known = new Set((await listGraphCalendars(client, user, sending)).map(({ id }) => id))
    return !(known.has(where) && known.has(calendar))
  }

  const etagOf = (event: GraphEvent): ETag => {
    const key = etagOfKey(event['@odata.etag'], event.changeKey)
    if (!isSeries(event)) return key
    const occurrences = (event.exceptionOccurrences ?? []).map(
      (one) => `${one.id} ${one.changeKey ?? one['@odata.etag']}`,
    )
    return seriesEtag(key, [...occurrences.sort(), ...[...(event.cancelledOccurrences ?? [])].sort()])
  }

  const objectOf = (event: GraphEvent): PeerObject => {
    const read = fromGraph(event, reading)
    return {
      name: event.id,
      etag: etagOf(event),
      data: fromExchange(read, mapping),
      modifiedMs: read.modifiedMs,
      isOrganizer: read.isOrganizer,
      operationId: isOurs(event, origin) && !isPart(event) ? propertyOf(event, properties.operation) : null,
    }
  }

  const writeOf = (event: GraphEvent): PeerWrite => {
    const { name, etag, data } = objectOf(event)
    return { name, etag, data }
  }

  const load = async (name: string, sending: SendOptions): Promise<GraphEvent | null> => {
    const event = await events.get(name, sending)
    if (event === null) {
      await assertCalendar(sending)
      return null
    }
    return (await isObject(event, sending)) ? finished(event, sending) : null
  }

  const reload = async (name: string, sending: SendOptions): Promise<GraphEvent> => {
    const event = await events.get(name, sending)
    if (event === null) throw new CalendarError('not-found', 'The event is gone')
    return event
  }

  /** A series whose occurrences were not all written, because the writer died: they are written now. */
  const finished = async (event: GraphEvent, sending: SendOptions): Promise<GraphEvent> => {
    if (!mayWrite || !isPending(event)) return event
    const read = fromGraph(event, reading)
    if (read.portalData?.source == null || isMailing(event, null)) return event
    const { source, zone } = read.portalData
    const wanted = wantedOf(new TextEncoder().encode(source), 'never', zone)
    if (!isSameSpan(read.span, wanted.span) || !isSameRecurrence(read.recurrence, wanted.recurrence)) return event
    try {
      return await writePending(event, wanted, sending, 'never')
    } catch (error) {
      // Who reads has written nothing that could be in doubt, or against a condition.
      if (CalendarError.is(error, 'unrepresentable') || CalendarError.is(error, 'forbidden')) return event
      const isOvertaken = CalendarError.is(error, 'precondition-failed') || CalendarError.is(error, 'not-found')
      throw isOvertaken || RemoteError.is(error, 'unknown-outcome') ? passingOf(error) : error
    }
  }

  const writePending = async (
    event: GraphEvent,
    wanted: ExchangeEvent,
    sending: SendOptions,
    notify: PeerNotify,
  ): Promise<GraphEvent> => {
    const series = await writeOccurrences(
      {
        events,
        read: reading,
        footer: footerBeside(fromGraph(event, reading), wanted),
        reload: (id) => reload(id, sending),
        mayMail: notify !== 'never',
      },
      event,
      wanted,
      sending,
    )
    if (!isPending(series)) return series
    const draft = { singleValueExtendedProperties: propertyValues({ pending: false }) }
    await events.patch(series.id, draft, ifMatchOf(etagOf(series)), sending)
    return reload(series.id, sending)
  }

  const create = async (data: Uint8Array, write: PeerWriteOptions): Promise<PeerWrite> => {
    const wanted = wantedOf(data, write.notify ?? 'never')
    const { operationId } = write
    const pending = hasOccurrences(wanted)
    const draft: GraphEventDraft = {
      ...toGraph(wanted, footerOf(wanted, heading)),
      singleValueExtendedProperties: propertyValues({
        data: wanted.portalData,
        origin,
        ...(operationId === undefined ? {} : { operation: operationId }),
        ...(pending ? { pending } : {}),
      }),
      ...(operationId === undefined ? {} : { transactionId: operationId }),
    }
    const id = await createOnce(draft, operationId, write)
    const made = await events.get(id, write)
    // Made by an earlier try of the same operation, and moved away or deleted by a person since: made, and gone.
    if (made === null || !(await isObject(made, write))) return { name: id, etag: unreadEtag, data: null }
    return writeOf(isPending(made) ? await writePending(made, wanted, write, write.notify ?? 'never') : made)
  }

  /** The first that carries the operation and is ours: copies carry it too, and are younger. */
  const findOurs = async (operationId: string, sending: SendOptions): Promise<GraphEvent | null> => {
    for (const id of await events.findByProperty(properties.operation, operationId, sending)) {
      const event = await events.get(id, sending)
      if (event !== null && isOurs(event, origin)) return event
    }
    return null
  }

  /** A server may answer a repeated transaction with a conflict instead of with the first event. */
  const createOnce = async (draft: GraphEventDraft, operationId: string | undefined, sending: SendOptions) => {
    try {
      return await events.create(draft, sending)
    } catch (error) {
      const repeated = RemoteError.is(error) && error.status === 409
      if (!repeated || operationId === undefined) throw error
      const first = await findOurs(operationId, sending)
      if (first === null) throw error
      return first.id
    }
  }

  const update = async (
    name: string,
    data: Uint8Array,
    condition: WriteCondition | undefined,
    write: PeerWriteOptions,
  ) => {
    const event = await load(name, write)
    if (event === null) throw new CalendarError('not-found', 'The event is gone')
    assertCondition(condition, etagOf(event))
    const notify = write.notify ?? 'never'
    const current = fromGraph(event, reading)
    const wanted = wantedOf(data, notify)
    const footer = footerBeside(current, wanted)
    const change = changeOf(current, wanted, footer, heading)
    if (notify === 'never' && hasOtherPeople(current, data)) throw mails()
    if (current.isOrganizer === false) return updateCopy(event, current, wanted, change, write)
    if (!change.any && !isMailing(event, null)) return updateData(event, current, wanted, write)
    if (!change.any) return writeOf(event)
    if (notify === 'never' && isMailing(event, wanted)) throw mails()

    const occurrences = change.time ? hasOccurrences(current) || hasOccurrences(wanted) : change.occurrences
    const pending = wanted.recurrence !== null && occurrences
    const body = change.fields.has('body')
      ? keepJoinBlock(event.body?.content ?? '', current, wanted.body)
      : wanted.body
    const draft: GraphEventDraft = {
      ...contentDraft({ ...wanted, body }, change.fields, footer),
      ...(change.time ? timeDraft(wanted, current.recurrence !== null) : {}),
      singleValueExtendedProperties: propertyValues({
        data: wanted.portalData,
        origin,
        ...(pending || isPending(event) ? { pending } : {}),
      }),
    }
    await events.patch(name, draft, ifMatchOf(etagOf(event)), write)
    const written = await reload(name, write)
    if (!isPending(written)) return writeOf(written)
    const done = await writePending(written, wanted, write, notify)
    if (restoredDays(fromGraph(done, reading), wanted).length > 0) {
      throw new CalendarError('unrepresentable', 'Exchange does not bring the deleted occurrence back', {
        details: { reason: 'deleted-occurrence' },
      })
    }
    return writeOf(done)
  }

  /** What only we know of the event changed. */
  const updateData = async (event: GraphEvent, current: ExchangeEvent, wanted: ExchangeEvent, sending: SendOptions) => {
    if (isSameData(current.portalData, wanted.portalData)) return writeOf(event)
    const draft = { singleValueExtendedProperties: propertyValues({ data: wanted.portalData, origin }) }
    await events.patch(event.id, draft, ifMatchOf(etagOf(event)), sending)
    return writeOf(await reload(event.id, sending))
  }

  /** Time, title, place, text and people of an attendee's copy are the organiser's. */
  const updateCopy = async (
    event: GraphEvent,
    current: ExchangeEvent,
    wanted: ExchangeEvent,
    change: Change,
    sending: SendOptions,
  ): Promise<PeerWrite> => {
    const foreign = foreignParts(change)
    if (foreign.length > 0) {
      throw new CalendarError('forbidden', 'The organiser of the meeting decides this', {
        details: { reason: 'organizer', fields: foreign },
      })
    }
    const draft = contentDraft(wanted, change.fields, '')
    if (Object.keys(draft).length === 0) return updateData(event, current, wanted, sending)
    const data = propertyValues({ data: wanted.portalData, origin })
    await events.patch(event.id, { ...draft, singleValueExtendedProperties: data }, ifMatchOf(etagOf(event)), sending)
    return writeOf(await reload(event.id, sending))
  }

  const plain: CalendarPeer = {
    capabilities: { write: mayWrite, conditionalWrite: true, windowed: true },
    changes: (since, call = {}) => readFeed({ client, user, calendar, now }, since, call),
    async get(name, call = {}) {
      const event = await load(name, call)
      return event === null ? null : objectOf(event)
    },
    async *getMany(names, call = {}) {
      for (let at = 0; at < names.length; at += batchSize) {
        const part = names.slice(at, at + batchSize)
        const found = await events.getAll(part, call)
        if (found.includes(null)) await assertCalendar(call)
        for (const [i, name] of part.entries()) yield { name, result: await resultOf(found[i]!, call) }
      }
    },
    async findByOperation(operationId, call: CallOptions = {}) {
      const event = await findOurs(operationId, call)
      return event === null ? null : objectOf(await finished(event, call))
    },
    async put(name, data, condition, write = {}) {
      assertWritable()
      if (name !== null) return update(name, data, condition, write)
      assertCondition(condition, null)
      return create(data, write)
    },
    async delete(name, condition, write = {}) {
      assertWritable()
      const event = await load(name, write)
      if (event === null) return
      assertCondition(condition, etagOf(event))
      if ((write.notify ?? 'never') === 'never' && isMailing(event, null)) throw mails()
      try {
        await events.delete(name, ifMatchOf(etagOf(event)), write)
      } catch (error) {
        if (!CalendarError.is(error, 'not-found')) throw error
      }
    },
    project: (data) => fromExchange(wantedOf(data, 'never'), mapping),
  }

  const split =
    options.singles === undefined
      ? null
      : withSingles(plain, {
          service: 'graph',
          store: createGraphSinglesStore({ client, user, calendar, events, origin, marker, reading }),
          mapping,
          window: options.singles,
          write: mayWrite,
          toEvent: (data, zone) => wantedOf(data, 'never', zone),
        })

  return {
    ...(split?.peer ?? plain),
    async respond(name, response, write = {}) {
      assertWritable()
      const event = await events.get(name, write)
      if (event === null) throw new CalendarError('not-found', 'The event is gone')
      if (event.isOrganizer !== false) throw new CalendarError('forbidden', 'The mailbox owner organises this event')
      await events.respond(name, response, (write.notify ?? 'never') !== 'never', write)
    },
  }

  async function resultOf(found: GraphEvent | Error | null, call: CallOptions): Promise<PeerObject | null | Error> {
    if (found === null || found instanceof Error) return found
    try {
      if (!(await isObject(found, call))) return null
      return objectOf(await finished(found, call))
    } catch (error) {
      if (error instanceof Error) return error
      throw error
    }
  }
}

/** The calendar that an answer says the event is in; `null` when it does not say. */
const calendarOf = (event: GraphEvent): string | null => {
  const link = event['calendar@odata.navigationLink'] ?? event['calendar@odata.associationLink']
  const id = /\/calendars\('((?:[^']|'')+)'\)/i.exec(link ?? '')?.[1]
  if (id === undefined) return null
  try {
    return decodeURIComponent(id.replaceAll("''", "'"))
  } catch {
    return null
  }
}
