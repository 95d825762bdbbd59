import type { GraphSubscription, GraphSubscriptionStore } from '@dayport/exchange-connector/graph'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'
import type { Vault } from './vault.ts'

/** Migrations; append only. */
export const subscriptionsSchema: readonly string[] = [
  `CREATE TABLE portal_graph_subscriptions (
    holder TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (holder, mailbox)
  ) STRICT, WITHOUT ROWID`,
]

/** Keeps subscriptions of Exchange Online, and knows for whom there are any. */
export interface KeptSubscriptions extends GraphSubscriptionStore {
  mailboxes(): readonly string[]
}

interface Row {
  readonly mailbox: string
  readonly id: string
  readonly sealed: string
  readonly created_ms: number
  readonly expires_ms: number
}

const columns = 'mailbox, id, sealed, created_ms, expires_ms'
const purpose = 'graph-subscription'

/**
 * Subscriptions in the database, so that a portal that begins anew renews what it has instead of asking for as many again. The text that
 * proves a delivery is sealed.
 *
 * @param holder the application and the address that they were made for; those of another are not seen.
 */
export const createSubscriptionStore = (
  { db, vault }: { readonly db: SqliteDatabase; readonly vault: Vault },
  holder: string,
): KeptSubscriptions => {
  const opened = (row: Row | undefined): GraphSubscription | null => {
    if (row === undefined) return null
    try {
      const clientState = vault.open(row.sealed, purpose)
      return { user: row.mailbox, id: row.id, clientState, createdMs: row.created_ms, expiresMs: row.expires_ms }
    } catch {
      // Sealed by another key: its deliveries cannot be proven. A new one is made, and this one ends by itself.
      return null
    }
  }
  const find = (column: 'mailbox' | 'id', value: string): GraphSubscription | null =>
    opened(
      db.read.get<Row>(
        `SELECT ${columns} FROM portal_graph_subscriptions WHERE holder = ? AND ${column} = ?`,
        holder,
        value,
      ),
    )
  return {
    byUser: async (user) => find('mailbox', user),
    byId: async (id) => find('id', id),
    put: ({ user, id, clientState, createdMs, expiresMs }) =>
      db.write((sql) => {
        sql.run(
          `INSERT OR REPLACE INTO portal_graph_subscriptions (holder, ${columns}) VALUES (?, ?, ?, ?, ?, ?)`,
          holder,
          user,
          id,
          vault.seal(clientState, purpose),
          createdMs,
          expiresMs,
        )
      }),
    delete: (user) =>
      db.write((sql) => {
        sql.run('DELETE FROM portal_graph_subscriptions WHERE holder = ? AND mailbox = ?', holder, user)
      }),
    mailboxes: () =>
      db.read
        .all<{ mailbox: string }>('SELECT mailbox FROM portal_graph_subscriptions WHERE holder = ?', holder)
        .map(({ mailbox }) => mailbox),
  }
}
