import type { CalendarObject, InstantRange } from '@dayport/core'
import { expandSeries } from '@dayport/core/ical'
import type { z } from 'zod'
import type { BusyTime } from '../api/schemas.ts'
import { marksOf } from './details.ts'
import { componentOf, openObject } from './read.ts'

type Busy = z.output<typeof BusyTime>

/**
 * The times of one object at which its calendar's owner is not free: no cancelled occurrence, none that they declined, none that is
 * transparent.
 *
 * @param mine the owner's addresses, lower case
 */
export const busyTimesOf = (
  { data }: Pick<CalendarObject, 'data'>,
  range: InstantRange,
  options: { readonly floatingZone: string; readonly maxInstances: number; readonly mine: ReadonlySet<string> },
): readonly Busy[] => {
  const object = openObject(data)
  const { floatingZone, maxInstances, mine } = options
  const { instances } = expandSeries(object.facts, { range, floatingZone, maxInstances })
  return instances.flatMap((instance): Busy[] => {
    const component = componentOf(object, instance)
    if (component === null) return []
    const { busy, answer } = marksOf(component, mine)
    const cancelled = component.property('STATUS')?.value.trim().toUpperCase() === 'CANCELLED'
    if (busy === 'free' || answer === 'DECLINED' || cancelled) return []
    const { startMs, endMs } = instance
    return [{ startMs, endMs, kind: answer === 'TENTATIVE' || answer === 'NEEDS-ACTION' ? 'tentative' : busy }]
  })
}

/** Times of one kind that meet or overlap, as one; in the order of their start. */
export const joinedTimes = (times: readonly Busy[]): Busy[] => {
  const joined: Busy[] = []
  for (const time of times.toSorted((a, b) => a.startMs - b.startMs)) {
    const index = joined.findLastIndex(({ kind, endMs }) => kind === time.kind && endMs >= time.startMs)
    const before = joined[index]
    if (before === undefined) joined.push(time)
    else joined[index] = { ...before, endMs: Math.max(before.endMs, time.endMs) }
  }
  return joined
}
