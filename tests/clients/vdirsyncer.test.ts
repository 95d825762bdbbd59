import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDavClient, type DavClient } from './dav-client.ts'
import { hasProgram } from './processes.ts'
import { contentLines, manyMeetings, meeting, series, wholeDay } from './samples.ts'
import { type Portal, startPortal } from './server.ts'
import { createDesktop, type Desktop } from './vdirsyncer.ts'

const possible = hasProgram('vdirsyncer') && hasProgram('khal')
// vdirsyncer 0.19 sends Basic credentials in Latin-1 and refuses any other letter, so this password keeps to ASCII.
const person = {
  login: 'anna',
  password: 'kasha i moloko 7',
  name: 'Анна Петрова',
  locale: 'ru',
  timeZone: 'Europe/Berlin',
} as const

describe.skipIf(!possible)(`vdirsyncer and khal${possible ? '' : ' (needs vdirsyncer and khal)'}`, () => {
  let portal: Portal | undefined
  let server: DavClient
  let desktop: Desktop
  let work: string
  let local: string

  /** The local name of a calendar: vdirsyncer takes the last segment of its address. */
  const localName = (path: string): string => decodeURIComponent(path.replace(/\/$/, '').split('/').at(-1) ?? '')
  /** One clean run. vdirsyncer 0.19 warns of a missing etag exactly when it has one: the condition in its source is inverted. */
  const sync = async (): Promise<string> => {
    const { status, stdout, stderr } = await desktop.sync()
    const said = `${stdout}${stderr}`.replaceAll('warning: Deleting an item with no etag.\n', '')
    expect(said).not.toMatch(/^(error|warning)/m)
    expect(status).toBe(0)
    return said
  }
  const localText = (needle: string): string | undefined =>
    [...desktop.files(local).values()].find((text) => text.includes(needle))
  const localFile = (needle: string): [string, string] => {
    const found = [...desktop.files(local)].find(([, text]) => text.includes(needle))
    if (found === undefined) throw new Error(`no local file holds ${needle}`)
    return found
  }

  beforeAll(async () => {
    const started = await startPortal(
      [
        {
          ...person,
          calendars: [
            // vdirsyncer stops when a side was emptied entirely; one event stays in this calendar throughout.
            { name: 'Работа', color: '#2fc6f6', ics: 'work.ics' },
            { name: 'Много', color: '#ff8800', ics: 'many.ics' },
          ],
        },
      ],
      { 'many.ics': manyMeetings(300), 'work.ics': meeting('stays@dayport.example', 'Остаётся') },
    )
    portal = started
    server = createDavClient(started.url, person.login, person.password)
    work = (await server.calendar('Работа')).path
    local = localName(work)
    desktop = createDesktop(started.url, person.login, person.password)
  })
  afterAll(async () => {
    desktop?.remove()
    if (portal !== undefined) expect(await portal.stop()).toBe(0)
  })

  it('finds every calendar from the address of the server alone (RFC 6764 §6) and takes 300 events over', async () => {
    const discovery = await desktop.discover()
    expect(discovery.status, discovery.stderr).toBe(0)
    await sync()
    const many = await server.calendar('Много')
    expect(desktop.calendars()).toEqual(expect.arrayContaining([local, localName(many.path)]))
    const files = desktop.files(localName(many.path))
    expect(files.size).toBe(300)
    expect([...files.values()].filter((text) => contentLines(text).includes('SUMMARY:Встреча № 299'))).toHaveLength(1)
  })

  it('takes over what was created, changed and deleted on the server', async () => {
    const path = `${work}from-server.ics`
    expect((await server.put(path, meeting('from-server@dayport.example', 'Планёрка'))).status).toBe(201)
    await sync()
    expect(await desktop.khal(['list', '2027-05-04', '1d'])).toContain('08:00-09:00 Планёрка')

    const { etag } = await server.get(path)
    const changed = await server.put(path, meeting('from-server@dayport.example', 'Планёрка отдела'), etag)
    expect(changed.status).toBeLessThan(300)
    await sync()
    expect(await desktop.khal(['list', '2027-05-04', '1d'])).toContain('08:00-09:00 Планёрка отдела')

    expect((await server.delete(path)).status).toBeLessThan(300)
    await sync()
    expect(localText('from-server@dayport.example')).toBeUndefined()
  })

  it('brings to the server what was created, changed and deleted with khal', async () => {
    const [calendar] = (await desktop.khal(['printcalendars'])).split('\n').filter((name) => name.includes(local))
    await desktop.khal([
      'new',
      '-a',
      calendar ?? local,
      ...'2027-05-05 10:00 11:00 Обед с Ёжиковым :: Съешь ещё'.split(' '),
    ])
    await sync()
    const created = await server.objectWith(work, 'Обед с Ёжиковым')
    // khal writes the default VALUE out (RFC 5545 §3.2.20 allows it); the server keeps it so.
    expect(contentLines(created.text)).toContain('DTSTART;TZID=Europe/Berlin;VALUE=DATE-TIME:20270505T100000')
    expect(contentLines(created.text)).toContain('DESCRIPTION:Съешь ещё')

    // khal's questions: [s]ummary, the new one, [q]uit; then [D]elete, [y]es.
    await desktop.khal(['edit', '--show-past', 'Обед'], 's\nУжин с Ёжиковым\nq\n')
    await sync()
    const changed = await server.get(created.path)
    expect(contentLines(changed.text)).toContain('SUMMARY:Ужин с Ёжиковым')
    expect(changed.etag).not.toBe(created.etag)

    await desktop.khal(['edit', '--show-past', 'Ужин'], 'D\ny\n')
    await sync()
    expect((await server.get(created.path)).status).toBe(404)
  })

  it('shows a series of the server with its moved and its deleted occurrence at the right hours over a clock change', async () => {
    await server.put(`${work}series.ics`, series('series-down@dayport.example', 'Отчёт', 'Отчёт перенесён'))
    await sync()
    const agenda = await desktop.khal(['list', '--format', '{start} {title}', '--day-format', '', '2027-03-01', '60d'])
    expect(agenda.split('\n').filter((line) => line.includes('Отчёт'))).toEqual([
      '2027-03-10 10:00 Отчёт',
      '2027-03-24 10:00 Отчёт',
      '2027-04-01 15:00 Отчёт перенесён',
      '2027-04-07 10:00 Отчёт',
    ])
  })

  it('keeps a series written on the desktop, with its moved and its deleted occurrence, byte for byte', async () => {
    const text = series('series-up@dayport.example', 'Занятие', 'Занятие в другой день')
    desktop.write(local, 'series-up.ics', text)
    await sync()
    const { text: stored } = await server.objectWith(work, 'series-up@dayport.example')
    expect(stored).toBe(text)
  })

  it('keeps a whole-day event a date, both ways', async () => {
    await server.put(`${work}day-down.ics`, wholeDay('day-down@dayport.example', 'День Победы'))
    desktop.write(local, 'day-up.ics', wholeDay('day-up@dayport.example', 'Выходной'))
    await sync()
    const agenda = await desktop.khal(['list', '--format', '{start-end-time-style}|{title}', '2027-05-09', '1d'])
    expect(agenda).toContain('|День Победы')
    const { text } = await server.objectWith(work, 'day-up@dayport.example')
    expect(contentLines(text)).toContain('DTSTART;VALUE=DATE:20270509')
  })

  it('refuses to overwrite when both sides edited the same event: neither edit is lost', async () => {
    const path = `${work}both.ics`
    await server.put(path, meeting('both@dayport.example', 'Исходное'))
    await sync()
    const [file] = localFile('both@dayport.example')
    desktop.write(local, file, meeting('both@dayport.example', 'Правка на столе'))
    const { etag } = await server.get(path)
    expect((await server.put(path, meeting('both@dayport.example', 'Правка на сервере'), etag)).status).toBeLessThan(
      300,
    )

    const result = await desktop.sync()
    expect(result.status).not.toBe(0)
    expect(`${result.stdout}${result.stderr}`).toMatch(/conflict/i)
    expect((await server.get(path)).text).toContain('Правка на сервере')
    expect(localText('both@dayport.example')).toContain('Правка на столе')

    // The person decides for the server's side; the next run is clean again.
    desktop.write(local, file, (await server.get(path)).text)
    await sync()
  })

  it('changes nothing in a second run (RFC 6578 §3.2: no change, same answer)', async () => {
    await sync()
    const before = { server: await server.members(work), desktop: desktop.files(local) }
    const { token } = await server.syncCollection(work, '')
    expect(await sync()).not.toMatch(/copying|deleting/i)
    expect(await server.members(work)).toEqual(before.server)
    expect(desktop.files(local)).toEqual(before.desktop)
    expect((await server.syncCollection(work, token)).changes.size).toBe(0)
  })

  it('carries name and colour of a calendar both ways', async () => {
    expect((await desktop.metasync()).status).toBe(0)
    expect(desktop.meta(local, 'displayname')).toBe('Работа')
    expect(desktop.meta(local, 'color')).toBe('#2fc6f6')

    desktop.setMeta(local, 'displayname', 'Работа и учёба')
    desktop.setMeta(local, 'color', '#aa00aa')
    expect((await desktop.metasync()).status).toBe(0)
    const renamed = await server.calendar('Работа и учёба')
    expect(renamed).toMatchObject({ path: work, color: '#aa00aa' })

    const patched = await server.proppatch(
      work,
      '<D:displayname>Служба</D:displayname><A:calendar-color>#00aa00</A:calendar-color>',
    )
    expect(patched.status).toBe(207)
    expect((await desktop.metasync()).status).toBe(0)
    expect(desktop.meta(local, 'displayname')).toBe('Служба')
    expect(desktop.meta(local, 'color')).toBe('#00aa00')
  })

  it('creates a calendar on the server for a new local folder, and fills it', async () => {
    desktop.makeCalendar('hobby')
    desktop.write('hobby', 'chess.ics', meeting('chess@dayport.example', 'Шахматы'))
    const discovery = await desktop.discover()
    expect(discovery.status, discovery.stderr).toBe(0)
    await sync()
    const made = (await server.calendars()).find(({ path }) => localName(path) === 'hobby')
    expect(made).toBeDefined()
    expect((await server.objectWith(made?.path ?? '', 'Шахматы')).status).toBe(200)
  })
})
