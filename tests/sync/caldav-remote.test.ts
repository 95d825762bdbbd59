import { createCalDavHandler } from '@dayport/caldav-protocol'
import { createCalDavPeer } from '@dayport/caldav-protocol/client'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { createSyncService, defaultSyncPolicy } from '@dayport/sync-engine'
import { describe, expect, it } from 'vitest'

const event = (uid: string, title: string, extra = ''): Uint8Array =>
  new TextEncoder().encode(
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\n` +
      `DTSTART;TZID=Europe/Berlin:20260316T090000\r\nDTEND;TZID=Europe/Berlin:20260316T100000\r\n` +
      `SUMMARY:${title}\r\n${extra}END:VEVENT\r\nEND:VCALENDAR\r\n`,
  )

describe('a calendar of the portal and one of another CalDAV server', () => {
  it('come together over the wire, series, unknown properties and deletions included, and then rest', async () => {
    const nowMs = Date.UTC(2026, 2, 10)
    const now = (): number => nowMs
    const there = createMemoryStore({ now })
    const ann = { id: 'ann', groups: [] }
    const thereService = createCalendarService({ store: there, authorize: createAuthorize(there), now })
    const remote = await thereService.createCalendar(ann, { owner: 'ann', name: 'home' })
    const handler = createCalDavHandler({
      service: thereService,
      authorize: createAuthorize(there),
      basePath: '/dav/',
      authenticate: async () => ann,
      principals: {
        getPrincipal: async (id) => ({
          id,
          login: 'ann',
          displayName: 'Ann',
          emails: [],
          kind: 'individual',
          members: [],
        }),
        findPrincipal: async (login) => ({
          id: login,
          login,
          displayName: 'Ann',
          emails: [],
          kind: 'individual',
          members: [],
        }),
      },
      now,
    })

    const here = openSqliteStore(':memory:', { now })
    const service = createCalendarService({ store: here, authorize: createAuthorize(here), now })
    const calendar = (await service.createCalendar(ann, { owner: 'ann', name: 'work' })).id
    let clock = nowMs
    const sync = createSyncService({
      state: here.syncState,
      service,
      now: () => clock,
      random: () => 0.5,
      timers: { after: () => () => {} },
      openRemote: async () =>
        createCalDavPeer({
          url: 'https://cal.example.org/dav/calendars/ann/home/',
          fetch: (url, init) => handler(new Request(url, init)),
          authorization: async () => null,
        }),
      onError: (error) => {
        throw error
      },
    })
    await sync.putConnection({ id: 'c', backend: 'caldav', settings: '{}', policy: defaultSyncPolicy, enabled: true })
    const put = (name: string, data: Uint8Array) => service.putObject(ann, { calendar, name }, data)
    const putThere = (name: string, data: Uint8Array) =>
      thereService.putObject(ann, { calendar: remote.id, name }, data)
    await put('a.ics', event('a', 'Here', 'X-OWN;X-P=1:kept\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n'))
    await putThere('b.ics', event('b', 'There', 'URL:https://example.org/\r\n'))
    await putThere('c.ics', event('c', 'Both'))
    await put('c-here.ics', event('c', 'Both'))
    const { id } = await sync.bind({ connection: 'c', principal: 'ann', calendar, mailbox: 'm', remote: 'r' })

    const run = async () => {
      clock += 60_000
      const { done } = await sync.syncNow(id)
      return done
    }
    const texts = async (read: () => AsyncIterable<{ readonly data: Uint8Array }>): Promise<string[]> => {
      const all: string[] = []
      for await (const { data } of read()) all.push(new TextDecoder().decode(data))
      return all.sort()
    }
    const hereTexts = () => texts(() => here.findObjects(calendar, {}))
    const thereTexts = () => texts(() => there.findObjects(remote.id, {}))

    const first = await run()
    expect(first).toMatchObject({
      kind: 'run',
      run: { outcome: 'done', counts: { createdPortal: 1, createdRemote: 1, paired: 1 } },
    })
    expect(await hereTexts()).toEqual(await thereTexts())
    expect((await thereTexts()).join()).toContain('X-OWN;X-P=1:kept')
    await putThere('b.ics', event('b', 'Edited there', 'URL:https://example.org/\r\n'))
    await service.deleteObject(ann, { calendar, name: 'c-here.ics' })
    await run()
    await run()
    expect((await hereTexts()).join()).toContain('SUMMARY:Edited there')
    expect(await hereTexts()).toHaveLength(2)
    expect(await thereTexts()).toHaveLength(2)
    const revision = (await there.getCalendar(remote.id))?.revision
    expect(await run()).toMatchObject({ run: { counts: { createdRemote: 0, updatedRemote: 0, updatedPortal: 0 } } })
    expect((await there.getCalendar(remote.id))?.revision).toBe(revision)
    await sync.stop()
    await here.close()
  })
})
