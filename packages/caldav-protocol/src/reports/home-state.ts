import { refusal } from '../errors.ts'
import type { CalendarResource } from '../resources.ts'
import { dav } from '../wire/names.ts'
import { tokenOfUri, tokenUri } from '../wire/sync-token.ts'

/** What a client knows of one calendar of a home. */
export interface KnownCalendar {
  /** Last segment of its address. */
  readonly name: string
  /** The store's token of what is in it. */
  readonly token: string
  /** When the calendar itself was changed last: a new name or colour is no new member. ms since the epoch. */
  readonly modifiedMs: number
}

export const nameIn = ({ href }: CalendarResource): string => decodeURIComponent(href.split('/').at(-2) ?? '')

export const knownOf = (resource: CalendarResource): KnownCalendar => ({
  name: nameIn(resource),
  token: resource.calendar.syncToken,
  modifiedMs: resource.calendar.modifiedMs,
})

/**
 * A home has no revision of its own, since what is in it depends on who asks: its token says the state of each calendar. It is as long as
 * the list of calendars, and nothing has to be kept for it.
 */
export const homeToken = (known: readonly KnownCalendar[]): string =>
  tokenUri(JSON.stringify(known.map(({ name, token, modifiedMs }) => [name, token, modifiedMs])))

/** @throws {DavError} 403 valid-sync-token for anything that {@link homeToken} did not write. RFC 6578 §3.2. */
export const knownInToken = (uri: string): readonly KnownCalendar[] => {
  const text = tokenOfUri(uri)
  try {
    const parsed: unknown = JSON.parse(text)
    if (Array.isArray(parsed)) return parsed.map(knownOfJson)
  } catch {
    // Not ours.
  }
  throw refusal(403, dav('valid-sync-token'))
}

const knownOfJson = (json: unknown): KnownCalendar => {
  const [name, token, modifiedMs]: readonly unknown[] = Array.isArray(json) ? json : []
  if (typeof name === 'string' && typeof token === 'string' && typeof modifiedMs === 'number') {
    return { name, token, modifiedMs }
  }
  throw new TypeError('expected a name, a token and a time')
}
