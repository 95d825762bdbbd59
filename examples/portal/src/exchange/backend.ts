import { type CalendarPeer, RemoteError } from '@dayport/core'
import {
  createEwsClient,
  createEwsPeer,
  type EwsAffinity,
  type EwsAuth,
  type EwsClient,
  type EwsFolder,
  getFolder,
} from '@dayport/exchange-connector/ews'
import { createNtlmFetch } from '@dayport/exchange-connector/ews-node'
import {
  createClientCredentials,
  createGraphClient,
  createGraphPeer,
  type GraphClient,
  listGraphCalendars,
} from '@dayport/exchange-connector/graph'
import type { ExchangeSettings } from './settings.ts'

/** What the back ends share, beside the administrator's settings. */
export interface BackendParts {
  readonly fetch: typeof fetch
  /** Opens the bytes to a server where a proxy is in between. Default: directly. */
  readonly connect?: NonNullable<Parameters<typeof createNtlmFetch>[0]['connect']>
  readonly now: () => number
  readonly newId: () => string
  readonly userAgent: string
  /** Names this portal in what it leaves beside items in Exchange, so that two portals do not take each other's for their own. */
  readonly portalId: string
}

/** Whose mailbox, and how their events are written there. */
export interface MailboxOwner {
  readonly mailbox: string
  readonly person: string
  /** IANA name. */
  readonly timeZone: string
  readonly locale: 'ru' | 'en'
}

/** One set of settings, ready to open mailboxes. */
export interface ExchangeBackend {
  /** The calendar of a mailbox. @throws {RemoteError | CalendarError} when it cannot be opened. */
  openPeer(owner: MailboxOwner): Promise<CalendarPeer>
  /** Id of the calendar of a mailbox; asked once. @throws {RemoteError | CalendarError} when it cannot be told. */
  calendarId(mailbox: string): Promise<string>
  /** For the connection test, and for hints, whose mailboxes share an affinity. */
  openEws(mailbox: string, affinity?: EwsAffinity): { readonly client: EwsClient; readonly folder: EwsFolder }
  readonly graph: GraphClient | null
  /** Names the application in Exchange Online: what was made for one is not another's. */
  readonly application: string
}

const busyTexts = { ru: 'Занято', en: 'Busy' } as const
const peopleHeadings = { ru: 'Участники', en: 'Participants' } as const

/** Rights at the server that is asked: each national cloud, and each server with modern sign-in, has tokens of its own. */
const scopeOf = (address: string): string => `${new URL(address).origin}/.default`

export const createBackend = (settings: ExchangeSettings, secret: string, parts: BackendParts): ExchangeBackend => {
  const { ews, graph } = settings
  const authOf = (): EwsAuth => {
    if (ews.signIn === 'ntlm') return { kind: 'connection' }
    if (ews.signIn === 'basic') return { kind: 'basic', user: ews.user, password: secret }
    const tokens = createClientCredentials({
      tenant: ews.tenant,
      clientId: ews.clientId,
      clientSecret: secret,
      scope: scopeOf(ews.address),
      fetch: parts.fetch,
      now: parts.now,
      ...(graph.authority === '' ? {} : { authority: graph.authority }),
    })
    return { kind: 'bearer', tokens }
  }
  const auth = authOf()
  /** One for each server: a handshake belongs to its connections, and all mailboxes share them. */
  const ntlm = new Map<string, typeof fetch>()
  const fetchFor = (url: string): typeof fetch => {
    if (ews.signIn !== 'ntlm') return parts.fetch
    const { origin } = new URL(url)
    const known = ntlm.get(origin)
    if (known !== undefined) return known
    // What is addressed to this machine is no proxy's.
    const tunnel = parts.connect === undefined || !origin.startsWith('https:') ? {} : { connect: parts.connect }
    const account = { user: ews.user, password: secret, domain: ews.domain }
    const made = createNtlmFetch({ origin, ...account, now: parts.now, ...tunnel })
    ntlm.set(origin, made)
    return made
  }

  const openEws: ExchangeBackend['openEws'] = (mailbox, affinity) => {
    const url = ews.address
    const client = createEwsClient({
      url,
      auth,
      fetch: fetchFor(url),
      newId: parts.newId,
      now: parts.now,
      userAgent: parts.userAgent,
      ...(ews.access === 'impersonation' ? { impersonate: mailbox } : {}),
      ...(affinity === undefined ? {} : { affinity }),
    })
    const folder: EwsFolder =
      ews.access === 'impersonation' ? { distinguished: 'calendar' } : { distinguished: 'calendar', mailbox }
    return { client, folder }
  }

  const graphClient =
    settings.backend === 'graph'
      ? createGraphClient({
          tokens: createClientCredentials({
            tenant: graph.tenant,
            clientId: graph.clientId,
            clientSecret: secret,
            fetch: parts.fetch,
            now: parts.now,
            ...(graph.address === '' ? {} : { scope: scopeOf(graph.address) }),
            ...(graph.authority === '' ? {} : { authority: graph.authority }),
          }),
          fetch: parts.fetch,
          now: parts.now,
          newId: parts.newId,
          userAgent: parts.userAgent,
          ...(graph.address === '' ? {} : { baseUrl: graph.address }),
        })
      : null

  const graphCalendarOf = async (client: GraphClient, mailbox: string): Promise<string> => {
    const found = (await listGraphCalendars(client, mailbox)).find(({ isDefault }) => isDefault)
    if (found === undefined) throw noCalendar()
    return found.id
  }

  const ewsCalendarOf = async (mailbox: string): Promise<string> => {
    const { client, folder } = openEws(mailbox)
    const found = await client.call(getFolder, { folder, plain: true })
    if (found === null) throw noCalendar()
    return found.id
  }

  const known = new Map<string, string>()

  return {
    calendarId: async (mailbox) => {
      const id =
        known.get(mailbox) ??
        (await (graphClient === null ? ewsCalendarOf(mailbox) : graphCalendarOf(graphClient, mailbox)))
      known.set(mailbox, id)
      return id
    },
    graph: graphClient,
    application: `${graph.tenant} ${graph.clientId}`,
    openEws,
    openPeer: async ({ mailbox, person, timeZone, locale }) => {
      const mapping = {
        zone: settings.timeZone === '' ? timeZone : settings.timeZone,
        ownerAddresses: [mailbox],
        privateEvents: settings.privateEvents,
        busyText: busyTexts[locale],
      }
      // A mailbox that moves from the one protocol to the other keeps its single events, which only its default calendar has.
      const singles = {
        pastDays: settings.pastDays,
        futureDays: settings.futureDays,
        now: parts.now,
        calendar: 'calendar',
      }
      if (graphClient === null) {
        const { client, folder } = openEws(mailbox)
        return createEwsPeer({ client, folder, origin: `${parts.portalId} ${person}`, mapping, singles })
      }
      return createGraphPeer({
        client: graphClient,
        user: mailbox,
        calendar: await graphCalendarOf(graphClient, mailbox),
        origin: `${parts.portalId} ${person}`,
        now: parts.now,
        mapping,
        singles,
        participantsHeading: peopleHeadings[locale],
      })
    },
  }
}

export const noCalendar = (): RemoteError =>
  new RemoteError('The mailbox has no default calendar', {
    service: 'graph',
    kind: 'mailbox',
    status: null,
    retryable: false,
  })
