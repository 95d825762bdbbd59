import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDavClient, type DavClient } from './dav-client.ts'
import { hasProgram } from './processes.ts'
import { meeting, series, seriesInstants, wholeDay } from './samples.ts'
import { type Portal, startPortal } from './server.ts'
import { startThunderbird, type Thunderbird } from './thunderbird.ts'

const possible = hasProgram('thunderbird') && hasProgram('Xvfb')
const person = {
  login: 'vera',
  password: 'Щи да каша 7',
  name: 'Вера',
  locale: 'ru',
  timeZone: 'Europe/Berlin',
} as const
const window = { from: '2027-03-01T00:00:00Z', to: '2027-06-01T00:00:00Z' }

const wholeDayShown = {
  uid: 'day@dayport.example',
  title: 'День Победы',
  start: '2027-05-09',
  end: '2027-05-10',
  allDay: true,
}
/** What is shown in `window` of the events that are there from the start, in order of their starts. */
const shownAtFirst = [
  ...seriesInstants.map((start, index) => ({
    uid: 'series@dayport.example',
    title: index === 2 ? 'Отчёт перенесён' : 'Отчёт',
    start,
    end: new Date(Date.parse(start) + 3_600_000).toISOString().replace('.000', ''),
    allDay: false,
  })),
  wholeDayShown,
]

describe.skipIf(!possible)(`Thunderbird subscribes to a feed${possible ? '' : ' (needs thunderbird and Xvfb)'}`, () => {
  let portal: Portal | undefined
  let server: DavClient
  let thunderbird: Thunderbird
  let work: string
  let calendar: string
  let link: { readonly url: string; readonly webcal: string }

  const api = async <T>(method: string, path: string, status: number, body?: object): Promise<T> => {
    const headers = { 'Content-Type': 'application/json' }
    const answer = await server.request(method, `/api${path}`, headers, body && JSON.stringify(body))
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return JSON.parse(answer.text) as T
  }
  const allowExport = (exportAllowed: boolean) => api('PATCH', `/calendars/${calendar}`, 200, { exportAllowed })
  const shown = (id: string): Promise<unknown> => thunderbird.call('items', { id, ...window })
  const statusOfFeed = async (): Promise<number> => (await fetch(link.url)).status

  beforeAll(async () => {
    portal = await startPortal([{ ...person, calendars: [{ name: 'Работа', exportAllowed: true }] }])
    server = createDavClient(portal.url, person.login, person.password)
    work = (await server.calendar('Работа')).path
    await server.put(`${work}series.ics`, series('series@dayport.example', 'Отчёт', 'Отчёт перенесён'))
    await server.put(`${work}day.ics`, wholeDay('day@dayport.example', 'День Победы'))
    const calendars = await api<readonly { id: string; name: string }[]>('GET', '/calendars', 200)
    calendar = calendars.find(({ name }) => name === 'Работа')?.id ?? ''
    link = await api('POST', '/feed-links', 201, { calendar, name: 'Thunderbird' })
    thunderbird = await startThunderbird()
  }, 100_000)
  afterAll(async () => {
    await thunderbird?.stop()
    if (portal !== undefined) expect(await portal.stop()).toBe(0)
  })

  it('finds the calendar at the link by its own detection', async () => {
    expect(await thunderbird.call('detectFile', { url: link.url })).toEqual([link.url])
  })

  // The dialog turns webcal: into http:. A calendar that keeps webcal: has none of Thunderbird's care for statuses.
  describe.each([
    { scheme: 'http', when404: 'keeps what it has' },
    { scheme: 'webcal', when404: 'loses its events' },
  ] as const)('by $scheme:', ({ scheme, when404 }) => {
    let id: string
    const refresh = (): Promise<unknown> => thunderbird.call('refresh', { id })

    it('shows the same instances, a moved and a deleted one, a whole day and Cyrillic', async () => {
      const url = scheme === 'http' ? link.url : link.webcal
      expect(url.startsWith(`${scheme}://`)).toBe(true)
      id = (await thunderbird.call('subscribeToFile', { url, name: scheme })) as string
      expect(await shown(id)).toEqual(shownAtFirst)
    })

    it('shows after a refresh what was added on the server, and what was deleted no more', async () => {
      const path = `${work}added.ics`
      await server.put(path, meeting('added@dayport.example', 'Планёрка\\, «Прага»'))
      await refresh()
      expect(await shown(id)).toContainEqual({
        uid: 'added@dayport.example',
        title: 'Планёрка, «Прага»',
        start: '2027-05-04T06:00:00Z',
        end: '2027-05-04T07:00:00Z',
        allDay: false,
      })
      await server.delete(path)
      await refresh()
      expect(await shown(id)).toEqual(shownAtFirst)
    })

    it(`${when404} while export is off (404), tells nobody, and is whole when it is on again`, async () => {
      await allowExport(false)
      expect(await statusOfFeed()).toBe(404)
      await refresh()
      const whileOff = await shown(id)
      if (scheme === 'http') expect(whileOff).toEqual(shownAtFirst)
      // The body of the 404 is read as a calendar without events; occurrences of a series may linger in the offline cache.
      else expect(whileOff).not.toContainEqual(wholeDayShown)
      expect(await thunderbird.call('state', { id })).toEqual({ disabled: false, status: 0 })

      await allowExport(true)
      await refresh()
      expect(await shown(id)).toEqual(shownAtFirst)
      const path = `${work}after.ics`
      await server.put(path, meeting('after@dayport.example', 'Снова'))
      await refresh()
      expect(await shown(id)).toContainEqual(expect.objectContaining({ title: 'Снова' }))
      await server.delete(path)
    })
  })

  it('is named in the list of links as the program that fetched last', async () => {
    const [listed] = await api<readonly { lastUserAgent: string; state: string }[]>('GET', '/feed-links', 200)
    expect(listed).toMatchObject({ state: 'works', lastUserAgent: expect.stringContaining('Thunderbird/') })
  })
})
