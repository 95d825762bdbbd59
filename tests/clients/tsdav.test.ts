import { createDAVClient, type DAVAccount, type DAVCalendar } from 'tsdav'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDavClient, type DavClient } from './dav-client.ts'
import { contentLines, meeting, series, wholeDay } from './samples.ts'
import { type Portal, startPortal } from './server.ts'

const person = { login: 'anna', password: 'kasha-i-moloko-7', name: 'Анна Петрова', timeZone: 'Europe/Berlin' } as const

type TsdavClient = Awaited<ReturnType<typeof createDAVClient>>

describe('tsdav', () => {
  let portal: Portal | undefined
  let server: DavClient
  let client: TsdavClient
  let account: DAVAccount
  let calendar: DAVCalendar
  let work: string

  const pathOf = (url: string): string => new URL(url).pathname
  /** As a program does it: what it knows of the calendar goes in, what is new comes out. */
  const catchUp = async (known: DAVCalendar): Promise<DAVCalendar> => {
    const calendars = await client.syncCalendars({ oldCalendars: [known], detailedResult: false, account })
    const same = calendars.find(({ url }) => url === known.url)
    if (same === undefined) throw new Error(`expected ${known.url} among the calendars`)
    return same
  }
  const namesIn = ({ objects = [] }: DAVCalendar): readonly string[] =>
    objects.map(({ url }) => pathOf(url).replace(work, '')).sort()

  beforeAll(async () => {
    portal = await startPortal([{ ...person, calendars: [{ name: 'Работа', color: '#2fc6f6' }] }])
    server = createDavClient(portal.url, person.login, person.password)
    work = (await server.calendar('Работа')).path
    client = await createDAVClient({
      serverUrl: portal.url,
      credentials: { username: person.login, password: person.password },
      authMethod: 'Basic',
      defaultAccountType: 'caldav',
    })
    account = await client.createAccount({ account: { serverUrl: portal.url, accountType: 'caldav' } })
  })
  afterAll(async () => {
    if (portal !== undefined) expect(await portal.stop()).toBe(0)
  })

  it('finds the calendars from the address of the server alone, with their names and colours (RFC 6764 §6)', async () => {
    const calendars = await client.fetchCalendars()
    const found = calendars.find(({ displayName }) => displayName === 'Работа')
    expect(found).toMatchObject({ components: ['VEVENT'], calendarColor: '#2fc6f6' })
    expect(pathOf(found?.url ?? '')).toBe(work)
    expect(found?.syncToken).toBeTruthy()
    calendar = found as DAVCalendar
  })

  it('creates, changes and deletes, and keeps a series with a moved and a deleted occurrence byte for byte', async () => {
    const iCalString = series('serie@dayport.example', 'Летучка', 'Летучка позже')
    const created = await client.createCalendarObject({ calendar, filename: 'serie.ics', iCalString })
    expect(created.status).toBe(201)
    expect((await server.get(`${work}serie.ics`)).text).toBe(iCalString)

    const [object] = await client.fetchCalendarObjects({ calendar })
    const changed = iCalString.replace('SUMMARY:Летучка позже', 'SUMMARY:Летучка в четверг')
    if (object === undefined) throw new Error('expected one object')
    const updated = await client.updateCalendarObject({ calendarObject: { ...object, data: changed } })
    expect(updated.status).toBe(204)
    expect(contentLines((await server.get(`${work}serie.ics`)).text)).toContain('SUMMARY:Летучка в четверг')

    // What it still holds is old: an edit made elsewhere is not lost.
    const late = await client.updateCalendarObject({ calendarObject: { ...object, data: iCalString } })
    expect(late.status).toBe(412)

    const [again] = await client.fetchCalendarObjects({ calendar })
    if (again === undefined) throw new Error('expected one object')
    expect((await client.deleteCalendarObject({ calendarObject: again })).status).toBe(204)
    expect((await server.get(`${work}serie.ics`)).status).toBe(404)
  })

  it('finds what lies in a range, instances of a series too, and whole days', async () => {
    await server.put(`${work}day.ics`, wholeDay('day@dayport.example', 'День рождения'))
    await server.put(`${work}serie.ics`, series('s2@dayport.example', 'Летучка', 'Летучка позже'))
    const inRange = async (start: string, end: string) =>
      (await client.fetchCalendarObjects({ calendar, timeRange: { start, end } })).map(({ url }) =>
        pathOf(url).replace(work, ''),
      )
    expect(await inRange('2027-04-01T00:00:00Z', '2027-04-02T00:00:00Z')).toEqual(['serie.ics'])
    expect(await inRange('2027-03-17T00:00:00Z', '2027-03-18T00:00:00Z')).toEqual([])
    expect(await inRange('2027-05-09T10:00:00Z', '2027-05-09T11:00:00Z')).toEqual(['day.ics'])
  })

  it('catches up after a month of sleep with exactly what changed (RFC 6578 §3.4)', async () => {
    const [fresh] = (await client.fetchCalendars()).filter(({ url }) => pathOf(url) === work)
    const objects = await client.fetchCalendarObjects({ calendar })
    const asleep = { ...(fresh as DAVCalendar), objects }
    for (let day = 1; day <= 31; day++) {
      const name = `${work}day-${day % 7}.ics`
      const { status, etag } = await server.get(name)
      const text = meeting(`day-${day % 7}@dayport.example`, `Правка ${day}`)
      if (status === 404) await server.put(name, text)
      else await server.put(name, text, etag)
      if (day % 11 === 0) await server.delete(name)
    }
    await server.delete(`${work}day.ics`)

    const { changes } = await server.syncCollection(work, asleep.syncToken ?? '')
    expect(changes.get(`${work}serie.ics`)).toBeUndefined()
    expect([...changes.keys()].sort()).toEqual([
      `${work}day-0.ics`,
      ...[1, 2, 3, 4, 5, 6].map((n) => `${work}day-${n}.ics`),
      `${work}day.ics`,
    ])
    const awake = await catchUp(asleep)
    const there = [...(await server.members(work)).keys()].map((path) => path.replace(work, '')).sort()
    expect(namesIn(awake)).toEqual(there)
    for (const { url, etag, data } of awake.objects ?? []) {
      const stored = await server.get(pathOf(url))
      // tsdav trims the text.
      expect([etag, data.trim()]).toEqual([stored.etag, stored.text.trim()])
    }
    expect(namesIn(await catchUp(awake))).toEqual(there)
  })

  it('makes a calendar of its own and removes it again', async () => {
    const url = `${account.homeUrl}${encodeURIComponent('планы')}/`
    await client.makeCalendar({ url, props: { displayname: 'Планы' } })
    const made = await server.calendar('Планы')
    expect((await client.deleteObject({ url: new URL(made.path, portal?.url).href })).status).toBe(204)
    await expect(server.calendar('Планы')).rejects.toThrow('no calendar')
  })
})
