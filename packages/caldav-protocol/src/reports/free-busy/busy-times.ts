import type { CalendarObject, InstantRange } from '@dayport/core'
import type { Component } from '@dayport/core/ical'
import { createObjectView, type FloatingZone, type ObjectView } from '../../data/object-view.ts'
import { periodsOf } from '../../data/periods.ts'

/** RFC 5545 §3.2.9, without FREE. */
export const busyTypes = ['BUSY', 'BUSY-UNAVAILABLE', 'BUSY-TENTATIVE'] as const
export type BusyType = (typeof busyTypes)[number]

/** Collects the busy times of many objects. */
export interface BusyTimes {
  add(object: CalendarObject, zone: FloatingZone, owner: ReadonlySet<string>): void
  /** Merged and cut to the range, sorted; none for a type that did not come up. */
  periods(type: BusyType): readonly InstantRange[]
}

/** Merging now and then keeps memory flat for series of every minute. */
const mergeAt = 4_096

/** Of one object: a series of every second must not use up what the others need. */
const maxOfOne = 10_000

/**
 * @param maxInstances how many are looked at, one by one. A series that has more counts as busy from the last one on, to its end: one
 * object must not take the answer away from the others, and too busy does less harm than free.
 */
export const createBusyTimes = (range: InstantRange, maxInstances: number): BusyTimes => {
  const found = new Map<BusyType, InstantRange[]>(busyTypes.map((type) => [type, []]))
  let left = maxInstances

  const take = (type: BusyType, { startMs, endMs }: InstantRange) => {
    const clipped = { startMs: Math.max(startMs, range.startMs), endMs: Math.min(endMs, range.endMs) }
    if (clipped.startMs >= clipped.endMs) return
    let list = found.get(type) ?? []
    if (list.length >= mergeAt) list = merged(list)
    list.push(clipped)
    found.set(type, list)
  }

  const addEvents = ({ index }: CalendarObject, view: ObjectView, owner: ReadonlySet<string>): void => {
    const types = new Map<Component, BusyType | null>()
    const { instances, truncated } = view.expand(range, Math.max(1, Math.min(left, maxOfOne)))
    left -= instances.length
    for (const instance of instances) {
      const component = view.componentOf(instance)
      if (component === null) continue
      let type = types.get(component)
      if (type === undefined) {
        type = busyTypeOf(component, owner)
        types.set(component, type)
      }
      if (type !== null) take(type, instance)
    }
    if (!truncated) return
    const last = instances.at(-1)
    const component = last === undefined ? null : view.componentOf(last)
    const type = component === null ? 'BUSY' : busyTypeOf(component, owner)
    if (type !== null) take(type, { startMs: last?.startMs ?? index.firstStartMs, endMs: index.lastEndMs })
  }

  return {
    add(object, zone, owner) {
      const view = createObjectView(object, zone)
      if (object.index.component === 'VEVENT') {
        addEvents(object, view, owner)
        return
      }
      for (const component of view.root.components) {
        if (component.name !== 'VFREEBUSY') continue
        for (const property of component.propertiesNamed('FREEBUSY')) {
          const type = typeOf(property.param('FBTYPE'))
          if (type !== null) for (const period of periodsOf(view, property)) take(type, period)
        }
      }
    },
    periods: (type) => merged(found.get(type) ?? []),
  }
}

/** RFC 5545 §3.2.9: a type that is not known is BUSY. */
const typeOf = (text: string | undefined): BusyType | null => {
  const type = (text ?? 'BUSY').toUpperCase()
  if (type === 'FREE') return null
  return busyTypes.find((known) => known === type) ?? 'BUSY'
}

/** RFC 4791 §7.10; of what the calendar's owner has declined it says nothing, but nobody holds them busy for it. */
const busyTypeOf = (component: Component, owner: ReadonlySet<string>): BusyType | null => {
  const status = component.property('STATUS')?.value.trim().toUpperCase()
  if (status === 'CANCELLED') return null
  if (component.property('TRANSP')?.value.trim().toUpperCase() === 'TRANSPARENT') return null
  const declined = component
    .propertiesNamed('ATTENDEE')
    .some(
      (attendee) =>
        owner.has(attendee.value.trim().toLowerCase()) && attendee.param('PARTSTAT')?.toUpperCase() === 'DECLINED',
    )
  if (declined) return null
  return status === 'TENTATIVE' ? 'BUSY-TENTATIVE' : 'BUSY'
}

/** Periods that touch or overlap become one. */
const merged = (periods: readonly InstantRange[]): InstantRange[] => {
  const result: { startMs: number; endMs: number }[] = []
  for (const { startMs, endMs } of [...periods].sort((a, b) => a.startMs - b.startMs)) {
    const last = result.at(-1)
    if (last === undefined || startMs > last.endMs) result.push({ startMs, endMs })
    else if (endMs > last.endMs) last.endMs = endMs
  }
  return result
}
