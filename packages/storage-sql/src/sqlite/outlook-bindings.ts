import type { ItemBinding, ListRef, OutlookBindingStore, OutlookList } from '@dayport/outlook-sync'
import type { Access } from './database.ts'

interface BindingRow extends Omit<ItemBinding, 'deleted' | 'windowed' | 'bag' | 'files'> {
  readonly deleted: number
  readonly windowed: number
  readonly bag: string
  readonly files: string | null
}

type BoundColumns = [id: number, objectName: string, key: string, files: string | null, row: Uint8Array | null]

export const listColumns = `calendar, view, guid, created_ms AS createdMs, sequence, pruned_sequence AS prunedSequence,
  last_item_id AS lastItemId, sync_token AS syncToken, revision, window_date AS windowDate, mapped_by AS mappedBy`

const itemColumns = `id, object_name AS objectName, key, uid, version, sequence, deleted, restored_sequence AS restoredSequence, digest, unique_id AS uniqueId,
  series_guid AS seriesGuid, recurrence_digest AS recurrenceDigest, replication_id AS replicationId, bag, windowed,
  created_ms AS createdMs, modified_ms AS modifiedMs, files, row`

const filesOf = (text: string | null): ItemBinding['files'] =>
  text === null ? [] : (JSON.parse(text) as ItemBinding['files'])

const toBinding = (row: BindingRow): ItemBinding => ({
  ...row,
  deleted: row.deleted === 1,
  windowed: row.windowed === 1,
  bag: JSON.parse(row.bag) as Record<string, string>,
  files: filesOf(row.files),
})

const ofList = 'list = (SELECT pk FROM dayport_outlook_list WHERE calendar = ? AND view = ?)'

const keyOf = ({ calendar, view }: ListRef): [string, string] => [calendar, view]

/** Named, because without statistics SQLite would rather walk the whole list by its primary key. */
const byObject = 'INDEXED BY dayport_outlook_item_object'
const byReplication = 'INDEXED BY dayport_outlook_item_replication'
const byDeletion = 'INDEXED BY dayport_outlook_item_gone'
const byUid = 'INDEXED BY dayport_outlook_item_uid'
const bySeries = 'INDEXED BY dayport_outlook_item_series'

/** SQLite reads no larger LIMIT. */
const bounded = (limit: number): number => Math.min(limit, 2_000_000_000)

export const createOutlookBindingStore = (access: Access): OutlookBindingStore => {
  const one = (
    call: Parameters<Access['reading']>[0],
    index: string,
    where: string,
    ...values: (string | number)[]
  ): ItemBinding | null => {
    const text = `SELECT ${itemColumns} FROM dayport_outlook_item ${index} WHERE ${ofList} AND ${where} LIMIT 1`
    const row = access.reading(call).get<BindingRow>(text, ...values)
    return row === undefined ? null : toBinding(row)
  }
  return {
    getList: async (list, options) => {
      const text = `SELECT ${listColumns} FROM dayport_outlook_list WHERE calendar = ? AND view = ?`
      return access.reading(options).get<OutlookList>(text, ...keyOf(list)) ?? null
    },
    putList: (list, options) =>
      access.writing(options, (sql) => {
        sql.run(
          `INSERT INTO dayport_outlook_list (calendar, view, guid, created_ms, sequence, pruned_sequence, last_item_id,
             sync_token, revision, window_date, mapped_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (calendar, view) DO UPDATE SET guid = excluded.guid, created_ms = excluded.created_ms,
             sequence = excluded.sequence, pruned_sequence = excluded.pruned_sequence,
             last_item_id = excluded.last_item_id, sync_token = excluded.sync_token, revision = excluded.revision,
             window_date = excluded.window_date, mapped_by = excluded.mapped_by`,
          list.calendar,
          list.view,
          list.guid,
          list.createdMs,
          list.sequence,
          list.prunedSequence,
          list.lastItemId,
          list.syncToken,
          list.revision,
          list.windowDate,
          list.mappedBy,
        )
      }),
    getBinding: async (list, id, options) => one(options, '', 'id = ?', ...keyOf(list), id),
    bindingsOf: async (list, names, options) => {
      const sql = access.reading(options)
      const text = `SELECT ${itemColumns} FROM dayport_outlook_item ${byObject}
        WHERE ${ofList} AND object_name = ? AND deleted = 0`
      const found = [...new Set(names)].flatMap((name) => sql.all<BindingRow>(text, ...keyOf(list), name))
      return found.map(toBinding).sort((a, b) => a.id - b.id)
    },
    deletedOf: async (list, uids, options) => {
      const sql = access.reading(options)
      const text = `SELECT ${itemColumns} FROM dayport_outlook_item ${byUid} WHERE ${ofList} AND uid = ? AND deleted = 1`
      const found = [...new Set(uids)].flatMap((uid) => sql.all<BindingRow>(text, ...keyOf(list), uid))
      return found.map(toBinding).sort((a, b) => a.sequence - b.sequence)
    },
    findByReplicationId: async (list, replicationId, options) =>
      one(
        options,
        byReplication,
        'replication_id IS NOT NULL AND upper(replication_id) = upper(?) ORDER BY deleted, sequence DESC',
        ...keyOf(list),
        replicationId,
      ),
    findMaster: async (list, seriesGuid, options) =>
      one(
        options,
        bySeries,
        'upper(series_guid) = upper(?) AND recurrence_digest IS NOT NULL AND deleted = 0',
        ...keyOf(list),
        seriesGuid,
      ),
    putBindings: (list, bindings, options) =>
      access.writing(options, (sql) => {
        const found = 'SELECT pk FROM dayport_outlook_list WHERE calendar = ? AND view = ?'
        const pk = sql.get<{ readonly pk: number }>(found, ...keyOf(list))?.pk
        if (pk === undefined) throw new TypeError('expected putList before putBindings')
        for (const binding of bindings) {
          sql.run(
            `INSERT OR REPLACE INTO dayport_outlook_item (list, id, object_name, key, version, sequence, deleted, digest, unique_id,
               series_guid, recurrence_digest, replication_id, bag, windowed, created_ms, modified_ms, files, row, uid,
               restored_sequence)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            pk,
            binding.id,
            binding.objectName,
            binding.key,
            binding.version,
            binding.sequence,
            binding.deleted ? 1 : 0,
            binding.digest,
            binding.uniqueId,
            binding.seriesGuid,
            binding.recurrenceDigest,
            binding.replicationId,
            JSON.stringify(binding.bag),
            binding.windowed ? 1 : 0,
            binding.createdMs,
            binding.modifiedMs,
            binding.files.length === 0 ? null : JSON.stringify(binding.files),
            binding.row,
            binding.uid,
            binding.restoredSequence,
          )
        }
      }),
    changedSince: async (list, sequence, limit, options) =>
      access
        .reading(options)
        .all<BindingRow>(
          `SELECT ${itemColumns} FROM dayport_outlook_item WHERE ${ofList} AND sequence > ?
           ORDER BY sequence, id LIMIT ?`,
          ...keyOf(list),
          sequence,
          bounded(limit),
        )
        .map(toBinding),
    bindingsAfter: async (list, objectName, limit, options) =>
      access.snapshot(options, (sql) => {
        const page = `SELECT ${itemColumns} FROM dayport_outlook_item ${byObject}
          WHERE ${ofList} AND object_name > ? AND deleted = 0 ORDER BY object_name, id LIMIT ?`
        const rows = sql.all<BindingRow>(page, ...keyOf(list), objectName ?? '', bounded(limit))
        const last = rows.at(-1)
        if (last === undefined || rows.length < limit) return rows.map(toBinding)
        // The last object may have more items than fitted in.
        const rest = `SELECT ${itemColumns} FROM dayport_outlook_item ${byObject}
          WHERE ${ofList} AND object_name = ? AND id > ? AND deleted = 0 ORDER BY id`
        return [...rows, ...sql.all<BindingRow>(rest, ...keyOf(list), last.objectName, last.id)].map(toBinding)
      }),
    rowsAfter: async (list, objectName, limit, options) =>
      access.snapshot(options, (sql) => {
        const columns = 'id, object_name, key, files, row'
        const page = `SELECT ${columns} FROM dayport_outlook_item ${byObject}
          WHERE ${ofList} AND object_name > ? AND deleted = 0 ORDER BY object_name, id LIMIT ?`
        const rows = sql.rows<BoundColumns>(page, ...keyOf(list), objectName ?? '', bounded(limit))
        const last = rows.at(-1)
        if (last !== undefined && rows.length >= limit) {
          const rest = `SELECT ${columns} FROM dayport_outlook_item ${byObject}
            WHERE ${ofList} AND object_name = ? AND id > ? AND deleted = 0 ORDER BY id`
          rows.push(...sql.rows<BoundColumns>(rest, ...keyOf(list), last[1], last[0]))
        }
        return rows.map(([id, name, key, files, row]) => ({ id, objectName: name, key, files: filesOf(files), row }))
      }),
    windowedNames: async (list, options) =>
      access
        .reading(options)
        .all<{ readonly name: string }>(
          `SELECT DISTINCT object_name AS name FROM dayport_outlook_item
           WHERE ${ofList} AND windowed = 1 AND deleted = 0`,
          ...keyOf(list),
        )
        .map(({ name }) => name),
    countItems: async (list, options) =>
      access
        .reading(options)
        .get<{ readonly count: number }>(
          `SELECT count(*) AS count FROM dayport_outlook_item WHERE ${ofList} AND deleted = 0`,
          ...keyOf(list),
        )?.count ?? 0,
    forgetDeleted: (beforeMs, options) =>
      access.writing(options, (sql) => {
        const gone = `${byDeletion} WHERE deleted = 1 AND modified_ms < ?`
        sql.run(
          `UPDATE dayport_outlook_list SET pruned_sequence = last FROM
             (SELECT list, max(sequence) AS last FROM dayport_outlook_item ${gone} GROUP BY list)
           WHERE pk = list AND last > pruned_sequence`,
          beforeMs,
        )
        return sql.run(`DELETE FROM dayport_outlook_item ${gone}`, beforeMs)
      }),
  }
}
