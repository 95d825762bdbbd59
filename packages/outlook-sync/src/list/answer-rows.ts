import type { CallOptions } from '@dayport/core'
import type { BoundRow, ItemBinding } from '../binding-store.ts'
import type { ChangesOptions, KeptRow, ListChanges, ListRow } from '../list-service.ts'
import { nextTurn } from './next-turn.ts'
import { type ListParts, type OpenList, refOf } from './parts.ts'
import { inObject, rowsOf } from './rows.ts'

/** Items that are read together. */
const batchSize = 250

/** The rows of an answer, in both ways of reading them. */
type AnswerRows = Pick<ListChanges, 'rowCount' | 'rows' | 'kept'>

/** What is held of each changed item while an answer of many is written. */
export type Changed = Pick<ItemBinding, 'id' | 'objectName'>

const byName = (a: Changed, b: Changed): number =>
  a.objectName < b.objectName ? -1 : a.objectName > b.objectName ? 1 : 0

export const byObject = (a: Changed, b: Changed): number => byName(a, b) || a.id - b.id

/** Kept rows of whole objects, each master before its exceptions; those that are not kept are made. */
const keptOf = async (
  parts: ListParts,
  open: OpenList,
  bound: readonly BoundRow[],
  call?: CallOptions,
): Promise<readonly (KeptRow | ListRow)[]> => {
  const unkept = [...new Set(bound.flatMap(({ row, objectName }) => (row === null ? [objectName] : [])))]
  const made = new Map<number, ListRow>()
  if (unkept.length > 0) {
    const bindings = await parts.bindings.bindingsOf(refOf(open), unkept, call)
    for (const row of await rowsOf(parts, open, bindings, call, { areWhole: true })) made.set(row.id, row)
  }
  const isSeries = bound.some(({ objectName }, at) => objectName === bound[at - 1]?.objectName)
  const inOrder = isSeries ? bound.toSorted((a, b) => byName(a, b) || inObject(a.key, b.key)) : bound
  return inOrder.flatMap(({ id, row, files }) => (row === null ? (made.get(id) ?? []) : { id, row, files }))
}

async function* later<T>(make: () => Promise<readonly T[]>): AsyncGenerator<T> {
  yield* await make()
}

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values
}

/** Of few items; what has to be made is made before the answer begins, so that it has as many rows as it says. */
export const rowsAtHand = async (
  parts: ListParts,
  open: OpenList,
  bindings: readonly ItemBinding[],
  call?: CallOptions,
): Promise<AnswerRows> => {
  if (bindings.every(({ row }) => row !== null)) {
    return {
      rowCount: bindings.length,
      rows: later(() => rowsOf(parts, open, bindings, call)),
      kept: each([await keptOf(parts, open, bindings, call)]),
    }
  }
  const rows = await rowsOf(parts, open, bindings, call)
  return { rowCount: rows.length, rows: each(rows), kept: each([rows]) }
}

type Page<Bound> = (after: string | null) => Promise<readonly Bound[]>

/** Page after page of a list, each turned into what is sent. */
async function* paged<Bound extends Changed, Row>(
  page: Page<Bound>,
  rowsIn: (bound: readonly Bound[]) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  let after: string | null = null
  for (;;) {
    const bound: readonly Bound[] = await page(after)
    yield await rowsIn(bound)
    after = bound.at(-1)?.objectName ?? null
    if (after === null) return
    await nextTurn()
  }
}

async function* flat<T>(pages: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const page of pages) yield* page
}

/** Of all items of a list, read as they are asked for. */
export const rowsOfList = (
  parts: ListParts,
  open: OpenList,
  rowCount: number,
  options: ChangesOptions | undefined,
): AnswerRows => {
  const call = options?.signal === undefined ? {} : { signal: options.signal }
  const { bindings } = parts
  const rows = paged(
    (after) => bindings.bindingsAfter(refOf(open), after, batchSize, call),
    (bound) => rowsOf(parts, open, bound, call, { areWhole: true }),
  )
  const kept = paged(
    (after) => bindings.rowsAfter(refOf(open), after, batchSize, call),
    (bound) => keptOf(parts, open, bound, call),
  )
  return { rowCount, rows: flat(rows), kept }
}

/** Of many changed items, in the order of {@link byObject}, read as they are asked for. */
export const rowsOfChanged = (parts: ListParts, open: OpenList, living: readonly Changed[]): AnswerRows => {
  const pages = async function* <Row>(
    rowsIn: (bound: readonly ItemBinding[]) => Promise<readonly Row[]>,
  ): AsyncGenerator<readonly Row[]> {
    for (let at = 0; at < living.length; ) {
      let end = Math.min(at + batchSize, living.length)
      while (end < living.length && living[end]!.objectName === living[end - 1]!.objectName) end++
      const batch = living.slice(at, end)
      const ids = new Set(batch.map(({ id }) => id))
      const names = [...new Set(batch.map(({ objectName }) => objectName))]
      const bindings = await parts.bindings.bindingsOf(refOf(open), names)
      yield await rowsIn(bindings.filter(({ id }) => ids.has(id)))
      at = end
      await nextTurn()
    }
  }
  return {
    rowCount: living.length,
    rows: flat(pages((bound) => rowsOf(parts, open, bound))),
    kept: pages((bound) => keptOf(parts, open, bound.toSorted(byObject))),
  }
}
