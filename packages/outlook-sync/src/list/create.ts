import type { CalendarObject } from '@dayport/core'
import type { ItemBinding } from '../binding-store.ts'
import { type EditedObject, OccurrenceChanged, UploadError } from '../item-mapping.ts'
import type { ListRow } from '../list-service.ts'
import { contextOf, refOf } from './parts.ts'
import { rowWithId } from './rows.ts'
import { history, isLaterHistory } from './version-history.ts'
import { conflictOf, finish, guidOf, isDone, objectOf, Refusal, rowOfKey, store, type Write } from './write.ts'

const masterOf = async ({ parts, open, method, tx }: Write): Promise<ItemBinding> => {
  const { fields } = method.upload
  const guid = guidOf(fields.get('UID'))
  const byGuid = guid === null ? null : await parts.bindings.findMaster(refOf(open), guid, { tx })
  if (byGuid !== null) return byGuid
  const id = Number(fields.get('MasterSeriesItemID') ?? Number.NaN)
  const byId = Number.isSafeInteger(id) ? await parts.bindings.getBinding(refOf(open), id, { tx }) : null
  if (byId === null || byId.deleted) throw new UploadError('the series of this occurrence is unknown')
  return byId
}

/** A New that was made already. What the person typed since the answer was lost is laid over it, or told as a conflict. */
const repeated = async (write: Write, made: ItemBinding, row: ListRow): Promise<ListRow> => {
  const { parts, open, method } = write
  if (!isLaterHistory(method.upload.bag.get(history), made.bag[history])) return row
  if (made.version !== 1) throw conflictOf(made)
  const object = await objectOf(write, made)
  const edited = parts.mapping.update(object.data, made.key, method.upload, contextOf(parts, open))
  return finish(write, made.objectName, object, edited, made.replicationId)
}

/** The changed occurrence with what was sent laid over it; whoever has not seen it is told of it first. */
const editedAs = (write: Write, object: CalendarObject, changed: ItemBinding, isSeen: boolean): EditedObject => {
  const { parts, open, method } = write
  try {
    return parts.mapping.update(object.data, changed.key, method.upload, contextOf(parts, open))
  } catch (error) {
    throw isSeen ? error : conflictOf(changed)
  }
}

/**
 * The object with the changed or deleted occurrence that is sent as new. One that somebody else has changed is a conflict with that change,
 * unless the client names its version and so has seen it: none goes unseen.
 */
const occurrenceIn = async (write: Write, objectName: string, object: CalendarObject): Promise<EditedObject> => {
  const { parts, open, method, tx } = write
  const context = contextOf(parts, open)
  try {
    return parts.mapping.addOccurrence(object.data, method.upload, context)
  } catch (error) {
    if (!(error instanceof OccurrenceChanged)) throw error
    const bound = await parts.bindings.bindingsOf(refOf(open), [objectName], { tx })
    const changed = bound.find(({ key }) => error.keys.includes(key))
    if (changed === undefined) throw error
    const isSeen = method.version === changed.version
    const edited = editedAs(write, object, changed, isSeen)
    // What it is changed to already is no conflict: the answer to the first attempt was lost.
    if (isDone(changed, object, edited, method.upload)) return { data: object.data, key: changed.key }
    if (!isSeen) throw conflictOf(changed)
    return edited
  }
}

/** Another's item as the answer to a New: the client looks for its own id in it. */
const underSentId = (row: ListRow, replicationId: string | null): ListRow =>
  replicationId === null ? row : { ...row, bag: { ...row.bag, ReplicationID: replicationId } }

const objectWithUid = async ({ parts, open, tx }: Write, uid: string): Promise<CalendarObject | null> => {
  for await (const object of parts.service.findObjects(open.who, open.calendar.id, { uid }, { tx })) return object
  return null
}

/** The event that a deletion is taken back of is there: somebody else has brought it back. What differs is told as a conflict. */
const broughtBack = async (write: Write, object: CalendarObject): Promise<ListRow> => {
  const { parts, open, method, tx } = write
  const bound = await parts.bindings.bindingsOf(refOf(open), [object.name], { tx })
  const binding = bound.find(({ key }) => key === 'event')
  if (binding === undefined) throw new UploadError('the event is there, and cannot be shown in this list')
  const edited = parts.mapping.update(object.data, binding.key, method.upload, contextOf(parts, open))
  if (edited.data !== object.data) throw conflictOf(binding)
  return rowOfKey(write, object.name, binding.key)
}

/** `New`: an event, a series, or an occurrence that is changed or deleted. */
export const create = async (write: Write): Promise<ListRow> => {
  const { parts, open, method, tx } = write
  const replicationId = method.upload.bag.get('ReplicationID')?.trim() || null
  if (replicationId !== null) {
    if (replicationId.length > 128) throw new UploadError('ReplicationID is too long')
    // The answer to the first attempt was lost: the item is there, and there shall be one only.
    const made = await parts.bindings.findByReplicationId(refOf(open), replicationId, { tx })
    if (made !== null && !made.deleted) {
      const row = await rowWithId(parts, open, made.id, { tx })
      if (row === null) throw new UploadError('the item was made, and cannot be shown in this list')
      return repeated(write, made, row)
    }
    // What an Outlook has deleted it had heard of: it comes again because the person took the deletion back. Of what went through another
    // door the client may know nothing but that its answer was lost.
    if (made?.deleted === true && made.uid !== null) {
      throw new Refusal('0x81020016', 'The item was made, and deleted since.', null)
    }
  }
  const type = method.upload.fields.get('EventType')?.trim() || '0'
  if (type === '3' || type === '4') {
    const master = await masterOf(write)
    const object = await objectOf(write, master)
    const row = await finish(
      write,
      master.objectName,
      object,
      await occurrenceIn(write, master.objectName, object),
      replicationId,
    )
    // An occurrence that somebody else deleted first is an item already.
    return underSentId(row, replicationId)
  }
  if (type !== '0' && type !== '1' && type !== '2') throw new UploadError('EventType is unknown')
  // As UID it finds the event again whoever brings it back, and under whatever name.
  const uid = guidOf(replicationId ?? undefined)?.toLowerCase() ?? null
  const there = uid === null ? null : await objectWithUid(write, uid)
  if (there !== null) return underSentId(await broughtBack(write, there), replicationId)
  const context = contextOf(parts, open)
  const bytes = parts.mapping.create(method.upload, uid === null ? context : { ...context, newUid: () => uid })
  const objectName = `${parts.newId()}.ics`
  await store(write, objectName, bytes, null)
  const object = await parts.service.getObject(open.who, { calendar: open.calendar.id, name: objectName }, { tx })
  if (object === null) throw new UploadError('the event could not be stored')
  return finish(write, objectName, object, { data: object.data, key: 'event' }, replicationId)
}
