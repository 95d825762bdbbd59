import type { Calendar, CalendarObject, CalendarReader } from '@dayport/core'
import { objectSlice } from '@dayport/core/ical'
import { type FeedHeaderOptions, feedEnd, feedHeader } from './feed-header.ts'
import { createFeedZones } from './feed-zones.ts'

/** What {@link feedText} needs. */
export interface FeedTextOptions extends FeedHeaderOptions {
  readonly store: Pick<CalendarReader, 'findObjects'>
  /** Hears of a stored object that is no calendar text; the feed goes on without it. */
  readonly onError: (error: unknown) => void
  readonly signal?: AbortSignal
}

/** Slices held while the zones are gathered; a bigger calendar is read twice instead. */
const maxHeldBytes = 4 * 1024 * 1024
const tenYearsMs = 10 * 366 * 86_400_000

/**
 * One VCALENDAR of everything in a calendar, piece by piece: header, each time zone once and before its first use, then the
 * components as stored, in CRLF and folded. Memory is bounded, whatever the size of the calendar.
 */
export async function* feedText(calendar: Calendar, options: FeedTextOptions): AsyncGenerator<Uint8Array | string> {
  const { store, signal, onError } = options
  const call = signal === undefined ? {} : { signal }
  // From the calendar and not from the clock: the same state must give the same bytes, its ETag is strong.
  const zones = createFeedZones(calendar.modifiedMs + tenYearsMs)
  let held: Uint8Array[] | null = []
  let heldBytes = 0
  let reported = 0
  for await (const object of store.findObjects(calendar.id, {}, call)) {
    if (held === null) {
      zones.add(object.index, () => sliceOrNull(object, silent)?.timezones ?? new Map())
      continue
    }
    reported += 1
    const slice = sliceOrNull(object, onError)
    if (slice === null) continue
    zones.add(object.index, () => slice.timezones)
    heldBytes += slice.body.byteLength
    if (heldBytes <= maxHeldBytes) held.push(slice.body)
    else held = null
  }
  yield feedHeader(calendar, options)
  yield* zones.blocks()
  if (held !== null) yield* held
  else {
    for await (const object of store.findObjects(calendar.id, {}, call)) {
      reported -= 1
      const slice = sliceOrNull(object, reported >= 0 ? silent : onError)
      if (slice !== null) yield slice.body
    }
  }
  yield feedEnd
}

/** For objects that are reported elsewhere. */
const silent = () => undefined

/** `null`, and a report, when the text cannot be read: one broken object must not end everybody's subscription. */
const sliceOrNull = (object: CalendarObject, onError: (error: unknown) => void) => {
  try {
    return objectSlice(object.data)
  } catch (error) {
    onError(error)
    return null
  }
}
