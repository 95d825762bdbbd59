import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDavClient, type DavClient } from './dav-client.ts'
import { type Evolution, startEvolution } from './evolution.ts'
import { hasProgram, until } from './processes.ts'
import { contentLines, event, meeting, series, wholeDay } from './samples.ts'
import { type Portal, startPortal } from './server.ts'

const possible = ((): boolean => {
  if (!hasProgram('dbus-run-session')) return false
  try {
    const load = 'import gi; gi.require_version("ECal", "2.0"); gi.require_version("EDataServer", "1.2")'
    execFileSync('/usr/bin/python3', ['-c', `${load}; from gi.repository import ECal, EDataServer`], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
})()
const needs = 'evolution-data-server, gir1.2-ecal-2.0, gir1.2-edataserver-1.2, python3-gi and dbus'
const person = { login: 'anna', password: 'каша и молоко 7', name: 'Анна Петрова', timeZone: 'Europe/Berlin' } as const

describe.skipIf(!possible)(`Evolution Data Server${possible ? '' : ` (needs ${needs})`}`, () => {
  let portal: Portal | undefined
  let server: DavClient
  let evolution: Evolution
  let work: string

  /** What the program holds, once `holds` says so: it fetches in the background. */
  const list = (holds: (texts: readonly string[]) => boolean): Promise<readonly string[]> =>
    until(
      'Evolution shows what is on the server',
      async () => {
        await evolution.run({ do: 'refresh' })
        const texts = await evolution.run<string[]>({ do: 'list' })
        return holds(texts) ? texts : null
      },
      20_000,
    )
  const withLine = (line: string) => (texts: readonly string[]) =>
    texts.some((text) => contentLines(text).includes(line))
  const linesOf = async (needle: string): Promise<readonly string[]> =>
    contentLines((await server.objectWith(work, needle)).text)

  beforeAll(async () => {
    portal = await startPortal([{ ...person, calendars: [{ name: 'Работа' }] }])
    server = createDavClient(portal.url, person.login, person.password)
    work = (await server.calendar('Работа')).path
    evolution = startEvolution(portal.url, person.login, person.password)
  })
  afterAll(async () => {
    await evolution?.stop()
    if (portal !== undefined) expect(await portal.stop()).toBe(0)
  })

  it('finds the calendar from the address of the server alone (RFC 6764 §6)', async () => {
    expect(await evolution.run({ do: 'discover' })).toEqual([{ name: 'Работа', path: work }])
    expect(await evolution.run({ do: 'open', path: work })).toBe(true)
  })

  it('takes over what was created, changed and deleted on the server, whole days and Cyrillic', async () => {
    await server.put(`${work}day.ics`, wholeDay('day@dayport.example', 'День рождения'))
    await server.put(`${work}a.ics`, meeting('a@dayport.example', 'Планёрка'))
    const texts = await list((found) => found.length === 2)
    expect(texts.flatMap(contentLines)).toEqual(
      expect.arrayContaining(['SUMMARY:День рождения', 'DTSTART;VALUE=DATE:20270509', 'SUMMARY:Планёрка']),
    )
    const { etag } = await server.get(`${work}a.ics`)
    await server.put(`${work}a.ics`, meeting('a@dayport.example', 'Планёрка отдела'), etag)
    await list(withLine('SUMMARY:Планёрка отдела'))
    await server.delete(`${work}day.ics`)
    await list((found) => found.length === 1)
  })

  it('brings to the server what was created, changed and deleted in it', async () => {
    const lines = ['DTSTART:20270504T060000Z', 'DTEND:20270504T070000Z']
    await evolution.run({ do: 'create', data: event('own@dayport.example', ...lines, 'SUMMARY:Обед') })
    expect(await linesOf('own@dayport.example')).toContain('SUMMARY:Обед')
    const own = await evolution.run<string>({ do: 'get', uid: 'own@dayport.example' })
    await evolution.run({ do: 'modify', data: own.replace('SUMMARY:Обед', 'SUMMARY:Обед с Ёжиковым'), scope: 'ALL' })
    expect(await linesOf('own@dayport.example')).toContain('SUMMARY:Обед с Ёжиковым')
    await evolution.run({ do: 'remove', uid: 'own@dayport.example', scope: 'ALL' })
    await expect(server.objectWith(work, 'own@dayport.example')).rejects.toThrow('found 0')
  })

  it('keeps a series with a moved and a deleted occurrence, whichever side made it', async () => {
    await evolution.run({ do: 'create-series', data: series('hers@dayport.example', 'Летучка', 'Летучка позже') })
    expect(await linesOf('hers@dayport.example')).toEqual(
      expect.arrayContaining([
        'RRULE:FREQ=WEEKLY;COUNT=5',
        'EXDATE;TZID=Europe/Berlin:20270317T100000',
        'RECURRENCE-ID;TZID=Europe/Berlin:20270331T100000',
        'SUMMARY:Летучка позже',
      ]),
    )
    await server.put(`${work}ours.ics`, series('ours@dayport.example', 'Совещание', 'Совещание позже'))
    const texts = await list((found) => found.filter((text) => text.includes('ours@dayport.example')).length === 2)
    const ours = texts.filter((text) => text.includes('ours@dayport.example')).flatMap(contentLines)
    expect(ours).toEqual(
      expect.arrayContaining(['EXDATE;TZID=Europe/Berlin:20270317T100000', 'SUMMARY:Совещание позже']),
    )
    await evolution.run({ do: 'remove', uid: 'hers@dayport.example', rid: '20270407T100000', scope: 'THIS' })
    expect((await linesOf('hers@dayport.example')).filter((line) => line.startsWith('EXDATE'))).toHaveLength(2)
  })

  it('does not lose an edit that was made elsewhere meanwhile', async () => {
    const seen = await evolution.run<string>({ do: 'get', uid: 'a@dayport.example' })
    const { etag } = await server.get(`${work}a.ics`)
    await server.put(`${work}a.ics`, meeting('a@dayport.example', 'Правка на сервере', 'LOCATION:Зал 2'), etag)
    const late = seen.replace('Планёрка отдела', 'Поздняя правка')
    // Its If-Match names the state that it has seen last.
    await expect(evolution.run({ do: 'modify', data: late, scope: 'ALL' })).rejects.toThrow('out of sync')
    expect(await linesOf('a@dayport.example')).toEqual(
      expect.arrayContaining(['SUMMARY:Правка на сервере', 'LOCATION:Зал 2']),
    )
    await list(withLine('SUMMARY:Правка на сервере'))
  })
})
