import type { CalendarObject } from '@dayport/core'
import { type ObjectSlice, objectSlice, parseCalendar } from '@dayport/core/ical'
import { type FeedLabel, withLabel } from './feed-label.ts'
import type { FeedOptions } from './feed-options.ts'
import { omitFrom, projectTo } from './feed-projection.ts'
import { type KeptZones, withZoneNames } from './feed-zones.ts'

/** In which form a calendar stands in a feed. */
export interface FeedForm extends Pick<FeedOptions, 'alarms' | 'attendees' | 'descriptions' | 'detail'> {
  /** What each component is marked with; `null` where the feed has one calendar only. */
  readonly label: FeedLabel | null
}

/** An object's components as stored, or what the form leaves of them. @throws {CalendarError} when it is no calendar text. */
export const sliceFor = ({ data }: CalendarObject, form: FeedForm): ObjectSlice => {
  const { detail, alarms, attendees, descriptions } = form
  if (detail === 'full' && alarms && attendees && descriptions) return objectSlice(data)
  const document = parseCalendar(data)
  return objectSlice(
    detail === 'full'
      ? omitFrom(document, { alarms: !alarms, attendees: !attendees, descriptions: !descriptions })
      : projectTo(document, detail),
  )
}

/** The octets of an object in a feed, with the names that its zones have there and the calendar's mark. */
export const cutObject = (object: CalendarObject, slice: ObjectSlice, form: FeedForm, kept: KeptZones): Uint8Array => {
  const named =
    kept.size === 0 ? slice.body : withZoneNames(slice.body, () => slice.timezones, object.index.tzids, kept)
  return form.label === null ? named : withLabel(named, form.label)
}
