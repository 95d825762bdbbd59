import type { CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  editCalendar,
  type RecurrenceInstance,
  timeProperty,
} from '@dayport/core/ical'
import { type EditedObject, type MappingContext, OccurrenceChanged, UploadError } from '../item-mapping.ts'
import type { ItemKey, ItemUpload, ListItem } from '../list-item.ts'
import { contentOf, textOf } from './content.ts'
import { editContent, touch } from './edit-content.ts'
import { addZone, formFor, inForm, namesSame, setTimes, uploadedTimes, withoutTimes } from './edit-times.ts'
import { dayMs, localMsOf, msOf } from './instants.ts'
import { componentFor, keyAfter, opened, overrideOf } from './item-component.ts'
import { itemsOfObject, listTimeOf, timesOf } from './items-of.ts'
import { createFinder, type OpenObject, ridOf } from './open-object.ts'
import { isRecurring } from './uploaded-rule.ts'

export const editOccurrence = (
  editor: CalendarEditor,
  object: OpenObject,
  component: Component,
  shown: ListItem,
  upload: ItemUpload,
  context: MappingContext,
): boolean => {
  if (isRecurring(upload) === true && shown.kind === 'single') {
    throw new UploadError('an occurrence of a series cannot repeat by itself')
  }
  const times = uploadedTimes(upload, shown, null)
  if (times === null) return false
  const [own] = createFinder(object, object.facts).named(
    object.facts.overrides[object.overrides.indexOf(component)]!.recurrenceId,
  )
  const stored = object.facts.overrides[object.overrides.indexOf(component)]?.start ?? own?.start ?? object.facts.start
  const start = inForm(object, formFor(stored, times.allDay, context), times.startMs)
  setTimes(editor, object, component, start, times, shown)
  addZone(editor, object, start)
  return true
}

/**
 * The occurrence that a RecurrenceID names: the one that begins then. A client that knows the series with another time of day, or that says
 * but the day, means the one of that day, as long as it is the only one.
 */
const namedOccurrence = (object: OpenObject, id: string): RecurrenceInstance | undefined => {
  const ms = msOf(id)
  if (ms === null) return undefined
  const near = createFinder(object, { ...object.facts, overrides: [], exdates: [] }).between(
    ms - 2 * dayMs,
    ms + 2 * dayMs,
  )
  const exact = near.find(({ recurrenceId }) => listTimeOf(object, recurrenceId) === id)
  if (exact !== undefined) return exact
  const local = ms % dayMs === 0 || object.facts.start?.kind === 'date' ? ms : object.seriesZone.toLocal(ms)
  const dayOf = (at: number): number => Math.floor(at / dayMs)
  const ofDay = near.filter(({ recurrenceId }) => dayOf(localMsOf(recurrenceId)) === dayOf(local))
  return ofDay.length === 1 ? ofDay[0] : undefined
}

const isShown = (object: OpenObject, key: ItemKey, context: MappingContext): boolean =>
  itemsOfObject(object, context).items.some((item) => item.key === key)

/** The object without that occurrence, and without what it was changed to. */
const withoutOccurrence = (object: OpenObject, recurrenceId: CalendarTime, context: MappingContext): Uint8Array => {
  const { master } = object
  if (master === null) throw new UploadError('the event has no series')
  const existing = overrideOf(object, `exception:${ridOf(recurrenceId)}`)
  const editor = editCalendar(object.document)
  if (existing !== null) editor.removeComponent(existing)
  if (!object.facts.exdates.some((exdate) => namesSame(object, exdate, recurrenceId))) {
    editor.add(master, timeProperty('EXDATE', recurrenceId))
  }
  touch(editor, master, context.nowMs)
  return editor.toBytes()
}

/** A changed occurrence, which its editor knows as it is, becomes a deleted one. */
export const deleteChanged = (object: OpenObject, shown: ListItem, context: MappingContext): EditedObject => {
  const instance = namedOccurrence(object, shown.recurrenceId ?? '')
  if (instance === undefined) throw new UploadError('the series has no such occurrence')
  const key = `deleted:${ridOf(instance.recurrenceId)}`
  return { data: withoutOccurrence(object, instance.recurrenceId, context), key }
}

/** @throws {OccurrenceChanged} {@link UploadError} */
export const addOccurrence = (data: Uint8Array, upload: ItemUpload, context: MappingContext): EditedObject => {
  const object = opened(data, context)
  const { master } = object
  const id = upload.fields.get('RecurrenceID')
  if (master === null || id === undefined || id === '') throw new UploadError('RecurrenceID is missing')
  const instance = namedOccurrence(object, id)
  if (instance === undefined) throw new UploadError('the series has no occurrence at RecurrenceID')
  const rid = ridOf(instance.recurrenceId)
  const existing = overrideOf(object, `exception:${rid}`)
  const isRemoved = object.facts.exdates.some((exdate) => namesSame(object, exdate, instance.recurrenceId))
  const isCancelled = existing !== null && textOf(existing, 'STATUS').toUpperCase() === 'CANCELLED'
  const isChanged = existing !== null && !isCancelled
  if (upload.fields.get('EventType')?.trim() === '3') {
    const key = `deleted:${rid}`
    // The client has it as deleted, or will at its next sync. What was moved away from there is an item of its own, and stays.
    if (existing === null ? isRemoved : isCancelled || isShown(object, key, context)) return { data, key }
    if (isChanged) throw new OccurrenceChanged([`exception:${rid}`, `instance:${rid}`])
    return { data: withoutOccurrence(object, instance.recurrenceId, context), key }
  }
  if (isChanged) throw new OccurrenceChanged([`exception:${rid}`, `instance:${rid}`])
  const editor = editCalendar(object.document)
  if (existing !== null) editor.removeComponent(existing)
  if (isRemoved) withoutTimes(editor, master, 'EXDATE', (time) => namesSame(object, time, instance.recurrenceId))
  const cleared = existing === null && !isRemoved ? data : editor.toBytes()
  const { object: next, component } = componentFor(cleared, `instance:${rid}`, context)
  const plain: ListItem = {
    key: `exception:${rid}`,
    kind: 'exception',
    masterKey: null,
    recurrenceId: listTimeOf(object, instance.recurrenceId),
    recurrenceData: null,
    timeZoneXml: null,
    ...contentOf(master),
    ...timesOf(instance),
  }
  const patch = editCalendar(next.document)
  editContent(patch, component, plain, upload)
  editOccurrence(patch, next, component, plain, upload, context)
  touch(patch, component, context.nowMs)
  const bytes = patch.toBytes()
  return { data: bytes, key: keyAfter(bytes, `exception:${rid}`, context) }
}
