import { CalendarError } from '@dayport/core'
import type { ItemBinding, OutlookList } from '../binding-store.ts'
import type { ChangesOptions, ItemName, ListAccess, ListChanges } from '../list-service.ts'
import { byObject, type Changed, rowsAtHand, rowsOfChanged, rowsOfList } from './answer-rows.ts'
import { type ListParts, type OpenList, openList, refOf, seenList, sequenceOf, tokenOf } from './parts.ts'
import { isCurrent, reconcile } from './reconcile.ts'

/** Changes that are read together. */
const pageSize = 500
/** Up to so many items an answer is made whole before it is sent. */
const maxEager = 1_000

/** `sequence.name`: which state the first page had, and after which object the next one begins. */
const positionOf = (sequence: number, objectName: string): string => `${sequence}.${encodeURIComponent(objectName)}`

const readPosition = (
  list: OutlookList,
  text: string,
): { readonly sequence: number; readonly after: string } | null => {
  const match = /^(\d{1,15})\.(.{1,3000})$/s.exec(text)
  if (match === null) return null
  try {
    const sequence = Number(match[1])
    return sequence <= list.sequence ? { sequence, after: decodeURIComponent(match[2]!) } : null
  } catch {
    return null
  }
}

const wholeList = async (
  parts: ListParts,
  open: OpenList,
  list: OutlookList,
  options: ChangesOptions | undefined,
): Promise<ListChanges> => {
  const { limit, position } = options ?? {}
  const from = position === undefined ? null : readPosition(list, position)
  if (position !== undefined && from === null)
    throw new CalendarError('invalid-sync-token', 'the position is malformed')
  // Changes during the pages are in the delta from the first page's token.
  const token = tokenOf(list, from?.sequence ?? list.sequence)
  const ref = refOf(open)
  const answer = { token, deleted: [], restored: [], more: false, nextPosition: null }
  if (limit === undefined && from === null) {
    const count = await parts.bindings.countItems(ref)
    if (count > maxEager) return { ...answer, ...rowsOfList(parts, open, count, options) }
    const all = await parts.bindings.bindingsAfter(ref, null, maxEager + 1)
    return { ...answer, ...(await rowsAtHand(parts, open, all, options)) }
  }
  const page = await parts.bindings.bindingsAfter(ref, from?.after ?? null, limit ?? maxEager)
  const last = page.at(-1)?.objectName
  const isLast = last === undefined || (await parts.bindings.bindingsAfter(ref, last, 1)).length === 0
  const nextPosition = isLast ? null : positionOf(from?.sequence ?? list.sequence, last)
  return { ...answer, ...(await rowsAtHand(parts, open, page)), nextPosition }
}

const nameOf = ({ id, uniqueId }: ItemBinding): ItemName => ({ id, uniqueId })

const isRestored = ({ deleted, restoredSequence }: ItemBinding, since: number): boolean =>
  !deleted && restoredSequence !== null && restoredSequence > since

/** All changes after a sequence, without what the items say: nobody holds a list in memory because it was away for long. */
const allSince = async (
  parts: ListParts,
  open: OpenList,
  since: number,
): Promise<Pick<ListChanges, 'deleted' | 'restored'> & { readonly living: readonly Changed[] }> => {
  const deleted: ItemName[] = []
  const restored: ItemName[] = []
  const living: Changed[] = []
  for (let after = since; ; ) {
    const page: readonly ItemBinding[] = await parts.bindings.changedSince(refOf(open), after, pageSize)
    for (const binding of page) {
      const { id, uniqueId, objectName } = binding
      if (binding.deleted) deleted.push({ id, uniqueId })
      else living.push({ id, objectName })
      if (isRestored(binding, since)) restored.push({ id, uniqueId })
    }
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return { deleted, restored, living: living.sort(byObject) }
    after = last.sequence
  }
}

export const changesOf = async (
  parts: ListParts,
  access: ListAccess,
  token: string | null,
  options?: ChangesOptions,
): Promise<ListChanges | null> => {
  const seen = await seenList(parts, access, options)
  const isSeen = seen !== null && isCurrent(parts, seen.open, seen.list)
  const open = isSeen ? seen.open : await openList(parts, access, options)
  const list = isSeen ? seen.list : await reconcile(parts, open)
  if (token === null) return wholeList(parts, open, list, options)
  const since = sequenceOf(list, token)
  if (since === null) return null
  const none = { deleted: [], restored: [], more: false, nextPosition: null }
  if (since === list.sequence) {
    return { ...none, ...(await rowsAtHand(parts, open, [])), token: tokenOf(list, list.sequence) }
  }

  const { limit } = options ?? {}
  if (limit === undefined) {
    const { living, ...names } = await allSince(parts, open, since)
    const answer = { ...none, token: tokenOf(list, list.sequence), ...names }
    if (living.length > maxEager) return { ...answer, ...rowsOfChanged(parts, open, living) }
    const objects = living.map(({ objectName }) => objectName)
    const ids = new Set(living.map(({ id }) => id))
    const changed = (await parts.bindings.bindingsOf(refOf(open), objects)).filter(({ id }) => ids.has(id))
    return { ...answer, ...(await rowsAtHand(parts, open, changed.sort(byObject))) }
  }
  const found = await parts.bindings.changedSince(refOf(open), since, limit + 1)
  const changed = found.slice(0, limit)
  const more = found.length > changed.length
  const next = tokenOf(list, more ? changed.at(-1)!.sequence : list.sequence)
  return {
    ...none,
    token: next,
    deleted: changed.filter((binding) => binding.deleted).map(nameOf),
    restored: changed.filter((binding) => isRestored(binding, since)).map(nameOf),
    more,
    ...(await rowsAtHand(parts, open, changed.filter((binding) => !binding.deleted).sort(byObject))),
  }
}
