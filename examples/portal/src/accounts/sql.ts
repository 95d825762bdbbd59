/** A value that SQLite takes and gives. */
export type SqlValue = string | number | null

/** Prepared statements by their text. */
export interface Sql {
  all<Row>(text: string, ...values: readonly SqlValue[]): Row[]
  get<Row>(text: string, ...values: readonly SqlValue[]): Row | undefined
  /** @returns how many rows changed. */
  run(text: string, ...values: readonly SqlValue[]): number
}

/** The portal's own tables, beside those of the store in the same file. */
export interface PortalDatabase {
  /** Committed state. */
  readonly read: Omit<Sql, 'run'>
  /** Runs `work` in one transaction; resolves when it is on disk. An error undoes it. */
  write<T>(work: (sql: Sql) => T): Promise<T>
  /** Applies those of the named list that were not applied before. Lists only ever grow at their end. */
  migrate(name: string, statements: readonly string[]): Promise<void>
}
