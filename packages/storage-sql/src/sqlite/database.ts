import type { CallOptions, Transaction } from '@dayport/core'
import type { Sql, SqlReader } from './client.ts'
import { migrate } from './migrate.ts'
import type { Connections } from './open-connections.ts'
import type { UnitQueue } from './unit-queue.ts'

/** The same file for the host's own tables. Names that begin with `dayport_` are the store's. */
export interface SqliteDatabase {
  /** Committed state. */
  readonly read: SqlReader
  /** The statements of a running unit of work: what they write becomes visible with it or not at all. */
  within(tx: Transaction): Sql
  /** Runs `work` in a unit of work, or in `options.tx`. Resolves when it is on disk; an error undoes it. */
  write<T>(work: (sql: Sql) => T, options?: CallOptions): Promise<T>
  /**
   * Applies those entries of the named list that were not applied before. Lists only ever grow at their end.
   *
   * @throws {Error} when an applied entry was edited, or the database knows more entries than the list.
   */
  migrate(name: string, statements: readonly string[]): Promise<void>
}

/** How the parts of the store reach the database: writers in units of work, readers in what is committed. */
export interface Access {
  readonly queue: UnitQueue
  /** Committed state, or that of the unit of work which the call joins. */
  reading(call?: CallOptions): SqlReader
  /** Runs in the unit of work of the call, or in one of its own. */
  writing<T>(call: CallOptions | undefined, work: (sql: Sql) => T): Promise<T>
  /** Several reads that see one state. */
  snapshot<T>(call: CallOptions | undefined, work: (sql: SqlReader) => T): T
}

export const createAccess = ({ writer, reader }: Connections, queue: UnitQueue): Access => {
  const reading: Access['reading'] = (call) => {
    call?.signal?.throwIfAborted()
    if (call?.tx === undefined) return reader
    queue.assertOpen(call.tx)
    return writer
  }
  return {
    queue,
    reading,
    writing: async (call, work) => {
      if (call?.tx === undefined) return queue.run(async () => work(writer), call)
      call.signal?.throwIfAborted()
      queue.assertOpen(call.tx)
      return work(writer)
    },
    // Reads without a turn in between share a state anyway.
    snapshot: (call, work) => work(reading(call)),
  }
}

export const createDatabase = ({ writer, reader }: Connections, { queue, writing }: Access): SqliteDatabase => ({
  read: { all: reader.all, rows: reader.rows, iterate: reader.iterate, get: reader.get },
  within: (tx) => {
    queue.assertOpen(tx)
    return { all: writer.all, rows: writer.rows, iterate: writer.iterate, get: writer.get, run: writer.run }
  },
  write: (work, options) => writing(options, work),
  migrate: async (name, statements) => {
    if (name === storeMigrations) throw new TypeError(`the name ${name} is the store’s own`)
    await writing(undefined, () => migrate(writer, name, statements))
  },
})

/** Name of the store's own list of migrations. */
export const storeMigrations = 'dayport'
