import type { CalendarObject, Transaction } from '@dayport/core'
import type { ItemBinding } from '../binding-store.ts'
import { type EditedObject, UploadError } from '../item-mapping.ts'
import type { ItemUpload } from '../list-item.ts'
import type { ListAccess, ListRow, UploadCode, UploadMethod } from '../list-service.ts'
import type { UploadHint } from './bind-object.ts'
import { type ListParts, type OpenList, refOf } from './parts.ts'
import { reconcileWithin } from './reconcile.ts'
import { rowWithId } from './rows.ts'

/** A method that ends without a write, with a code of its own; undoes the unit of work. */
export class Refusal extends Error {
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

export const bagOf = (upload: ItemUpload): Record<string, string> => {
  const entries = [...upload.bag].filter(([name]) => !mappedProperties.has(name))
  const length = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (entries.length > maxBagEntries || length > maxBagLength) throw new UploadError('the property bag is too large')
  return Object.fromEntries(entries)
}

/** Whether an edit that comes with an old version is one that was made already, its answer lost. */
export const isDone = (
  binding: ItemBinding,
  before: CalendarObject,
  edited: EditedObject,
  upload: ItemUpload,
): boolean =>
  edited.data === before.data && Object.entries(bagOf(upload)).every(([name, value]) => binding.bag[name] === value)

export const guidOf = (text: string | undefined): string | null => {
  const match = /^\s*\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?\s*$/i.exec(text ?? '')
  return match === null ? null : match[1]!.toUpperCase()
}

export interface Write {
  readonly parts: ListParts
  readonly open: OpenList
  readonly access: ListAccess
  readonly method: UploadMethod
  readonly tx: Transaction
}

export const objectOf = async ({ parts, open, tx }: Write, binding: ItemBinding): Promise<CalendarObject> => {
  const object = await parts.service.getObject(
    open.who,
    { calendar: open.calendar.id, name: binding.objectName },
    { tx },
  )
  if (object === null) throw new Refusal('0x81020016', 'The event is gone.', null)
  return object
}

export const originOf = ({ access, method }: Write) => {
  const operation = method.upload.bag.get('ReplicationID')
  return {
    door: 'outlook',
    ...(access.connection === null ? {} : { connection: access.connection }),
    ...(operation === undefined ? {} : { operation: operation.slice(0, 64) }),
  }
}

export const store = async (
  write: Write,
  name: string,
  bytes: Uint8Array,
  before: CalendarObject | null,
): Promise<void> => {
  const { parts, open, tx } = write
  await parts.service.putObject(open.who, { calendar: open.calendar.id, name }, bytes, {
    tx,
    origin: originOf(write),
    condition: before === null ? { ifNoneMatch: '*' } : { ifMatch: [before.etag] },
  })
}

export const rowOfKey = async (write: Write, objectName: string, key: string): Promise<ListRow> => {
  const { parts, open, tx } = write
  const bound = await parts.bindings.bindingsOf(refOf(open), [objectName], { tx })
  const id = bound.find((binding) => binding.key === key)?.id
  const row = id === undefined ? null : await rowWithId(parts, open, id, { tx })
  if (row === null) throw new UploadError('the item cannot be shown in this list')
  return row
}

/** Writes an edited object and binds its items anew; all of it within the unit of work. */
export const finish = async (
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

export const conflictOf = ({ id }: ItemBinding): Refusal =>
  new Refusal('0x81020015', 'The item was changed by somebody else.', id)
