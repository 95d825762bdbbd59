import type { FileLock, FileNode, FilePath, FileStore } from '@dayport/caldav-protocol'
import { CalendarError, type ETag, etagOf, type PrincipalId } from '@dayport/core'
import type { Sql, SqlReader } from './client.ts'
import type { Access } from './database.ts'
import { keptOf, patchedProperties } from './properties.ts'

interface NodeRow {
  readonly path: string
  readonly collection: number
  readonly etag: string | null
  readonly content_type: string | null
  readonly bytes: number
  readonly created_ms: number
  readonly modified_ms: number
  readonly properties: string
}

interface LockRow {
  readonly token: string
  readonly path: string
  readonly deep: number
  readonly exclusive: number
  readonly note: string | null
  readonly timeout_seconds: number
  readonly expires_ms: number
}

const columns = 'path, collection, etag, content_type, bytes, created_ms, modified_ms, properties'

/** What lies at a path or below it. Two values: the path, and again the path. `0` is the character after `/`. */
const inTree = `(path = ? OR (path > ? || '/' AND path < ? || '0'))`

export const createFileStore = (access: Access, now: () => number): FileStore => ({
  getNode: async (owner, path, options) => nodeAt(access.reading(options), owner, path),
  listMembers: async (owner, path, options) => {
    const text = `SELECT ${columns} FROM dayport_file WHERE owner = ? AND parent = ? ORDER BY path`
    return access.reading(options).all<NodeRow>(text, owner, path).map(toNode)
  },
  readFile: async (owner, path, options) => {
    const text = 'SELECT data FROM dayport_file WHERE owner = ? AND path = ? AND collection = 0'
    return access.reading(options).get<{ data: Uint8Array }>(text, owner, path)?.data ?? null
  },
  usage: async (owner, options) => {
    const text = `SELECT coalesce(sum(bytes), 0) AS bytes, count(*) AS nodes FROM dayport_file WHERE owner = ?
      AND parent IS NOT NULL`
    return access.reading(options).get<{ bytes: number; nodes: number }>(text, owner) ?? { bytes: 0, nodes: 0 }
  },
  putFile: (owner, path, { data, contentType }, options) =>
    access.writing(options, (sql) => {
      const known = nodeAt(sql, owner, path)
      if (known?.kind === 'collection') throw exists()
      const etag = newEtag(sql, data)
      const state = [etag, contentType, data.length, now(), data] as const
      if (known === null) {
        assertFree(sql, owner, path)
        sql.run(
          `INSERT INTO dayport_file (etag, content_type, bytes, modified_ms, data, owner, path, parent, collection,
             created_ms, properties) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '{}')`,
          ...state,
          owner,
          path,
          parentOf(path),
          now(),
        )
      } else {
        sql.run(
          `UPDATE dayport_file SET etag = ?, content_type = ?, bytes = ?, modified_ms = ?, data = ?
             WHERE owner = ? AND path = ?`,
          ...state,
          owner,
          path,
        )
      }
      return { etag, created: known === null }
    }),
  makeCollection: (owner, path, options) =>
    access.writing(options, (sql) => {
      assertFree(sql, owner, path)
      insertCollection(sql, owner, path, now())
    }),
  patchNode: (owner, path, patch, options) =>
    access.writing(options, (sql) => {
      const node = nodeAt(sql, owner, path)
      if (node === null) throw absent()
      const json = JSON.stringify(patchedProperties(node.properties, patch))
      const text = 'UPDATE dayport_file SET properties = ? WHERE owner = ? AND path = ?'
      if (sql.run(text, json, owner, path) > 0) return
      insertCollection(sql, owner, path, 0) // the root, which had no row
      sql.run(text, json, owner, path)
    }),
  copyTree: (owner, from, to, { deep }, options) =>
    access.writing(options, (sql) => {
      if (from === '' || nodeAt(sql, owner, from) === null) throw absent()
      assertFree(sql, owner, to)
      const tree = sql.all<{ pk: number; path: string; collection: number }>(
        `SELECT pk, path, collection FROM dayport_file WHERE owner = ? AND ${deep ? inTree : 'path = ?'} ORDER BY path`,
        owner,
        ...(deep ? [from, from, from] : [from]),
      )
      for (const { pk, path, collection } of tree) {
        const copy = to + path.slice(from.length)
        const etag = collection === 1 ? null : newEtag(sql, dataOf(sql, pk))
        sql.run(
          `INSERT INTO dayport_file (owner, path, parent, collection, etag, content_type, bytes, created_ms, modified_ms,
             properties, data) SELECT owner, ?, ?, collection, ?, content_type, bytes, ?, ?, properties, data
             FROM dayport_file WHERE pk = ?`,
          copy,
          parentOf(copy),
          etag,
          now(),
          now(),
          pk,
        )
      }
    }),
  moveTree: (owner, from, to, options) =>
    access.writing(options, (sql) => {
      if (from === '' || nodeAt(sql, owner, from) === null) throw absent()
      assertFree(sql, owner, to)
      removeLocks(sql, owner, from)
      // Below first: their parent is then still named by the old path.
      sql.run(
        `UPDATE dayport_file SET path = ? || substr(path, length(?) + 1), parent = ? || substr(parent, length(?) + 1)
           WHERE owner = ? AND path > ? || '/' AND path < ? || '0'`,
        to,
        from,
        to,
        from,
        owner,
        from,
        from,
      )
      sql.run(
        'UPDATE dayport_file SET path = ?, parent = ? WHERE owner = ? AND path = ?',
        to,
        parentOf(to),
        owner,
        from,
      )
    }),
  removeTree: (owner, path, options) =>
    access.writing(options, (sql) => {
      if (nodeAt(sql, owner, path) === null) throw absent()
      removeLocks(sql, owner, path)
      sql.run(`DELETE FROM dayport_file WHERE owner = ? AND ${inTreeOf(path)}`, owner, ...treeValues(path))
    }),
  listLocks: async (owner, options) => {
    const text = `SELECT token, path, deep, exclusive, note, timeout_seconds, expires_ms FROM dayport_file_lock
      WHERE owner = ? ORDER BY path, token`
    return access.reading(options).all<LockRow>(text, owner).map(toLock)
  },
  putLock: (owner, lock, options) =>
    access.writing(options, (sql) => {
      sql.run(
        'INSERT OR REPLACE INTO dayport_file_lock VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        lock.token,
        owner,
        lock.path,
        lock.deep ? 1 : 0,
        lock.exclusive ? 1 : 0,
        lock.note,
        lock.timeoutSeconds,
        lock.expiresMs,
      )
    }),
  removeLock: (owner, token, options) =>
    access.writing(options, (sql) => {
      sql.run('DELETE FROM dayport_file_lock WHERE owner = ? AND token = ?', owner, token)
    }),
})

/** The whole tree of a person has no path above it to compare with. */
const inTreeOf = (path: FilePath): string => (path === '' ? '1 = 1' : inTree)
const treeValues = (path: FilePath): readonly string[] => (path === '' ? [] : [path, path, path])

const nodeAt = (sql: SqlReader, owner: PrincipalId, path: FilePath): FileNode | null => {
  const row = sql.get<NodeRow>(`SELECT ${columns} FROM dayport_file WHERE owner = ? AND path = ?`, owner, path)
  if (row !== undefined) return toNode(row)
  return path === '' ? root : null
}

/** @throws {CalendarError} `already-exists`, `not-found` for the parent. */
const assertFree = (sql: SqlReader, owner: PrincipalId, path: FilePath): void => {
  const parent = parentOf(path)
  if (parent === null || nodeAt(sql, owner, path) !== null) throw exists()
  if (nodeAt(sql, owner, parent)?.kind !== 'collection') throw absent()
}

const insertCollection = (sql: Sql, owner: PrincipalId, path: FilePath, nowMs: number): void => {
  sql.run(
    `INSERT INTO dayport_file (owner, path, parent, collection, bytes, created_ms, modified_ms, properties)
       VALUES (?, ?, ?, 1, 0, ?, ?, '{}')`,
    owner,
    path,
    parentOf(path),
    nowMs,
    nowMs,
  )
}

const removeLocks = (sql: Sql, owner: PrincipalId, path: FilePath): void => {
  sql.run(`DELETE FROM dayport_file_lock WHERE owner = ? AND ${inTreeOf(path)}`, owner, ...treeValues(path))
}

const newEtag = (sql: Sql, data: Uint8Array): ETag => {
  sql.run('UPDATE dayport_file_write SET last = last + 1')
  return etagOf(sql.get<{ last: number }>('SELECT last FROM dayport_file_write')?.last ?? 0, data)
}

const dataOf = (sql: SqlReader, pk: number): Uint8Array =>
  sql.get<{ data: Uint8Array }>('SELECT data FROM dayport_file WHERE pk = ?', pk)?.data ?? new Uint8Array()

const parentOf = (path: FilePath): FilePath | null =>
  path === '' ? null : path.slice(0, Math.max(0, path.lastIndexOf('/')))

const root: FileNode = {
  path: '',
  kind: 'collection',
  etag: null,
  contentType: null,
  bytes: 0,
  createdMs: 0,
  modifiedMs: 0,
  properties: {},
}

const toNode = (row: NodeRow): FileNode => ({
  path: row.path,
  kind: row.collection === 1 ? 'collection' : 'file',
  etag: row.etag,
  contentType: row.content_type,
  bytes: row.bytes,
  createdMs: row.created_ms,
  modifiedMs: row.modified_ms,
  properties: keptOf(row.properties),
})

const toLock = (row: LockRow): FileLock => ({
  token: row.token,
  path: row.path,
  deep: row.deep === 1,
  exclusive: row.exclusive === 1,
  note: row.note,
  timeoutSeconds: row.timeout_seconds,
  expiresMs: row.expires_ms,
})

const absent = (): CalendarError => new CalendarError('not-found', 'nothing is there')
const exists = (): CalendarError => new CalendarError('already-exists', 'something is there')
