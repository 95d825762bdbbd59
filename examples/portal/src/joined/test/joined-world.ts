import { openTestPortal, type TestClient } from '../../test/open-test-portal.ts'
import { defaultJoinedSettings, type JoinedSettings } from '../settings.ts'
import { type OutsideServer, startOutsideServer, titlesOf } from './outside-server.ts'

export const password = 'correct horse battery'

export interface JoinedState {
  readonly id: string
  readonly calendar: string
  readonly state: string
  readonly kind: string | null
  readonly text: string
  readonly remedy: string
  readonly direction: string
}

export interface AccountState {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly signedOut: boolean
  readonly calendars: readonly JoinedState[]
}

const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна',
      email: 'anna@example.com',
      admin: true,
      locale: 'ru' as const,
      timeZone: 'UTC',
      calendars: [{ name: 'Работа' }],
    },
    { login: 'boris', password, name: 'Boris', email: '', locale: 'en' as const, calendars: [{ name: 'Mine' }] },
  ],
}

/** A portal, and a server of somebody else that its administrator has named as one inside. */
export const openJoinedWorld = async (fetchService?: typeof fetch) => {
  const clock = { ms: Date.UTC(2026, 10, 22, 12) }
  const outside: OutsideServer = await startOutsideServer(() => clock.ms)
  await outside.addCalendar('Семья', 'family')
  const portal = await openTestPortal(seed, {}, undefined, {}, fetchService)
  const { joined, people } = portal.portal.parts
  const anna = await portal.signedIn('anna', password)
  const boris = await portal.signedIn('boris', password)
  const setUp = (settings: Partial<JoinedSettings>, secrets = {}) =>
    anna.json('PUT', '/api/admin/joined', { settings: { ...defaultJoinedSettings, ...settings }, secrets })

  const calendarOf = async (client: TestClient, name: string): Promise<{ id: string; joined: string | null } | null> =>
    (await client.json<{ id: string; name: string; joined: string | null }[]>('GET', '/api/calendars')).find(
      (one) => one.name === name,
    ) ?? null

  return {
    outside,
    portal,
    anna,
    boris,
    setUp,
    joined,
    calendarOf,
    /** An account at the server outside. */
    signIn: (client: TestClient = anna, secret = 'app-password') =>
      client.json<AccountState>(
        'POST',
        '/api/joined/accounts',
        { service: 'caldav', address: outside.origin, login: 'anna', password: secret },
        201,
      ),
    join: async (account: string, name = 'Семья', draft: object = {}, client: TestClient = anna) => {
      const found = await client.json<{ remote: string; name: string }[]>(
        'GET',
        `/api/joined/accounts/${account}/calendars`,
      )
      const remote = found.find((one) => one.name === name)?.remote
      return client.json<JoinedState>('POST', `/api/joined/accounts/${account}/calendars`, { remote, ...draft }, 201)
    },
    /** Runs until both sides have taken in what is there. */
    synced: async (join: { readonly id: string }, runs = 2) => {
      const binding = await joined.bindingOf(joined.ownJoin(people.findByLogin('anna')!.id, join.id).join)
      for (let run = 0; run < runs; run += 1) {
        portal.clock.ms += 30_000
        await (await joined.sync.syncNow(binding!.id)).done
      }
    },
    stateOf: (join: { readonly id: string }) => anna.json<JoinedState>('GET', `/api/joined/calendars/${join.id}`),
    accounts: async () => (await anna.json<{ accounts: AccountState[] }>('GET', '/api/joined')).accounts,
    /** Titles of the portal's calendar. */
    titles: async (calendar: string): Promise<string[]> => {
      const text = await (await anna('GET', `/api/calendars/${calendar}/export.ics`)).text()
      return titlesOf(text.split('BEGIN:VEVENT').slice(1))
    },
    outsideTitles: async (name = 'Семья') => titlesOf((await outside.objects(name)).values()),
    addEvent: (calendar: string, title: string, start = '2026-12-02T09:00') =>
      anna.json<{ name: string }>(
        'POST',
        `/api/calendars/${calendar}/events`,
        { title, start, end: start.replace('09:00', '10:00'), timeZone: 'UTC' },
        201,
      ),
    close: async () => {
      await portal.close()
      await outside.close()
    },
  }
}

export type JoinedWorld = Awaited<ReturnType<typeof openJoinedWorld>>
