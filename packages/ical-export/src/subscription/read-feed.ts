import { CalendarError, type ObjectLimits } from '@dayport/core'
import {
  type CalendarDocument,
  disarmObject,
  importLimits,
  parseCalendar,
  parseDuration,
  readText,
  type SplitObject,
  splitCalendar,
  toUtf8,
} from '@dayport/core/ical'
import { nextTurn } from '../next-turn.ts'
import { SubscriptionError } from './subscription-error.ts'
import type { SubscriptionLimits } from './subscription-limits.ts'

/** What an outside file holds. */
export interface OutsideCalendar {
  readonly objects: readonly SplitObject[]
  /** RFC 7986 NAME, or X-WR-CALNAME; `null` without either. */
  readonly name: string | null
  /** RFC 7986 COLOR or X-APPLE-CALENDAR-COLOR, as given. */
  readonly color: string | null
  /** REFRESH-INTERVAL, or X-PUBLISHED-TTL. */
  readonly askedMinutes: number | null
}

/** What {@link readFeed} needs. */
export interface ReadFeedOptions {
  readonly contentType: string | null
  readonly limits: SubscriptionLimits
  readonly importLimits: Partial<ObjectLimits>
  /** Whether reminders that show something or play a sound stay. */
  readonly alarms: boolean
  /** Makes UIDs where the file has none: the n-th always gets the same, so that it is the same event at the next fetch. */
  readonly uidOf: (position: number) => string
}

/** A big file must not keep everybody else waiting. */
const objectsPerTurn = 100

/** Codes of `parseCalendar` that mean a damaged or cut-off text: half a calendar must not delete the other half. */
const damages = new Set(['missing-end', 'stray-end', 'no-calendar'])

/**
 * Reads the bytes that an outside address gave, and refuses whatever is not surely a whole calendar.
 *
 * @throws {SubscriptionError} `not-a-calendar`, `damaged`, `too-large`.
 */
export const readFeed = async (bytes: Uint8Array, options: ReadFeedOptions): Promise<OutsideCalendar> => {
  const text = toUtf8(bytes, options.contentType).bytes
  if (!beginsAsCalendar(text)) throw notCalendar('The address gives something that is not a calendar')
  const document = parsed(text, options)
  if (document.warnings.some(({ code }) => damages.has(code))) throw damaged()
  let added = 0
  const objects: SplitObject[] = []
  for (const object of splitCalendar(document, () => options.uidOf(added++))) {
    if (objects.length >= options.limits.maxObjects) throw tooLarge()
    objects.push(disarmed(object, options.alarms))
    if (objects.length % objectsPerTurn === 0) await nextTurn()
  }
  const interval = rawOf(document, 'REFRESH-INTERVAL') ?? rawOf(document, 'X-PUBLISHED-TTL')
  return {
    objects,
    name: textOf(document, 'NAME') ?? textOf(document, 'X-WR-CALNAME'),
    color: rawOf(document, 'COLOR') ?? rawOf(document, 'X-APPLE-CALENDAR-COLOR'),
    askedMinutes: interval === null ? null : minutesOf(interval),
  }
}

/** Made anew each time, as the object's own data are: a big file must not be held twice. */
const disarmed = (object: SplitObject, alarms: boolean): SplitObject => ({
  uid: object.uid,
  component: object.component,
  uidAdded: object.uidAdded,
  get data() {
    try {
      return disarmObject(object.data, { alarms })
    } catch (error) {
      // Over a limit of single objects: the service says so, and refuses it.
      if (CalendarError.is(error)) return object.data
      throw error
    }
  },
})

/** Web pages and sign-in forms come as 200 and under any type: the first word decides. */
const beginsAsCalendar = (text: Uint8Array): boolean => {
  const head = new TextDecoder().decode(text.subarray(0, 256)) // drops a byte order mark
  return head.trimStart().slice(0, 15).toUpperCase() === 'BEGIN:VCALENDAR'
}

const parsed = (text: Uint8Array, options: ReadFeedOptions): CalendarDocument => {
  const limits = { ...importLimits, ...options.importLimits, maxBytes: options.limits.maxBytes }
  try {
    return parseCalendar(text, { limits })
  } catch (error) {
    if (CalendarError.is(error, 'invalid-calendar-data')) throw damaged(error)
    if (CalendarError.is(error)) throw tooLarge(error)
    throw error
  }
}

const rawOf = ({ calendars }: CalendarDocument, name: string): string | null =>
  calendars[0]?.property(name)?.value.trim() || null

const textOf = ({ calendars }: CalendarDocument, name: string): string | null => {
  const property = calendars[0]?.property(name)
  return (property && readText(property).trim().slice(0, 200)) || null
}

/** `null` for no duration, and for one that is none: negative or zero. */
const minutesOf = (value: string): number | null => {
  const duration = parseDuration(value)
  const minutes = duration === null ? 0 : duration.days * 1_440 + Math.ceil(duration.seconds / 60)
  return minutes > 0 ? minutes : null
}

const notCalendar = (message: string) => new SubscriptionError('not-a-calendar', message)
const damaged = (cause?: unknown) => new SubscriptionError('damaged', 'The calendar came damaged or cut off', { cause })
const tooLarge = (cause?: unknown) => new SubscriptionError('too-large', 'The calendar is too large', { cause })
