import type { CalendarTime } from '@dayport/core'
import { editCalendar, rawProperty, serializeCalendar, textProperty, timeProperty } from '@dayport/core/ical'
import { type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemUpload } from '../list-item.ts'
import { contentOf } from './content.ts'
import { editContent } from './edit-content.ts'
import { addZone, formFor, uploadedTimes } from './edit-times.ts'
import { withFirstOccurrence } from './first-occurrence.ts'
import { isoOf, withLocalMs } from './instants.ts'
import { opened } from './item-component.ts'
import { parseRecurrence } from './recurrence-xml.ts'
import { isNewSeries, rruleOf, weekdayAt } from './uploaded-rule.ts'
import { formOfZone, uploadedZone, zoneOfForm } from './uploaded-zone.ts'

export const createObject = (upload: ItemUpload, context: MappingContext): Uint8Array => {
  const isSeries = isNewSeries(upload)
  const formAt = (startMs: number, allDay: boolean) => {
    const zone = isSeries ? uploadedZone(null, null, upload, startMs, context) : null
    const form = zone !== null && !allDay ? formOfZone(zone.tzid) : formFor(null, allDay, context)
    return { zone, form, formZone: zoneOfForm(null, form, zone, upload) }
  }
  const times = uploadedTimes(upload, null, isSeries ? (startMs) => formAt(startMs, false).formZone : null)
  if (times === null) throw new UploadError('EventDate is missing')
  const { zone, form, formZone } = formAt(times.startMs, times.allDay)
  const start = withLocalMs(form, formZone.toLocal(times.startMs))
  const document = isSeries
    ? parseRecurrence(upload.fields.get('RecurrenceData') ?? '', weekdayAt(formZone.toLocal(times.startMs)))
    : null
  const now: CalendarTime = { kind: 'utc', instant: isoOf(context.nowMs) }
  const base = serializeCalendar({
    name: 'VCALENDAR',
    properties: [textProperty('VERSION', '2.0'), textProperty('PRODID', '-//Dayport//Outlook//EN')],
    components: [
      {
        name: 'VEVENT',
        properties: [
          textProperty('UID', context.newUid()),
          timeProperty('DTSTAMP', now),
          timeProperty('CREATED', now),
          timeProperty('LAST-MODIFIED', now),
          timeProperty('DTSTART', start),
          timeProperty('DTEND', withLocalMs(form, formZone.toLocal(times.endMs))),
          ...(document === null
            ? []
            : [rawProperty('RRULE', rruleOf(document, form, formZone.toLocal, formZone.toInstant))]),
        ],
      },
    ],
  })
  const object = opened(base, context)
  const editor = editCalendar(object.document)
  const master = object.master!
  editContent(editor, master, { ...contentOf(master), title: '', busyStatus: -1 }, upload)
  addZone(editor, object, start, zone?.text)
  return withFirstOccurrence(editor.toBytes(), null, context)
}
