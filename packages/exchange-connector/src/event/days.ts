import type { TimeZone } from '@dayport/core/ical'

export const dayMs = 86_400_000
export const minuteMs = 60_000

/** `YYYY-MM-DD` of wall-clock ms. */
export const dateOf = (localMs: number): string => new Date(localMs).toISOString().slice(0, 10)

/** Midnight of `YYYY-MM-DD` as wall-clock ms. */
export const dateMs = (date: string): number => Date.parse(`${date}T00:00:00Z`)

/** `YYYY-MM-DDTHH:mm:ss` of wall-clock ms. */
export const localText = (localMs: number): string => new Date(localMs).toISOString().slice(0, 19)

/** `YYYY-MM-DDTHH:mm:ssZ` of an instant. */
export const instantText = (ms: number): string => `${localText(ms)}Z`

/** The day after or before. */
export const addDays = (date: string, days: number): string => dateOf(dateMs(date) + days * dayMs)

/** Exchange keeps minutes. */
export const floorMinute = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs

/** Midnight of a day in a zone. */
export const midnightIn = (zone: TimeZone, date: string): number => zone.toInstant(dateMs(date))
