import { assertCondition, CalendarError, type CalendarObject, type InstantRange, type Transaction } from '@dayport/core'
import { type Component, expandSeries, type RecurrenceInstance } from '@dayport/core/ical'
import { writeCondition } from '@dayport/http'
import { z } from 'zod'
import { addOverride, ownOverride } from '../events/patch.ts'
import { componentOf, type OpenObject, openObject } from '../events/read.ts'
import { isUndated } from '../events/tasks.ts'
import { wallText } from '../events/times.ts'
import type { PortalParts } from '../parts.ts'
import type { Caller } from './operation.ts'

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

const everything: InstantRange = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }

export type EventObjects = ReturnType<typeof createEventObjects>

/** Stored objects as the operations of events and tasks read and write them. */
export const createEventObjects = ({ service }: PortalParts) => {
  const stored = async (caller: Caller, calendar: string, name: string): Promise<CalendarObject> => {
    const object = await service.getObject(caller.principal, { calendar, name })
    if (object === null) throw new CalendarError('not-found', 'No such event')
    return object
  }

  /** The occurrence of that original start; the first one when none is named. */
  const instanceOf = (object: OpenObject, recurrenceId: string | undefined, caller: Caller): RecurrenceInstance => {
    const floatingZone = caller.person.timeZone
    const wanted =
      recurrenceId === undefined ? null : Date.parse(recurrenceId.length === 10 ? recurrenceId : `${recurrenceId}Z`)
    // An override may have moved far from its original start, so the range cannot be narrow for those that have one.
    const near = { startMs: (wanted ?? 0) - 2 * 86_400_000, endMs: (wanted ?? 0) + 2 * 86_400_000 }
    for (const range of wanted === null ? [everything] : [near, everything]) {
      const { instances } = expandSeries(object.facts, {
        range,
        floatingZone,
        maxInstances: wanted === null ? 1 : 10_000,
      })
      const found =
        recurrenceId === undefined ? instances[0] : instances.find((one) => wallText(one.recurrenceId) === recurrenceId)
      if (found !== undefined) return found
    }
    throw new CalendarError('not-found', 'No such occurrence')
  }

  /** The first occurrence that is as its series says; the given one where all were changed by themselves. */
  const usualOf = (object: OpenObject, given: RecurrenceInstance, caller: Caller): RecurrenceInstance => {
    const options = { range: everything, floatingZone: caller.person.timeZone, maxInstances: maxLooked }
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
    const condition = { ifMatch: [before.etag] }
    const options = { condition, origin: portalOrigin, ...(tx === undefined ? {} : { tx }) }
    const ref = { calendar: path.id, name: path.object }
    const { etag } = await service.putObject(caller.principal, ref, bytes, options)
    return etag
  }

  return { stored, instanceOf, usualOf, occurrenceOf, ownComponent, put }
}
