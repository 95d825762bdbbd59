import { CalendarError, type CallOptions } from '@dayport/core'
import { differingFields, isSameSpan } from '../event/compare.ts'
import { digest } from '../event/digest.ts'
import type { ExchangeEvent } from '../event/model.ts'
import { parseMark, type SingleMark, serializeMark } from '../singles/mark.ts'
import type { Single, SingleRef, SingleRow, SinglesStore } from '../singles/store.ts'
import type { GraphClient } from './client.ts'
import { etagOfKey, ifMatchOf } from './etag.ts'
import { calendarPath } from './feed.ts'
import { fromGraph, type ReadOptions } from './from-graph.ts'
import type { GraphEvents } from './mailbox.ts'
import { invites, mails } from './mails.ts'
import { properties, propertyOf, propertyValues } from './properties.ts'
import { graphTimes } from './times.ts'
import { contentDraft, footerOf, type GraphEventDraft, toGraph } from './to-graph.ts'
import type { GraphEvent } from './wire.ts'

/** What an event says of the series whose occurrence it stands for; `null` for every other event. */
export const singleRowOf = (event: GraphEvent, marker: string): SingleRow | null => {
  const group = propertyOf(event, properties.group)
  const mark = parseMark(propertyOf(event, properties.part))
  const isSeries = event.type !== null && event.type !== 'singleInstance'
  if (isSeries || propertyOf(event, properties.calendar) !== marker || group === null || mark === null) return null
  const created = Date.parse(event.createdDateTime ?? '')
  return {
    id: event.id,
    state: etagOfKey(event['@odata.etag'], event.changeKey),
    group,
    mark,
    createdMs: Number.isNaN(created) ? null : created,
  }
}

const loadedAtOnce = 20

export const createGraphSinglesStore = (options: {
  readonly client: GraphClient
  readonly user: string
  readonly calendar: string
  readonly events: GraphEvents
  readonly origin: string
  readonly marker: string
  readonly reading: ReadOptions
}): SinglesStore => {
  const { client, user, events, origin, marker, reading } = options
  const heading = reading.participantsHeading
  /** Who is asked to single events, by id as it was read. */
  const mailing = new WeakSet<Single>()
  const pathOf = (id: string): string => `${calendarPath(options)}/events/${encodeURIComponent(id)}`

  const singleOf = (event: GraphEvent): Single | null => {
    const row = singleRowOf(event, marker)
    if (row === null) return null
    const single = { ...row, event: fromGraph(event, { ...reading, asPart: true }) }
    if (invites(event)) mailing.add(single)
    return single
  }

  const writeProperties = async (
    writes: readonly { readonly ref: SingleRef; readonly values: GraphEventDraft['singleValueExtendedProperties'] }[],
    call: CallOptions,
  ): Promise<void> => {
    const requests = writes.map(({ ref: { id, state }, values }) => ({
      method: 'PATCH' as const,
      path: pathOf(id),
      headers: state === '' ? {} : { 'If-Match': ifMatchOf(state) },
      body: { singleValueExtendedProperties: values },
    }))
    throwFirst(await client.sendAll(user, requests, call))
  }

  const ownValues = (event: ExchangeEvent, mark: SingleMark) => [
    ...propertyValues({ data: event.portalData, origin }),
    { id: properties.part, value: serializeMark(mark) },
  ]

  return {
    list: async (group, call) => {
      const [property, value] = group === null ? [properties.calendar, marker] : [properties.group, group]
      const found = await events.listByProperty(property, value, call)
      return found.map((event) => singleRowOf(event, marker)).filter((row) => row !== null)
    },

    inView: async ({ startMs, endMs }, call) =>
      (await events.partsInView(startMs, endMs, call))
        .map((event) => singleRowOf(event, marker))
        .filter((row) => row !== null),

    async load(ids, call) {
      const found: Single[] = []
      for (let at = 0; at < ids.length; at += loadedAtOnce) {
        for (const event of await events.getAll(ids.slice(at, at + loadedAtOnce), call)) {
          if (event instanceof Error) throw event
          const single = event === null ? null : singleOf(event)
          if (single !== null) found.push(single)
        }
      }
      return found
    },

    async create(group, event, mark, call) {
      const draft = {
        ...toGraph(event, footerOf(event, heading)),
        singleValueExtendedProperties: [
          ...ownValues(event, mark),
          { id: properties.calendar, value: marker },
          { id: properties.group, value: group },
        ],
        // Of this try: the answer to an earlier one may be an item that a person has moved elsewhere since.
        transactionId: `${group}-${digest(`${mark.key} ${mark.writtenMs}`)}`,
      }
      const id = await events.create(draft, call)
      return { id, state: '' }
    },

    async update(single, event, mark, call) {
      if (mailing.has(single)) throw mails()
      const fields = differingFields(single.event, event)
      const draft = {
        ...contentDraft(event, fields, footerOf(event, heading)),
        ...(isSameSpan(single.event.span, event.span) ? {} : graphTimes(event.span)),
        singleValueExtendedProperties: ownValues(event, mark),
      }
      await events.patch(single.id, draft, ifMatchOf(single.state), call)
    },

    mark: (refs, call) =>
      writeProperties(
        refs.map((ref) => ({ ref, values: [{ id: properties.part, value: serializeMark(ref.mark) }] })),
        call,
      ),

    // Graph takes no property away; an empty one says nothing.
    release: (refs, call) =>
      writeProperties(
        refs.map((ref) => ({
          ref,
          values: [properties.origin, properties.calendar, properties.group].map((id) => ({ id, value: '' })),
        })),
        call,
      ),

    async remove(ids, call) {
      throwFirst(
        await client.sendAll(
          user,
          ids.map((id) => ({ method: 'DELETE' as const, path: pathOf(id) })),
          call,
        ),
      )
    },

    assertQuiet(singles) {
      if (singles.some((single) => mailing.has(single))) throw mails()
    },
  }
}

/** Of several writes, each for itself: those that are gone are passed over. */
const throwFirst = (answers: readonly unknown[]): void => {
  for (const answer of answers) if (answer instanceof Error && !CalendarError.is(answer, 'not-found')) throw answer
}
