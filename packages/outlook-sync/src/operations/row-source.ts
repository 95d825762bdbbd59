import type { ListRow } from '../list-service.ts'

/** Rows to be written, and how many they are. */
export interface RowSource {
  readonly count: number
  readonly rows: AsyncIterable<ListRow>
}

/**
 * Those rows that a test lets through. They are read twice, to be counted and to be written: holding them would take as much memory as
 * the list is long.
 */
export const filtered = async (
  open: () => Promise<RowSource>,
  test: ((row: ListRow) => boolean) | null,
): Promise<RowSource> => {
  const source = await open()
  if (test === null) return source
  let count = 0
  for await (const row of source.rows) if (test(row)) count++
  return { count, rows: passing((await open()).rows, test, count) }
}

async function* passing(rows: AsyncIterable<ListRow>, test: (row: ListRow) => boolean, most: number) {
  let left = most
  for await (const row of rows) {
    if (left === 0) return
    if (!test(row)) continue
    left--
    yield row
  }
}

/** Rows in an order that their list does not keep; held in memory, and therefore bounded. */
export const sorted = async (
  source: RowSource,
  compare: (a: ListRow, b: ListRow) => number,
  most: number,
): Promise<RowSource | null> => {
  if (source.count > most) return null
  const held: ListRow[] = []
  for await (const row of source.rows) held.push(row)
  held.sort(compare)
  return { count: held.length, rows: each(held) }
}

async function* each(rows: readonly ListRow[]) {
  yield* rows
}
