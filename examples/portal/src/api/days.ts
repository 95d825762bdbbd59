import { createZoneResolver } from '@dayport/core/ical'
import { z } from 'zod'
import { PortalError } from '../problem.ts'

const zones = createZoneResolver({})

/** `2026-11-25`. */
export const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)

/** Midnight at a day's begin in a time zone. @throws {PortalError} `invalid-request` for a day that no calendar has. */
export const startOfDay = (date: string, timeZone: string): number => {
  const local = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(local)) throw new PortalError('invalid-request', 'There is no such date', { where: 'query' })
  return zones.resolve(timeZone)?.toInstant(local) ?? local
}
