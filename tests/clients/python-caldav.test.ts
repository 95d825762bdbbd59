import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDavClient, type DavClient } from './dav-client.ts'
import { calendarOf, contentLines, meeting, series, seriesInstants, wholeDay } from './samples.ts'
import { type Scripted, startScript } from './scripted.ts'
import { type Portal, startPortal } from './server.ts'

const possible = ((): boolean => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import caldav'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()
const person = { login: 'anna', password: 'kasha-i-moloko-7', name: 'Анна Петрова', timeZone: 'Europe/Berlin' } as const

describe.skipIf(!possible)(`python3-caldav${possible ? '' : ' (needs python3-caldav)'}`, () => {
  let portal: Portal | undefined
  let server: DavClient
  let program: Scripted
  let work: string

  beforeAll(async () => {
    portal = await startPortal([
      { ...person, calendars: [{ name: 'Работа' }, { name: 'Дела', components: ['VTODO'] }] },
    ])
    server = createDavClient(portal.url, person.login, person.password)
    work = (await server.calendar('Работа')).path
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', NO_PROXY: '127.0.0.1' }
    program = startScript('./inside-python-caldav.py', [`${portal.url}/dav/`, person.login, person.password], { env })
  })
  afterAll(async () => {
    await program?.stop()
    if (portal !== undefined) expect(await portal.stop()).toBe(0)
  })

  it('finds the calendars from the address of the door', async () => {
    expect(await program.run({ do: 'calendars' })).toEqual(expect.arrayContaining(['Работа', 'Дела']))
    expect(decodeURI(await program.run<string>({ do: 'open', name: 'Работа' }))).toBe(decodeURI(work))
  })

  it('creates, changes and deletes, with Cyrillic and whole days', async () => {
    await program.run({ do: 'save', data: meeting('eins@dayport.example', 'Планёрка') })
    await program.run({ do: 'edit', uid: 'eins@dayport.example', old: 'Планёрка', new: 'Планёрка отдела' })
    expect(contentLines((await server.objectWith(work, 'eins@dayport.example')).text)).toContain(
      'SUMMARY:Планёрка отдела',
    )
    await program.run({ do: 'save', data: wholeDay('tag@dayport.example', 'День рождения') })
    const found = await program.run<string[]>({
      do: 'search',
      start: '2027-05-09T00:00:00',
      end: '2027-05-10T00:00:00',
      expand: false,
    })
    expect(found.map((text) => contentLines(text).includes('SUMMARY:День рождения'))).toEqual([true])
    await program.run({ do: 'delete', uid: 'tag@dayport.example' })
    await expect(server.objectWith(work, 'tag@dayport.example')).rejects.toThrow('found 0')
  })

  it('sees what was created, changed and deleted on the server, by the sync token', async () => {
    const { token } = await program.run<{ token: string }>({ do: 'sync' })
    const path = `${work}from-server.ics`
    await server.put(path, meeting('from-server@dayport.example', 'С сервера'))
    const after = await program.run<{ token: string; paths: string[] }>({ do: 'sync', token })
    expect(after.paths.map((one) => decodeURI(one))).toEqual([decodeURI(path)])
    const text = (await server.get(path)).text.replace('С сервера', 'Изменено')
    await server.put(path, text, (await server.get(path)).etag)
    const search = { do: 'search', start: '2027-05-04T00:00:00', end: '2027-05-05T00:00:00', expand: false }
    expect((await program.run<string[]>(search)).join()).toContain('SUMMARY:Изменено')
    await server.delete(path)
    expect((await program.run<string[]>(search)).join()).not.toContain('from-server')
    const idle = await program.run<{ token: string }>({ do: 'sync', token: after.token })
    expect((await program.run<{ paths: string[] }>({ do: 'sync', token: idle.token })).paths).toEqual([])
  })

  it('expands a series with a moved and a deleted occurrence on the server (RFC 4791 §9.6.5)', async () => {
    await program.run({ do: 'save', data: series('serie@dayport.example', 'Летучка', 'Летучка позже') })
    const found = await program.run<string[]>({
      do: 'search',
      start: '2027-03-01T00:00:00',
      end: '2027-04-30T00:00:00',
      expand: true,
    })
    const starts = found
      .flatMap((text) => contentLines(text))
      .filter((line) => line.startsWith('DTSTART:'))
      .map((line) => line.replace(/DTSTART:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'))
    expect(starts.sort()).toEqual([...seriesInstants])
  })

  it('asks when somebody is busy', async () => {
    const text = await program.run<string>({
      do: 'free-busy',
      start: '2027-03-10T00:00:00',
      end: '2027-03-11T00:00:00',
    })
    expect(contentLines(text)).toContain('FREEBUSY:20270310T090000Z/20270310T100000Z')
  })

  it('keeps tasks in a list of tasks', async () => {
    await program.run({ do: 'open', name: 'Дела' })
    const lines = ['BEGIN:VTODO', 'UID:todo@dayport.example', 'DTSTAMP:20270101T000000Z', 'DUE:20270601T100000Z']
    await program.run({ do: 'save-task', data: calendarOf(...lines, 'SUMMARY:Купить молоко', 'END:VTODO') })
    expect((await program.run<string[]>({ do: 'tasks' })).join()).toContain('SUMMARY:Купить молоко')
  })
})
