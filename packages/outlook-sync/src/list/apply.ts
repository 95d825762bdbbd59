import { CalendarError, type CalendarErrorCode } from '@dayport/core'
import type { ItemBinding } from '../binding-store.ts'
import { type EditedObject, UploadError } from '../item-mapping.ts'
import type { ListAccess, ListRow, UploadMethod, UploadResult } from '../list-service.ts'
import { create } from './create.ts'
import { contextOf, type ListParts, type OpenList, openList, refOf } from './parts.ts'
import { reconcile, reconcileWithin } from './reconcile.ts'
import { rowWithId } from './rows.ts'
import { conflictOf, finish, isDone, objectOf, originOf, Refusal, rowOfKey, store, type Write } from './write.ts'

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
