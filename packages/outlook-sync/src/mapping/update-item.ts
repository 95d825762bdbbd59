import { editCalendar } from '@dayport/core/ical'
import { type EditedObject, type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemKey, ItemUpload, ListItem } from '../list-item.ts'
import { editContent, touch } from './edit-content.ts'
import { deleteChanged, editOccurrence } from './edit-occurrence.ts'
import { editSeries } from './edit-series.ts'
import { isTrue } from './edit-times.ts'
import { withFirstOccurrence } from './first-occurrence.ts'
import { isoOf, utc, zoneNamed } from './instants.ts'
import { componentFor, keyAfter, opened, refuseFuture, shownItem } from './item-component.ts'
import type { OpenObject } from './open-object.ts'
import { seriesView } from './series-view.ts'

const withFields = (upload: ItemUpload, fields: Readonly<Record<string, string>>): ItemUpload => ({
  ...upload,
  fields: new Map([...upload.fields, ...Object.entries(fields)]),
})

/**
 * An item of which an upload says only that it lasts all day, or no longer does. The days are those of its own clock: the instants that the
 * client was sent have other days in UTC near midnight, and the days that it was sent are midnights of that clock and not of UTC.
 */
const onItsClock = (object: OpenObject, shown: ListItem, upload: ItemUpload, context: MappingContext): ItemUpload => {
  const has = (name: string): boolean => (upload.fields.get(name) ?? '').trim() !== ''
  if (!has('fAllDayEvent') || has('EventDate')) return upload
  if (isTrue(upload.fields.get('fAllDayEvent') ?? '') === shown.allDay) return upload
  const zone = object.seriesZone === utc ? zoneNamed(context.timeZone) : object.seriesZone
  const moved = (time: string): string =>
    isoOf(shown.allDay ? zone.toInstant(Date.parse(time)) : zone.toLocal(Date.parse(time)))
  const isEndKnown = has('EndDate') || has('Duration') || shown.kind === 'master'
  return withFields(upload, {
    EventDate: moved(shown.start),
    ...(isEndKnown ? {} : { EndDate: moved(shown.end) }),
  })
}

export const updateItem = (data: Uint8Array, key: ItemKey, sent: ItemUpload, context: MappingContext): EditedObject => {
  const before = opened(data, context)
  const shown = shownItem(before, key, context)
  const upload = onItsClock(before, shown, sent, context)
  if (shown.kind === 'deleted') {
    const isStill = (upload.fields.get('EventType')?.trim() || '3') === '3'
    if (isStill) return { data, key }
    throw new UploadError('Outlook cannot bring back an occurrence')
  }
  if (shown.kind === 'exception' && upload.fields.get('EventType')?.trim() === '3') {
    // Outlook deletes the one and makes the other; what says both in one method means the same.
    return deleteChanged(before, shown, context)
  }
  const { object, component } = componentFor(data, key, context)
  const editor = editCalendar(object.document)
  const isContentChanged = editContent(editor, component, shown, upload)
  const isMaster = key === 'event' || key.startsWith('part:')
  const isTimeChanged = isMaster
    ? editSeries(editor, object, component, shown, upload, context)
    : editOccurrence(editor, object, component, shown, upload, context)
  if (!isContentChanged && !isTimeChanged) return { data, key }
  refuseFuture(object, key)
  touch(editor, component, context.nowMs)
  const was = {
    rule: component.property('RRULE')?.value ?? null,
    stray: shown.kind === 'master' ? (seriesView(object, context)?.stray ?? null) : null,
  }
  const bytes = isMaster ? withFirstOccurrence(editor.toBytes(), was, context) : editor.toBytes()
  return { data: bytes, key: keyAfter(bytes, key, context) }
}
