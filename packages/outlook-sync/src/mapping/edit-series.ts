import type { CalendarTime } from '@dayport/core'
import { type CalendarEditor, type Component, draftOf, rawProperty, timeProperty } from '@dayport/core/ical'
import { type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemUpload, ListItem } from '../list-item.ts'
import { addZone, formFor, moveExceptions, setTimes, type UploadedTimes, uploadedTimes } from './edit-times.ts'
import { localMsOf, withLocalMs } from './instants.ts'
import { ownForm } from './item-component.ts'
import { itemsOfObject } from './items-of.ts'
import { localMsIn, type OpenObject, ridOf } from './open-object.ts'
import { parseRecurrence } from './recurrence-xml.ts'
import { isRecurring, rruleOf, sameRecurrence, untilText, weekdayAt } from './uploaded-rule.ts'
import { formOfZone, uploadedZone, zoneOfForm } from './uploaded-zone.ts'

const removeExceptions = (
  editor: CalendarEditor,
  object: OpenObject,
  master: Component,
  context: MappingContext,
): void => {
  const { items } = itemsOfObject(object, context)
  // What stands for itself is no exception to the client.
  const alone = new Set(items.filter(({ kind }) => kind === 'single').map(({ key }) => key.slice(key.indexOf(':') + 1)))
  object.overrides.forEach((component, index) => {
    const own = object.facts.overrides[index]
    if (own !== undefined && !alone.has(ridOf(ownForm(object, own.recurrenceId)))) editor.removeComponent(component)
  })
  editor.removeNamed(master, 'EXDATE')
}

/** A series repeats on somebody's clock: one that begins as a UTC instant gets the person's zone. */
const becomesZoned = (form: CalendarTime, isNewSeries: boolean, context: MappingContext): CalendarTime =>
  isNewSeries && form.kind === 'utc' ? formFor(null, false, context) : form

const setSeriesTimes = (
  editor: CalendarEditor,
  object: OpenObject,
  master: Component,
  start: CalendarTime,
  times: UploadedTimes,
  shown: ListItem,
  zone: { readonly toLocal: (ms: number) => number },
): void => {
  const isOther = start.kind === 'zoned' && object.zoneOf(start.tzid) === null
  if (!isOther) {
    setTimes(editor, object, master, start, times, shown)
    return
  }
  editor.set(master, timeProperty('DTSTART', start))
  editor.removeNamed(master, 'DURATION')
  editor.set(master, timeProperty('DTEND', withLocalMs(start, zone.toLocal(times.endMs))))
}

export const editSeries = (
  editor: CalendarEditor,
  object: OpenObject,
  master: Component,
  shown: ListItem,
  upload: ItemUpload,
  context: MappingContext,
): boolean => {
  const { start } = object.facts
  if (start === null) throw new UploadError('the event has no start')
  const wasSeries = shown.kind === 'master'
  const text = upload.fields.get('RecurrenceData') ?? ''
  const recurring = isRecurring(upload)
  const startMs = Date.parse(upload.fields.get('EventDate') || shown.start)
  const sent = shown.recurrenceData === null ? null : parseRecurrence(shown.recurrenceData, weekdayAt(localMsOf(start)))
  const toShownLocal = (ms: number): number => (shown.allDay ? ms : object.seriesZone.toLocal(ms))
  const document =
    recurring === false || text.trim() === '' ? null : parseRecurrence(text, weekdayAt(toShownLocal(startMs)))
  const isRuleChanged = document !== null && (sent === null || !sameRecurrence(sent, document, toShownLocal))
  const ends = wasSeries && recurring === false
  const isSeries = document !== null || (wasSeries && !ends)

  const zone = isSeries ? uploadedZone(object, shown, upload, startMs, context) : null
  const clock = () => (zone === null ? object.seriesZone : zoneOfForm(object, formOfZone(zone.tzid), zone, upload))
  const times = uploadedTimes(upload, shown, isSeries ? clock : null)
  const isPart = shown.key.startsWith('part:')
  if (
    isPart &&
    (isRuleChanged || ends || zone !== null || (times !== null && times.startMs !== Date.parse(shown.start)))
  ) {
    throw new UploadError('this series is part of one that Outlook cannot say; its recurrence is changed elsewhere')
  }
  if (times === null && zone === null && !isRuleChanged && !ends && document?.deleteExceptions !== true) return false

  const deletesExceptions = ends || document?.deleteExceptions === true
  const current: UploadedTimes = times ?? {
    allDay: shown.allDay,
    startMs: Date.parse(shown.start),
    endMs: Date.parse(shown.start) + shown.durationSeconds * 1000 + (shown.allDay ? 60_000 : 0),
  }
  const form =
    zone !== null && !current.allDay
      ? formOfZone(zone.tzid)
      : becomesZoned(formFor(start, current.allDay, context), !wasSeries && isSeries, context)
  const formZone = zoneOfForm(object, form, zone, upload)
  const newFirst = formZone.toLocal(current.startMs)
  const shownFirst =
    start.kind === 'date' ? Date.parse(shown.start) : object.seriesZone.toLocal(Date.parse(shown.start))
  // The client knows the first occurrence; DTSTART stands before it where the rule does not match it.
  const startLocal = isRuleChanged || !wasSeries ? newFirst : localMsIn(object, start) + newFirst - shownFirst
  const newStart = withLocalMs(form, startLocal)
  const isMoved = times !== null || zone !== null || newStart.kind !== start.kind
  if (deletesExceptions) removeExceptions(editor, object, master, context)
  else if (isMoved && wasSeries) {
    const hasExceptions = object.overrides.length + object.facts.exdates.length > 0
    if (hasExceptions && (newStart.kind === 'date') !== (start.kind === 'date')) {
      throw new UploadError('a series with changed occurrences keeps its kind of time')
    }
    if (hasExceptions) moveExceptions(editor, object, master, newStart)
  }
  if (isMoved) {
    const startAt = form.kind === 'date' ? startLocal : formZone.toInstant(startLocal)
    const moved = { ...current, startMs: startAt, endMs: startAt + (current.endMs - current.startMs) }
    setSeriesTimes(editor, object, master, newStart, moved, shown, formZone)
    addZone(editor, object, newStart, zone?.text)
  }
  if (ends) for (const name of ['RRULE', 'RDATE', 'EXRULE']) editor.removeNamed(master, name)
  else if (isRuleChanged) {
    const rule = rruleOf(document, form, formZone.toLocal, formZone.toInstant)
    editor.setAll(master, 'RRULE', [rawProperty('RRULE', rule)])
    editor.removeNamed(master, 'EXRULE')
  } else if (isMoved && sent?.end != null && 'untilMs' in sent.end) {
    // An UNTIL at the last start of before would cut off the last occurrence of a series that moves to a later hour.
    const until = untilText(sent.end.untilMs, form, formZone.toLocal, formZone.toInstant)
    const rule = master.property('RRULE')
    if (rule !== undefined) editor.replace(rule, { ...draftOf(rule), value: rule.value.replace(/UNTIL=[^;]*/i, until) })
  }
  return true
}
