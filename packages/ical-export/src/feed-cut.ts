import type { CalendarId, CalendarObject } from '@dayport/core'
import {
  type Detail,
  indexObject,
  type ObjectSlice,
  objectSlice,
  repairObject,
  type ShownTexts,
} from '@dayport/core/ical'
import type { Projector } from '@dayport/core/service'
import { type FeedLabel, withLabel } from './feed-label.ts'
import type { FeedOptions } from './feed-options.ts'
import { type KeptZones, withZoneNames } from './feed-zones.ts'

/** In which form a calendar stands in a feed. */
export interface FeedForm extends Pick<FeedOptions, 'alarms' | 'attendees' | 'descriptions'> {
  readonly detail: Detail
  /** Words of the feed's own. */
  readonly texts: ShownTexts
  /** What each component is marked with; `null` where the feed has one calendar only. */
  readonly label: FeedLabel | null
}

/** An object as a feed shows it, with the facts of what is shown. */
export interface ShownObject {
  readonly index: CalendarObject['index']
  readonly slice: ObjectSlice
}

/** Whether nothing of an object is left out. */
export const isWhole = ({ detail, alarms, attendees, descriptions }: FeedForm): boolean =>
  detail === 'full' && alarms && attendees && descriptions

/**
 * An object as stored, or what the form leaves of it, without the faults that programs stumble over; `null` when that is nothing.
 *
 * @throws {CalendarError} when it is no calendar text.
 */
export const shownObject = (
  calendar: CalendarId,
  object: CalendarObject,
  form: FeedForm,
  projector: Projector,
): ShownObject | null | Promise<ShownObject | null> => {
  const { detail, alarms, attendees, descriptions, texts } = form
  const view = { ...texts, alarms: !alarms, attendees: !attendees, descriptions: !descriptions }
  // Most feeds are of whole objects: they pay for no promise.
  if (isWhole(form)) return repaired(object, texts)
  const shown = projector.object(calendar, object, detail, view)
  return shown.then((object) => (object === null ? null : repaired(object, texts)))
}

const repaired = (shown: Pick<CalendarObject, 'index' | 'data' | 'modifiedMs'>, texts: ShownTexts): ShownObject => {
  // Only objects with a fault pay for this, and those of hosts that do not index what they store.
  if (shown.index.needsRepair === false) return { index: shown.index, slice: objectSlice(shown.data, shown.index.body) }
  const data = repairObject(shown.data, { ...texts, modifiedMs: shown.modifiedMs })
  return { index: data === shown.data ? shown.index : indexObject(data), slice: objectSlice(data) }
}

/** The octets of an object in a feed, with the names that its zones have there and the calendar's mark. */
export const cutObject = ({ index, slice }: ShownObject, form: FeedForm, kept: KeptZones): Uint8Array => {
  const named = kept.size === 0 ? slice.body : withZoneNames(slice.body, () => slice.timezones, index.tzids, kept)
  return form.label === null ? named : withLabel(named, form.label)
}
