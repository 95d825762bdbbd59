import type { CalendarTime } from '@dayport/core'
import { editCalendar, timeProperty } from '@dayport/core/ical'
import { type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemKey } from '../list-item.ts'
import { textOf } from './content.ts'
import { touch } from './edit-content.ts'
import { namesSame, withoutTimes } from './edit-times.ts'
import { dayMs } from './instants.ts'
import { dayOfRid, opened, overrideOf, ownForm, refuseFuture, shownItem } from './item-component.ts'
import { instanceKey } from './items-of.ts'
import { createFinder, ridOf } from './open-object.ts'

export const removeItem = (data: Uint8Array, key: ItemKey, context: MappingContext): Uint8Array | null => {
  const object = opened(data, context)
  shownItem(object, key, context)
  if (key === 'event') return null
  if (key.startsWith('part:')) {
    throw new UploadError('this series is part of one that Outlook cannot say; delete it where it was made')
  }
  refuseFuture(object, key)
  const { master } = object
  const own = overrideOf(object, key)
  const editor = editCalendar(object.document)
  if (key.startsWith('deleted:')) {
    if (master === null) throw new UploadError('the event has no series')
    const rid = key.slice('deleted:'.length)
    const isIt = (time: CalendarTime): boolean => ridOf(ownForm(object, time)) === rid
    withoutTimes(editor, master, 'EXDATE', isIt)
    if (own !== null && textOf(own, 'STATUS').toUpperCase() === 'CANCELLED') editor.removeComponent(own)
    touch(editor, master, context.nowMs)
    return editor.toBytes()
  }
  if (own !== null) editor.removeComponent(own)
  if (master === null) return object.overrides.length <= 1 ? null : editor.toBytes()
  if (key.startsWith('instance:')) {
    const [found] = [
      ...createFinder(object, { ...object.facts, overrides: [], exdates: [] }).between(
        dayOfRid(key) - 2 * dayMs,
        dayOfRid(key) + 3 * dayMs,
      ),
    ].filter(({ recurrenceId }) => instanceKey(recurrenceId) === key)
    if (found !== undefined) {
      const isRdate = withoutTimes(editor, master, 'RDATE', (time) => namesSame(object, time, found.recurrenceId))
      if (!isRdate) editor.add(master, timeProperty('EXDATE', found.recurrenceId))
    }
  }
  touch(editor, master, context.nowMs)
  return editor.toBytes()
}
