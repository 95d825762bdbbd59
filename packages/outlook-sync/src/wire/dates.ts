import type { TimeZone } from '@dayport/core/ical'
import { isoOf, zoneNamed } from '../mapping/instants.ts'

/** How a request wants date-times: UTC with `Z` when `DateInUtc` is TRUE, else `yyyy-MM-dd HH:mm:ss` in the site's zone. */
export interface DateForm {
  readonly utc: boolean
  readonly zone: TimeZone
}

export const dateForm = (utc: boolean, timeZone: string): DateForm => ({ utc, zone: zoneNamed(timeZone) })

const spaced = (ms: number): string => isoOf(ms).slice(0, 19).replace('T', ' ')

/** A time of a list (`yyyy-MM-ddTHH:mm:ssZ`) in that form; dates of all-day items are shifted by nothing. */
export const writeDate = (iso: string, { utc, zone }: DateForm, isAllDay: boolean): string => {
  if (utc) return iso
  const ms = Date.parse(iso)
  return spaced(isAllDay ? ms : zone.toLocal(ms))
}

const dateShape = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,7})?\s?(Z|[+-]\d\d:\d\d)?)?$/i

/** A time that a client sent, as lists write times; what is none stays as it came, for whoever refuses it. */
export const readDate = (text: string, { utc, zone }: DateForm, isAllDay: boolean): string => {
  const match = dateShape.exec(text.trim())
  if (match === null) return text.trim()
  const [, date, time = '00:00:00', offset] = match
  const full = `${date}T${time.length === 5 ? `${time}:00` : time}`
  const local = Date.parse(`${full}Z`)
  if (Number.isNaN(local) || isoOf(local) !== `${full}Z`) return text.trim()
  if (isAllDay || offset?.toUpperCase() === 'Z') return isoOf(local)
  if (offset !== undefined) {
    const ms = Date.parse(`${full}${offset}`)
    return Number.isNaN(ms) ? text.trim() : isoOf(ms)
  }
  return isoOf(utc ? local : zone.toInstant(local))
}

/** `yyyyMMdd HH:mm:ss`, as the attributes of a list have them. */
export const listDate = (ms: number): string => spaced(ms).replaceAll('-', '')

/** Minutes to add to the standard time of a zone for UTC: `-180` in Moscow. MS-LISTSWS 2.2.4.13. */
export const biasMinutes = (timeZone: string, nowMs: number): number => {
  const zone = zoneNamed(timeZone)
  const year = new Date(nowMs).getUTCFullYear()
  const offsets = [Date.UTC(year, 0, 1), Date.UTC(year, 6, 1)].map((ms) => zone.offsetAt(ms))
  return Math.round(-Math.min(...offsets) / 60)
}
