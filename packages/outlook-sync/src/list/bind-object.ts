import type { ItemBinding } from '../binding-store.ts'
import { digestOf } from '../digest.ts'
import type { MappedObject } from '../item-mapping.ts'
import type { ListItem } from '../list-item.ts'
import { keepRow } from '../wire/kept-row.ts'
import type { ListParts } from './parts.ts'
import { rowOf } from './rows.ts'
import { history, raisedHistory } from './version-history.ts'

/** What an upload says of the item that it has just written, beside the object's bytes. */
export interface UploadHint {
  readonly objectName: string
  readonly key: string
  /** Its property bag, laid over the one that is kept. */
  readonly bag: Readonly<Record<string, string>>
  readonly replicationId: string | null
  /** GUID that the client gave the series; `null` when it gave none. */
  readonly seriesGuid: string | null
}

/** UTF-16 code units of an object's items that are kept beside it; a long rule shown one by one has as many copies of its description. */
const maxKept = 256 * 1024

/** The state of a list while its bindings are brought up to date. */
export interface Draft {
  /** Of the list, rising. */
  sequence: number
  lastItemId: number
  /** Of the list, upper case. */
  readonly guid: string
  readonly changed: ItemBinding[]
  /** Whether what changes was sent by a client of the list, which knows what it did. */
  readonly isOwn: boolean
  /** What is gone and may come back, by UID and key. */
  readonly gone: Map<string, ItemBinding>
  /** The list's sequence before: what went since then no client has heard of. */
  readonly toldSequence: number
}

export const identityOf = ({ uid, key }: Pick<ItemBinding, 'uid' | 'key'>): string => `${key} ${uid}`

const isMaster = (item: ListItem): boolean => item.kind === 'master'

const sameBag = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? a === b : a.length === b.length && a.every((byte, at) => byte === b[at])

/** Of what makes a master's recurrence; `null` for other items. */
const recurrenceDigestOf = (item: ListItem): string | null => {
  const { recurrenceData, timeZoneXml, start, durationSeconds } = item
  return isMaster(item) ? digestOf(JSON.stringify([recurrenceData, timeZoneXml, start, durationSeconds])) : null
}

/**
 * The item is gone. What a client deleted itself never comes back under its id: were the answer lost, the client would delete it again, and
 * so undo what somebody else has restored.
 */
export const bury = (draft: Draft, binding: ItemBinding, nowMs: number): void => {
  draft.sequence += 1
  const tombstone: ItemBinding = {
    ...binding,
    uid: draft.isOwn ? null : binding.uid,
    deleted: true,
    version: binding.version + 1,
    sequence: draft.sequence,
    row: null,
    files: [],
    modifiedMs: nowMs,
  }
  draft.changed.push(tombstone)
  if (tombstone.uid !== null) draft.gone.set(identityOf(tombstone), tombstone)
}

/** The item that has come back: the same occurrence of the same event, MS-LISTSWS 2.2.5.1 `Restore`. */
const revived = (draft: Draft, uid: string, key: string): ItemBinding | undefined => {
  if (draft.isOwn) return undefined
  const identity = identityOf({ uid, key })
  const binding = draft.gone.get(identity)
  draft.gone.delete(identity)
  return binding
}

/** Gives the items of an object, or of one that is gone, their bindings: ids to those that are new, versions to those that say something else. */
export const bindObject = (
  parts: ListParts,
  draft: Draft,
  objectName: string,
  uid: string,
  { items, windowed }: MappedObject,
  known: readonly ItemBinding[],
  hint: UploadHint | null,
): void => {
  const nowMs = parts.now()
  const texts = items.map((item) => JSON.stringify(item))
  const isKept = texts.reduce((sum, { length }) => sum + length, 0) <= maxKept
  // Another event under the same name is no other content of the same items.
  const [same, others] = [
    known.filter((one) => one.uid === null || one.uid === uid),
    known.filter((one) => one.uid !== null && one.uid !== uid),
  ]
  for (const other of others) bury(draft, other, nowMs)
  const before = new Map(same.map((binding) => [binding.key, binding]))
  const guids = new Map<string, string>()
  const ownHex = draft.guid.replaceAll('-', '').toLowerCase()
  const rowFor = (binding: ItemBinding, item: ListItem): Uint8Array | null =>
    isKept ? keepRow(rowOf(binding, item, [])) : null
  for (const [index, item] of items.entries()) {
    const binding = before.get(item.key) ?? revived(draft, uid, item.key)
    before.delete(item.key)
    const own = hint?.key === item.key ? hint : null
    const content = digestOf(texts[index] ?? '')
    const recurrenceDigest = recurrenceDigestOf(item)
    if (isMaster(item)) {
      // "MUST change if, and only if, the recurrence changed": section 8.5. A client that changed it names the new one.
      const kept = binding?.recurrenceDigest === recurrenceDigest ? binding.seriesGuid : null
      guids.set(item.key, own?.seriesGuid ?? kept ?? parts.newId().toUpperCase())
    }
    const seriesGuid = guids.get(item.masterKey ?? item.key) ?? null
    const digest = seriesGuid === null ? content : `${content} ${seriesGuid}`
    const merged = { ...binding?.bag, ...own?.bag }
    const isBack = binding?.deleted === true
    const isRestored = isBack && binding.sequence <= draft.toldSequence
    if (binding !== undefined && !isBack && binding.digest === digest && sameBag(binding.bag, merged)) {
      const row = rowFor(binding, item)
      if (binding.windowed !== windowed || binding.uid !== uid || !sameBytes(binding.row, row)) {
        draft.changed.push({ ...binding, uid, windowed, row, files: item.attachments })
      }
      continue
    }
    const isOwn = own !== null && own.bag[history] !== undefined
    const bag = isOwn ? merged : { ...merged, [history]: raisedHistory(merged[history], ownHex) }
    if (binding === undefined) draft.lastItemId += 1
    draft.sequence += 1
    const { sequence } = draft
    const next: ItemBinding = {
      id: binding?.id ?? draft.lastItemId,
      objectName,
      key: item.key,
      uid,
      version: (binding?.version ?? 0) + 1,
      sequence,
      deleted: false,
      restoredSequence: isRestored ? sequence : (binding?.restoredSequence ?? null),
      digest,
      row: null,
      files: item.attachments,
      uniqueId: binding?.uniqueId ?? parts.newId().toUpperCase(),
      seriesGuid,
      recurrenceDigest,
      replicationId: binding?.replicationId ?? own?.replicationId ?? null,
      bag,
      windowed,
      createdMs: binding?.createdMs ?? nowMs,
      modifiedMs: nowMs,
    }
    draft.changed.push({ ...next, row: rowFor(next, item) })
  }
  for (const gone of before.values()) bury(draft, gone, nowMs)
}
