/** How much of each event a feed tells, from little to all. */
export const feedDetails = ['free-busy', 'titles', 'full'] as const
/** `free-busy`: when; `titles`: when and what; `full`: everything that was stored. */
export type FeedDetail = (typeof feedDetails)[number]

/** Days around the day of the fetch, in UTC; `null` is no bound on that side. */
export interface FeedWindow {
  readonly daysBack: number | null
  readonly daysForward: number | null
}

/** What a link leaves out. */
export interface FeedOptions {
  /**
   * Events with an instance from `daysBack` days before today to `daysForward` days after it, to within a day; a series that has one
   * comes whole.
   */
  readonly window: FeedWindow
  /** Whether reminders come along. */
  readonly alarms: boolean
  /** Whether attendees and the organizer come along. */
  readonly attendees: boolean
  /** Whether descriptions and comments come along. */
  readonly descriptions: boolean
  /** The most that is told; less where the maker of the link may see less. */
  readonly detail: FeedDetail
}

/** Everything, always. */
export const defaultFeedOptions: FeedOptions = {
  window: { daysBack: null, daysForward: null },
  alarms: true,
  attendees: true,
  descriptions: true,
  detail: 'full',
}

/** A hundred years, so that a window stays within the years of a calendar. */
const maxDays = 36_525

/**
 * Options with the defaults for those not given; unknown ones are dropped. Fit for what comes out of JSON.
 *
 * @throws {TypeError} for a value of another kind, or days that are no whole number of 0 to 36 525.
 */
export const feedOptionsOf = (given: Partial<FeedOptions>): FeedOptions => {
  const { window = defaultFeedOptions.window, detail = defaultFeedOptions.detail } = given
  if (!feedDetails.includes(detail)) throw new TypeError(`Expected detail to be one of ${feedDetails.join(', ')}`)
  return {
    window: { daysBack: daysOf(window.daysBack), daysForward: daysOf(window.daysForward) },
    alarms: flagOf(given, 'alarms'),
    attendees: flagOf(given, 'attendees'),
    descriptions: flagOf(given, 'descriptions'),
    detail,
  }
}

const daysOf = (days: number | null | undefined): number | null => {
  if (days === null || days === undefined) return null
  if (!Number.isInteger(days) || days < 0 || days > maxDays) {
    throw new TypeError(`Expected a window in whole days, 0 to ${maxDays}`)
  }
  return days
}

const flagOf = (given: Partial<FeedOptions>, name: 'alarms' | 'attendees' | 'descriptions'): boolean => {
  const value: unknown = given[name] ?? defaultFeedOptions[name]
  if (typeof value !== 'boolean') throw new TypeError(`Expected ${name} to be true or false`)
  return value
}

const dayMs = 86_400_000

/** The instants of a window on the day of `nowMs`; `null` when it has no bound. Both ends reach over whole days of any time zone. */
export const windowRange = (window: FeedWindow, nowMs: number): { startMs: number; endMs: number } | null => {
  const { daysBack, daysForward } = window
  if (daysBack === null && daysForward === null) return null
  const today = Math.floor(nowMs / dayMs)
  return {
    startMs: daysBack === null ? Number.NEGATIVE_INFINITY : (today - daysBack) * dayMs,
    endMs: daysForward === null ? Number.POSITIVE_INFINITY : (today + daysForward + 1) * dayMs,
  }
}
