import type { FeedLink } from './api.ts'

export type FeedOptions = FeedLink['options']

/** What a new link shows unless the person chooses otherwise: not the addresses of other people, not one's own reminders. */
export const usualOptions: FeedOptions = {
  window: { daysBack: 92, daysForward: 366 },
  alarms: false,
  attendees: false,
  descriptions: true,
  detail: 'full',
}

/** The offered periods, in days back and forward. */
export const periods = {
  usual: usualOptions.window,
  near: { daysBack: 31, daysForward: 92 },
  far: { daysBack: 366, daysForward: 731 },
  all: { daysBack: null, daysForward: null },
} as const satisfies Record<string, FeedOptions['window']>

export type PeriodName = keyof typeof periods
export const periodNames = Object.keys(periods) as readonly PeriodName[]

/** The offered period that a window is; `null` for one that was set through the API. */
export const periodOf = (window: FeedOptions['window']): PeriodName | null =>
  periodNames.find(
    (name) => periods[name].daysBack === window.daysBack && periods[name].daysForward === window.daysForward,
  ) ?? null

const dayMs = 86_400_000

/** The offered lifetimes of a link, days. */
export const lifetimes = [30, 90, 365] as const

export const expiryAfter = (days: number, nowMs: number): number => nowMs + days * dayMs
