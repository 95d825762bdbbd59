import type { InstantRange } from '@dayport/core'
import { type OutlookFields, type ShownList, shownOccurrences } from '../shown/occurrences.ts'
import { createFolder, type FolderOptions } from './folder.ts'
import type { AsideCopy, HeldItem } from './held-item.ts'
import { createListsClient } from './lists-client.ts'
import { methodOf, plainOf } from './methods.ts'

/** What a model of Outlook is made with. */
export interface OutlookModelOptions extends FolderOptions {
  /** The server; may throw or lose answers. */
  readonly fetch: (request: Request) => Promise<Response>
  readonly baseUrl: string
  /** In braces. */
  readonly listGuid: string
  /** Asked at each sync: what comes first. */
  readonly uploadsFirst: () => boolean
  /** Asked at each update: whether all fields are sent, as for a single appointment, or the changed ones. */
  readonly sendsAll: () => boolean
}

/** A model of Outlook with one connected calendar. */
export interface OutlookModel {
  /** Uploads and downloads. @throws what `fetch` throws; the rest is for the next time. */
  sync(): Promise<void>
  /** The folder, in the order of receipt. */
  items(): readonly Readonly<HeldItem>[]
  shown(range: InstantRange): ShownList
  /** Values that were downloaded or typed here: what the person knew of. */
  readonly seen: ReadonlySet<string>
  /** Values that the person saw in a conflict, and wrote over. */
  readonly overridden: ReadonlySet<string>
  readonly aside: readonly AsideCopy[]
  /** What no server may do: ids that come again, content that changes without its version, exceptions without their masters. */
  readonly faults: readonly string[]
  readonly isReadOnly: boolean
  /** All edits are offline until the next sync. */
  create(fields: OutlookFields): HeldItem
  change(item: HeldItem, fields: OutlookFields): void
  remove(item: HeldItem): void
  /** Takes the last deletion of an event or series back: what was sent already is sent as new, under its ReplicationID. @returns what is back. */
  undoRemove(): readonly HeldItem[]
  /** Another recurrence: the exceptions go. */
  changeSeries(master: HeldItem, fields: OutlookFields): void
  /** `start` is the original start of the occurrence as a list writes it. */
  changeOccurrence(master: HeldItem, start: string, end: string, fields: OutlookFields): void
  removeOccurrence(master: HeldItem, start: string, end: string): void
}

/** A model of desktop Outlook by the specification: what it asks, what it keeps, and how it answers what comes back. */
export const createOutlookModel = (options: OutlookModelOptions): OutlookModel => {
  const client = createListsClient(options)
  const folder = createFolder(options)
  const { held, faults, setAside, exceptionsOf, change, create, remove, undoRemove } = folder
  let token: string | null = null
  let permissions: string | null = null
  let isKnown = false

  const isReadOnly = (): boolean =>
    permissions !== null && permissions !== 'FullMask' && !/\bEditListItems\b/.test(permissions)

  const download = async (): Promise<void> => {
    for (let calls = 0; ; calls++) {
      if (calls > 1000) throw new Error('the changes have no end')
      if (folder.takeResync()) token = null
      const isFull = token === null
      const answer = await client.changes(token)
      if (answer.isInvalidToken) {
        if (isFull) throw new Error('InvalidToken without a token')
        token = null
        continue
      }
      if (isFull) {
        if (!answer.hasSchema) faults.push('the first answer had no schema')
        for (const item of held.values()) item.isReceived = false
        folder.takeAllAnew()
      }
      if (answer.permissions === null) faults.push('an answer without EffectivePermMask')
      const isOther = permissions !== null && answer.permissions !== null && answer.permissions !== permissions
      permissions = answer.permissions ?? permissions
      if (isOther && !isFull) {
        token = null
        continue
      }
      for (const id of answer.deleted) folder.takeDeletion(id)
      for (const id of answer.restored) {
        folder.takeRestore(id)
        if (!answer.rows.some((row) => row.ID === `${id}`)) faults.push(`item ${id} was restored without its row`)
      }
      for (const row of answer.rows) folder.takeRow(row)
      if (isFull) {
        for (const item of [...held.values()]) {
          if (item.isReceived || item.pending === 'new') continue
          if (item.pending === 'update') setAside(item, 'deleted')
          held.delete(item.key) // not said to be deleted: it may come again when the rights do
        }
      }
      if (answer.token === null) faults.push('an answer without a token')
      token = answer.token
      if (isFull && answer.token !== null) continue // at once with the token, as Outlook does
      if (!answer.more) return
    }
  }

  const upload = async (): Promise<void> => {
    // A conflict that is answered "keep mine" is sent once more; the third time waits for the next sync.
    for (let round = 0; round < 2; round++) {
      const waiting = [...held.values()].filter(({ pending }) => pending !== null)
      if (waiting.length === 0) return
      if (isReadOnly()) {
        for (const item of waiting) {
          setAside(item, 'read-only')
          item.version = 0 // what the server has comes with the next download
          if (item.id === null) held.delete(item.key)
        }
        token = null
        return
      }
      // Deletions of exceptions come before what takes their place: MS-OUTSPS 7 fn 16.
      const order = { delete: 0, update: 1, new: 2 }
      waiting.sort((a, b) => order[a.pending!] - order[b.pending!] || a.key - b.key)
      const methods = waiting.map((item) => methodOf(item, options.sendsAll()))
      const results = await client.update(methods).catch((error: unknown) => {
        for (const item of waiting) item.isUndone = false // it may be there, and gone again by others
        throw error
      })
      for (const [index, item] of waiting.entries()) folder.takeResult(item, results[index]!)
    }
  }

  const occurrenceFields = (master: HeldItem, start: string, end: string): Record<string, string> => ({
    ...plainOf(master.fields, [
      'Title',
      'Location',
      'Description',
      'fAllDayEvent',
      'UID',
      'RecurrenceData',
      'XMLTZone',
    ]),
    fRecurrence: '1',
    RecurrenceID: start,
    EventDate: start,
    EndDate: end,
  })
  const exceptionAt = (master: HeldItem, start: string): HeldItem | undefined =>
    exceptionsOf(master.fields.UID).find(({ fields }) => fields.RecurrenceID === start)

  return {
    sync: async () => {
      if (!isKnown) {
        const version = await client.getList()
        if (Number.parseInt(version, 10) < 12) throw new Error('the server does not know GetListItemChangesSinceToken')
        isKnown = true
      }
      if (options.uploadsFirst()) {
        await upload()
        await download()
      } else {
        await download()
        await upload()
      }
    },
    items: () => [...held.values()],
    shown: (range) => {
      const rows = [...held.values()].filter(({ pending }) => pending !== 'delete')
      const masters = rows.filter(({ fields }) => fields.EventType === '1')
      const rest = rows.filter(({ fields }) => fields.EventType !== '1')
      return shownOccurrences(
        [...masters, ...rest].map(({ fields, isOrphan }) => (isOrphan ? { ...fields, UID: '' } : fields)),
        range,
      )
    },
    seen: folder.seen,
    overridden: folder.overridden,
    aside: folder.aside,
    faults,
    get isReadOnly() {
      return isReadOnly()
    },
    create,
    change,
    remove,
    undoRemove,
    changeSeries: (master, fields) => {
      for (const exception of exceptionsOf(master.fields.UID)) held.delete(exception.key)
      change(master, { ...fields, UID: `{${options.newGuid()}}` })
    },
    changeOccurrence: (master, start, end, fields) => {
      const known = exceptionAt(master, start)
      if (known !== undefined) {
        if (known.fields.EventType === '4') change(known, fields)
        return
      }
      create({ ...occurrenceFields(master, start, end), EventType: '4', ...fields })
    },
    removeOccurrence: (master, start, end) => {
      const known = exceptionAt(master, start)
      if (known?.fields.EventType === '3') return
      if (known !== undefined) remove(known)
      create({ ...occurrenceFields(master, start, end), EventType: '3' })
    },
  }
}
