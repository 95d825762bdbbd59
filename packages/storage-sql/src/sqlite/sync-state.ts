import { CalendarError } from '@dayport/core'
import type {
  HistoryEntry,
  InboxRow,
  MailboxState,
  SyncBinding,
  SyncConnection,
  SyncLink,
  SyncOperation,
  SyncRun,
  SyncStateStore,
} from '@dayport/sync-engine'
import type { SqlValue } from './client.ts'
import type { Access } from './database.ts'

interface DataRow {
  readonly data: string
}

interface InboxSqlRow extends DataRow {
  readonly object: Uint8Array | null
}

interface HistorySqlRow extends DataRow {
  readonly kept: Uint8Array | null
}

const fromJson = <T>({ data }: DataRow): T => JSON.parse(data) as T
/** The driver may hand out a view of its own kind; ours are plain. */
const plainBytes = (bytes: Uint8Array | null): Uint8Array | null => (bytes === null ? null : new Uint8Array(bytes))
const toInbox = (row: InboxSqlRow): InboxRow => ({ ...fromJson<InboxRow>(row), data: plainBytes(row.object) })
const toHistory = (row: HistorySqlRow): HistoryEntry => ({ ...fromJson<HistoryEntry>(row), kept: plainBytes(row.kept) })

/** SQLite reads no larger LIMIT. */
const bounded = (limit: number): number => Math.min(limit, 2_000_000_000)
const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ')

/** Conditions with their values, joined by AND. */
const createWhere = (first: string, ...values: SqlValue[]) => {
  const parts = [first]
  return {
    values,
    add(part: string, ...more: SqlValue[]): void {
      parts.push(part)
      values.push(...more)
    },
    get text(): string {
      return parts.join(' AND ')
    },
  }
}

/** The state of @dayport/sync-engine in the tables of the store. */
export const createSyncStateStore = (access: Access): SyncStateStore => {
  type Call = Parameters<Access['reading']>[0]

  const one = <T>(call: Call, text: string, ...values: SqlValue[]): T | null => {
    const row = access.reading(call).get<DataRow>(text, ...values)
    return row === undefined ? null : fromJson<T>(row)
  }
  const many = <T>(call: Call, text: string, ...values: SqlValue[]): readonly T[] =>
    access
      .reading(call)
      .all<DataRow>(text, ...values)
      .map(fromJson<T>)

  const linksByUid = async (
    which: string,
    binding: string,
    uid: string,
    options: Call,
  ): Promise<readonly SyncLink[]> => {
    const text = `SELECT ${linkData} FROM dayport_sync_link
      WHERE ${which} AND ((binding = ? AND uid = ?) OR (binding = ? AND remote_uid = ?)) ${newestFirst}`
    return many<SyncLink>(options, text, binding, uid, binding, uid)
  }

  const inboxWhere = (binding: string, filter: Parameters<SyncStateStore['listInbox']>[1]) => {
    const where = createWhere('binding = ?', binding)
    if (filter.side !== undefined) where.add('side = ?', filter.side)
    if (filter.states !== undefined) where.add(`state IN (${marks(filter.states)})`, ...filter.states)
    if (filter.readyMs !== undefined) where.add('not_before_ms <= ?', filter.readyMs)
    if (filter.after !== undefined) where.add('(side, name) > (?, ?)', filter.after.side, filter.after.name)
    return where
  }

  return {
    putConnection: (connection, options) =>
      access.writing(options, (sql) => {
        sql.run(
          'INSERT INTO dayport_sync_connection (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data',
          connection.id,
          JSON.stringify(connection),
        )
      }),
    getConnection: async (id, options) =>
      one<SyncConnection>(options, 'SELECT data FROM dayport_sync_connection WHERE id = ?', id),
    listConnections: async (options) =>
      many<SyncConnection>(options, 'SELECT data FROM dayport_sync_connection ORDER BY id'),
    deleteConnection: (id, options) =>
      access.writing(options, (sql) => {
        sql.run('DELETE FROM dayport_sync_connection WHERE id = ?', id)
      }),

    createBinding: (binding, options) =>
      access.writing(options, (sql) => {
        if (sql.get('SELECT 1 FROM dayport_sync_connection WHERE id = ?', binding.connection) === undefined) {
          throw new CalendarError('not-found', 'there is no such connection')
        }
        for (const part of ['id', 'calendar', 'remote'] as const) {
          if (sql.get(`SELECT 1 FROM dayport_sync_binding WHERE ${part} = ?`, binding[part]) === undefined) continue
          throw new CalendarError('already-exists', `a binding has this ${part} already`, { details: { part } })
        }
        sql.run(
          `INSERT INTO dayport_sync_binding (id, connection, principal, calendar, mailbox, remote, data)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          binding.id,
          binding.connection,
          binding.principal,
          binding.calendar,
          binding.mailbox,
          binding.remote,
          JSON.stringify(binding),
        )
      }),
    putBinding: (binding, options) =>
      access.writing(options, (sql) => {
        sql.run(
          `UPDATE dayport_sync_binding SET connection = ?, principal = ?, calendar = ?, mailbox = ?, remote = ?, data = ?
           WHERE id = ?`,
          binding.connection,
          binding.principal,
          binding.calendar,
          binding.mailbox,
          binding.remote,
          JSON.stringify(binding),
          binding.id,
        )
      }),
    getBinding: async (id, options) =>
      one<SyncBinding>(options, 'SELECT data FROM dayport_sync_binding WHERE id = ?', id),
    listBindings: async ({ connection, principal, mailbox }, options) => {
      const where = createWhere('true')
      if (connection !== undefined) where.add('connection = ?', connection)
      if (principal !== undefined) where.add('principal = ?', principal)
      if (mailbox !== undefined) where.add('mailbox = ?', mailbox)
      const text = `SELECT data FROM dayport_sync_binding WHERE ${where.text} ORDER BY id`
      return many<SyncBinding>(options, text, ...where.values)
    },
    deleteBinding: (id, options) =>
      access.writing(options, (sql) => {
        sql.run('DELETE FROM dayport_sync_binding WHERE id = ?', id)
      }),

    getMailbox: async (mailbox, options) =>
      one<MailboxState>(options, 'SELECT data FROM dayport_sync_mailbox WHERE mailbox = ?', mailbox),
    putMailbox: (state, options) =>
      access.writing(options, (sql) => {
        sql.run(
          'INSERT OR REPLACE INTO dayport_sync_mailbox (mailbox, data) VALUES (?, ?)',
          state.mailbox,
          JSON.stringify(state),
        )
      }),

    putInbox: (rows, options) =>
      access.writing(options, (sql) => {
        for (const { data, ...row } of rows) {
          sql.run(
            `INSERT OR REPLACE INTO dayport_sync_inbox (binding, side, name, state, not_before_ms, uid, digest, object, data)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            row.binding,
            row.side,
            row.name,
            row.state,
            row.notBeforeMs,
            row.uid,
            row.digest,
            data,
            JSON.stringify(row),
          )
        }
      }),
    getInbox: async ({ binding, side, name }, options) => {
      const text = 'SELECT data, object FROM dayport_sync_inbox WHERE binding = ? AND side = ? AND name = ?'
      const row = access.reading(options).get<InboxSqlRow>(text, binding, side, name)
      return row === undefined ? null : toInbox(row)
    },
    listInbox: async (binding, filter, limit, options) => {
      const where = inboxWhere(binding, filter)
      const text = `SELECT data, object FROM dayport_sync_inbox WHERE ${where.text} ORDER BY side, name LIMIT ?`
      return access
        .reading(options)
        .all<InboxSqlRow>(text, ...where.values, bounded(limit))
        .map(toInbox)
    },
    countInbox: async (binding, filter, options) => {
      const where = inboxWhere(binding, filter)
      const text = `SELECT count(*) AS count FROM dayport_sync_inbox WHERE ${where.text}`
      return access.reading(options).get<{ readonly count: number }>(text, ...where.values)?.count ?? 0
    },
    findInbox: async (binding, side, by, options) => {
      const [column, value] = 'uid' in by ? ['uid', by.uid] : ['digest', by.digest]
      const text = `SELECT data, object FROM dayport_sync_inbox
        WHERE binding = ? AND side = ? AND state = 'loaded' AND ${column} = ? ORDER BY name`
      return access.reading(options).all<InboxSqlRow>(text, binding, side, value).map(toInbox)
    },
    deleteInbox: (refs, options) =>
      access.writing(options, (sql) => {
        for (const { binding, side, name } of refs) {
          sql.run('DELETE FROM dayport_sync_inbox WHERE binding = ? AND side = ? AND name = ?', binding, side, name)
        }
      }),

    putLinks: (links, options) =>
      access.writing(options, (sql) => {
        for (const link of links) {
          sql.run(
            `INSERT OR REPLACE INTO dayport_sync_link (id, binding, uid, remote_uid, state, portal_name, remote_name,
               seen_portal, seen_remote, updated_ms, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            link.id,
            link.binding,
            link.uid,
            link.remoteUid,
            link.state,
            link.portal?.name ?? null,
            link.remote?.name ?? null,
            link.seenPortal,
            link.seenRemote,
            link.updatedMs,
            JSON.stringify(link),
          )
        }
      }),
    getLink: async (id, options) => {
      const text = `SELECT ${linkData} FROM dayport_sync_link WHERE id = ?`
      return one<SyncLink>(options, text, id)
    },
    findLink: async (binding, side, name, options) => {
      const text = `SELECT ${linkData} FROM dayport_sync_link WHERE binding = ? AND ${side}_name = ? ${newestFirst} LIMIT 1`
      return one<SyncLink>(options, text, binding, name)
    },
    findLinksByUid: (binding, uid, options) => linksByUid("state <> 'tombstone'", binding, uid, options),
    findTombstonesByUid: (binding, uid, options) => linksByUid("state = 'tombstone'", binding, uid, options),
    listLinks: async (binding, { states, unseen, after }, limit, options) => {
      const where = createWhere('binding = ?', binding)
      if (states !== undefined) where.add(`state IN (${marks(states)})`, ...states)
      if (unseen !== undefined) {
        where.add(`state <> 'tombstone' AND ${unseen.side}_name IS NOT NULL`)
        where.add(`seen_${unseen.side} < ?`, unseen.generation)
      }
      if (after !== undefined) where.add('id > ?', after)
      const text = `SELECT ${linkData} FROM dayport_sync_link WHERE ${where.text} ORDER BY id LIMIT ?`
      return many<SyncLink>(options, text, ...where.values, bounded(limit))
    },
    countLinks: async (binding, states, options) => {
      const text = `SELECT count(*) AS count FROM dayport_sync_link WHERE binding = ? AND state IN (${marks(states)})`
      return access.reading(options).get<{ readonly count: number }>(text, binding, ...states)?.count ?? 0
    },
    markSeen: (binding, side, names, generation, options) =>
      access.writing(options, (sql) => {
        const text = `UPDATE dayport_sync_link SET seen_${side} = ? WHERE binding = ? AND ${side}_name = ?`
        for (const name of names) sql.run(text, generation, binding, name)
      }),

    putOperation: (operation, options) =>
      access.writing(options, (sql) => {
        sql.run(
          'INSERT OR REPLACE INTO dayport_sync_operation (id, binding, state, sent_ms, data) VALUES (?, ?, ?, ?, ?)',
          operation.id,
          operation.binding,
          operation.state,
          operation.sentMs,
          JSON.stringify(operation),
        )
      }),
    getOperation: async (id, options) =>
      one<SyncOperation>(options, 'SELECT data FROM dayport_sync_operation WHERE id = ?', id),
    listOperations: async (binding, states, options) => {
      const text = `SELECT data FROM dayport_sync_operation WHERE binding = ? AND state IN (${marks(states)})
        ORDER BY sent_ms, id`
      return many<SyncOperation>(options, text, binding, ...states)
    },

    putRun: (run, options) =>
      access.writing(options, (sql) => {
        sql.run(
          'INSERT OR REPLACE INTO dayport_sync_run (id, binding, started_ms, data) VALUES (?, ?, ?, ?)',
          run.id,
          run.binding,
          run.startedMs,
          JSON.stringify(run),
        )
      }),
    getRun: async (id, options) => one<SyncRun>(options, 'SELECT data FROM dayport_sync_run WHERE id = ?', id),
    listRuns: async (binding, limit, options) =>
      many<SyncRun>(
        options,
        'SELECT data FROM dayport_sync_run WHERE binding = ? ORDER BY started_ms DESC, id DESC LIMIT ?',
        binding,
        bounded(limit),
      ),
    putHistory: (entries, options) =>
      access.writing(options, (sql) => {
        for (const { kept, ...entry } of entries) {
          sql.run(
            'INSERT OR REPLACE INTO dayport_sync_history (id, binding, run, link, at_ms, kept, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
            entry.id,
            entry.binding,
            entry.run,
            entry.link,
            entry.atMs,
            kept,
            JSON.stringify(entry),
          )
        }
      }),
    getHistory: async (id, options) => {
      const text = 'SELECT data, kept FROM dayport_sync_history WHERE id = ?'
      const row = access.reading(options).get<HistorySqlRow>(text, id)
      return row === undefined ? null : toHistory(row)
    },
    listHistory: async (binding, of, limit, options) => {
      const [column, value] = 'run' in of ? ['run', of.run] : ['link', of.link]
      const text = `SELECT data, kept FROM dayport_sync_history WHERE binding = ? AND ${column} = ?
        ORDER BY at_ms DESC, id DESC LIMIT ?`
      return access.reading(options).all<HistorySqlRow>(text, binding, value, bounded(limit)).map(toHistory)
    },
    prune: (binding, { beforeMs, tombstonesBeforeMs }, options) =>
      access.writing(options, (sql) => {
        sql.run('DELETE FROM dayport_sync_run WHERE binding = ? AND started_ms < ?', binding, beforeMs)
        sql.run('DELETE FROM dayport_sync_history WHERE binding = ? AND at_ms < ?', binding, beforeMs)
        sql.run(
          "DELETE FROM dayport_sync_operation WHERE binding = ? AND state IN ('confirmed', 'abandoned') AND sent_ms < ?",
          binding,
          beforeMs,
        )
        sql.run(
          "DELETE FROM dayport_sync_link WHERE binding = ? AND state = 'tombstone' AND updated_ms < ?",
          binding,
          tombstonesBeforeMs,
        )
      }),
  }
}

/** `markSeen` writes its columns only: they win over what the JSON says. */
const linkData = "json_set(data, '$.seenPortal', seen_portal, '$.seenRemote', seen_remote) AS data"

const newestFirst = "ORDER BY state = 'tombstone', updated_ms DESC, id"
