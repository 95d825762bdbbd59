import type { DayportStore } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import { createFailureLimit } from '@dayport/http'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'
import type { SyncStateStore } from '@dayport/sync-engine'
import type { People } from '../accounts/people.ts'
import type { Settings } from '../accounts/settings.ts'
import type { DoorSwitches } from '../door-switches.ts'
import type { Vault } from '../exchange/vault.ts'
import { createJoined } from './joined.ts'
import type { ExchangeFolders } from './joined-engine.ts'
import { createJoinedStore, joinedSchema } from './joined-store.ts'
import { createJoinedOAuth } from './oauth.ts'
import { createOutside } from './outside.ts'
import { createOutsideFetch } from './outside-fetch.ts'
import { createJoinedSettings } from './settings.ts'

export interface OpenJoinedOptions {
  readonly db: SqliteDatabase
  readonly store: DayportStore
  readonly service: CalendarService
  readonly state: SyncStateStore
  readonly people: People
  readonly settings: Settings
  readonly doors: DoorSwitches
  readonly vault: Vault
  /** Reaches servers whose address an administrator has entered. */
  readonly fetchService: typeof fetch
  readonly now: () => number
  readonly newId: () => string
  readonly userAgent: string
  readonly portalId: string
  readonly exchange: ExchangeFolders
  readonly onStatus: (person: string) => void
  readonly onError: (error: unknown) => void
}

/** Tries of one person to sign in at outside servers that failed: ten at once, forgiven over ten minutes. */
const tries = { maxFailures: 10, windowMs: 10 * 60_000, maxEntries: 10_000 }

/** Puts the parts of outside calendars together. */
export const openJoined = async (options: OpenJoinedOptions) => {
  const { db, vault, now, newId, doors } = options
  await db.migrate('portal-joined', joinedSchema)
  const joinedStore = createJoinedStore({ db, vault })
  const joinedSettings = createJoinedSettings({ settings: options.settings, vault, now })
  const joinedOAuth = createJoinedOAuth({ settings: joinedSettings, fetch: options.fetchService, newId, now })
  const outside = createOutside({
    ...options,
    store: joinedStore,
    oauth: joinedOAuth,
    fetchOutside: createOutsideFetch((origin) => joinedSettings.get().inside.includes(origin)),
  })
  const joined = createJoined({
    store: joinedStore,
    outside,
    calendars: options.store,
    service: options.service,
    state: options.state,
    people: options.people,
    settings: joinedSettings.get,
    mayUse: (who) => doors.mayUse('joined', who),
    isOn: () => doors.isOn('joined'),
    exchange: options.exchange,
    now,
    newId,
    onStatus: options.onStatus,
    onError: options.onError,
  })
  return { joined, joinedSettings, joinedOAuth, joinedTries: createFailureLimit({ ...tries, now }) }
}

export type JoinedPortalParts = Awaited<ReturnType<typeof openJoined>>
