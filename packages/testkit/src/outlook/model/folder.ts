import type { OutlookFields } from '../shown/occurrences.ts'
import { type AsideCopy, editedHistory, type HeldItem, historyOf } from './held-item.ts'
import type { MethodResult } from './lists-client.ts'
import { history, isOccurrence, otherFields, plainOf } from './methods.ts'

/** How a person answers when Outlook says that somebody else changed the item too. */
export type ConflictAnswer = 'keep-theirs' | 'keep-mine'

/** Who edits in a folder, and how they answer. */
export interface FolderOptions {
  /** Makes GUIDs, upper case, without braces. */
  readonly newGuid: () => string
  /** Own pair in version histories: 32 hexadecimal digits, small letters. */
  readonly editor: string
  /** Asked at each conflict. */
  readonly onConflict: () => ConflictAnswer
}

const success = '0x00000000'

/** What an occurrence has of its own. */
const ownFields = ['Title', 'Location', 'Description', 'EventDate', 'EndDate', 'Duration', 'fAllDayEvent']

/** The items of an Outlook's folder: what comes down is laid over them, and what a person types waits in them. */
export const createFolder = (options: FolderOptions) => {
  const held = new Map<number, HeldItem>()
  const aside: AsideCopy[] = []
  const faults: string[] = []
  const seen = new Set<string>()
  const overridden = new Set<string>()
  /** With their `UniqueId`, where it was known: who comes back has to be the same. */
  const deletedIds = new Map<number, string | undefined>()
  /** Of those, what this Outlook deleted and was told so. */
  const deletedHere = new Set<number>()
  /** What the person deleted, as it was, the last one at the end. */
  const removed: { readonly item: HeldItem; readonly exceptions: readonly HeldItem[] }[] = []
  const restoredIds = new Set<number>()
  let nextKey = 0
  let mustResync = false

  const note = (fields: OutlookFields): void => {
    for (const name of ['Title', 'Location', 'Description']) seen.add(fields[name] ?? '')
  }
  const byId = (id: number): HeldItem | undefined => [...held.values()].find((item) => item.id === id)
  const isMasterOf = ({ fields, serverUid }: HeldItem, uid: string | undefined): boolean =>
    uid !== undefined && ((fields.EventType === '1' && fields.UID === uid) || serverUid === uid)
  const exceptionsOf = (uid: string | undefined): HeldItem[] =>
    [...held.values()].filter(({ fields }) => isOccurrence(fields) && fields.UID === uid)
  const setAside = (item: HeldItem, reason: AsideCopy['reason']): void => {
    aside.push({ reason, fields: { ...item.fields }, changed: [...item.changed] })
    item.pending = null
    item.changed.clear()
  }

  const hold = (fields: Record<string, string>, more: Partial<HeldItem>): HeldItem => {
    const item: HeldItem = {
      key: nextKey++,
      id: null,
      version: 0,
      serverUid: undefined,
      fields,
      pending: null,
      changed: new Set(),
      replicationId: null,
      isOrphan: false,
      isReceived: true,
      isUndone: false,
      ...more,
    }
    held.set(item.key, item)
    return item
  }

  /** What the server says of an item is what it is now. */
  const adopt = (item: HeldItem, row: OutlookFields): void => {
    item.id = Number(row.ID)
    item.version = Number(row.owshiddenversion)
    item.serverUid = row.EventType === '1' ? row.UID : undefined
    item.fields = { ...row }
    item.pending = null
    item.changed.clear()
    item.isReceived = true
    item.isUndone = false
    note(row)
  }

  const takeRow = (row: OutlookFields): void => {
    const id = Number(row.ID)
    const version = Number(row.owshiddenversion)
    if (!Number.isInteger(id) || !Number.isInteger(version)) faults.push('a row without id or version')
    if (deletedIds.has(id)) {
      const uniqueId = deletedIds.get(id)
      if (!restoredIds.has(id)) faults.push(`id ${id} came again after its deletion`)
      if (uniqueId !== undefined && uniqueId !== row.UniqueId) faults.push(`id ${id} came again as another item`)
      deletedIds.delete(id)
    }
    restoredIds.delete(id)
    const replicationId = row.MetaInfo_ReplicationID
    const waiting = [...held.values()].find((item) => item.pending === 'new' && item.replicationId === replicationId)
    const item = byId(id) ?? waiting
    if (item === undefined) {
      const isOrphan = isOccurrence(row) && ![...held.values()].some((other) => isMasterOf(other, row.UID))
      if (isOrphan) faults.push(`item ${id} came before the master of its series`)
      adopt(hold({ ...row }, { isOrphan }), row)
      return
    }
    item.isReceived = true
    if (item === waiting) {
      // The answer to its upload was lost; what was changed since then is still to be sent.
      const { fields } = item
      const isSame = item.changed.size === 0
      adopt(item, row)
      if (!isSame) change(item, fields)
      return
    }
    if (version < item.version) faults.push(`item ${id} went back from version ${item.version} to ${version}`)
    if (version === item.version) {
      // Its own upload, or one that was there before: known by its version.
      const other = item.pending === null ? otherFields(row, item.fields) : []
      if (other.length > 0) faults.push(`item ${id} changed without another version: ${other.join(', ')}`)
      return
    }
    if (item.pending === null) adopt(item, row)
    else mergeNewer(item, row)
  }

  /** A newer row for an item that the person changed too. */
  const mergeNewer = (item: HeldItem, row: OutlookFields): void => {
    const sent = historyOf(item.fields[history]).get(options.editor)
    const isEcho = sent !== undefined && historyOf(row[history]).get(options.editor) === sent
    if (!isEcho) {
      resolve(item, row)
      return
    }
    // What was typed since then is an edit of its own number; a deletion has none.
    const isDeleted = item.pending === 'delete'
    adopt(item, row)
    if (isDeleted) item.pending = 'delete'
  }

  const resolve = (item: HeldItem, row: OutlookFields): void => {
    if (options.onConflict() === 'keep-theirs') {
      setAside(item, 'conflict')
      adopt(item, row)
      // Its exceptions went with the change that is not to be.
      if (row.EventType === '1') mustResync = true
      return
    }
    const mine = Object.fromEntries([...item.changed].map((name) => [name, item.fields[name] ?? '']))
    for (const name of item.changed) overridden.add(row[name] ?? '')
    const { pending } = item
    adopt(item, row)
    if (pending === 'delete') item.pending = 'delete'
    else change(item, mine)
  }

  /**
   * Somebody else has changed the occurrence that this Outlook changed or deleted as one that was as its series says: their item comes with
   * the conflict, and what the person does is done to it.
   */
  const resolveOccurrence = (item: HeldItem, row: OutlookFields): void => {
    const isMine = options.onConflict() === 'keep-mine'
    if (!isMine) setAside(item, 'conflict')
    held.delete(item.key)
    takeRow(row)
    const theirs = byId(Number(row.ID))
    if (!isMine || theirs === undefined) return
    const mine = plainOf(item.fields, ownFields)
    const isDeleted = item.fields.EventType === '3'
    for (const name of isDeleted ? ['Title', 'Location', 'Description'] : Object.keys(mine)) {
      if (isDeleted || theirs.fields[name] !== mine[name]) overridden.add(theirs.fields[name] ?? '')
    }
    if (!isDeleted) {
      change(theirs, mine)
      return
    }
    remove(theirs)
    const { [history]: _, ...fields } = item.fields
    create(fields)
  }

  const drop = (item: HeldItem): void => {
    held.delete(item.key)
    if (item.id !== null) deletedIds.set(item.id, item.fields.UniqueId)
  }

  const takeDeletion = (id: number): void => {
    const item = byId(id)
    if (item === undefined) {
      if (!deletedIds.has(id)) deletedIds.set(id, undefined)
      return
    }
    if (item.pending === 'update') setAside(item, 'deleted')
    drop(item)
  }

  /** The server has brought an item back; its row comes with it. */
  const takeRestore = (id: number): void => {
    restoredIds.add(id)
  }

  /** All comes anew: what was deleted may be there again, as the same item. */
  const takeAllAnew = (): void => {
    for (const id of deletedIds.keys()) restoredIds.add(id)
  }

  const takeStored = (item: HeldItem, row: OutlookFields | null): void => {
    if (item.pending === 'delete') {
      if (item.id !== null) deletedHere.add(item.id)
      drop(item)
      return
    }
    if (row === null) {
      faults.push('a stored item without its row')
      return
    }
    if (item.pending === 'new') {
      if (row.MetaInfo_ReplicationID !== item.replicationId) faults.push('a new item without its ReplicationID')
      if (deletedIds.has(Number(row.ID))) faults.push(`id ${row.ID} was given again`)
      // Somebody else deleted the same occurrence: both are one item.
      const twin = byId(Number(row.ID))
      if (twin !== undefined && twin !== item) held.delete(twin.key)
    }
    adopt(item, row)
  }

  /** Each code as MS-OUTSPS 3.2.6.4 has it. */
  const takeResult = (item: HeldItem, { code, text, row }: MethodResult): void => {
    if (code === success) takeStored(item, row)
    else if (code === '0x81020015' && row !== null) {
      const isOwn = item.pending !== 'new' || row.MetaInfo_ReplicationID === item.replicationId
      if (isOwn) resolve(item, row)
      else resolveOccurrence(item, row)
    } else if (code === '0x81020016') {
      if (item.isUndone) faults.push('what the person brought back was not taken')
      if (item.pending !== 'delete') setAside(item, 'deleted')
      drop(item)
    } else if (code !== '0x800704c7') {
      if (text === null) faults.push(`a refusal ${code} without a text`)
      setAside(item, 'rejected')
      if (row === null) held.delete(item.key)
      else adopt(item, row)
      mustResync = true
    }
  }

  const touchHistory = (item: HeldItem): void => {
    item.fields[history] = editedHistory(item.fields[history], options.editor)
  }

  const change = (item: HeldItem, fields: OutlookFields): void => {
    for (const [name, value] of Object.entries(fields)) {
      if (item.fields[name] === value) continue
      item.fields[name] = value
      item.changed.add(name)
    }
    if (item.changed.size === 0) return
    item.pending ??= 'update'
    touchHistory(item)
    note(item.fields)
  }

  const create = (fields: OutlookFields): HeldItem => {
    const item = hold(
      { EventType: '0', fRecurrence: '0', MetaInfo_BusyStatus: '2', MetaInfo_Priority: '0', ...fields },
      { pending: 'new', replicationId: `{${options.newGuid()}}` },
    )
    touchHistory(item)
    note(item.fields)
    return item
  }

  const remove = (item: HeldItem): void => {
    const exceptions = item.fields.EventType === '1' ? exceptionsOf(item.fields.UID) : []
    for (const exception of exceptions) held.delete(exception.key)
    if (item.id === null) {
      held.delete(item.key)
      return
    }
    item.pending = 'delete'
    if (!isOccurrence(item.fields)) removed.push({ item, exceptions })
  }

  /** Sent as new, under the ReplicationID that it had. */
  const bringBack = ({ id, fields, replicationId }: HeldItem, isUndone: boolean): void => {
    const item = hold(
      { ...fields },
      { pending: 'new', replicationId: fields.MetaInfo_ReplicationID ?? replicationId ?? `{${options.newGuid()}}` },
    )
    item.isUndone = isUndone && id !== null
    note(item.fields)
  }

  const undoRemove = (): readonly HeldItem[] => {
    const last = removed.pop()
    if (last === undefined) return []
    const { item, exceptions } = last
    if (held.has(item.key)) {
      // Not sent yet: nothing has happened.
      if (item.pending !== 'delete') return []
      item.pending = item.changed.size > 0 ? 'update' : null
      for (const exception of exceptions) {
        if (exception.id === null || byId(exception.id) === undefined) held.set(exception.key, exception)
      }
      return [item, ...exceptions]
    }
    bringBack(item, deletedHere.has(item.id ?? -1))
    for (const exception of exceptions) bringBack(exception, false)
    return [item, ...exceptions]
  }

  return {
    held,
    aside,
    faults,
    seen,
    overridden,
    setAside,
    hold,
    takeRow,
    takeDeletion,
    takeRestore,
    takeAllAnew,
    takeResult,
    exceptionsOf,
    change,
    create,
    remove,
    undoRemove,
    /** Whether all is to be downloaded anew since this was last asked. */
    takeResync: (): boolean => {
      const asked = mustResync
      mustResync = false
      return asked
    },
  }
}
