import type { Authorize, Calendar, CalendarDirectory, CalendarId, Principal, PrincipalId } from '@dayport/core'
import { type Detail, details } from '@dayport/core/ical'
import { createDetailOf } from '@dayport/core/service'
import type { FeedLinkRecord } from './feed-link-store.ts'

/** Who may see what, as the handler asks at every fetch. */
export interface FeedAccessOptions {
  readonly store: Pick<CalendarDirectory, 'getCalendar'>
  readonly authorize: Authorize
  /**
   * The same answer from a calendar that was read already: core's `detailOf`, where rights are kept with the calendars. It spares the
   * look-ups that `authorize` needs; without it `authorize` is asked.
   */
  readonly detailOf?: (calendar: Calendar, who: Principal) => Detail | null
  /** The maker of a link with the groups of today; `null` when they are gone, which ends their links. */
  readonly principals: { principalOf(id: PrincipalId): Promise<Principal | null> }
  /** Calendars that a person has among their favourites, in their order. Without it feeds of favourites are not found. */
  readonly favouritesOf?: (principal: PrincipalId) => Promise<readonly CalendarId[]>
}

/** A calendar that a link shows, and how much of it. */
export interface FeedCalendar {
  readonly calendar: Calendar
  readonly detail: Detail
}

/** Far more than anybody has; a bound on the look-ups of one fetch. */
const maxFavourites = 500

/**
 * The calendars of a link as of now: those that exist, allow export and let the link's maker see anything, each at the lower of the
 * link's and the maker's level. `null` when the link stands for nothing any more: the maker is gone, or of what it was made for
 * nothing is left. Favourites that are empty are not that: their feed is an empty calendar.
 */
export const createFeedAccess = ({ store, authorize, detailOf, principals, favouritesOf }: FeedAccessOptions) => {
  const askedDetailOf = createDetailOf(authorize)
  return async (link: FeedLinkRecord, signal: AbortSignal): Promise<readonly FeedCalendar[] | null> => {
    const { scope } = link
    const maker = await principals.principalOf(link.principal)
    if (maker === null) return null
    const ids = 'calendar' in scope ? [scope.calendar] : await favouritesOf?.(scope.favouritesOf)
    if (ids === undefined) return null
    const wanted = [...new Set(ids)].slice(0, maxFavourites)
    const found = await Promise.all(
      wanted.map(async (id): Promise<FeedCalendar | null> => {
        const calendar = await store.getCalendar(id, { signal })
        if (calendar === null || !calendar.exportAllowed) return null
        const theirs =
          detailOf === undefined ? await askedDetailOf(maker, calendar.id, { signal }) : detailOf(calendar, maker)
        return theirs === null ? null : { calendar, detail: lower(theirs, link.options.detail) }
      }),
    )
    const shown = found.filter((calendar) => calendar !== null)
    return shown.length === 0 && wanted.length > 0 ? null : shown
  }
}

const lower = (one: Detail, other: Detail): Detail => (details.indexOf(one) < details.indexOf(other) ? one : other)
