import { CalendarError, type CalendarObject, type ChangePage, type SyncToken, type Transaction } from '@dayport/core'
import type { ItemBinding, OutlookList } from '../binding-store.ts'
import type { MappedObject } from '../item-mapping.ts'
import { bindObject, bury, type Draft, identityOf, type UploadHint } from './bind-object.ts'
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

/** Objects that are taken in together: few, so that others have their turn and what they are parsed into is short-lived. */
const pageSize = 250
/** Each commit waits for the disk, and other writers wait for it: a fifth of a second or so. */
const pagesPerUnit = 4

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
  if (!draft.isOwn && draft.toldSequence > 0) {
    const uids = [...objects.values()].map(({ index }) => index.uid)
    for (const gone of await parts.bindings.deletedOf(refOf(open), uids, { tx })) draft.gone.set(identityOf(gone), gone)
  }
  // What is gone first: an event that got another name is the same event.
  for (const name of names.toSorted((a, b) => Number(objects.has(a)) - Number(objects.has(b)))) {
    const ownHint = hint?.objectName === name ? hint : null
    const object = objects.get(name)
    const uid = object?.index.uid ?? ''
    bindObject(parts, draft, name, uid, mapped(parts, open, object), known.get(name) ?? [], ownHint)
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
      bury(draft, binding, parts.now())
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
  own: UploadHint | 'deletion' | null,
  tx: Transaction,
): Promise<{ readonly list: OutlookList; readonly more: boolean }> => {
  const list = await ensureList(parts, open, tx)
  const hint = own === 'deletion' ? null : own
  const draft: Draft = {
    sequence: list.sequence,
    lastItemId: await lastItemIdOf(parts, list, tx),
    guid: list.guid,
    changed: [],
    isOwn: own !== null,
    gone: new Map(),
    toldSequence: list.sequence,
  }
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
  const { sequence, lastItemId } = draft
  const state: OutlookList = { ...list, sequence, lastItemId, syncToken: page.token, revision, windowDate, mappedBy }
  await parts.bindings.putList(state, { tx })
  if (draft.changed.length > 0) await parts.bindings.putBindings(refOf(open), draft.changed, { tx })
  return { list: state, more: page.more }
}

/** Takes in everything, within a unit of work. `own`: what a client of the list has just written in it. */
export const reconcileWithin = async (
  parts: ListParts,
  open: OpenList,
  own: UploadHint | 'deletion' | null,
  tx: Transaction,
): Promise<OutlookList> => {
  for (;;) {
    const { list, more } = await reconcilePage(parts, open, own, tx)
    if (!more) return list
  }
}

/** Whether the bindings are as the calendar, the day and the mapping were when both were read. */
export const isCurrent = (parts: ListParts, open: OpenList, list: OutlookList): boolean =>
  list.revision === open.calendar.revision &&
  list.windowDate === dateOf(parts.now()) &&
  list.mappedBy === mappedByOf(parts, open)

/** Takes in everything, some pages in each unit of work. Without changes this is one look-up. */
export const reconcile = async (parts: ListParts, open: OpenList): Promise<OutlookList> => {
  const known = await parts.bindings.getList(refOf(open))
  if (known !== null && isCurrent(parts, open, known)) return known
  for (;;) {
    const { list, more } = await parts.service.transaction(async (tx) => {
      let page = await reconcilePage(parts, open, null, tx)
      for (let pages = 1; page.more && pages < pagesPerUnit; pages++) {
        await nextTurn()
        page = await reconcilePage(parts, open, null, tx)
      }
      return page
    })
    if (!more) return list
    await nextTurn()
  }
}
