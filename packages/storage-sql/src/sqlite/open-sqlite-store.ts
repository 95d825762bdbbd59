import type { FileStore, PropertyStore } from '@dayport/caldav-protocol'
import type { CalendarId, DayportStore } from '@dayport/core'
import type { AppPasswordStore } from '@dayport/http'
import type { FeedLinkStore } from '@dayport/ical-export'
import type { SubscriptionStore } from '@dayport/ical-export/subscription'
import type { OutlookBindingStore, OutlookConnectionStore } from '@dayport/outlook-sync'
import type { SyncStateStore } from '@dayport/sync-engine'
import { createAppPasswordStore } from './app-passwords.ts'
import { createCalendars } from './calendars.ts'
import { createChangeFeed, pruneTombstones } from './change-feed.ts'
import { createAccess, createDatabase, type SqliteDatabase, storeMigrations } from './database.ts'
import { createFeedLinkStore } from './feed-links.ts'
import { createFileStore } from './files.ts'
import { createFindBodies } from './find-bodies.ts'
import { createFindObjects } from './find-objects.ts'
import { migrate } from './migrate.ts'
import { calendarMigrations } from './migrations/calendars.ts'
import { createObjects } from './objects.ts'
import { createOccurrenceCache } from './occurrence-cache.ts'
import { type Connections, openConnections, type SqliteClients } from './open-connections.ts'
import { createOutlookBindingStore } from './outlook-bindings.ts'
import { createOutlookConnectionStore, type PeopleSql } from './outlook-connections.ts'
import { createPropertyStore } from './properties.ts'
import { createSubscriptionStore } from './subscriptions.ts'
import { createSyncStateStore } from './sync-state.ts'
import { createUnitQueue } from './unit-queue.ts'

export interface SqliteStoreOptions {
  /** ms since the Unix epoch. Default: the system clock. */
  readonly now?: () => number
  /** Makes calendar ids, each one new. Default: random UUIDs. */
  readonly newId?: () => string
  /** Long and repeating objects whose occurrences are kept at hand, over all calendars. Default 200 000. */
  readonly maxIndexedObjects?: number
  /** Lets a connection of Outlook be opened with its maker in one statement. Default: the host is asked by itself. */
  readonly people?: PeopleSql
}

/** Everything of Dayport that one SQLite file keeps. All parts join the same units of work. */
export interface SqliteStore extends DayportStore {
  /** The seam of @dayport/ical-export. */
  readonly feedLinks: FeedLinkStore
  /** The seam of @dayport/ical-export/subscription. A subscription goes with its calendar. */
  readonly subscriptions: SubscriptionStore
  /** The seam of @dayport/http. */
  readonly appPasswords: AppPasswordStore
  /** The seams of @dayport/outlook-sync. */
  readonly outlookBindings: OutlookBindingStore
  readonly outlookConnections: OutlookConnectionStore
  /** The seam of @dayport/sync-engine. A binding goes with its calendar. */
  readonly syncState: SyncStateStore
  /** The seams of @dayport/caldav-protocol. */
  readonly files: FileStore
  readonly properties: PropertyStore
  /** The same file for the host's own tables. */
  readonly database: SqliteDatabase
  /**
   * Forgets tombstones older than that, of one calendar or (`null`) of all, and with them refuses the sync tokens that needed
   * them. Returns how many. Without it tombstones stay for ever.
   *
   * @throws {CalendarError} `not-found`.
   */
  pruneTombstones(calendar: CalendarId | null, options: { readonly olderThanMs: number }): Promise<number>
  /** Finishes the units of work that were asked for, then closes the file. Later writes are refused with a TypeError. */
  close(): Promise<void>
}

/**
 * Opens the file, makes or updates its tables, and serves it until `close`. `where` is a path, `':memory:'` for a private store
 * that goes with `close`, or two connections of the host's own driver to one file.
 *
 * A unit of work must not wait for another one, nor write without handing on its `tx`: units run one after another.
 *
 * @throws {Error} of the driver when the file cannot be opened, and when its tables are newer than this program.
 */
export const openSqliteStore = (where: string | SqliteClients, options: SqliteStoreOptions = {}): SqliteStore => {
  const now = options.now ?? Date.now
  const newId = options.newId ?? (() => crypto.randomUUID())
  const connections = openConnections(where)
  prepareTables(connections)
  const queue = createUnitQueue(connections)
  const access = createAccess(connections, queue)
  return {
    ...createCalendars(access, now, newId),
    ...createObjects(access, now),
    ...createChangeFeed(access),
    findObjects: createFindObjects(access, createOccurrenceCache(options.maxIndexedObjects ?? 200_000)),
    findBodies: createFindBodies(access),
    transaction: async (work, call) => {
      if (call?.tx === undefined) return queue.run(work, call)
      queue.assertOpen(call.tx)
      return work(call.tx)
    },
    pruneTombstones: (calendar, { olderThanMs }) => pruneTombstones(access, calendar, now() - olderThanMs),
    feedLinks: createFeedLinkStore(access),
    subscriptions: createSubscriptionStore(access),
    appPasswords: createAppPasswordStore(access),
    outlookBindings: createOutlookBindingStore(access),
    outlookConnections: createOutlookConnectionStore(access, options.people),
    syncState: createSyncStateStore(access),
    files: createFileStore(access, now),
    properties: createPropertyStore(access),
    database: createDatabase(connections, access),
    close: async () => {
      await queue.close()
      connections.close()
    },
  }
}

const prepareTables = (connections: Connections): void => {
  const { writer } = connections
  try {
    writer.exec('BEGIN IMMEDIATE')
    migrate(writer, storeMigrations, calendarMigrations)
    writer.exec('COMMIT')
  } catch (error) {
    connections.close() // undoes an unfinished migration
    throw error
  }
}
