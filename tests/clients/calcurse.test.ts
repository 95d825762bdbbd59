import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Calcurse, createCalcurse } from './calcurse.ts'
import { createDavClient, type DavClient } from './dav-client.ts'
import { hasProgram } from './processes.ts'
import { contentLines, meeting, series, wholeDay } from './samples.ts'
import { type Portal, startPortal } from './server.ts'

const possible =
  hasProgram('calcurse') &&
  existsSync('/usr/bin/calcurse-caldav') &&
  existsSync('/usr/lib/python3/dist-packages/httplib2')
const person = { login: 'anna', password: 'kasha-i-moloko-7', name: 'Анна Петрова', timeZone: 'Europe/Berlin' } as const

describe.skipIf(!possible)(`calcurse-caldav${possible ? '' : ' (needs calcurse and python3-httplib2)'}`, () => {
  let portal: Portal | undefined
  let server: DavClient
  let calcurse: Calcurse
  let work: string

  const edit = (change: (text: string) => string): void => {
    const before = calcurse.appointments()
    const after = change(before)
    if (after === before) throw new Error(`nothing to change in:\n${before}`)
    calcurse.writeAppointments(after)
  }

  beforeAll(async () => {
    portal = await startPortal([{ ...person, calendars: [{ name: 'Работа' }] }])
    server = createDavClient(portal.url, person.login, person.password)
    work = (await server.calendar('Работа')).path
    await server.put(`${work}stays.ics`, meeting('stays@dayport.example', 'Остаётся'))
    calcurse = createCalcurse(new URL(work, portal.url).href, person.login, person.password)
  })
  afterAll(async () => {
    calcurse?.remove()
    if (portal !== undefined) expect(await portal.stop()).toBe(0)
  })

  it('takes over what was created, changed and deleted on the server, whole days and Cyrillic', async () => {
    await server.put(`${work}a.ics`, meeting('a@dayport.example', 'Планёрка'))
    await server.put(`${work}day.ics`, wholeDay('day@dayport.example', 'День рождения'))
    await calcurse.sync()
    expect(calcurse.appointments()).toMatch(/05\/04\/2027 @ 08:00 -> 05\/04\/2027 @ 09:00 ?\|Планёрка/)
    expect(calcurse.appointments()).toMatch(/05\/09\/2027 \[1\] День рождения/)

    const { etag } = await server.get(`${work}a.ics`)
    await server.put(`${work}a.ics`, meeting('a@dayport.example', 'Планёрка отдела'), etag)
    await server.delete(`${work}day.ics`)
    await calcurse.sync()
    expect(calcurse.appointments()).toContain('Планёрка отдела')
    expect(calcurse.appointments()).not.toContain('День рождения')
  })

  it('shows a series without its deleted occurrence', async () => {
    const moved = series('serie@dayport.example', 'Летучка', 'Летучка позже')
    // It imports one event for each object: the override would take the place of the series.
    const end = moved.lastIndexOf('BEGIN:VEVENT')
    await server.put(`${work}serie.ics`, `${moved.slice(0, end)}END:VCALENDAR\r\n`)
    await calcurse.sync()
    expect(calcurse.appointments()).toMatch(/03\/10\/2027 @ 10:00 .*\{1W.*!03\/17\/2027\}.*Летучка/)
  })

  it('brings to the server what was created, changed and deleted in it', async () => {
    edit((text) => `${text}05/05/2027 @ 10:00 -> 05/05/2027 @ 11:00|Обед с Ёжиковым\n`)
    await calcurse.sync()
    const created = await server.objectWith(work, 'Обед с Ёжиковым')
    expect(contentLines(created.text).some((line) => line.startsWith('DTSTART') && line.includes('20270505T'))).toBe(
      true,
    )

    edit((text) => text.replace('Обед с Ёжиковым', 'Ужин с Ёжиковым'))
    await calcurse.sync()
    expect(contentLines((await server.objectWith(work, 'Ёжиковым')).text)).toContain('SUMMARY:Ужин с Ёжиковым')

    edit((text) => text.replace(/^.*Ужин с Ёжиковым\n/m, ''))
    await calcurse.sync()
    await expect(server.objectWith(work, 'Ёжиковым')).rejects.toThrow('found 0')
    expect((await server.objectWith(work, 'stays@dayport.example')).status).toBe(200)
  })

  it('keeps an edit on the server of what it has deleted itself', async () => {
    edit((text) => text.replace(/^.*Планёрка отдела\n/m, ''))
    const { etag } = await server.get(`${work}a.ics`)
    await server.put(`${work}a.ics`, meeting('a@dayport.example', 'Правка на сервере'), etag)
    await calcurse.sync()
    await calcurse.sync()
    expect((await server.get(`${work}a.ics`)).text).toContain('SUMMARY:Правка на сервере')
    expect(calcurse.appointments()).toContain('Правка на сервере')
  })
})
