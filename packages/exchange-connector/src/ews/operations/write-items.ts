import type { CalendarError, RemoteError } from '@dayport/core'
import type { XmlWriter } from '@dayport/core/xml'
import type { EwsAnswer, EwsOperation } from '../envelope.ts'
import { type EwsFolder, type EwsItemId, readId, writeFolder, writeItemId } from '../ids.ts'
import { type ItemChanges, writeItem, writeUpdates } from '../item-fields.ts'
import { m, t } from '../names.ts'

/** Whether anybody is mailed. `all` is only for what a person asked for just now. */
export type EwsMailing = 'none' | 'all'

const sendTo = (mailing: EwsMailing): string => (mailing === 'all' ? 'SendToAllAndSaveCopy' : 'SendToNone')

const idOf = (answer: EwsAnswer): EwsItemId | null => {
  const [item] = answer.only().child(m('Items'))?.elements ?? []
  return readId(item, 'ItemId')
}

/** A new event or series in a folder; `null` when the server does not tell its id. */
export const createItem: EwsOperation<
  { readonly folder: EwsFolder; readonly changes: ItemChanges; readonly mailing: EwsMailing },
  EwsItemId | null
> = {
  name: 'CreateItem',
  write: true,
  build(writer, { folder, changes, mailing }) {
    writer.open(m('CreateItem'), { SendMeetingInvitations: sendTo(mailing) }).open(m('SavedItemFolderId'))
    writeFolder(writer, folder)
    writer.close().open(m('Items'))
    writeItem(writer, changes)
    writer.close().close()
  },
  parse: idOf,
}

/** Changes fields of an item that has not changed since `changeKey`. */
export const updateItem: EwsOperation<EwsItemUpdate & { readonly mailing: EwsMailing }, EwsItemId | null> = {
  name: 'UpdateItem',
  write: true,
  build: (writer, { itemId, changes, mailing }) => writeItemChanges(writer, [{ itemId, changes }], mailing),
  parse: idOf,
}

const writeItemChanges = (writer: XmlWriter, list: readonly EwsItemUpdate[], mailing: EwsMailing): void => {
  writer.open(m('UpdateItem'), {
    ConflictResolution: 'NeverOverwrite',
    MessageDisposition: 'SaveOnly',
    SendMeetingInvitationsOrCancellations: sendTo(mailing),
  })
  writer.open(m('ItemChanges'))
  for (const { itemId, changes } of list) {
    writer.open(t('ItemChange'))
    writeItemId(writer, itemId)
    writeUpdates(writer, changes)
    writer.close()
  }
  writer.close().close()
}

/** What is to change of one item. */
export interface EwsItemUpdate {
  readonly itemId: EwsItemId
  readonly changes: ItemChanges
}

/** Changes several items, each for itself; one answer for each, `null` when it was done. Nobody is mailed. */
export const updateItems: EwsOperation<readonly EwsItemUpdate[], readonly (CalendarError | RemoteError | null)[]> = {
  name: 'UpdateItem',
  write: true,
  build: (writer, list) => writeItemChanges(writer, list, 'none'),
  parse: (answer) => answer.messages.map(({ error }) => error),
}

/** Moves items, or single occurrences, to the deleted ones; one answer for each, `null` when it went. */
export const deleteItem: EwsOperation<
  { readonly itemIds: readonly EwsItemId[]; readonly mailing: EwsMailing },
  readonly (CalendarError | RemoteError | null)[]
> = {
  name: 'DeleteItem',
  write: true,
  build(writer, { itemIds, mailing }) {
    writer.open(m('DeleteItem'), { DeleteType: 'MoveToDeletedItems', SendMeetingCancellations: sendTo(mailing) })
    writer.open(m('ItemIds'))
    for (const itemId of itemIds) writeItemId(writer, itemId)
    writer.close().close()
  },
  parse: (answer) => answer.messages.map(({ error }) => error),
}

/** Moves an item to another calendar: it gets a new id; `null` when the server does not tell it. */
export const moveItem: EwsOperation<{ readonly itemId: EwsItemId; readonly folder: EwsFolder }, EwsItemId | null> = {
  name: 'MoveItem',
  write: true,
  build(writer, { itemId, folder }) {
    writer.open(m('MoveItem')).open(m('ToFolderId'))
    writeFolder(writer, folder)
    writer.close().open(m('ItemIds'))
    writeItemId(writer, itemId)
    writer.close().element(m('ReturnNewItemIds'), 'true').close()
  },
  parse: idOf,
}
