import { CalendarError, type CallOptions } from '@dayport/core'
import { type MappingContext, UploadError } from '../item-mapping.ts'
import type { ListAccess, ListService } from '../list-service.ts'
import { contextOf, type ListParts, openList, refOf } from './parts.ts'
import { reconcile, reconcileWithin } from './reconcile.ts'

const noItem = (): CalendarError => new CalendarError('not-found', 'there is no such item')

/** The attachments of items. Specification section 9. */
export const createFiles = (
  parts: ListParts,
): Pick<ListService, 'getAttachment' | 'addAttachment' | 'replaceAttachment' | 'removeAttachment'> => {
  /** Changes the files of an item; `null` from `edit` leaves all as it is. */
  const change = async <T>(
    access: ListAccess,
    id: number,
    options: CallOptions | undefined,
    edit: (
      data: Uint8Array,
      key: string,
      versionOf: (name: string) => string | null,
      context: MappingContext,
    ) => { readonly data: Uint8Array; readonly result: T },
  ): Promise<T> => {
    const open = await openList(parts, access, options)
    try {
      return await parts.service.transaction(async (tx) => {
        await reconcileWithin(parts, open, null, tx)
        const binding = await parts.bindings.getBinding(refOf(open), id, { tx })
        if (binding === null || binding.deleted) throw noItem()
        const ref = { calendar: open.calendar.id, name: binding.objectName }
        const object = await parts.service.getObject(open.who, ref, { tx })
        if (object === null) throw noItem()
        const context = contextOf(parts, open)
        const item = parts.mapping.itemsOf(object.data, context).items.find(({ key }) => key === binding.key)
        const versionOf = (name: string): string | null =>
          item?.attachments.find((file) => file.name.toLowerCase() === name.toLowerCase())?.version ?? null
        const { data, result } = edit(object.data, binding.key, versionOf, context)
        if (data === object.data) return result
        const origin = { door: 'outlook', ...(access.connection === null ? {} : { connection: access.connection }) }
        await parts.service.putObject(open.who, ref, data, { tx, origin, condition: { ifMatch: [object.etag] } })
        await reconcileWithin(parts, open, null, tx)
        return result
      })
    } catch (error) {
      if (error instanceof UploadError) throw new CalendarError('invalid-calendar-object', error.message)
      throw error
    }
  }

  return {
    getAttachment: async (access, id, name, options) => {
      const open = await openList(parts, access, options)
      await reconcile(parts, open)
      const binding = await parts.bindings.getBinding(refOf(open), id, options)
      if (binding === null || binding.deleted) return null
      const object = await parts.service.getObject(
        open.who,
        { calendar: open.calendar.id, name: binding.objectName },
        options,
      )
      if (object === null) return null
      const context = contextOf(parts, open)
      const item = parts.mapping.itemsOf(object.data, context).items.find(({ key }) => key === binding.key)
      const known = item?.attachments.find((file) => file.name.toLowerCase() === name.toLowerCase())
      const file = known === undefined ? null : parts.mapping.attachment(object.data, binding.key, known.name, context)
      return file === null || known === undefined
        ? null
        : { ...file, version: known.version, modifiedMs: binding.modifiedMs }
    },
    addAttachment: (access, id, name, bytes, options) =>
      change(access, id, options, (data, key, versionOf, context) =>
        versionOf(name) !== null
          ? { data, result: 'exists' as const }
          : {
              data: parts.mapping.putAttachment(data, key, name, bytes, context),
              result: 'added' as const,
            },
      ),
    replaceAttachment: (access, id, name, bytes, ifVersion, options) =>
      change(access, id, options, (data, key, versionOf, context) => {
        if (ifVersion !== null && versionOf(name) !== ifVersion) {
          throw new CalendarError('precondition-failed', 'the attachment was changed')
        }
        return { data: parts.mapping.putAttachment(data, key, name, bytes, context), result: undefined }
      }),
    removeAttachment: (access, id, name, options) =>
      change(access, id, options, (data, key, _versionOf, context) => ({
        data: parts.mapping.removeAttachment(data, key, name, context),
        result: undefined,
      })),
  }
}
