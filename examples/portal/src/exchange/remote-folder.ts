import { RemoteError } from '@dayport/core'

/**
 * Names the default calendar of a mailbox, whichever protocol reaches it, and whoever does: a folder is bound once (sync-engine.md §2).
 * Addresses have no case; ids of folders do.
 */
export const defaultCalendarOf = (mailbox: string): string => `exchange ${mailbox.trim().toLowerCase()} calendar`

/** Names any other calendar there, by its id. */
export const calendarByIdOf = (id: string): string => `exchange folder ${folderKey(id)}`

/** One form of a folder's id: EWS writes the same bytes in base64 that Graph writes in its alphabet for addresses. */
export const folderKey = (id: string): string => id.replaceAll('/', '-').replaceAll('+', '_')

/** The code of a mailbox whose calendar a person has joined by an account of theirs. */
export const calendarJoined = 'CalendarJoined'

/** Such a mailbox is not run: the joined calendar has the folder already. */
export const joinedAlready = (service: string): RemoteError =>
  new RemoteError('The calendar is joined to the portal as an outside one', {
    service,
    kind: 'configuration',
    code: calendarJoined,
    status: null,
    retryable: false,
  })
