export type { Sql, SqliteClient, SqliteStatement, SqlReader, SqlValue } from './client.ts'
export type { SqliteDatabase } from './database.ts'
export type { SqliteClients } from './open-connections.ts'
export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts'
