import type { FeedLinkRecord, FeedLinkStore } from '@dayport/ical-export'

/** Feed links in memory; @dayport/storage-sql keeps them in a database. */
export const createLinkStore = (): FeedLinkStore => {
  const records = new Map<string, FeedLinkRecord>()
  const change = (id: string, by: Partial<FeedLinkRecord>): void => {
    const record = records.get(id)
    if (record !== undefined) records.set(id, { ...record, ...by })
  }
  return {
    create: async (record) => void records.set(record.id, record),
    get: async (id) => records.get(id) ?? null,
    list: async (principal) => [...records.values()].filter((record) => record.principal === principal),
    update: async (id, state) => change(id, state),
    revoke: async (id, revokedMs) => {
      if (records.get(id)?.revokedMs === null) change(id, { revokedMs })
    },
    touch: async (id, fetch) => change(id, fetch),
  }
}
