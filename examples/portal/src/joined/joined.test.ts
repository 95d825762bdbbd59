import { join as joinPath } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { type JoinedWorld, openJoinedWorld } from './test/joined-world.ts'
import { eventText } from './test/outside-server.ts'

let world: JoinedWorld
afterEach(() => world?.close())

const open = async () => {
  world = await openJoinedWorld()
  await world.setUp({ inside: [world.outside.origin] })
  return world
}

/** What stands in the database of accounts. */
const rowsOf = (dataDir: string) => {
  const file = new DatabaseSync(joinPath(dataDir, 'dayport.sqlite'), { readOnly: true })
  const rows = file.prepare('SELECT * FROM portal_joined_accounts').all()
  file.close()
  return rows
}

describe('an outside CalDAV calendar in the portal', () => {
  it('is found from the name of a host, becomes a calendar of its own and holds the same events on both sides (M86)', async () => {
    const { outside, anna, signIn, join, synced, calendarOf, addEvent, titles, outsideTitles, stateOf } = await open()
    await outside.put('Семья', 'a.ics', eventText('a', 'Дача'))
    const account = await signIn()
    expect(account).toMatchObject({ login: 'anna', signedOut: false, calendars: [] })
    const found = await anna.json('GET', `/api/joined/accounts/${account.id}/calendars`)
    expect(found).toEqual([
      {
        remote: `${outside.origin}/dav/calendars/anna/family/`,
        name: 'Семья',
        color: '#8250df',
        mayWrite: true,
        joined: null,
      },
    ])
    const made = await join(account.id)
    await synced(made)
    expect(await calendarOf(anna, 'Семья')).toMatchObject({ id: made.calendar, joined: '127.0.0.1' })
    expect(await titles(made.calendar)).toEqual(['Дача'])
    await addEvent(made.calendar, 'Школа')
    await outside.put('Семья', 'a.ics', eventText('a', 'Дача в субботу'))
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Дача в субботу', 'Школа'])
    expect(await outsideTitles()).toEqual(['Дача в субботу', 'Школа'])
    expect(await stateOf(made)).toMatchObject({ state: 'connected', kind: null })
  })

  it('is shown in history, with what each run did', async () => {
    const { outside, anna, signIn, join, synced } = await open()
    await outside.put('Семья', 'a.ics', eventText('a', 'Дача'))
    const made = await join((await signIn()).id)
    await synced(made)
    const runs = await anna.json<{ id: string; counts: { createdPortal: number } }[]>(
      'GET',
      `/api/joined/calendars/${made.id}/runs?show=changes`,
    )
    expect(runs.map(({ counts }) => counts.createdPortal)).toEqual([1])
    const steps = await anna.json('GET', `/api/joined/calendars/${made.id}/runs/${runs[0]!.id}`)
    expect(steps).toMatchObject([{ action: 'create-portal', title: 'Дача' }])
  })

  it('goes into a calendar of mine that has no events, and into no other', async () => {
    const { anna, signIn, join, calendarOf, addEvent, synced, outside, titles } = await open()
    await outside.put('Семья', 'a.ics', eventText('a', 'Дача'))
    const work = (await calendarOf(anna, 'Работа'))!.id
    const { id } = await signIn()
    await addEvent(work, 'Совещание')
    const [found] = await anna.json<{ remote: string }[]>('GET', `/api/joined/accounts/${id}/calendars`)
    const body = { remote: found!.remote, into: work }
    const refused = await anna.json('POST', `/api/joined/accounts/${id}/calendars`, body, 409)
    expect(refused).toMatchObject({ code: 'outside-not-empty' })
    const empty = await anna.json<{ id: string }>('POST', '/api/calendars', { name: 'Пустой' }, 201)
    const made = await join(id, 'Семья', { into: empty.id })
    await synced(made)
    expect(made.calendar).toBe(empty.id)
    expect(await titles(empty.id)).toEqual(['Дача'])
  })

  it('lets changes come one way only when asked so: edits here stay here', async () => {
    const { outside, signIn, join, synced, addEvent, titles, outsideTitles } = await open()
    await outside.put('Семья', 'a.ics', eventText('a', 'Дача'))
    const made = await join((await signIn()).id, 'Семья', { direction: 'to-portal' })
    await synced(made)
    await addEvent(made.calendar, 'Только здесь')
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Дача', 'Только здесь'])
    expect(await outsideTitles()).toEqual(['Дача'])
  })

  it('stops before many deletions and asks, and goes on at a word', async () => {
    const { outside, anna, signIn, join, synced, stateOf, titles } = await open()
    for (let i = 0; i < 30; i += 1) await outside.put('Семья', `e${i}.ics`, eventText(`e${i}`, `Дача ${i}`))
    const made = await join((await signIn()).id)
    await synced(made)
    for (let i = 0; i < 29; i += 1) await outside.delete('Семья', `e${i}.ics`)
    await synced(made, 3)
    expect(await stateOf(made)).toMatchObject({ state: 'error', kind: 'confirmation', remedy: 'Подтвердить' })
    expect(await titles(made.calendar)).toHaveLength(30)
    await anna.json('POST', `/api/joined/calendars/${made.id}/confirm`, undefined, 204)
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Дача 29'])
  })

  it('is one calendar of its owner: others neither see nor steer it, nor join it twice', async () => {
    const { anna, boris, signIn, join, calendarOf } = await open()
    const account = await signIn()
    const made = await join(account.id)
    for (const [method, path] of [
      ['GET', `/api/joined/accounts/${account.id}/calendars`],
      ['DELETE', `/api/joined/accounts/${account.id}`],
      ['GET', `/api/joined/calendars/${made.id}`],
      ['POST', `/api/joined/calendars/${made.id}/sync`],
      ['DELETE', `/api/joined/calendars/${made.id}?events=drop`],
    ] as const) {
      expect([path, (await boris(method, path)).status]).toEqual([path, 404])
    }
    const [found] = await anna.json<{ remote: string }[]>('GET', `/api/joined/accounts/${account.id}/calendars`)
    const again = await anna('POST', `/api/joined/accounts/${account.id}/calendars`, { remote: found!.remote })
    expect(again.status).toBe(409)
    expect(await calendarOf(boris, 'Семья')).toBeNull()
  })
})

describe('switching an outside calendar off', () => {
  const joinedWithOne = async () => {
    const opened = await open()
    await opened.outside.put('Семья', 'a.ics', eventText('a', 'Дача'))
    const account = await opened.signIn()
    const made = await opened.join(account.id)
    await opened.synced(made)
    return { ...opened, account, made }
  }

  it('keeps the events as an ordinary calendar, and leaves the outside one as it is', async () => {
    const { anna, made, calendarOf, titles, outsideTitles, outside } = await joinedWithOne()
    const writes = () => outside.requests.filter(({ method }) => ['PUT', 'DELETE'].includes(method)).length
    const before = writes()
    await anna.json('DELETE', `/api/joined/calendars/${made.id}?events=keep`, undefined, 204)
    expect(await calendarOf(anna, 'Семья')).toMatchObject({ id: made.calendar, joined: null })
    expect(await titles(made.calendar)).toEqual(['Дача'])
    // Now it is hers alone: what she does to it stays here.
    await anna.json('DELETE', `/api/calendars/${made.calendar}`, undefined, 204)
    expect(await outsideTitles()).toEqual(['Дача'])
    expect(writes()).toBe(before)
  })

  it('drops the portal’s calendar, and leaves the outside one as it is', async () => {
    const { anna, made, calendarOf, outsideTitles, account, accounts } = await joinedWithOne()
    const inUse = await anna.json('DELETE', `/api/joined/accounts/${account.id}`, undefined, 409)
    expect(inUse).toMatchObject({ code: 'outside-in-use' })
    await anna.json('DELETE', `/api/joined/calendars/${made.id}?events=drop`, undefined, 204)
    expect(await calendarOf(anna, 'Семья')).toBeNull()
    expect(await outsideTitles()).toEqual(['Дача'])
    await anna.json('DELETE', `/api/joined/accounts/${account.id}`, undefined, 204)
    expect(await accounts()).toEqual([])
  })

  it('happens by itself when the calendar is deleted in the portal, and nothing goes outside', async () => {
    const { anna, made, outsideTitles, accounts, joined } = await joinedWithOne()
    await anna.json('DELETE', `/api/calendars/${made.calendar}`, undefined, 204)
    expect((await accounts())[0]?.calendars).toEqual([])
    expect(joined.count()).toBe(0)
    expect(await outsideTitles()).toEqual(['Дача'])
  })

  it('by the administrator stops all of them until it is on again', async () => {
    const { anna, boris, made, outside, synced, titles, stateOf } = await joinedWithOne()
    await anna.json('PATCH', '/api/admin/doors', { joined: false }, 204)
    expect(await anna.json('GET', '/api/joined')).toMatchObject({ on: false })
    const body = { service: 'caldav', address: outside.origin, login: 'anna', password: 'x' }
    expect(await boris.json('POST', '/api/joined/accounts', body, 409)).toMatchObject({ code: 'door-off' })
    await outside.put('Семья', 'b.ics', eventText('b', 'Потом'))
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Дача'])
    await anna.json('PATCH', '/api/admin/doors', { joined: true, people: { joined: [] } }, 204)
    expect(await anna.json('GET', '/api/joined')).toMatchObject({ on: false })
    await anna.json('PATCH', '/api/admin/doors', { people: { joined: null } }, 204)
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Дача', 'Потом'])
    expect(await stateOf(made)).toMatchObject({ state: 'connected' })
  })
})

describe('people and outside calendars', () => {
  it('part when a person leaves: nothing is exchanged any more, and the secret is forgotten', async () => {
    const { outside, anna, signIn, join, synced, joined, portal, boris } = await open()
    await outside.put('Семья', 'a.ics', eventText('a', 'Дача'))
    const made = await join((await signIn(boris)).id, 'Семья', {}, boris)
    expect(joined.count()).toBe(1)
    const { people } = portal.portal.parts
    await people.leave(people.findByLogin('boris')!.id)
    await joined.look()
    expect(joined.count()).toBe(0)
    expect(rowsOf(portal.dataDir)).toEqual([])
    expect(joined.joinOf(made.calendar)).toBeNull()
    await expect(synced(made)).rejects.toMatchObject({ code: 'not-found' })
    expect((await anna.json<{ accounts: unknown[] }>('GET', '/api/joined')).accounts).toEqual([])
  })

  it('follow a group that they were opened to', async () => {
    const { outside, anna, signIn, join, synced, joined, portal, titles, stateOf } = await open()
    const made = await join((await signIn()).id)
    const { people, doors } = portal.portal.parts
    const id = people.findByLogin('anna')!.id
    const group = await people.createAll([
      {
        login: 'family',
        name: 'Family',
        email: '',
        kind: 'group',
        admin: false,
        locale: 'ru',
        timeZone: 'UTC',
        passwordHash: null,
      },
    ])
    await doors.setPeople({ joined: [group[0]!.id] })
    await joined.look()
    await outside.put('Семья', 'a.ics', eventText('a', 'Дача'))
    await synced(made)
    expect(await stateOf(made)).toMatchObject({ text: 'Внешние календари сейчас выключены' })
    expect(await titles(made.calendar)).toEqual([])
    await people.setMembers(group[0]!.id, [id])
    await joined.look()
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Дача'])
    expect((await anna.json<{ on: boolean }>('GET', '/api/joined')).on).toBe(true)
  })
})

describe('the password of an outside account', () => {
  it('is not kept when the service refuses it, and is never told nor stored as it is', async () => {
    const { anna, outside, signIn, portal } = await open()
    const body = { service: 'caldav', address: outside.origin, login: 'anna', password: 'wrong-one' }
    expect(await anna.json('POST', '/api/joined/accounts', body, 422)).toMatchObject({ code: 'outside-credentials' })
    expect(await anna.json('GET', '/api/joined')).toMatchObject({ accounts: [] })
    const account = await signIn()
    expect(JSON.stringify([account, await anna.json('GET', '/api/joined')])).not.toContain('app-password')
    const rows = rowsOf(portal.dataDir)
    expect(JSON.stringify(rows)).not.toContain('app-password')
    expect(rows[0]?.sealed).toMatch(/^v1\./)
    expect(portal.lines.join()).not.toContain('app-password')
  })

  it('was changed outside: the state says so, nothing is lost, and a new one goes on where it stopped', async () => {
    const { anna, outside, signIn, join, synced, stateOf, accounts, addEvent, titles, outsideTitles } = await open()
    await outside.put('Семья', 'a.ics', eventText('a', 'Дача'))
    const account = await signIn()
    const made = await join(account.id)
    await synced(made)
    outside.setAuthorization(`Basic ${Buffer.from('anna:new one').toString('base64')}`)
    await addEvent(made.calendar, 'Школа')
    await synced(made)
    expect(await stateOf(made)).toMatchObject({
      state: 'error',
      kind: 'credentials',
      text: '127.0.0.1 не принял пароль. Ничего не потеряно: обмен продолжится с новым.',
      remedy: 'Ввести новый пароль',
    })
    expect((await accounts())[0]?.signedOut).toBe(true)
    expect(await titles(made.calendar)).toEqual(['Дача', 'Школа'])
    const address = `/api/joined/accounts/${account.id}/password`
    expect(await anna.json('PUT', address, { password: 'guess' }, 422)).toMatchObject({ code: 'outside-credentials' })
    await anna.json('PUT', address, { password: 'new one' }, 204)
    await synced(made)
    expect(await stateOf(made)).toMatchObject({ state: 'connected' })
    expect(await outsideTitles()).toEqual(['Дача', 'Школа'])
  })

  it('goes to the origin that it was given for and to no other, whatever the server says', async () => {
    const { anna, outside, signIn, join, stateOf, synced } = await open()
    const { startOutsideServer } = await import('./test/outside-server.ts')
    const evil = await startOutsideServer(() => 0)
    try {
      const made = await join((await signIn()).id)
      await synced(made)
      outside.setOnWay(async () => new Response(null, { status: 302, headers: { Location: `${evil.origin}/dav/` } }))
      await synced(made)
      expect(await stateOf(made)).toMatchObject({ state: 'error', kind: 'configuration' })
      const body = { service: 'caldav', address: outside.origin, login: 'anna', password: 'app-password' }
      const answer = await anna.json('POST', '/api/joined/accounts', body, 422)
      expect(answer).toMatchObject({ code: 'outside-no-calendars' })
      // Nor to one that stands in a list of calendars.
      outside.setOnWay(async (_, go) => {
        const given = await go()
        const text = (await given.text()).replaceAll('/dav/calendars/', `${evil.origin}/dav/calendars/`)
        return new Response(text, { status: given.status, headers: given.headers })
      })
      expect((await anna('POST', '/api/joined/accounts', body)).status).toBe(422)
      expect(evil.requests).toEqual([])
    } finally {
      await evil.close()
    }
  })

  it('is tried a few times at once, and then the person has to wait', async () => {
    const { anna, outside } = await open()
    const body = { service: 'caldav', address: outside.origin, login: 'anna', password: 'wrong' }
    const codes: string[] = []
    for (let i = 0; i < 12; i += 1) {
      codes.push(((await (await anna('POST', '/api/joined/accounts', body)).json()) as { code: string }).code)
    }
    expect(codes.slice(0, 10)).toEqual(Array(10).fill('outside-credentials'))
    expect(codes.slice(10)).toEqual(['too-many-attempts', 'too-many-attempts'])
  })
})

describe('the address of an outside calendar', () => {
  it('leads to no server inside that the administrator has not named, and to none without TLS', async () => {
    world = await openJoinedWorld()
    const { anna, outside } = world
    const codeFor = async (address: string): Promise<string> => {
      const body = { service: 'caldav', address, login: 'anna', password: 'app-password' }
      return ((await (await anna('POST', '/api/joined/accounts', body)).json()) as { code: string }).code
    }
    expect(await codeFor(outside.origin)).toBe('outside-insecure')
    expect(await codeFor(outside.origin.replace('http:', 'https:'))).toBe('outside-private')
    expect(await codeFor('169.254.169.254')).toBe('outside-private')
    expect(await codeFor('https://[::1]:5232/')).toBe('outside-private')
    expect(await codeFor('https://anna:secret@example.com/')).toBe('outside-address')
    expect(await codeFor('ftp://example.com/')).toMatch(/^outside-/)
    expect(await codeFor('http://portal.test/dav/')).toBe('outside-own')
    expect(outside.requests).toEqual([])
  })
})
