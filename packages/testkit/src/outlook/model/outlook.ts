import type { InstantRange } from '@dayport/core'
import { type OutlookFields, type ShownList, shownOccurrences } from '../shown/occurrences.ts'
import { type AsideCopy, editedHistory, type HeldItem, historyOf } from './held-item.ts'
import { createListsClient, type MethodResult, type SentMethod } from './lists-client.ts'

/** How a person answers when Outlook says that somebody else changed the item too. */
export type ConflictAnswer = 'keep-theirs' | 'keep-mine'

export interface OutlookModelOptions {
  /** The server; may throw or lose answers. */
  readonly fetch: (request: Request) => Promise<Response>
  readonly baseUrl: string
  /** In braces. */
  readonly listGuid: string
  /** Makes GUIDs, upper case, without braces. */
  readonly newGuid: () => string
  /** Own pair in version histories: 32 hexadecimal digits, small letters. */
  readonly editor: string
  /** Asked at each conflict. */
  readonly onConflict: () => ConflictAnswer
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
  readonly aside: readonly AsideCopy[]
  /** What no server may do: ids that come again, content that changes without its version, exceptions without their masters. */
  readonly faults: readonly string[]
  readonly isReadOnly: boolean
  /** All edits are offline until the next sync. */
  create(fields: OutlookFields): HeldItem
  change(item: HeldItem, fields: OutlookFields): void
  remove(item: HeldItem): void
  /** Another recurrence: the exceptions go. */
  changeSeries(master: HeldItem, fields: OutlookFields): void
  /** `start` is the original start of the occurrence as a list writes it. */
  changeOccurrence(master: HeldItem, start: string, end: string, fields: OutlookFields): void
  removeOccurrence(master: HeldItem, start: string, end: string): void
}

const success = '0x00000000'
const recurrenceFields = ['EventDate', 'EndDate', 'Duration', 'RecurrenceData', 'XMLTZone', 'UID', 'fAllDayEvent']
const bagPrefix = 'MetaInfo_'
const history = 'MetaInfo_vti_versionhistory'
/** Fields that an item says and that are no bookkeeping of the server. */
const contentFields = [
  ...[
    'EventType',
    'fRecurrence',
    'Title',
    'Location',
    'Description',
    'EventDate',
    'EndDate',
    'Duration',
    'fAllDayEvent',
  ],
  ...[
    'UID',
    'RecurrenceID',
    'RecurrenceData',
    'XMLTZone',
    'MetaInfo_BusyStatus',
    'MetaInfo_Priority',
    'MetaInfo_Categories',
  ],
]

/** Names of the fields in which two copies of an item differ. */
const otherFields = (a: OutlookFields, b: OutlookFields): string[] =>
  contentFields.filter((name) => (a[name] ?? '') !== (b[name] ?? ''))

const isOccurrence = (fields: OutlookFields): boolean => fields.EventType === '3' || fields.EventType === '4'

/** A model of desktop Outlook by the specification: what it asks, what it keeps, and how it answers what comes back. */
export const createOutlookModel = (options: OutlookModelOptions): OutlookModel => {
  const client = createListsClient(options)
  const held = new Map<number, HeldItem>()
  const aside: AsideCopy[] = []
  const faults: string[] = []
  const seen = new Set<string>()
  const deletedIds = new Set<number>()
  let nextKey = 0
  let token: string | null = null
  let permissions: string | null = null
  let isKnown = false

  const note = (fields: OutlookFields): void => {
    for (const name of ['Title', 'Location', 'Description']) seen.add(fields[name] ?? '')
  }
  const byId = (id: number): HeldItem | undefined => [...held.values()].find((item) => item.id === id)
  const isMasterOf = ({ fields, serverUid }: HeldItem, uid: string | undefined): boolean =>
    uid !== undefined && fields.EventType === '1' && (fields.UID === uid || serverUid === uid)
  const exceptionsOf = (uid: string | undefined): HeldItem[] =>
    [...held.values()].filter(({ fields }) => isOccurrence(fields) && fields.UID === uid)
  const isReadOnly = (): boolean =>
    permissions !== null && permissions !== 'FullMask' && !/\bEditListItems\b/.test(permissions)

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
      ...more,
    }
    held.set(item.key, item)
    return item
  }

  /** What the server says of an item is what it is now. */
  const adopt = (item: HeldItem, row: OutlookFields): void => {
    item.id = Number(row.ID)
    item.version = Number(row.owshiddenversion)
    item.serverUid = row.UID
    item.fields = { ...row }
    item.pending = null
    item.changed.clear()
    item.isReceived = true
    note(row)
  }

  const takeRow = (row: OutlookFields): void => {
    const id = Number(row.ID)
    const version = Number(row.owshiddenversion)
    if (!Number.isInteger(id) || !Number.isInteger(version)) faults.push('a row without id or version')
    if (deletedIds.has(id)) faults.push(`id ${id} came again after its deletion`)
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
    if (isEcho) adopt(item, row)
    else resolve(item, row)
  }

  const resolve = (item: HeldItem, row: OutlookFields): void => {
    if (options.onConflict() === 'keep-theirs') {
      setAside(item, 'conflict')
      adopt(item, row)
      // Its exceptions went with the change that is not to be.
      if (row.EventType === '1') token = null
      return
    }
    const mine = Object.fromEntries([...item.changed].map((name) => [name, item.fields[name] ?? '']))
    const { pending } = item
    adopt(item, row)
    if (pending === 'delete') item.pending = 'delete'
    else change(item, mine)
  }

  const drop = (item: HeldItem): void => {
    held.delete(item.key)
    if (item.id !== null) deletedIds.add(item.id)
  }

  const takeDeletion = (id: number): void => {
    const item = byId(id)
    deletedIds.add(id)
    if (item === undefined) return
    if (item.pending === 'update') setAside(item, 'deleted')
    drop(item)
  }

  const download = async (): Promise<void> => {
    for (let calls = 0; ; calls++) {
      if (calls > 1000) throw new Error('the changes have no end')
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
      }
      if (answer.permissions === null) faults.push('an answer without EffectivePermMask')
      const isOther = permissions !== null && answer.permissions !== null && answer.permissions !== permissions
      permissions = answer.permissions ?? permissions
      if (isOther && !isFull) {
        token = null
        continue
      }
      for (const id of answer.deleted) takeDeletion(id)
      for (const row of answer.rows) takeRow(row)
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

  const bagOf = (fields: OutlookFields): Record<string, string> =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) =>
        name.startsWith(bagPrefix) ? [[name.slice(bagPrefix.length), value]] : [],
      ),
    )
  const plainOf = (fields: OutlookFields, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])))

  const methodOf = (item: HeldItem): SentMethod => {
    const { fields, changed } = item
    if (item.pending === 'delete') return { command: 'Delete', fields: { ID: `${item.id}` }, bag: {} }
    const plain = contentFields.filter((name) => !name.startsWith(bagPrefix))
    if (item.pending === 'new') {
      const { ReplicationID: _, ...bag } = bagOf(fields)
      return {
        command: 'New',
        fields: { ID: 'New', ...plainOf(fields, plain) },
        bag: { ...bag, ReplicationID: item.replicationId ?? '' },
      }
    }
    const isSeriesChanged = [...changed].some((name) => recurrenceFields.includes(name))
    // A recurring item goes without its recurrence fields when the recurrence did not change. MS-OUTSPS 3.2.4.2.3.
    const kept = plain.filter((name) => isSeriesChanged || fields.EventType !== '1' || !recurrenceFields.includes(name))
    const names = options.sendsAll() ? kept : kept.filter((name) => changed.has(name))
    const { ReplicationID: _, ...bag } = bagOf(fields)
    const data = fields.RecurrenceData
    return {
      command: 'Update',
      fields: {
        ID: `${item.id}`,
        owshiddenversion: `${item.version}`,
        ...plainOf(fields, names),
        ...(isSeriesChanged && fields.EventType === '1' && data !== undefined
          ? { RecurrenceData: `${data}<deleteExceptions>true</deleteExceptions>`, UID: fields.UID ?? '' }
          : {}),
      },
      bag,
    }
  }

  const takeStored = (item: HeldItem, row: OutlookFields | null): void => {
    if (item.pending === 'delete') {
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
    else if (code === '0x81020015' && row !== null) resolve(item, row)
    else if (code === '0x81020016') {
      if (item.pending !== 'delete') setAside(item, 'deleted')
      drop(item)
    } else if (code !== '0x800704c7') {
      if (text === null) faults.push(`a refusal ${code} without a text`)
      setAside(item, 'rejected')
      if (row === null) held.delete(item.key)
      else adopt(item, row)
      token = null // it resyncs
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
      const results = await client.update(waiting.map(methodOf))
      for (const [index, item] of waiting.entries()) takeResult(item, results[index]!)
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
    if (item.fields.EventType === '1') {
      for (const exception of exceptionsOf(item.fields.UID)) held.delete(exception.key)
    }
    if (item.id === null) held.delete(item.key)
    else item.pending = 'delete'
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
    seen,
    aside,
    faults,
    get isReadOnly() {
      return isReadOnly()
    },
    create,
    change,
    remove,
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
