import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Connection, createConnection, type SqliteClient } from './client.ts'
import { createSharedReads, type SharedReads } from './shared-reads.ts'

/** Two connections of one driver to one file: readers must not see what the writer has not committed. */
export interface SqliteClients {
  readonly writer: SqliteClient
  /** Never written through; may be opened read-only. */
  readonly reader: SqliteClient
}

export interface Connections {
  readonly writer: Connection
  readonly reader: SharedReads
  close(): void
}

/**
 * `:memory:` is a private temporary file that goes with `close`: a database in memory has one connection only. Every commit
 * is on disk before it is acknowledged (WAL with `synchronous=FULL`); a temporary one need not survive.
 */
export const openConnections = (where: string | SqliteClients): Connections => {
  if (typeof where !== 'string') return connect(where, () => {})
  if (where !== ':memory:') return connect(openFile(where), () => {})
  const folder = mkdtempSync(join(tmpdir(), 'dayport-'))
  const connections = connect(openFile(join(folder, 'store.db')), () =>
    rmSync(folder, { recursive: true, force: true }),
  )
  connections.writer.exec('PRAGMA synchronous = OFF')
  return connections
}

const openFile = (path: string): SqliteClients => {
  const writer = new DatabaseSync(path)
  try {
    // Before the reader opens: changing to WAL needs the file alone.
    writer.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL')
    return { writer, reader: new DatabaseSync(path, { readOnly: true }) }
  } catch (error) {
    writer.close()
    throw error
  }
}

const connect = (clients: SqliteClients, afterwards: () => void): Connections => {
  const writer = createConnection(clients.writer)
  const reader = createSharedReads(createConnection(clients.reader))
  writer.exec(
    'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON',
  )
  reader.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -32768; PRAGMA mmap_size = 268435456')
  return {
    writer,
    reader,
    close: () => {
      reader.close()
      writer.close() // the last one out folds the WAL into the file
      afterwards()
    },
  }
}
