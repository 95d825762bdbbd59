import { createOutlookHandler, type OutlookEventRef } from '@dayport/outlook-sync'
import { admit } from './admit.ts'
import type { Handler } from './doors.ts'
import type { Logger } from './log.ts'
import type { PortalParts } from './parts.ts'

/** `20261123T090000Z` as the API names occurrences: `2026-11-23T09:00:00`. */
const occurrenceOf = (key: string | null): string | null => {
  const match = /^(?:exception|instance):(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(key ?? '')
  if (match === null) return null
  const [, year, month, day, hour, minute, second] = match
  const date = `${year}-${month}-${day}`
  return hour === undefined ? date : `${date}T${hour}:${minute}:${second}`
}

/** The page's own address of an event that somebody opens from Outlook; it asks for a sign-in as always. */
export const eventPage = ({ calendar, objectName, key }: OutlookEventRef): string => {
  const query = new URLSearchParams({ calendar })
  if (objectName !== null) query.set('event', objectName)
  const occurrence = occurrenceOf(key)
  if (occurrence !== null) query.set('at', occurrence)
  return `/?${query}`
}

/** Outlook's lists under /outlook: by the secret address of a connection, or by /outlook/basic/CALENDAR and a password. */
export const createOutlookDoor = ({
  outlookLists,
  outlookConnections,
  people,
  doors,
  signIn,
  originOf,
  now,
  log,
  onError,
}: Pick<PortalParts, 'outlookLists' | 'outlookConnections' | 'people' | 'doors' | 'signIn' | 'originOf' | 'now'> & {
  readonly log: Logger
  readonly onError: (error: unknown) => void
}): Handler => {
  const { authenticate, principalOf } = admit('outlook', { doors, people, authenticate: signIn.authenticate })
  return createOutlookHandler({
    lists: outlookLists,
    connections: outlookConnections,
    principals: { principalOf },
    authenticate,
    basePath: '/outlook/',
    originOf,
    eventPage,
    now,
    onError,
    // The first requests of each Outlook tell what no capture has shown yet. They hold no content: see OutlookRequestRecord.
    onRequest: (outlook) => log.info({ outlook }, 'outlook request'),
  })
}
