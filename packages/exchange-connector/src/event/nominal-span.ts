import type { TimeZone } from '@dayport/core/ical'
import { addDays, dateMs, dateOf, dayMs } from './days.ts'
import type { ExchangeSpan } from './model.ts'
import { utcZone, zoneNamed } from './zones.ts'

/** The zone whose days a series counts. */
export const zoneOfSpan = (span: ExchangeSpan): TimeZone =>
  zoneNamed(span.kind === 'days' ? span.zone : span.startZone) ?? utcZone

/** The day on which a span begins, where it is. */
export const startDateOf = (span: ExchangeSpan, zone: TimeZone = zoneOfSpan(span)): string =>
  span.kind === 'days' ? span.startDate : dateOf(zone.toLocal(span.startMs))

/** When the occurrence of another day is, if nothing about it is changed. */
export const nominalSpan = (master: ExchangeSpan, date: string, zone: TimeZone = zoneOfSpan(master)): ExchangeSpan => {
  if (master.kind === 'days') {
    const days = (dateMs(master.endDate) - dateMs(master.startDate)) / dayMs
    return { ...master, startDate: date, endDate: addDays(date, days) }
  }
  const local = zone.toLocal(master.startMs)
  const startMs = zone.toInstant(dateMs(date) + local - dateMs(dateOf(local)))
  return { ...master, startMs, endMs: startMs + master.endMs - master.startMs }
}
