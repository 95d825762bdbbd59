import { CalendarError, type CalendarErrorCode, type CalendarObject, type Transaction } from '@dayport/core'
import type { ItemBinding } from '../binding-store.ts'
import { type EditedObject, OccurrenceChanged, UploadError } from '../item-mapping.ts'
import type { ItemUpload } from '../list-item.ts'
import type { ListAccess, ListRow, UploadCode, UploadMethod, UploadResult } from '../list-service.ts'
import type { UploadHint } from './bind-object.ts'
import { contextOf, type ListParts, type OpenList, openList, refOf } from './parts.ts'
import { reconcile, reconcileWithin } from './reconcile.ts'
import { rowWithId } from './rows.ts'
import { history, isLaterHistory } from './version-history.ts'

/** A method that ends without a write, with a code of its own; undoes the unit of work. */
class Refusal extends Error {
  readonly code: UploadCode
  readonly id: number | null
  constructor(code: UploadCode, text: string, id: number | null) {
    super(text)
    this.code = code
    this.id = id
  }
}

/** Properties of the bag that calendar properties stand for, or that others keep. */
const mappedProperties = new Set(['BusyStatus', 'IntendedBusyStatus', 'Priority', 'Categories', 'ReplicationID'])
const maxBagEntries = 100
const maxBagLength = 32_768

const bagOf = (upload: ItemUpload): Record<string, string> => {
  const entries = [...upload.bag].filter(([name]) => !mappedProperties.has(name))
  const length = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (entries.length > maxBagEntries || length > maxBagLength) throw new UploadError('the property bag is too large')
  return Object.fromEntries(entries)
}

const guidOf = (text: string | undefined): string | null => {
  const match = /^\s*\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?\s*$/i.exec(text ?? '')
  return match === null ? null : match[1]!.toUpperCase()
}

interface Write {
  readonly parts: ListParts
  readonly open: OpenList
  readonly access: ListAccess
  readonly method: UploadMethod
  readonly tx: Transaction
}

const objectOf = async ({ parts, open, tx }: Write, binding: ItemBinding): Promise<CalendarObject> => {
  const object = await parts.service.getObject(
    open.who,
    { calendar: open.calendar.id, name: binding.objectName },
    { tx },
  )
  if (object === null) throw new Refusal('0x81020016', 'The event is gone.', null)
  return object
}

const originOf = ({ access, method }: Write) => {
  const operation = method.upload.bag.get('ReplicationID')
  return {
    door: 'outlook',
    ...(access.connection === null ? {} : { connection: access.connection }),
    ...(operation === undefined ? {} : { operation: operation.slice(0, 64) }),
  }
}

const store = async (write: Write, name: string, bytes: Uint8Array, before: CalendarObject | null): Promise<void> => {
  const { parts, open, tx } = write
  await parts.service.putObject(open.who, { calendar: open.calendar.id, name }, bytes, {
    tx,
    origin: originOf(write),
    condition: before === null ? { ifNoneMatch: '*' } : { ifMatch: [before.etag] },
  })
}

const rowOfKey = async (write: Write, objectName: string, key: string): Promise<ListRow> => {
  const { parts, open, tx } = write
  const bound = await parts.bindings.bindingsOf(refOf(open), [objectName], { tx })
  const id = bound.find((binding) => binding.key === key)?.id
  const row = id === undefined ? null : await rowWithId(parts, open, id, { tx })
  if (row === null) throw new UploadError('the item cannot be shown in this list')
  return row
}

/** Writes an edited object and binds its items anew; all of it within the unit of work. */
const finish = async (
  write: Write,
  objectName: string,
  before: CalendarObject,
  edited: EditedObject,
  replicationId: string | null,
): Promise<ListRow> => {
  const { parts, open, tx, method } = write
  if (edited.data !== before.data) await store(write, objectName, edited.data, before)
  const hint: UploadHint = {
    objectName,
    key: edited.key,
    bag: bagOf(method.upload),
    replicationId,
    seriesGuid: await newGuid(write, objectName),
  }
  await reconcileWithin(parts, open, hint, tx)
  return rowOfKey(write, objectName, edited.key)
}

/** The GUID that a client gave a series, unless another series of the list has it. */
const newGuid = async ({ parts, open, method, tx }: Write, objectName: string): Promise<string | null> => {
  const guid = guidOf(method.upload.fields.get('UID'))
  const holder = guid === null ? null : await parts.bindings.findMaster(refOf(open), guid, { tx })
  return holder === null || holder.objectName === objectName ? guid : null
}

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

const conflictOf = ({ id }: ItemBinding): Refusal =>
  new Refusal('0x81020015', 'The item was changed by somebody else.', id)

/** A New that was made already. What the person typed since the answer was lost is laid over it, or told as a conflict. */
const repeated = async (write: Write, made: ItemBinding, row: ListRow): Promise<ListRow> => {
  const { parts, open, method } = write
  if (!isLaterHistory(method.upload.bag.get(history), made.bag[history])) return row
  if (made.version !== 1) throw conflictOf(made)
  const object = await objectOf(write, made)
  const edited = parts.mapping.update(object.data, made.key, method.upload, contextOf(parts, open))
  return finish(write, made.objectName, object, edited, made.replicationId)
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
    if (method.version !== changed.version) throw conflictOf(changed)
    return parts.mapping.update(object.data, changed.key, method.upload, context)
  }
}

const create = async (write: Write): Promise<ListRow> => {
  const { parts, open, method, tx } = write
  const replicationId = method.upload.bag.get('ReplicationID')?.trim() || null
  if (replicationId !== null) {
    if (replicationId.length > 128) throw new UploadError('ReplicationID is too long')
    // The answer to the first attempt was lost: the item is there, and there shall be one only.
    const made = await parts.bindings.findByReplicationId(refOf(open), replicationId, { tx })
    if (made?.deleted === true) throw new Refusal('0x81020016', 'The item was made, and deleted since.', null)
    const row = made === null ? null : await rowWithId(parts, open, made.id, { tx })
    if (made !== null && row !== null) return repeated(write, made, row)
    if (made !== null) throw new UploadError('the item was made, and cannot be shown in this list')
  }
  const type = method.upload.fields.get('EventType')?.trim() ?? '0'
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
    // An occurrence that somebody else deleted first is an item already; the client still looks for its own id in the answer.
    return replicationId === null ? row : { ...row, bag: { ...row.bag, ReplicationID: replicationId } }
  }
  if (type !== '0' && type !== '1' && type !== '2') throw new UploadError('EventType is unknown')
  const bytes = parts.mapping.create(method.upload, contextOf(parts, open))
  const objectName = `${parts.newId()}.ics`
  await store(write, objectName, bytes, null)
  const object = await parts.service.getObject(open.who, { calendar: open.calendar.id, name: objectName }, { tx })
  if (object === null) throw new UploadError('the event could not be stored')
  return finish(write, objectName, object, { data: object.data, key: 'event' }, replicationId)
}

/** Whether an edit that comes with an old version is one that was made already, its answer lost. */
const isDone = (binding: ItemBinding, before: CalendarObject, edited: EditedObject, upload: ItemUpload): boolean =>
  edited.data === before.data && Object.entries(bagOf(upload)).every(([name, value]) => binding.bag[name] === value)

const livingItem = async ({ parts, open, method, tx }: Write): Promise<ItemBinding> => {
  const { id } = method
  const binding = id === null ? null : await parts.bindings.getBinding(refOf(open), id, { tx })
  if (binding === null || binding.deleted) throw new Refusal('0x81020016', 'The item does not exist.', null)
  return binding
}

const update = async (write: Write): Promise<ListRow> => {
  const { parts, open, method } = write
  const binding = await livingItem(write)
  const object = await objectOf(write, binding)
  const isStale = method.version !== null && method.version !== binding.version
  let edited: EditedObject
  try {
    edited = parts.mapping.update(object.data, binding.key, method.upload, contextOf(parts, open))
  } catch (error) {
    throw isStale ? conflictOf(binding) : error
  }
  if (isStale) {
    if (!isDone(binding, object, edited, method.upload)) throw conflictOf(binding)
    return rowOfKey(write, binding.objectName, binding.key)
  }
  // An occurrence may have become an item of its own by it: the client finds it by the same ReplicationID.
  return finish(write, binding.objectName, object, edited, binding.replicationId)
}

const remove = async (write: Write): Promise<null> => {
  const { parts, open, method, tx } = write
  const known = method.id === null ? null : await parts.bindings.getBinding(refOf(open), method.id, { tx })
  if (known?.deleted === true) {
    // Done already: an error would only be shown to the person. As an item that the client deleted itself, it does not come back: see `bury`.
    if (known.uid !== null) await parts.bindings.putBindings(refOf(open), [{ ...known, uid: null }], { tx })
    return null
  }
  const binding = await livingItem(write)
  if (method.version !== null && method.version !== binding.version) throw conflictOf(binding)
  const object = await objectOf(write, binding)
  const next = parts.mapping.remove(object.data, binding.key, contextOf(parts, open))
  const ref = { calendar: open.calendar.id, name: binding.objectName }
  if (next === null) {
    await parts.service.deleteObject(open.who, ref, {
      tx,
      origin: originOf(write),
      condition: { ifMatch: [object.etag] },
    })
  } else await store(write, binding.objectName, next, object)
  await reconcileWithin(parts, open, 'deletion', tx)
  return null
}

const refusals: Partial<Record<CalendarErrorCode, string>> = {
  forbidden: 'You may only read this calendar.',
  'too-large': 'The event is too large.',
  'limit-exceeded': 'The event is too large.',
  'unsupported-component': 'This calendar does not take events.',
}

const failed = async (
  parts: ListParts,
  access: ListAccess,
  method: UploadMethod,
  error: unknown,
): Promise<UploadResult> => {
  const rowId = error instanceof Refusal ? error.id : method.id
  const open = await openList(parts, access)
  // What the undone unit of work had taken in of other doors' changes is to be in the row, with its version.
  await reconcile(parts, open)
  const row = rowId === null ? null : await rowWithId(parts, open, rowId)
  if (error instanceof Refusal) return { code: error.code, text: error.message, row }
  if (error instanceof UploadError) return { code: '0x81020014', text: error.message, row }
  if (CalendarError.is(error)) {
    if (error.code === 'precondition-failed') {
      return { code: '0x81020015', text: 'The item was changed by somebody else.', row }
    }
    return { code: '0x81020014', text: refusals[error.code] ?? 'The event cannot be stored.', row }
  }
  parts.onError(error)
  return { code: '0x81020014', text: 'Something broke; the item was not stored.', row }
}

/** One method, in a unit of work of its own. */
const applyOne = async (
  parts: ListParts,
  access: ListAccess,
  open: OpenList,
  method: UploadMethod,
): Promise<UploadResult> => {
  try {
    const row = await parts.service.transaction(async (tx): Promise<ListRow | null> => {
      if (!(await parts.authorize(open.who, 'write', { calendar: open.calendar.id }, { tx }))) {
        throw new CalendarError('forbidden', 'this calendar may only be read')
      }
      await reconcileWithin(parts, open, null, tx)
      const write: Write = { parts, open, access, method, tx }
      if (method.command === 'New') return create(write)
      return method.command === 'Update' ? update(write) : remove(write)
    })
    return { code: '0x00000000', text: null, row }
  } catch (error) {
    return failed(parts, access, method, error)
  }
}

export const applyMethods = async (
  parts: ListParts,
  access: ListAccess,
  methods: readonly UploadMethod[],
  onError: 'Return' | 'Continue',
): Promise<readonly UploadResult[]> => {
  const results: UploadResult[] = []
  let isStopped = false
  for (const method of methods) {
    if (isStopped) {
      results.push({ code: '0x800704c7', text: 'An earlier change of this batch failed.', row: null })
      continue
    }
    const open = await openList(parts, access)
    await reconcile(parts, open)
    const result = await applyOne(parts, access, open, method)
    results.push(result)
    if (result.code !== '0x00000000' && onError === 'Return') isStopped = true
  }
  return results
}
