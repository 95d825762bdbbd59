import { CalendarError, type CalendarObject, type ChangePage, type SyncToken, type Transaction } from '@dayport/core'
import type { ItemBinding, OutlookList } from '../binding-store.ts'
import { digestOf } from '../digest.ts'
import type { MappedObject } from '../item-mapping.ts'
import type { ListItem } from '../list-item.ts'
import { keepRow } from '../wire/kept-row.ts'
import { nextTurn } from './next-turn.ts'
import {
  contextOf,
  dateOf,
  ensureList,
  type ListParts,
  lastItemIdOf,
  mappedByOf,
  type OpenList,
  refOf,
} from './parts.ts'
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

/** Objects that are taken in by one unit of work: few, so that others have their turn and what they are parsed into is short-lived. */
const pageSize = 500

/** UTF-16 code units of an object's items that are kept beside it; a long rule shown one by one has as many copies of its description. */
const maxKept = 256 * 1024

/** The state of a list while its bindings are brought up to date. */
interface Draft {
  list: OutlookList
  readonly changed: ItemBinding[]
}

const isMaster = (item: ListItem): boolean => item.kind === 'master'

const emptyObject: MappedObject = { items: [], windowed: false }

const mapped = (parts: ListParts, open: OpenList, object: CalendarObject | undefined): MappedObject => {
  if (object === undefined || object.index.component !== 'VEVENT') return emptyObject
  try {
    return parts.mapping.itemsOf(object.data, contextOf(parts, open))
  } catch (error) {
    parts.onError(error) // one strange object must not hold up the list
    return emptyObject
  }
}

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

const tombstone = (binding: ItemBinding, sequence: number, nowMs: number): ItemBinding => ({
  ...binding,
  deleted: true,
  version: binding.version + 1,
  sequence,
  row: null,
  files: [],
  modifiedMs: nowMs,
})

const bindObject = (
  parts: ListParts,
  draft: Draft,
  objectName: string,
  { items, windowed }: MappedObject,
  known: readonly ItemBinding[],
  hint: UploadHint | null,
): void => {
  const nowMs = parts.now()
  const texts = items.map((item) => JSON.stringify(item))
  const isKept = texts.reduce((sum, { length }) => sum + length, 0) <= maxKept
  const before = new Map(known.map((binding) => [binding.key, binding]))
  const guids = new Map<string, string>()
  const ownHex = draft.list.guid.replaceAll('-', '').toLowerCase()
  const raise = (): number => {
    draft.list = { ...draft.list, sequence: draft.list.sequence + 1 }
    return draft.list.sequence
  }
  const rowFor = (binding: ItemBinding, item: ListItem): Uint8Array | null =>
    isKept ? keepRow(rowOf(binding, item, [])) : null
  for (const [index, item] of items.entries()) {
    const binding = before.get(item.key)
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
    if (binding !== undefined && binding.digest === digest && sameBag(binding.bag, merged)) {
      const row = rowFor(binding, item)
      if (binding.windowed !== windowed || !sameBytes(binding.row, row)) {
        draft.changed.push({ ...binding, windowed, row, files: item.attachments })
      }
      continue
    }
    const isOwn = own !== null && own.bag[history] !== undefined
    const bag = isOwn ? merged : { ...merged, [history]: raisedHistory(merged[history], ownHex) }
    if (binding === undefined) draft.list = { ...draft.list, lastItemId: draft.list.lastItemId + 1 }
    const next: ItemBinding = {
      id: binding?.id ?? draft.list.lastItemId,
      objectName,
      key: item.key,
      version: (binding?.version ?? 0) + 1,
      sequence: raise(),
      deleted: false,
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
  for (const gone of before.values()) {
    draft.changed.push(tombstone(gone, raise(), nowMs))
  }
}

const bindNames = async (
  parts: ListParts,
  open: OpenList,
  draft: Draft,
  names: readonly string[],
  hint: UploadHint | null,
  tx: Transaction,
): Promise<void> => {
  if (names.length === 0) return
  const objects = new Map<string, CalendarObject>()
  for await (const object of parts.service.findObjects(open.who, open.calendar.id, { names }, { tx })) {
    objects.set(object.name, object)
  }
  const known = new Map<string, ItemBinding[]>()
  for (const binding of await parts.bindings.bindingsOf(refOf(open), names, { tx })) {
    const list = known.get(binding.objectName)
    if (list === undefined) known.set(binding.objectName, [binding])
    else list.push(binding)
  }
  for (const name of names) {
    const ownHint = hint?.objectName === name ? hint : null
    bindObject(parts, draft, name, mapped(parts, open, objects.get(name)), known.get(name) ?? [], ownHint)
  }
}

/** Items of objects that are gone without a trace in the change log, found by comparing all names. */
const dropUnlisted = async (parts: ListParts, open: OpenList, draft: Draft, tx: Transaction): Promise<void> => {
  const listed = new Set<string>()
  for (const change of (await parts.service.changes(open.who, open.calendar.id, null, { tx })).changes) {
    if (change.etag !== null) listed.add(change.name)
  }
  let after: string | null = null
  for (;;) {
    const page: readonly ItemBinding[] = await parts.bindings.bindingsAfter(refOf(open), after, pageSize, { tx })
    for (const binding of page.filter(({ objectName }) => !listed.has(objectName))) {
      draft.list = { ...draft.list, sequence: draft.list.sequence + 1 }
      draft.changed.push(tombstone(binding, draft.list.sequence, parts.now()))
    }
    after = page.at(-1)?.objectName ?? null
    if (after === null) return
  }
}

/**
 * Takes in a page of what has changed in the calendar since the bindings were last right, within a unit of work.
 *
 * @returns the list's state, and whether more is to be taken in.
 */
export const reconcilePage = async (
  parts: ListParts,
  open: OpenList,
  hint: UploadHint | null,
  tx: Transaction,
): Promise<{ readonly list: OutlookList; readonly more: boolean }> => {
  const list = await ensureList(parts, open, tx)
  const draft: Draft = { list: { ...list, lastItemId: await lastItemIdOf(parts, list, tx) }, changed: [] }
  const call = { tx, limit: pageSize }
  const { who, calendar } = open
  const mappedBy = mappedByOf(parts, open)
  const changedSince = async (token: SyncToken | null): Promise<ChangePage | null> => {
    try {
      return await parts.service.changes(who, calendar.id, token, call)
    } catch (error) {
      if (CalendarError.is(error, 'invalid-sync-token')) return null
      throw error
    }
  }
  let page = list.mappedBy === mappedBy ? await changedSince(list.syncToken) : null
  if (page === null) {
    if (list.syncToken !== null) await dropUnlisted(parts, open, draft, tx)
    page = await parts.service.changes(who, calendar.id, null, call)
  }
  const names = new Set(page.changes.map(({ name }) => name))
  if (hint !== null) names.add(hint.objectName)
  const today = dateOf(parts.now())
  const isNewDay = list.windowDate !== today
  if (isNewDay && !page.more) {
    for (const name of await parts.bindings.windowedNames(refOf(open), { tx })) names.add(name)
  }
  await bindNames(parts, open, draft, [...names], hint, tx)
  const revision = page.more ? null : ((await parts.service.getCalendar(who, calendar.id, { tx }))?.revision ?? null)
  const windowDate = page.more ? list.windowDate : today
  const state: OutlookList = { ...draft.list, syncToken: page.token, revision, windowDate, mappedBy }
  await parts.bindings.putList(state, { tx })
  if (draft.changed.length > 0) await parts.bindings.putBindings(refOf(open), draft.changed, { tx })
  return { list: state, more: page.more }
}

/** Takes in everything, within a unit of work. */
export const reconcileWithin = async (
  parts: ListParts,
  open: OpenList,
  hint: UploadHint | null,
  tx: Transaction,
): Promise<OutlookList> => {
  for (;;) {
    const { list, more } = await reconcilePage(parts, open, hint, tx)
    if (!more) return list
  }
}

/** Whether the bindings are as the calendar, the day and the mapping were when both were read. */
export const isCurrent = (parts: ListParts, open: OpenList, list: OutlookList): boolean =>
  list.revision === open.calendar.revision &&
  list.windowDate === dateOf(parts.now()) &&
  list.mappedBy === mappedByOf(parts, open)

/** Takes in everything, page by page, each in a unit of work of its own. Without changes this is one look-up. */
export const reconcile = async (parts: ListParts, open: OpenList): Promise<OutlookList> => {
  const known = await parts.bindings.getList(refOf(open))
  if (known !== null && isCurrent(parts, open, known)) return known
  for (;;) {
    const { list, more } = await parts.service.transaction((tx) => reconcilePage(parts, open, null, tx))
    if (!more) return list
    await nextTurn()
  }
}
