import type { CalendarId, CallOptions, Principal } from '@dayport/core'

/** What a program asks for when it makes a subscribed calendar. */
export interface SubscribedDraft {
  /** As the program sent it: `https://`, `http://` or `webcal://`. */
  readonly url: string
  readonly displayName?: string
  readonly color?: string | null
  /** Minutes between fetches; `null` leaves it to the host. */
  readonly refreshMinutes: number | null
}

/** The outside address that a calendar follows. */
export interface CalendarSource {
  readonly url: string
  readonly refreshMinutes: number | null
}

/** Outside calendars that the host follows for people: `CS:subscribed` of calendarserver.org. */
export interface CalDavSubscriptions {
  /**
   * Fetches the address and makes a read-only calendar of it in the person's home, under a name of the host's.
   *
   * @returns its id, or `null` when the address gives no calendar.
   * @throws {CalendarError} `forbidden`, `limit-exceeded`.
   */
  subscribe(who: Principal, draft: SubscribedDraft, options?: CallOptions): Promise<CalendarId | null>
  /** `null` for a calendar that follows nothing, or is not the person's: the address may be a secret. */
  sourceOf(who: Principal, calendar: CalendarId, options?: CallOptions): Promise<CalendarSource | null>
}

/** Minutes of an iCalendar duration, RFC 5545 §3.3.6: `P1W`, `PT15M`; `null` when it is none, or nothing. */
export const minutesOfDuration = (text: string): number | null => {
  const parts = /^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:\d{1,9}S)?)?$/.exec(text.trim())
  if (parts === null) return null
  const [weeks = 0, days = 0, hours = 0, minutes = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  const sum = ((weeks * 7 + days) * 24 + hours) * 60 + minutes
  return sum > 0 ? sum : null
}
