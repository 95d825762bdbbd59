import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDavClient, type DavClient } from './dav-client.ts'
import { hasProgram } from './processes.ts'
import { contentLines, manyMeetings, meeting, series, seriesInstants, wholeDay } from './samples.ts'
import { type Portal, startPortal } from './server.ts'
import { startThunderbird, type Thunderbird } from './thunderbird.ts'

const possible = hasProgram('thunderbird') && hasProgram('Xvfb')
const person = {
  login: 'boris',
  password: 'Щи да каша 7',
  name: 'Борис',
  locale: 'ru',
  timeZone: 'Europe/Berlin',
} as const

/** What `items` of inside-thunderbird.js answers. */
interface Item {
  readonly uid: string
  readonly title: string
  readonly start: string
  readonly end: string
  readonly allDay: boolean
}

describe.skipIf(!possible)(`Thunderbird${possible ? '' : ' (needs thunderbird and Xvfb)'}`, () => {
  let portal: Portal | undefined
  let url: string
  let server: DavClient
  let thunderbird: Thunderbird
  let work: string
  let id: string

  const refresh = (): Promise<unknown> => thunderbird.call('refresh', { id })
  const items = async (from?: string, to?: string): Promise<readonly Item[]> =>
    (await thunderbird.call('items', { id, from, to })) as readonly Item[]
  const item = async (uid: string): Promise<Item | undefined> => (await items()).find((one) => one.uid === uid)

  beforeAll(async () => {
    const started = await startPortal(
      [
        {
          ...person,
          calendars: [
            { name: 'Работа', color: '#2fc6f6', ics: 'work.ics' },
            { name: 'Дом', color: '#ff8800' },
          ],
        },
      ],
      { 'work.ics': manyMeetings(120) },
    )
    portal = started
    url = started.url
    server = createDavClient(url, person.login, person.password)
    work = (await server.calendar('Работа')).path
    thunderbird = await startThunderbird()
  }, 100_000)
  afterAll(async () => {
    await thunderbird?.stop()
    if (portal !== undefined) expect(await portal.stop()).toBe(0)
  })

  it('discovers the calendars with names, colours and the right to write from the address of the server alone', async () => {
    const found = await thunderbird.call('detect', {
      user: person.login,
      password: person.password,
      location: url,
    })
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ uri: url + work, name: 'Работа', color: '#2fc6f6', readOnly: false }),
        expect.objectContaining({ name: 'Дом', color: '#ff8800', readOnly: false }),
      ]),
    )
  })

  it('finds nothing with a wrong password and says that signing in failed', async () => {
    await expect(thunderbird.call('detect', { user: person.login, password: 'wrong', location: url })).rejects.toThrow(
      /AuthFailed|auth/i,
    )
  })

  it('subscribes and takes over every event there is', async () => {
    id = (await thunderbird.call(
      'subscribe',
      { user: person.login, password: person.password, location: url, name: 'Работа' },
      60_000,
    )) as string
    const all = await items()
    expect(all).toHaveLength(120)
    expect(all[0]).toEqual({
      uid: 'many-0@dayport.example',
      title: 'Встреча № 0',
      start: '2027-01-01T00:00:00Z',
      end: '2027-01-01T00:30:00Z',
      allDay: false,
    })
  })

  it('takes over what was created, changed and deleted on the server', async () => {
    const uid = 'from-server@dayport.example'
    const path = `${work}from-server.ics`
    await server.put(path, meeting(uid, 'Планёрка'))
    await refresh()
    expect(await item(uid)).toMatchObject({ title: 'Планёрка', start: '2027-05-04T06:00:00Z' })

    const { etag } = await server.get(path)
    await server.put(path, meeting(uid, 'Планёрка отдела'), etag)
    await refresh()
    expect(await item(uid)).toMatchObject({ title: 'Планёрка отдела' })

    await server.delete(path)
    await refresh()
    expect(await item(uid)).toBeUndefined()
  })

  it('brings to the server what was created, changed and deleted in Thunderbird', async () => {
    const uid = 'from-thunderbird@dayport.example'
    await thunderbird.call('add', {
      id,
      uid,
      title: 'Обед с Ёжиковым, «Прага»; стол №5',
      start: '2027-05-05T08:00:00Z',
      end: '2027-05-05T09:00:00Z',
      description: 'Съешь ещё этих мягких французских булок, да выпей же чаю. '.repeat(5),
    })
    const created = await server.objectWith(work, uid)
    expect(contentLines(created.text)).toEqual(
      expect.arrayContaining([
        'SUMMARY:Обед с Ёжиковым\\, «Прага»\\; стол №5',
        'DTSTART;TZID=Europe/Berlin:20270505T100000',
      ]),
    )

    await thunderbird.call('modify', { id, uid, title: 'Ужин с Ёжиковым' })
    const changed = await server.get(created.path)
    expect(contentLines(changed.text)).toContain('SUMMARY:Ужин с Ёжиковым')
    expect(changed.etag).not.toBe(created.etag)

    await thunderbird.call('remove', { id, uid })
    expect((await server.get(created.path)).status).toBe(404)
    await refresh()
    expect(await item(uid)).toBeUndefined()
  })

  it('shows a series of the server with its moved and its deleted occurrence, over a clock change', async () => {
    await server.put(`${work}series-down.ics`, series('series-down@dayport.example', 'Отчёт', 'Отчёт перенесён'))
    await refresh()
    const shown = await items('2027-03-01T00:00:00Z', '2027-05-01T00:00:00Z')
    expect(shown.filter(({ uid }) => uid === 'series-down@dayport.example')).toMatchObject(
      seriesInstants.map((start, index) => ({ start, title: index === 2 ? 'Отчёт перенесён' : 'Отчёт' })),
    )
  })

  it('brings a series made in Thunderbird, an occurrence moved and one deleted there, to the server', async () => {
    const uid = 'series-up@dayport.example'
    await thunderbird.call('add', {
      id,
      uid,
      title: 'Занятие',
      start: '2027-03-10T09:00:00Z',
      end: '2027-03-10T10:00:00Z',
      weeklyCount: 5,
    })
    await thunderbird.call('removeOccurrence', { id, uid, occurrence: '2027-03-17T09:00:00Z' })
    await thunderbird.call('moveOccurrence', {
      id,
      uid,
      occurrence: '2027-03-31T08:00:00Z',
      start: '2027-04-01T13:00:00Z',
      end: '2027-04-01T14:00:00Z',
      title: 'Занятие перенесено',
    })
    const { text } = await server.objectWith(work, uid)
    const lines = contentLines(text)
    expect(lines.filter((line) => line === `UID:${uid}`)).toHaveLength(2)
    expect(lines).toEqual(
      expect.arrayContaining([
        'RRULE:FREQ=WEEKLY;COUNT=5',
        'EXDATE;TZID=Europe/Berlin:20270317T100000',
        'RECURRENCE-ID;TZID=Europe/Berlin:20270331T100000',
        'DTSTART;TZID=Europe/Berlin:20270401T150000',
        'SUMMARY:Занятие перенесено',
      ]),
    )
    await refresh()
    const shown = await items('2027-03-01T00:00:00Z', '2027-05-01T00:00:00Z')
    expect(shown.filter((one) => one.uid === uid).map(({ start }) => start)).toEqual(seriesInstants)
  })

  it('keeps a whole-day event a date, both ways', async () => {
    await server.put(`${work}day-down.ics`, wholeDay('day-down@dayport.example', 'День Победы'))
    await refresh()
    expect(await item('day-down@dayport.example')).toMatchObject({
      start: '2027-05-09',
      end: '2027-05-10',
      allDay: true,
    })

    await thunderbird.call('add', {
      id,
      uid: 'day-up@dayport.example',
      title: 'Выходной',
      start: '2027-05-10',
      end: '2027-05-11',
    })
    const { text } = await server.objectWith(work, 'day-up@dayport.example')
    expect(contentLines(text)).toEqual(
      expect.arrayContaining(['DTSTART;VALUE=DATE:20270510', 'DTEND;VALUE=DATE:20270511']),
    )
  })

  /** One event known to Thunderbird, and edited on the server since. */
  const editedMeanwhile = async (name: string): Promise<{ uid: string; path: string }> => {
    const uid = `${name}@dayport.example`
    const path = `${work}${name}.ics`
    await server.put(path, meeting(uid, 'Исходное'))
    await refresh()
    const { etag } = await server.get(path)
    await server.put(path, meeting(uid, 'Правка на сервере'), etag)
    return { uid, path }
  }
  const answeringConflict = (overwrite: boolean, call: string, parameters: object): Promise<unknown> =>
    thunderbird.call('answeringConflict', { call, parameters, overwrite })

  it.each([
    { overwrite: false, kept: 'Правка на сервере', answer: 'keeps the server’s edit' },
    { overwrite: true, kept: 'Правка в Thunderbird', answer: 'overwrites' },
  ])('asks the person when an edited event was changed on the server meanwhile (412), and $answer', async (choice) => {
    const { uid, path } = await editedMeanwhile(`both-${choice.overwrite}`)
    expect(await answeringConflict(choice.overwrite, 'modify', { id, uid, title: 'Правка в Thunderbird' })).toBe(true)
    expect(contentLines((await server.get(path)).text)).toContain(`SUMMARY:${choice.kept}`)
    await refresh()
    expect(await item(uid)).toMatchObject({ title: choice.kept })
  })

  it('asks the person when a deleted event was changed on the server meanwhile (412), and keeps it', async () => {
    const { uid, path } = await editedMeanwhile('deleted-here')
    expect(await answeringConflict(false, 'remove', { id, uid })).toBe(true)
    expect(contentLines((await server.get(path)).text)).toContain('SUMMARY:Правка на сервере')
    await refresh()
    expect(await item(uid)).toMatchObject({ title: 'Правка на сервере' })
  })

  it('changes nothing on the server by refreshing (RFC 6578 §3.2)', async () => {
    const before = await server.members(work)
    const { token } = await server.syncCollection(work, '')
    const local = await items()
    await refresh()
    expect((await server.syncCollection(work, token)).changes.size).toBe(0)
    expect(await server.members(work)).toEqual(before)
    expect(await items()).toEqual(local)
  })

  it('shows the month in its window (the picture is for a person to look at)', async () => {
    await thunderbird.call('showCalendar', { day: '2027-03-20' })
    const picture = await thunderbird.screenshot()
    const folder = join(tmpdir(), `dayport-pictures-${userInfo().uid}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'thunderbird.png'), picture)
    console.log(`Thunderbird's window: ${folder}/thunderbird.png`)
    expect(picture.subarray(1, 4).toString('latin1')).toBe('PNG')
  })
})
