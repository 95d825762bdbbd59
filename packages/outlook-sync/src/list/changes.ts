import { CalendarError } from '@dayport/core'
import type { ItemBinding, OutlookList } from '../binding-store.ts'
import type { ChangesOptions, ListAccess, ListChanges, ListRow } from '../list-service.ts'
import { nextTurn } from './next-turn.ts'
import { type ListParts, type OpenList, openList, refOf, seenList, sequenceOf, tokenOf } from './parts.ts'
import { isCurrent, reconcile } from './reconcile.ts'
import { rowsOf } from './rows.ts'

/** Items that are read together. */
const batchSize = 250
/** Up to so many items an answer is made whole before it is sent. */
const maxEager = 1_000

async function* streamed(
  parts: ListParts,
  open: OpenList,
  options: ChangesOptions | undefined,
): AsyncGenerator<ListRow> {
  const call = options?.signal === undefined ? {} : { signal: options.signal }
  let after: string | null = null
  for (;;) {
    const page: readonly ItemBinding[] = await parts.bindings.bindingsAfter(refOf(open), after, batchSize, call)
    yield* await rowsOf(parts, open, page, call, { areWhole: true })
    after = page.at(-1)?.objectName ?? null
    if (after === null) return
    await nextTurn()
  }
}

async function* inBatches(parts: ListParts, open: OpenList, bindings: readonly ItemBinding[]): AsyncGenerator<ListRow> {
  for (let at = 0; at < bindings.length; ) {
    let end = Math.min(at + batchSize, bindings.length)
    while (end < bindings.length && bindings[end]!.objectName === bindings[end - 1]!.objectName) end++
    yield* await rowsOf(parts, open, bindings.slice(at, end))
    at = end
    await nextTurn()
  }
}

async function* listed(rows: readonly ListRow[]): AsyncGenerator<ListRow> {
  yield* rows
}

const byObject = (a: ItemBinding, b: ItemBinding): number =>
  a.objectName < b.objectName ? -1 : a.objectName > b.objectName ? 1 : a.id - b.id

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
  const answer = { token, deleted: [], more: false, nextPosition: null }
  if (limit === undefined && from === null) {
    const count = await parts.bindings.countItems(ref)
    if (count > maxEager) return { ...answer, rowCount: count, rows: streamed(parts, open, options) }
    const all = await parts.bindings.bindingsAfter(ref, null, maxEager + 1)
    const rows = await rowsOf(parts, open, all, options, { areWhole: true })
    return { ...answer, rowCount: rows.length, rows: listed(rows) }
  }
  const page = await parts.bindings.bindingsAfter(ref, from?.after ?? null, limit ?? Number.MAX_SAFE_INTEGER)
  const last = page.at(-1)?.objectName
  const isLast = last === undefined || (await parts.bindings.bindingsAfter(ref, last, 1)).length === 0
  const rows = await rowsOf(parts, open, page)
  const nextPosition = isLast ? null : positionOf(from?.sequence ?? list.sequence, last)
  return { ...answer, rowCount: rows.length, rows: listed(rows), nextPosition }
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
  const none = { rows: listed([]), rowCount: 0, deleted: [], more: false, nextPosition: null }
  if (since === list.sequence) return { ...none, token: tokenOf(list, list.sequence) }

  const limit = options?.limit ?? Number.MAX_SAFE_INTEGER
  const found = await parts.bindings.changedSince(refOf(open), since, Math.min(limit + 1, Number.MAX_SAFE_INTEGER))
  const changed = found.slice(0, limit)
  const more = found.length > changed.length
  const deleted = changed.filter((binding) => binding.deleted).map(({ id, uniqueId }) => ({ id, uniqueId }))
  const living = changed.filter((binding) => !binding.deleted).sort(byObject)
  const next = tokenOf(list, more ? changed.at(-1)!.sequence : list.sequence)
  if (living.length > maxEager) {
    return { ...none, token: next, deleted, more, rowCount: living.length, rows: inBatches(parts, open, living) }
  }
  const rows = await rowsOf(parts, open, living)
  return { ...none, token: next, deleted, more, rowCount: rows.length, rows: listed(rows) }
}
