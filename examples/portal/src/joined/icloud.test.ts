import { randomBytes } from 'node:crypto'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { createPeople } from '../accounts/people.ts'
import { accountsSchema } from '../accounts/schema.ts'
import { createVault } from '../exchange/vault.ts'
import { createJoinedStore, type JoinedAccount, joinedSchema } from './joined-store.ts'
import type { JoinedOAuth } from './oauth.ts'
import { createOutside } from './outside.ts'
import { eventText, type OutsideServer, startOutsideServer } from './test/outside-server.ts'

const now = (): number => Date.UTC(2026, 10, 22, 12)
let server: OutsideServer
afterEach(() => server?.close())

/** iCloud as it keeps accounts: the home that the principal names stands at another host, with its port. */
const openICloud = async (partition = 'https://p34-caldav.icloud.com:443') => {
  server = await startOutsideServer(now)
  await server.addCalendar('Семья', 'family')
  await server.put('Семья', 'a.ics', eventText('a', 'Дача'))
  const asked: { readonly origin: string; readonly authorization: string | null }[] = []
  const fetchOutside = async (url: string, init: RequestInit): Promise<Response> => {
    const { origin, pathname } = new URL(url)
    asked.push({ origin, authorization: new Headers(init.headers).get('authorization') })
    const answer = await fetch(`${server.origin}${pathname}`, init)
    if (answer.status !== 207) return answer
    const text = (await answer.text()).replaceAll(/(<[^>]*href>)\/dav\/calendars\//g, `$1${partition}/dav/calendars/`)
    return new Response(text, { status: 207, headers: { 'Content-Type': 'application/xml' } })
  }
  const { database: db } = openSqliteStore(':memory:', { now })
  await db.migrate('portal', accountsSchema)
  await db.migrate('portal-joined', joinedSchema)
  const people = createPeople({ db, now, newId: () => 'anna' })
  await people.createFirst({
    login: 'anna',
    name: 'Анна',
    email: '',
    kind: 'individual',
    admin: true,
    locale: 'ru',
    timeZone: 'UTC',
    passwordHash: null,
  })
  const store = createJoinedStore({ db, vault: createVault(new Uint8Array(32).fill(7), randomBytes) })
  const outside = createOutside({
    store,
    oauth: {} as JoinedOAuth, // no account of these tests signs in there
    fetchOutside,
    fetchService: fetch,
    now,
    newId: () => 'id',
    userAgent: 'test',
    portalId: 'portal',
  })
  const account: JoinedAccount = {
    id: 'account',
    person: 'anna',
    service: 'icloud',
    address: 'https://caldav.icloud.com/',
    login: 'anna',
    madeMs: now(),
  }
  await store.putAccount(account, 'app-password')
  return { outside, account, asked }
}

describe('an account at iCloud', () => {
  it('is followed from the service’s host to the one that keeps it, and read and written there', async () => {
    const { outside, account, asked } = await openICloud()
    const [found] = await outside.list(account)
    expect(found).toMatchObject({ name: 'Семья', remote: 'https://p34-caldav.icloud.com/dav/calendars/anna/family/' })
    const join = {
      id: 'join',
      account: account.id,
      calendar: 'c',
      remote: found!.remote,
      folder: null,
      name: 'Семья',
      direction: 'both' as const,
      madeMs: 0,
    }
    const peer = await outside.openPeer(account, join, { person: 'anna', timeZone: 'UTC', locale: 'ru' })
    expect((await peer.changes(null)).changes.map(({ name }) => name)).toEqual(['a.ics'])
    await peer.put(null, new TextEncoder().encode(eventText('b', 'Школа')), undefined, { operationId: 'op' })
    expect((await server.objects('Семья')).size).toBe(2)
    const origins = new Set(asked.map(({ origin }) => origin))
    expect([...origins]).toEqual(['https://caldav.icloud.com', 'https://p34-caldav.icloud.com'])
  })

  it.each([
    'https://p34-caldav.icloud.com.example.org',
    'http://p34-caldav.icloud.com',
    'https://p34-caldav.icloud.com:8443',
  ])('takes its password to no host that only looks like one of the service: %s', async (stranger) => {
    const { outside, account, asked } = await openICloud(stranger)
    await expect(outside.list(account)).rejects.toMatchObject({ code: 'outside-no-calendars' })
    expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set(['https://caldav.icloud.com']))
  })
})
