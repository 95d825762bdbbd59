import type { XmlElement } from '@dayport/core/xml'
import type { EwsOperation } from '../envelope.ts'
import { type EwsFolder, readFlag, readId, readNumber, readText, writeFolder } from '../ids.ts'
import { m, t } from '../names.ts'

/** What the account may do in a folder; `null` where the server does not say. */
export interface EwsRights {
  readonly read: boolean | null
  readonly create: boolean | null
  readonly modify: boolean | null
  readonly delete: boolean | null
}

export interface EwsFolderInfo {
  readonly id: string
  readonly name: string
  /** `IPF.Appointment` for a calendar; `''` when the server does not say. */
  readonly folderClass: string
  readonly total: number | null
  readonly rights: EwsRights
}

const calendarClass = /^IPF\.Appointment(?:\.|$)/i

/** Whether a folder holds events. */
export const isCalendarFolder = ({ folderClass }: EwsFolderInfo): boolean => calendarClass.test(folderClass)

const folderOf = (element: XmlElement): EwsFolderInfo | null => {
  const id = readId(element, 'FolderId')
  if (id === null) return null
  const rights = element.child(t('EffectiveRights'))
  return {
    id: id.id,
    name: readText(element, 'DisplayName') ?? '',
    folderClass: readText(element, 'FolderClass') ?? (element.name === t('CalendarFolder') ? 'IPF.Appointment' : ''),
    total: readNumber(element, 'TotalCount'),
    rights: {
      read: readFlag(rights, 'Read'),
      create: readFlag(rights, 'CreateContents'),
      modify: readFlag(rights, 'Modify'),
      delete: readFlag(rights, 'Delete'),
    },
  }
}

const shape = (properties: readonly string[]) => (writer: Parameters<EwsOperation<never, never>['build']>[0]) => {
  writer.open(m('FolderShape')).element(t('BaseShape'), 'IdOnly').open(t('AdditionalProperties'))
  for (const uri of properties) writer.element(t('FieldURI'), '', { FieldURI: uri })
  writer.close().close()
}

const properties = ['folder:DisplayName', 'folder:FolderClass', 'folder:TotalCount', 'folder:EffectiveRights']

/** One folder with the account's rights in it. `plain` names no property: for servers that refuse one of them. */
export const getFolder: EwsOperation<{ readonly folder: EwsFolder; readonly plain?: boolean }, EwsFolderInfo | null> = {
  name: 'GetFolder',
  write: false,
  build(writer, { folder, plain = false }) {
    writer.open(m('GetFolder'))
    if (plain) writer.open(m('FolderShape')).element(t('BaseShape'), 'Default').close()
    else shape(properties)(writer)
    writer.open(m('FolderIds'))
    writeFolder(writer, folder)
    writer.close().close()
  },
  parse: (answer) => (answer.only().child(m('Folders'))?.elements ?? []).map(folderOf)[0] ?? null,
}

/** Folders below a root, at every depth, page by page. */
export const findFolder: EwsOperation<
  { readonly root: EwsFolder; readonly offset: number; readonly limit: number },
  { readonly folders: readonly EwsFolderInfo[]; readonly last: boolean }
> = {
  name: 'FindFolder',
  write: false,
  build(writer, { root, offset, limit }) {
    writer.open(m('FindFolder'), { Traversal: 'Deep' })
    shape(properties.slice(0, 3))(writer)
    writer.element(m('IndexedPageFolderView'), '', {
      MaxEntriesReturned: String(limit),
      Offset: String(offset),
      BasePoint: 'Beginning',
    })
    writer.open(m('ParentFolderIds'))
    writeFolder(writer, root)
    writer.close().close()
  },
  parse(answer) {
    const found = answer.only().child(m('RootFolder'))
    const folders = (found?.child(t('Folders'))?.elements ?? []).map(folderOf).filter((folder) => folder !== null)
    // Exchange 2007 leaves the attribute out when everything came.
    return { folders, last: found?.attributes.get('IncludesLastItemInRange') !== 'false' || folders.length === 0 }
  },
}

/** A change in the tree of folders. */
export interface EwsFolderChange {
  readonly kind: 'create' | 'update' | 'delete'
  readonly id: string
  /** `null` for a deletion. */
  readonly folder: EwsFolderInfo | null
}

const changeKinds: Readonly<Record<string, EwsFolderChange['kind']>> = {
  [t('Create')]: 'create',
  [t('Update')]: 'update',
  [t('Delete')]: 'delete',
}

/** What changed in the tree of folders. */
export const syncFolderHierarchy: EwsOperation<
  { readonly root: EwsFolder; readonly state: string | null },
  { readonly changes: readonly EwsFolderChange[]; readonly state: string; readonly last: boolean }
> = {
  name: 'SyncFolderHierarchy',
  write: false,
  build(writer, { root, state }) {
    writer.open(m('SyncFolderHierarchy'))
    shape(properties.slice(0, 3))(writer)
    writer.open(m('SyncFolderId'))
    writeFolder(writer, root)
    writer.close()
    if (state !== null) writer.element(m('SyncState'), state)
    writer.close()
  },
  parse(answer) {
    const message = answer.only()
    const changes = (message.child(m('Changes'))?.elements ?? []).flatMap((element): EwsFolderChange[] => {
      const kind = changeKinds[element.name]
      const folder = element.elements.map(folderOf).find((found) => found !== null) ?? null
      const id = readId(element, 'FolderId')?.id ?? folder?.id
      return kind === undefined || id === undefined ? [] : [{ kind, id, folder }]
    })
    return {
      changes,
      state: message.child(m('SyncState'))?.text ?? '',
      last: message.child(m('IncludesLastFolderInRange'))?.text.trim() !== 'false',
    }
  },
}
