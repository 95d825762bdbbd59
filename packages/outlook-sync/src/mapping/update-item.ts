import { editCalendar } from '@dayport/core/ical'
import { type EditedObject, type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemKey, ItemUpload } from '../list-item.ts'
import { editContent, touch } from './edit-content.ts'
import { addOccurrence, editOccurrence } from './edit-occurrence.ts'
import { editSeries } from './edit-series.ts'
import { withFirstOccurrence } from './first-occurrence.ts'
import { componentFor, keyAfter, opened, refuseFuture, shownItem } from './item-component.ts'
import { seriesView } from './series-view.ts'

const withFields = (upload: ItemUpload, fields: Readonly<Record<string, string>>): ItemUpload => ({
  ...upload,
  fields: new Map([...upload.fields, ...Object.entries(fields)]),
})

export const updateItem = (
  data: Uint8Array,
  key: ItemKey,
  upload: ItemUpload,
  context: MappingContext,
): EditedObject => {
  const shown = shownItem(opened(data, context), key, context)
  if (shown.kind === 'deleted') {
    const isStill = (upload.fields.get('EventType') ?? '3').trim() === '3'
    if (isStill) return { data, key }
    throw new UploadError('Outlook cannot bring back an occurrence')
  }
  if (shown.kind === 'exception' && upload.fields.get('EventType')?.trim() === '3') {
    // Outlook deletes the one and makes the other; what says both in one method means the same.
    return addOccurrence(data, withFields(upload, { EventType: '3', RecurrenceID: shown.recurrenceId ?? '' }), context)
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
  const before = {
    rule: component.property('RRULE')?.value ?? null,
    stray: shown.kind === 'master' ? (seriesView(object, context)?.stray ?? null) : null,
  }
  const bytes = isMaster ? withFirstOccurrence(editor.toBytes(), before, context) : editor.toBytes()
  return { data: bytes, key: keyAfter(bytes, key, context) }
}
