import {
  assertCondition,
  CalendarError,
  type CalendarObject,
  type CallOptions,
  type ETag,
  type ObjectRef,
  type Transaction,
  type WriteCondition,
} from '@dayport/core'
import { type Component, expandSeries, type RecurrenceInstance } from '@dayport/core/ical'
import { writeCondition } from '@dayport/http'
import { z } from 'zod'
import { findInstance, wholeSeries } from '../events/find-instance.ts'
import { addOverride, type EventChange, ownOverride, patchSeries } from '../events/patch.ts'
import { componentOf, type OpenObject, openObject } from '../events/read.ts'
import { isUndated } from '../events/tasks.ts'
import type { PortalParts } from '../parts.ts'
import type { Caller } from './operation.ts'
import type { StoredObject } from './schemas/events.ts'

/** Where an event or a task is: its calendar and its name there. */
export const ref = z.object({ id: z.string().max(200), object: z.string().max(1_000) })

/** Which occurrence of it, and how much of the series is meant. */
export const occurrence = z.object({
  recurrenceId: z.string().max(30).optional().describe('one occurrence of a series'),
  scope: z
    .enum(['one', 'following', 'all'])
    .default('one')
    .describe(
      'following: the series is cut in two before this occurrence; all: the series moves as this occurrence does',
    ),
})

/** How many occurrences are looked at for one that is as its series says. */
const maxLooked = 1_000

/** What the page writes as. */
export const portalOrigin = { door: 'portal' }

/** Stored objects as the operations of events and tasks read and write them. */
export const createEventObjects = (parts: PortalParts) => {
  const { service } = parts
  const stored = async (caller: Caller, calendar: string, name: string): Promise<CalendarObject> => {
    const object = await service.getObject(caller.principal, { calendar, name })
    if (object === null) throw new CalendarError('not-found', 'No such event')
    return object
  }

  /** The occurrence of that original start; the first one when none is named. */
  const instanceOf = (object: OpenObject, recurrenceId: string | undefined, caller: Caller): RecurrenceInstance => {
    const found = findInstance(object, recurrenceId, caller.person.timeZone)
    if (found === null) throw new CalendarError('not-found', 'No such occurrence')
    return found
  }

  /** The first occurrence that is as its series says; the given one where all were changed by themselves. */
  const usualOf = (object: OpenObject, given: RecurrenceInstance, caller: Caller): RecurrenceInstance => {
    const options = { range: wholeSeries, floatingZone: caller.person.timeZone, maxInstances: maxLooked }
    const { instances } = expandSeries(object.facts, options)
    return instances.find((one) => ownOverride(object, one) === null) ?? given
  }

  /** The same; `null` for a task without a date, which has none. */
  const occurrenceOf = (object: OpenObject, recurrenceId: string | undefined, caller: Caller) =>
    isUndated(object) ? null : instanceOf(object, recurrenceId, caller)

  /** The component that an answer to `query` is written into: one occurrence gets its own when it has none yet. */
  const ownComponent = (
    object: CalendarObject,
    { recurrenceId, scope }: z.output<typeof occurrence>,
    caller: Caller,
  ): { readonly open: OpenObject; readonly component: Component } => {
    const first = openObject(object.data)
    if (first.master !== null && isUndated(first)) return { open: first, component: first.master }
    const instance = instanceOf(first, recurrenceId, caller)
    const one = recurrenceId !== undefined && scope === 'one' && object.index.recurrence !== null
    const open = one && ownOverride(first, instance) === null ? openObject(addOverride(first, instance)) : first
    const component = one ? ownOverride(open, instanceOf(open, recurrenceId, caller)) : componentOf(open, instance)
    if (component === null) throw new CalendarError('not-found', 'This occurrence has no content')
    return { open, component }
  }

  /** Stores an object as the page does; of meetings between people of the portal the others hear, which may add to it. @returns its etag. */
  const write = (
    caller: Caller,
    at: ObjectRef,
    bytes: Uint8Array,
    condition: WriteCondition | undefined,
    call: CallOptions = {},
  ): Promise<ETag | null> =>
    service.transaction(async (tx) => {
      const { etag } = await service.putObject(caller.principal, at, bytes, { condition, origin: portalOrigin, tx })
      return etag ?? (await service.getObject(caller.principal, at, { tx }))?.etag ?? null
    }, call)

  /** Stores an edit of the state that was read; the caller's own If-Match must hold for that state too. */
  const put = async (
    caller: Caller,
    path: { readonly id: string; readonly object: string },
    bytes: Uint8Array,
    before: CalendarObject,
    request: Request,
    tx?: Transaction,
  ) => {
    assertCondition(writeCondition(request.headers), before.etag)
    const at = { calendar: path.id, name: path.object }
    return write(caller, at, bytes, { ifMatch: [before.etag] }, tx === undefined ? {} : { tx })
  }

  /**
   * Stores what is new under the name of its UID. When the caller chose that UID and it is there already, then an earlier try arrived
   * whose answer was lost: it gets what differs now, instead of standing there twice.
   */
  const writeNew = async (
    caller: Caller,
    calendar: string,
    fresh: { readonly uid: string; readonly bytes: Uint8Array; readonly again: EventChange | null },
  ): Promise<z.output<typeof StoredObject>> => {
    const { uid, again } = fresh
    const at = { calendar, name: `${uid}.ics` }
    try {
      return { calendar, object: at.name, etag: await write(caller, at, fresh.bytes, { ifNoneMatch: '*' }) }
    } catch (error) {
      if (again === null || !(error instanceof CalendarError) || error.code !== 'precondition-failed') throw error
      const before = await service.getObject(caller.principal, at)
      if (before?.index.uid !== uid) throw error
      const open = openObject(before.data)
      const bytes = patchSeries(open, occurrenceOf(open, undefined, caller), again, parts.now())
      return { calendar, object: at.name, etag: await write(caller, at, bytes, { ifMatch: [before.etag] }) }
    }
  }

  return { stored, instanceOf, usualOf, occurrenceOf, ownComponent, put, write, writeNew }
}
