/** A value that SQLite takes and gives. Integers beyond 2^53 never occur in our tables. */
export type SqlValue = string | number | null | Uint8Array

/** What we use of a prepared statement; `DatabaseSync` of node:sqlite and better-sqlite3 both have it. */
export interface SqliteStatement {
  run(...values: SqlValue[]): { readonly changes: number | bigint }
  get(...values: SqlValue[]): unknown
  all(...values: SqlValue[]): unknown[]
  iterate(...values: SqlValue[]): IterableIterator<unknown>
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
  const prepared = (text: string): SqliteStatement => {
    const known = statements.get(text)
    if (known !== undefined) return known
    if (statements.size >= maxStatements) statements.clear()
    const statement = client.prepare(text)
    statements.set(text, statement)
    return statement
  }
  return {
    all: <Row>(text: string, ...values: readonly SqlValue[]) => prepared(text).all(...values) as Row[],
    iterate: <Row>(text: string, ...values: readonly SqlValue[]) =>
      prepared(text).iterate(...values) as Iterable<unknown> as Iterable<Row>,
    get: <Row>(text: string, ...values: readonly SqlValue[]) => (prepared(text).get(...values) ?? undefined) as Row,
    run: (text, ...values) => Number(prepared(text).run(...values).changes),
    exec: (text) => {
      client.exec(text)
    },
    close: () => {
      statements.clear()
      client.close()
    },
  }
}
