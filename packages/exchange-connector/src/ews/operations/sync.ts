import type { XmlElement } from '@dayport/core/xml'
import type { EwsOperation } from '../envelope.ts'
import { type EwsFolder, type EwsItemId, readId, writeFolder } from '../ids.ts'
import { type EwsCalendarItem, readItem } from '../item.ts'
import { m, t } from '../names.ts'
import { portalFields, writeExtendedFieldUri } from '../properties.ts'

/** Most changes that one call may ask for. */
export const maxSyncChanges = 512

/** A hint: the same item may come twice, and a `create` be of a known one. */
export interface EwsItemChange {
  readonly kind: 'create' | 'update' | 'delete'
  readonly itemId: EwsItemId
  /** What the answer says of it; `null` for a deletion and for what is no calendar item. */
  readonly item: EwsCalendarItem | null
}

export interface EwsSyncPage {
  readonly changes: readonly EwsItemChange[]
  /** To go on from. */
  readonly state: string
  readonly last: boolean
}

/** What the feed says of an item, from the least on. */
export type EwsFeedShape = 'ids' | 'times' | 'parts'

const lastOf = (message: XmlElement): boolean | null => {
  const text = message.child(m('IncludesLastItemInRange'))?.text.trim().toLowerCase()
  return text === undefined || text === '' ? null : text === 'true' || text === '1'
}

const kinds: Readonly<Record<string, EwsItemChange['kind']>> = {
  [t('Create')]: 'create',
  [t('Update')]: 'update',
  [t('Delete')]: 'delete',
}

/** Changes of a folder since a state; `null` lists it. ReadFlagChange is left out: it is about mail. */
export const syncFolderItems: EwsOperation<
  {
    readonly folder: EwsFolder
    readonly state: string | null
    readonly limit: number
    /** What is asked for of each item: nothing but its id, its times and type (the default), or our property too that tells the single events of a series. */
    readonly tells?: EwsFeedShape
  },
  EwsSyncPage
> = {
  name: 'SyncFolderItems',
  write: false,
  build(writer, { folder, state, limit, tells = 'times' }) {
    writer.open(m('SyncFolderItems')).open(m('ItemShape')).element(t('BaseShape'), 'IdOnly')
    if (tells !== 'ids') {
      writer.open(t('AdditionalProperties'))
      for (const uri of ['calendar:Start', 'calendar:End', 'calendar:CalendarItemType']) {
        writer.element(t('FieldURI'), '', { FieldURI: uri })
      }
      if (tells === 'parts') writeExtendedFieldUri(writer, portalFields.calendar)
      writer.close()
    }
    writer.close().open(m('SyncFolderId'))
    writeFolder(writer, folder)
    writer.close()
    if (state !== null) writer.element(m('SyncState'), state)
    writer.element(m('MaxChangesReturned'), String(Math.min(Math.max(1, limit), maxSyncChanges)))
    writer.element(m('SyncScope'), 'NormalItems').close()
  },
  parse(answer) {
    const message = answer.only()
    const changes = (message.child(m('Changes'))?.elements ?? []).flatMap((element): EwsItemChange[] => {
      const kind = kinds[element.name]
      const [first] = element.elements
      const itemId = readId(element, 'ItemId') ?? readId(first, 'ItemId')
      if (kind === undefined || itemId === null) return []
      return [{ kind, itemId, item: kind === 'delete' || first === undefined ? null : readItem(first) }]
    })
    return {
      changes,
      state: message.child(m('SyncState'))?.text ?? '',
      // Where the answer does not say whether it is the last, an empty one is.
      last: lastOf(message) ?? changes.length === 0,
    }
  },
}
