import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCalDavHandler, wellKnownCalDav } from '@dayport/caldav-protocol'
import { signerName } from '@dayport/client-setup/signing'
import {
  type CalendarEvent,
  createAuthorize,
  createCalendarService,
  createProjector,
  detailOf,
} from '@dayport/core/service'
import { createAppPasswords } from '@dayport/http'
import { brotliBody, createGuardedFetch, hmacSha256 } from '@dayport/http/node'
import { createFeedHandler, createFeedLinks } from '@dayport/ical-export'
import { createSubscriptions, type FetchAddress } from '@dayport/ical-export/subscription'
import { createListService, createOutlookConnections } from '@dayport/outlook-sync'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { createAcquaintance } from './accounts/acquaintance.ts'
import { createAudit } from './accounts/audit.ts'
import { createCalendarList } from './accounts/calendar-list.ts'
import { createFavourites } from './accounts/favourites.ts'
import { createPeople, peopleSql } from './accounts/people.ts'
import { createRefusedDevices } from './accounts/refused-devices.ts'
import { accountsSchema } from './accounts/schema.ts'
import { createSessions } from './accounts/sessions.ts'
import { createSettings } from './accounts/settings.ts'
import { createSignIn } from './accounts/sign-in.ts'
import { admit } from './admit.ts'
import { listedCalendars } from './api/calendar-json.ts'
import { apiOperations } from './api/index.ts'
import { createApiRouter } from './api/router.ts'
import { createCompany } from './company.ts'
import type { PortalConfig } from './config.ts'
import { createConnectPage } from './connect-page.ts'
import { readSessionCookie } from './cookie.ts'
import { davSubscriptions } from './dav-subscriptions.ts'
import { createDoorSwitches } from './door-switches.ts'
import { createDoors, type Handler } from './doors.ts'
import { createErrorLog } from './error-log.ts'
import { createExchange } from './exchange/exchange.ts'
import { membersSchema } from './exchange/members.ts'
import { subscriptionsSchema } from './exchange/subscription-store.ts'
import { createVault } from './exchange/vault.ts'
import { feedTexts } from './feed-texts.ts'
import { createImportJobs } from './import-jobs.ts'
import { isJoinedConnection } from './joined/joined-engine.ts'
import { openJoined } from './joined/open-joined.ts'
import { ownState } from './joined/own-state.ts'
import { openKeys } from './keys.ts'
import { createLinkChecks } from './link-check.ts'
import { type After, createLive } from './live.ts'
import type { Logger } from './log.ts'
import { startMaintenance } from './maintenance.ts'
import { createMetrics } from './metrics.ts'
import { metricsGuard } from './metrics-guard.ts'
import { createOidc } from './oidc.ts'
import { createOutlookDoor } from './outlook-door.ts'
import type { PortalParts } from './parts.ts'
import { portalIdOf } from './portal-id.ts'
import { createProvision } from './provision.ts'
import { startRefreshing } from './refresh-timer.ts'
import { createInvitations, invitationsSchema } from './scheduling/invitations.ts'
import { createScheduling } from './scheduling/scheduling.ts'
import { createSetupCode } from './setup-code.ts'
import { createSetupTickets } from './setup-tickets.ts'
import { openStaticFiles, type StaticFiles } from './static-files.ts'
import { openUploads } from './uploads.ts'

/** A portal that answers requests; nothing listens yet. */
export interface Portal {
  /** Every door behind one function. */
  readonly fetch: Handler
  readonly parts: PortalParts
  /** Ends what would never end by itself: the streams of open pages. Call it before waiting for requests to finish. */
  endStreams(): void
  /** Stops imports and refreshes between two objects, finishes writes and closes the database. */
  close(): Promise<void>
}

/** What may be handed in; the rest comes from `config`. */
export interface OpenPortalOptions {
  readonly log: Logger
  /** ms since the Unix epoch. Default: the system clock. */
  readonly now?: () => number
  /** Folder of the built page; `null` serves none. */
  readonly webRoot: string | null
  readonly version: string
  /** Fetches addresses that people enter. Default: one that refuses addresses of the network inside. */
  readonly fetchAddress?: FetchAddress
  /** Reaches servers whose address an administrator enters: Exchange, Google, Microsoft 365. Default: the runtime's own. */
  readonly fetchExchange?: typeof globalThis.fetch
  /** Runs something later. Default: a timer that keeps no process alive. */
  readonly after?: After
}

const afterTimer: After = (ms, work) => {
  const timer = setTimeout(work, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Opens the database and the keys below DATA_DIR, and puts all parts together. */
export const openPortal = async (config: PortalConfig, options: OpenPortalOptions): Promise<Portal> => {
  const { log, now = Date.now } = options
  const newId = (): string => randomUUID()
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const keys = await openKeys(config.dataDir, randomBytes)
  const store = openSqliteStore(join(config.dataDir, 'dayport.sqlite'), { now, newId, people: peopleSql })
  const { database: db } = store
  await db.migrate('portal', accountsSchema)

  const errors = createErrorLog({ now })
  const report = (error: unknown, message: string): string => {
    const id = randomUUID().slice(0, 8)
    log.error({ err: error, id }, message)
    errors.add(id, message, error)
    return id
  }
  const secure = config.publicUrl?.startsWith('https:') ?? false
  const people = createPeople({ db, now, newId })
  const sessions = createSessions({ db, now, randomBytes })
  const authorize = createAuthorize({ getCalendar: store.getCalendar })
  const projector = createProjector({ key: keys.projections })
  const service = createCalendarService({
    store,
    authorize,
    detailOf,
    projector,
    now,
    joinWrite: (write) => scheduling.join(write),
    onChange: (event) => tell(event),
    onError: (error) => void report(error, 'a change was not told'),
  })
  const live = createLive({
    service,
    principalOf: people.principalOf,
    after: options.after ?? afterTimer,
    onError: (error) => void report(error, 'a change was not told'),
  })
  /** Every write that is on disk, by whatever door. */
  const tell = (event: CalendarEvent): void => {
    live.hear(event)
    exchange.sync.calendarChanged(event)
    joinedParts.joined.sync.calendarChanged(event)
    scheduling.calendarChanged(event)
  }
  const refusedDevices = createRefusedDevices({ db, now })
  const appPasswords = createAppPasswords({
    store: store.appPasswords,
    key: hmacSha256(keys.appPasswords),
    now,
    randomBytes,
    onRevokedUse: ({ id }) =>
      void refusedDevices.note(id).catch((error: unknown) => report(error, 'a refused device was not noted')),
    onError: (error) => report(error, 'the last use of an app password was not written'),
  })
  const signIn = createSignIn({
    people,
    appPasswords,
    key: hmacSha256(keys.verified),
    now,
    onFirstUse: ({ principal }) => live.tell(principal, 'device', {}),
  })
  const feedLinks = createFeedLinks({ store: store.feedLinks, key: keys.feedLinks, now, newId })

  const outlookConnections = createOutlookConnections({
    store: store.outlookConnections,
    key: hmacSha256(keys.outlookConnections),
    now,
    newId,
  })
  const outlookLists = createListService({
    service,
    authorize,
    detailOf,
    bindings: store.outlookBindings,
    timeZoneOf: ({ owner }) => people.get(owner)?.timeZone ?? 'UTC',
    now,
    newId,
    onError: (error) => void report(error, 'an event could not be shown to Outlook'),
  })

  const subscriptions = createSubscriptions({
    store,
    subscriptions: store.subscriptions,
    authorize,
    fetch: options.fetchAddress ?? createGuardedFetch(),
    now,
    newId,
    userAgent: `Dayport portal ${options.version}`,
    onChange: tell,
    onRefreshed: ({ principal }) => live.tell(principal, 'subscription', {}),
    onError: (error) => void report(error, 'a subscription failed'),
  })
  const sessionPerson = (request: Request): string | null => {
    const secret = readSessionCookie(request, secure)
    return secret === null ? null : sessions.personOf(secret)
  }
  const checks = createLinkChecks({
    links: feedLinks,
    isSignedIn: (request) => sessionPerson(request) !== null,
    newId,
  })
  const favourites = createFavourites({ db, now })

  const settings = createSettings({ db })
  const doors = createDoorSwitches({ settings })
  const signer =
    config.profileSigner === null
      ? null
      : {
          certificate: await readFile(config.profileSigner.certificateFile, 'utf8'),
          key: await readFile(config.profileSigner.keyFile, 'utf8'),
        }

  await db.migrate('portal-exchange', membersSchema)
  await db.migrate('portal-exchange-subscriptions', subscriptionsSchema)
  const fetchService = options.fetchExchange ?? globalThis.fetch
  const vault = createVault(keys.vault, randomBytes)
  const portalId = await portalIdOf(settings, newId)
  const joinedParts = await openJoined({
    db,
    store,
    service,
    state: store.syncState,
    people,
    settings,
    doors,
    vault,
    fetchService,
    now,
    newId,
    userAgent: `Dayport portal ${options.version}`,
    portalId,
    exchange: {
      holds: (person, folder) => exchange.holds(person, folder),
      release: (person) => exchange.release(person),
      folderLeft: (person) => exchange.folderLeft(person),
    },
    onStatus: (person) => live.tell(person, 'joined', {}),
    onError: (error) => void report(error, 'an outside calendar failed'),
  })
  const isJoined = (calendar: string): boolean => joinedParts.joined.joinOf(calendar) !== null
  const exchange = createExchange({
    db,
    store,
    service,
    state: ownState(store.syncState, (connection) => !isJoinedConnection(connection)),
    people,
    isJoined,
    joinedFolders: joinedParts.joined.folders,
    isFor: (who) => doors.isFor('exchange', who),
    settings,
    vault,
    fetch: fetchService,
    now,
    newId,
    userAgent: `Dayport portal ${options.version}`,
    portalId,
    after: options.after ?? afterTimer,
    publicUrl: config.publicUrl,
    newSecret: () => randomBytes(32).toString('base64url'),
    onStatus: (person) => live.tell(person, 'exchange', {}),
    onSettings: live.portalChanged,
    onError: (error) => void report(error, 'Exchange failed'),
  })

  const acquaintance = createAcquaintance({ people, store })
  await db.migrate('portal-invitations', invitationsSchema)
  const invitations = createInvitations({ db })
  const scheduling = createScheduling({
    store,
    service,
    people,
    acquaintance,
    exchange,
    invitations,
    isJoined,
    now,
    newId,
    onError: (error) => void report(error, 'an invitation or an answer was not delivered'),
  })
  const parts: PortalParts = {
    ...joinedParts,
    store,
    service,
    projector,
    people,
    acquaintance,
    invitations,
    scheduling,
    company: createCompany({ people, settings, store, service, newId }),
    sessions,
    favourites,
    calendarList: createCalendarList({ db }),
    settings,
    signIn,
    appPasswords,
    refusedDevices,
    feedLinks,
    subscriptions,
    outlookLists,
    outlookConnections,
    setupCode: createSetupCode(randomBytes),
    live,
    tickets: createSetupTickets({ now, randomBytes }),
    doors,
    exchange,
    audit: createAudit({ db, now }),
    errors,
    oidc: config.oidc === null ? null : createOidc({ config: config.oidc, db, people, newId, now }),
    profileSigner: signer === null ? null : signerName(signer.certificate),
    now,
    newId,
    originOf: (request) => config.publicUrl ?? new URL(request.url).origin,
    secure,
    version: options.version,
    provision: createProvision({ store, service }),
  }
  const jobs = createImportJobs({
    service,
    now,
    newId,
    onState: (person, state) => live.tell(person, 'job', state),
    onError: (error) => report(error, 'an import failed'),
  })

  const uploads = await openUploads(join(config.dataDir, 'uploads'), newId)

  const staticFiles: StaticFiles = options.webRoot === null ? () => null : await openStaticFiles(options.webRoot)
  const api = createApiRouter({
    operations: apiOperations({ ...parts, jobs, uploads }),
    people,
    signIn,
    sessionPerson,
    originOf: parts.originOf,
    version: options.version,
    onError: (error) => report(error, 'the API failed'),
  })
  const gate = { doors, people, authenticate: signIn.authenticate }
  const feed = createFeedHandler({
    store,
    authorize,
    detailOf,
    projector,
    principals: admit('feed', gate),
    textsOf: ({ principal }) => feedTexts[people.get(principal)?.locale ?? 'en'],
    links: checks.links,
    favouritesOf: async (person) => [...favourites.of(person)],
    originOf: parts.originOf,
    codings: { br: brotliBody() },
    basePath: '/ical/',
    now,
    onError: (error) => void report(error, 'a feed failed'),
  })
  const fetch = createDoors({
    api: async (request) => api.fetch(request),
    dav: createCalDavHandler({
      service,
      listed: listedCalendars(parts),
      authenticate: admit('caldav', gate).authenticate,
      authorize,
      principals: { ...people, ...acquaintance },
      files: store.files,
      properties: store.properties,
      subscriptions: davSubscriptions(subscriptions),
      now,
      newId,
      basePath: '/dav/',
      onError: (error) => void report(error, 'CalDAV failed'),
    }),
    wellKnown: wellKnownCalDav({ basePath: '/dav/' }),
    feed: (request) => feed(checks.mark(request)),
    webhook: exchange.webhook,
    outlook: createOutlookDoor({
      ...parts,
      log,
      onError: (error) => void report(error, 'an Outlook list failed'),
    }),
    connect: createConnectPage({ ...parts, signer }),
    switches: parts.doors,
    staticFiles,
    metrics: createMetrics(),
    mayReadMetrics: metricsGuard({ token: config.metricsToken, behindProxy: config.publicUrl !== null }),
    log,
    secure,
    onError: (error) => report(error, 'a request failed'),
  })
  const stopRefreshing = startRefreshing(subscriptions)
  const stopMaintenance = startMaintenance({
    outlookBindings: store.outlookBindings,
    now,
    after: options.after ?? afterTimer,
    onError: (error) => void report(error, 'old deletions were not forgotten'),
  })
  return {
    fetch,
    parts,
    endStreams: live.close,
    close: async () => {
      live.close()
      await Promise.all([
        jobs.close(),
        stopRefreshing(),
        stopMaintenance(),
        exchange.close(),
        joinedParts.joined.close(),
        scheduling.close(),
      ])
      await store.close()
    },
  }
}
