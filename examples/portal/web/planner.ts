import type { BusyPerson } from './api.ts'
import { addDays, type Day, dayOfWeek } from './dates.ts'
import { instantOf } from './grid/wall.ts'

/** Somebody whose time is planned. */
export interface PlannedPerson extends BusyPerson {
  /** The meeting may be without them. */
  readonly optional: boolean
}

/** Length of the steps in which a meeting is moved, ms. */
export const stepMs = 30 * 60_000

/** Who has no time then. What is only tentative does not hinder. */
export const busyAt = (people: readonly PlannedPerson[], startMs: number, endMs: number): readonly PlannedPerson[] =>
  people.filter(({ busy }) =>
    busy.some((time) => time.kind !== 'tentative' && time.startMs < endMs && time.endMs > startMs),
  )

/** The steps of a day between two full hours, as instants; a day of 23 or 25 hours has that many. */
export const stepsOf = (day: Day, hours: { readonly from: number; readonly to: number }, zone: string): number[] => {
  const at = (hour: number): number =>
    instantOf(hour === 24 ? `${addDays(day, 1)}T00:00:00` : `${day}T${String(hour).padStart(2, '0')}:00:00`, zone)
  const [startMs, endMs] = [at(hours.from), at(hours.to)]
  return Array.from({ length: Math.round((endMs - startMs) / stepMs) }, (_, index) => startMs + index * stepMs)
}

const workHours = { from: 9, to: 18 }

/** The first starts at which everybody who must come is free: on working days, in working hours, and still ahead. */
export const freeStarts = (
  people: readonly PlannedPerson[],
  {
    from,
    days,
    zone,
    lengthMs,
    nowMs,
    limit,
  }: {
    readonly from: Day
    readonly days: number
    readonly zone: string
    readonly lengthMs: number
    readonly nowMs: number
    readonly limit: number
  },
): number[] => {
  const needed = people.filter(({ optional }) => !optional)
  const found: number[] = []
  for (let index = 0; index < days; index += 1) {
    const day = addDays(from, index)
    if (dayOfWeek(day) > 4) continue
    const steps = stepsOf(day, workHours, zone)
    const endMs = (steps.at(-1) ?? 0) + stepMs
    let last = Number.NEGATIVE_INFINITY
    for (const startMs of steps) {
      if (startMs < nowMs || startMs < last + lengthMs || startMs + lengthMs > endMs) continue
      if (busyAt(needed, startMs, startMs + lengthMs).length > 0) continue
      found.push(startMs)
      last = startMs
      if (found.length >= limit) return found
    }
  }
  return found
}
