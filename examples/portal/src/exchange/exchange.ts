import {
  CalendarError,
  type CallOptions,
  type DayportStore,
  type Principal,
  RemoteError,
  type Transaction,
} from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'
import {
  createSyncService,
  type SyncBinding,
  type SyncPolicy,
  type SyncService,
  type SyncStateStore,
} from '@dayport/sync-engine'
import { owning } from '../accounts/owning.ts'
import type { People, Person } from '../accounts/people.ts'
import type { Settings } from '../accounts/settings.ts'
import type { After } from '../live.ts'
import { type BackendParts, createBackend, type ExchangeBackend } from './backend.ts'
import { type TestResult, testConnection } from './connection-test.ts'
import { createExchangeHints } from './hints.ts'
import { mailboxOf } from './mailbox-of.ts'
import { createExchangeMembers, type ExchangeMember } from './members.ts'
import { type NetworkProxy, openProxiedNetwork, type ProxiedNetwork } from './proxied-network.ts'
import { calendarJoined, defaultCalendarOf, folderKey, joinedAlready } from './remote-folder.ts'
import { createExchangeStore, type ExchangeSettings, isComplete, sharesProxy, sharesServers } from './settings.ts'
import type { Vault } from './vault.ts'

export interface ExchangeOptions extends BackendParts {
  readonly db: SqliteDatabase
  readonly store: DayportStore
  readonly service: CalendarService
  readonly state: SyncStateStore
  readonly people: People
  /** Whether a calendar is joined to something else already. */
  readonly isJoined: (calendar: string) => boolean
  /** Folders of mailboxes that people joined by accounts of their own, as `folderKey` writes them. */
  readonly joinedFolders: () => ReadonlySet<string>
  /** Whether an administrator has opened Exchange to this person. */
  readonly isFor: (who: Principal) => boolean
  readonly settings: Settings
  readonly vault: Vault
  /** Runs something later. */
  readonly after: After
  /** Origin under which the portal is reached; `null` when it is not known. */
  readonly publicUrl: string | null
  /** A random text of at least 128 bits. */
  readonly newSecret: () => string
  /** Hears that the state of a person's connection is another, or that its run has come further. */
  readonly onStatus: (person: string) => void
  /** Hears that an administrator has changed the settings. */
  readonly onSettings: () => void
  readonly onError: (error: unknown) => void
  /** Reaches the servers through a proxy. Default: over this machine's network. */
  readonly openProxied?: (proxy: NetworkProxy, direct: typeof globalThis.fetch) => ProxiedNetwork
}

/** The one connection of the portal, and what the engine keeps under it. */
const connectionId = 'exchange'

/** People who were added, who left or whose mailbox is another are looked for this often. */
const lookEveryMs = 10 * 60_000

const policyOf = (settings: ExchangeSettings): SyncPolicy => {
  const { direction, conflicts, deletes, earlier, pastDays, futureDays, intervalMinutes } = settings
  return { direction, conflicts, deletes, earlier, pastDays, futureDays, intervalMs: intervalMinutes * 60_000 }
}

export type Exchange = ReturnType<typeof createExchange>

/**
 * The Exchange door: an administrator's settings, one binding for each person who has a mailbox, and the engine that keeps both sides in
 * step. Each person's first calendar for events, or the one that they chose, is joined to the calendar of their mailbox.
 */
export const createExchange = (options: ExchangeOptions) => {
  const { db, store, people, state, now, onError } = options
  const kept = createExchangeStore({ settings: options.settings, vault: options.vault, now })
  const members = createExchangeMembers({ db })
  let backend: { readonly of: string; readonly value: ExchangeBackend } | null = null

  let proxied: { readonly of: string; readonly network: ProxiedNetwork } | null = null
  const openProxied = options.openProxied ?? openProxiedNetwork

  const closeProxied = (): void => {
    const old = proxied
    proxied = null
    void old?.network.close().catch(onError)
  }

  /**
   * How the servers of these settings are reached.
   *
   * @param password of the proxy; `null`: the kept one, where it was given for this proxy
   */
  const networkOf = (settings: ExchangeSettings, password: string | null = null) => {
    const { scheme, host, port, user } = settings.proxy
    if (host === '') return { fetch: options.fetch }
    const keptPassword = sharesProxy(settings, kept.get()) ? kept.proxySecret.get()?.secret : undefined
    const account = user === '' ? null : { user, password: password ?? keptPassword ?? '' }
    const proxy: NetworkProxy = { scheme, host, port, account }
    const of = JSON.stringify(proxy)
    if (proxied?.of !== of) {
      closeProxied()
      proxied = { of, network: openProxied(proxy, options.fetch) }
    }
    const { fetch, connect } = proxied.network
    return { fetch, connect }
  }

  /** The kept secret, where it was given for these servers. */
  const keptFor = (settings: ExchangeSettings): string | null =>
    sharesServers(settings, kept.get()) ? (kept.secret()?.secret ?? null) : null

  /** One for each set of settings: mailboxes share its tokens and signed connections. */
  const backendOf = (settings: ExchangeSettings): ExchangeBackend => {
    const secret = keptFor(settings)
    if (secret === null || !isComplete(settings, true)) {
      throw new RemoteError('Exchange is not set up', {
        service: settings.backend,
        kind: 'configuration',
        status: null,
        retryable: false,
      })
    }
    const of = JSON.stringify(settings)
    if (backend?.of !== of)
      backend = { of, value: createBackend(settings, secret, { ...options, ...networkOf(settings) }) }
    return backend.value
  }

  /**
   * A mailbox has several addresses, a folder one id: what was joined under another address is found here.
   *
   * @throws {RemoteError} `configuration`, `CalendarJoined`.
   */
  const assertNotJoined = async (back: ExchangeBackend, mailbox: string): Promise<void> => {
    const joined = options.joinedFolders()
    if (joined.size > 0 && joined.has(folderKey(await back.calendarId(mailbox))))
      throw joinedAlready(kept.get().backend)
  }

  const personOf = (binding: SyncBinding): Person => {
    const person = people.get(binding.principal)
    if (person === null) throw new CalendarError('not-found', 'the person has left')
    return person
  }

  const sync: SyncService = createSyncService({
    state,
    service: options.service,
    now,
    newId: options.newId,
    openRemote: async (binding) => {
      const { locale, timeZone, id } = personOf(binding)
      const back = backendOf(kept.get())
      await assertNotJoined(back, binding.mailbox)
      return back.openPeer({ mailbox: binding.mailbox, person: id, locale, timeZone })
    },
    principalOf: async (id): Promise<Principal> => {
      const principal = await people.principalOf(id)
      if (principal === null) throw new CalendarError('not-found', 'the person has left')
      return principal
    },
    available: () => kept.get().enabled,
    limits: { readSize: 100 }, // whole batches of both back ends: 10 and 20
    onStatus: (bindingId) => {
      const person = personOfBinding.get(bindingId)
      if (person !== undefined) options.onStatus(person)
    },
    onError,
  })
  const personOfBinding = new Map<string, string>()

  const hints = createExchangeHints({
    ...options,
    onHint: (mailbox) => void sync.hint(mailbox).catch(onError),
  })

  const isOn = (settings: ExchangeSettings): boolean =>
    settings.enabled && isComplete(settings, kept.secretSetMs() !== null)

  /** The calendar that is joined; `null` when the person owns none for events. */
  const calendarOf = async (person: Person, member: ExchangeMember, call: CallOptions = {}): Promise<string | null> => {
    const own = (await store.listCalendars(owning(person.id), call)).filter(
      ({ id, owner, components, readOnly }) =>
        owner === person.id && components.includes('VEVENT') && !readOnly && !options.isJoined(id),
    )
    return (own.find(({ id }) => id === member.calendar) ?? own[0])?.id ?? null
  }

  const isFor = async (person: string): Promise<boolean> => {
    const who = await people.principalOf(person)
    return who !== null && options.isFor(who)
  }

  /** What a person's binding is to be; `null`: none. */
  const wantedOf = async (person: Person, settings: ExchangeSettings) => {
    const member = members.get(person.id)
    const isIn = person.kind === 'individual' && !member.off && (await isFor(person.id))
    const mailbox = isIn ? mailboxOf(person, settings.mailbox, member.mailbox) : null
    const calendar = mailbox === null ? null : await calendarOf(person, member)
    if (mailbox === null || calendar === null) return null
    return { mailbox, calendar, remote: defaultCalendarOf(mailbox) }
  }

  const bindingOf = async (person: string): Promise<SyncBinding | null> =>
    (await state.listBindings({ connection: connectionId, principal: person }))[0] ?? null

  /** Who has the calendar that the person would have: somebody else, or they themselves by an account of their own. */
  const takenBy = async (person: Person): Promise<'another' | 'joined' | null> => {
    const settings = kept.get()
    const wanted = isOn(settings) ? await wantedOf(person, settings) : null
    if (wanted === null) return null
    const holder = (await state.listBindings({})).find(({ remote }) => remote === wanted.remote)
    if (holder === undefined) return null
    if (holder.principal !== person.id) return 'another'
    return holder.connection === connectionId ? null : 'joined'
  }

  /** Bindings were named by their back end once, so that two could have one folder: the second keeps its name, and goes. */
  const renamed = async (binding: SyncBinding, remote: string, backend: string): Promise<SyncBinding> => {
    if (binding.remote !== `${backend} ${binding.mailbox} calendar`) return binding
    if ((await state.listBindings({})).some((other) => other.remote === remote)) return binding
    const known = { ...binding, remote }
    await state.putBinding(known)
    return known
  }

  const lookAt = async (person: Person, settings: ExchangeSettings): Promise<void> => {
    const wanted = await wantedOf(person, settings)
    const kept = await bindingOf(person.id)
    const binding = kept === null || wanted === null ? kept : await renamed(kept, wanted.remote, settings.backend)
    const isSame = binding !== null && binding.remote === wanted?.remote && binding.calendar === wanted.calendar
    if (binding !== null && !isSame) {
      await sync.unbind(binding.id)
      personOfBinding.delete(binding.id)
    }
    if (isSame || wanted === null) {
      if (binding !== null && isSame) personOfBinding.set(binding.id, person.id)
      return
    }
    try {
      const made = await sync.bind({ connection: connectionId, principal: person.id, ...wanted })
      personOfBinding.set(made.id, person.id)
    } catch (error) {
      // Two people with one address, or a calendar that was joined: the first one has the folder, and the other is told so (`takenBy`).
      if (!CalendarError.is(error, 'already-exists')) throw error
    }
  }

  let looking: Promise<void> = Promise.resolve()
  /** Makes the bindings what the settings and the people say; one walk at a time. */
  const look = (): Promise<void> => {
    looking = looking
      .catch(() => undefined)
      .then(async () => {
        const settings = kept.get()
        if (!isOn(settings)) {
          await hints.follow(null, [])
          return
        }
        for (const person of people.list()) {
          try {
            await lookAt(person, settings)
          } catch (error) {
            onError(error)
          }
        }
        const here = new Set(people.list().map(({ id }) => id))
        for (const { id, principal } of await state.listBindings({ connection: connectionId })) {
          if (!here.has(principal)) await sync.unbind(id)
        }
        const bindings = await state.listBindings({ connection: connectionId })
        const mailboxes = bindings.map(({ mailbox }) => mailbox)
        await hints.follow(settings.hints ? backendOf(settings) : null, mailboxes)
      })
    return looking
  }

  /** Hands the settings to the engine. */
  const apply = async (): Promise<void> => {
    backend = null // the secret may be another
    const settings = kept.get()
    const before = await state.getConnection(connectionId)
    // Each protocol names events in its own way: what is bound through the one is bound anew through the other.
    if (before !== null && before.backend !== settings.backend) {
      for (const { id } of await state.listBindings({ connection: connectionId })) await sync.unbind(id)
    }
    await sync.putConnection({
      id: connectionId,
      backend: settings.backend,
      settings: '{}',
      policy: policyOf(settings),
      enabled: isOn(settings),
    })
    await look()
  }

  /** @throws {CalendarError} `not-found` when the person has no binding. */
  const ofPerson = async (person: string): Promise<SyncBinding> => {
    const binding = await bindingOf(person)
    if (binding === null) throw new CalendarError('not-found', 'no mailbox is connected')
    return binding
  }

  let timer: ReturnType<typeof setInterval> | null = null

  return {
    sync,
    members,
    settings: kept,
    /** Whether an administrator has switched it on at all. */
    isEnabled: (): boolean => kept.get().enabled,
    /** Whether it is switched on, and this person may use it. */
    isFor: async (person: string): Promise<boolean> => kept.get().enabled && (await isFor(person)),
    /** Mailboxes that are connected. */
    count: async (): Promise<number> => (await state.listBindings({ connection: connectionId })).length,
    /** Where Exchange Online tells of changes. */
    webhook: hints.webhook,
    bindingOf,
    takenBy,
    /** Whether the mailbox of a person who is connected has this folder for its calendar. No answer is no. */
    holds: async (person: string, folder: string): Promise<boolean> => {
      const binding = await bindingOf(person)
      if (binding === null || !isOn(kept.get())) return false
      try {
        return folderKey(await backendOf(kept.get()).calendarId(binding.mailbox)) === folderKey(folder)
      } catch (error) {
        if (RemoteError.is(error) || CalendarError.is(error)) return false
        throw error
      }
    },
    /** Gives up the mailbox of a person to whom Exchange is closed, so that they can join it themselves. */
    release: async (person: string): Promise<void> => {
      const binding = await bindingOf(person)
      if (binding === null || (kept.get().enabled && (await isFor(person)))) return
      await sync.unbind(binding.id)
      personOfBinding.delete(binding.id)
    },
    /** A person has left a joined calendar: where their mailbox waited for it, it is connected now. */
    folderLeft: async (person: string): Promise<void> => {
      const binding = await bindingOf(person)
      if (binding === null) return look()
      const status = await sync.status(binding.id)
      if (status.state === 'error' && status.code === calendarJoined) await apply()
    },
    ofPerson,
    /** Reaches addresses that an administrator enters, as the saved settings say. */
    fetch: ((input, init) => networkOf(kept.get()).fetch(input, init)) satisfies typeof globalThis.fetch,
    /** Where people read their mail in a browser; `null` where it is not offered. */
    webMail: (): string | null => kept.get().webMail || null,
    /** Name of the event of a link in the portal's calendar; `null` when it is gone. */
    objectOf: async (link: string): Promise<string | null> => (await state.getLink(link))?.portal?.name ?? null,
    mailboxOf: (person: Person): string | null => mailboxOf(person, kept.get().mailbox, members.get(person.id).mailbox),
    /** Saves settings, and a secret where one is given; a kept one does not go along to other servers. The other side is asked anew at once. */
    save: async (
      settings: ExchangeSettings,
      secret: string | null,
      proxySecret: string | null = null,
    ): Promise<void> => {
      if (!sharesServers(settings, kept.get())) await kept.removeSecret()
      if (!sharesProxy(settings, kept.get())) await kept.proxySecret.remove()
      await kept.put(settings)
      if (secret !== null) await kept.putSecret(secret)
      if (proxySecret !== null) await kept.proxySecret.put(proxySecret)
      await apply()
      options.onSettings()
    },
    forgetSecret: async (): Promise<void> => {
      await kept.removeSecret()
      await apply()
      options.onSettings()
    },
    forgetProxySecret: async (): Promise<void> => {
      await kept.proxySecret.remove()
      await apply()
      options.onSettings()
    },
    /** Whom it is for is another. */
    peopleChanged: (): Promise<void> => look(),
    /** The calendar of the person's own in which invitations are collected, from a mailbox and from this portal; `null` when they have none. */
    collectingOf: (person: Person, tx?: Transaction): Promise<string | null> =>
      calendarOf(person, members.get(person.id), tx === undefined ? {} : { tx }),
    changeMember: async (person: Person, patch: Partial<ExchangeMember>): Promise<void> => {
      await members.put(person.id, patch)
      await look()
      options.onStatus(person.id)
    },
    /** @throws {RemoteError} `configuration` when there is neither a given secret nor one kept for these servers, or a field is missing. */
    test: (
      settings: ExchangeSettings,
      secret: string | null,
      trial: {
        readonly mailbox: string
        readonly write: boolean
        readonly subject: string
        /** Of the proxy; `null`: the kept one. */
        readonly proxySecret: string | null
      },
    ): Promise<readonly TestResult[]> => {
      const { proxySecret } = trial
      const mine = secret ?? keptFor(settings)
      const isKept = mine === null || (secret === null && proxySecret === null)
      const made = isKept
        ? backendOf(settings)
        : createBackend(settings, mine, { ...options, ...networkOf(settings, proxySecret) })
      return testConnection(settings, made, { ...trial, nowMs: now() })
    },
    start: async (): Promise<void> => {
      await apply()
      await sync.start()
      timer = setInterval(() => void look().catch(onError), lookEveryMs)
      timer.unref()
    },
    close: async (): Promise<void> => {
      if (timer !== null) clearInterval(timer)
      await looking.catch(() => undefined)
      await hints.close()
      await sync.stop()
      closeProxied()
    },
  }
}
