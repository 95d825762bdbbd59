/** A value that SQLite takes and gives. Integers beyond 2^53 never occur in our tables. */
export type SqlValue = string | number | null | Uint8Array

/** What we use of a prepared statement; `DatabaseSync` of node:sqlite and better-sqlite3 both have it. */
export interface SqliteStatement {
  run(...values: SqlValue[]): { readonly changes: number | bigint }
  get(...values: SqlValue[]): unknown
  all(...values: SqlValue[]): unknown[]
  iterate(...values: SqlValue[]): IterableIterator<unknown>
  /** Rows as arrays, which cost less to make; since Node 24. Without it they are made from objects. */
  setReturnArrays?(enabled: boolean): void
}

/** One connection of the host's own driver, taken structurally. */
export interface SqliteClient {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

/** Reading statements by their text; each text is prepared once. Values are bound to `?` in order. */
export interface SqlReader {
  all<Row>(text: string, ...values: readonly SqlValue[]): Row[]
  /** Rows as arrays of their columns: for thousands of them. Columns need names of their own. */
  rows<Row extends readonly SqlValue[]>(text: string, ...values: readonly SqlValue[]): Row[]
  /** Rows one by one, to be read at once: nothing else may run on the connection, nor may a turn end, before the last one. */
  iterate<Row>(text: string, ...values: readonly SqlValue[]): Iterable<Row>
  /** The first row; `undefined` when there is none. */
  get<Row>(text: string, ...values: readonly SqlValue[]): Row | undefined
}

export interface Sql extends SqlReader {
  /** @returns how many rows changed. */
  run(text: string, ...values: readonly SqlValue[]): number
}

/** One connection with its prepared statements. */
export interface Connection extends Sql {
  exec(text: string): void
  close(): void
}

/** Beyond it all statements are prepared anew: a host that builds SQL by hand must not fill the memory. */
const maxStatements = 1_000

export const createConnection = (client: SqliteClient): Connection => {
  const statements = new Map<string, SqliteStatement>()
  const arrays = new Map<string, SqliteStatement>()
  const preparedIn = (known: Map<string, SqliteStatement>, text: string): SqliteStatement => {
    let statement = known.get(text)
    if (statement !== undefined) return statement
    if (known.size >= maxStatements) known.clear()
    statement = client.prepare(text)
    known.set(text, statement)
    if (known === arrays) statement.setReturnArrays?.(true)
    return statement
  }
  const prepared = (text: string): SqliteStatement => preparedIn(statements, text)
  return {
    all: <Row>(text: string, ...values: readonly SqlValue[]) => prepared(text).all(...values) as Row[],
    rows: <Row extends readonly SqlValue[]>(text: string, ...values: readonly SqlValue[]) => {
      const statement = preparedIn(arrays, text)
      const found = statement.all(...values)
      return statement.setReturnArrays === undefined ? found.map((row) => columnsOf<Row>(row)) : (found as Row[])
    },
    iterate: <Row>(text: string, ...values: readonly SqlValue[]) =>
      prepared(text).iterate(...values) as Iterable<unknown> as Iterable<Row>,
    get: <Row>(text: string, ...values: readonly SqlValue[]) => (prepared(text).get(...values) ?? undefined) as Row,
    run: (text, ...values) => Number(prepared(text).run(...values).changes),
    exec: (text) => {
      client.exec(text)
    },
    close: () => {
      statements.clear()
      arrays.clear()
      client.close()
    },
  }
}

const columnsOf = <Row extends readonly SqlValue[]>(row: unknown): Row =>
  Object.values(row as Readonly<Record<string, SqlValue>>) as readonly SqlValue[] as Row
