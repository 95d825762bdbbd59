import { describe, expect, it } from 'vitest'
import type { AccessLevel } from '../access.ts'
import type { Calendar } from '../calendar.ts'
import { CalendarError } from '../errors.ts'
import { createMemoryStore } from '../memory/index.ts'
import type { CalendarEvent } from './announce.ts'
import { createAuthorize } from './authorize.ts'
import { type CalendarServiceOptions, createCalendarService } from './calendar-service.ts'

const ann = { id: 'ann', groups: [] }
const ben = { id: 'ben', groups: [] }
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const event = (uid: string, summary = 'Meeting', more: readonly string[] = []): string =>
  [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    'DTSTART:20260302T090000Z',
    'DTEND:20260302T100000Z',
    ...more,
    `SUMMARY:${summary}`,
    'END:VEVENT',
    '',
  ].join('\r\n')

const file = (...components: readonly string[]): Uint8Array =>
  encode(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n${components.join('')}END:VCALENDAR\r\n`)

const codeOf = async (promise: Promise<unknown>): Promise<string | null> => {
  try {
    await promise
    return null
  } catch (error) {
    if (CalendarError.is(error)) return error.code
    throw error
  }
}

const serving = async (level: AccessLevel = 'none', options: Partial<CalendarServiceOptions> = {}) => {
  const store = createMemoryStore()
  const events: CalendarEvent[] = []
  const service = createCalendarService({
    store,
    authorize: createAuthorize(store),
    now: () => 1_000,
    onChange: (one) => events.push(one),
    ...options,
  })
  const calendar: Calendar = await service.createCalendar(ann, {
    owner: 'ann',
    name: 'work',
    components: ['VEVENT'],
    access: [{ principal: 'ben', level }],
  })
  const ref = { calendar: calendar.id, name: 'a.ics' }
  await service.putObject(ann, ref, file(event('a')))
  events.length = 0
  return { store, service, calendar, ref, events }
}

describe('rights in the calendar service', () => {
  const actions = (kit: Awaited<ReturnType<typeof serving>>) => {
    const { service, calendar, ref } = kit
    return {
      get: () => service.getObject(ben, ref),
      find: async () => {
        for await (const _ of service.findObjects(ben, calendar.id, {})) break
      },
      changes: () => service.changes(ben, calendar.id, null),
      export: async () => {
        for await (const _ of service.exportCalendar(ben, calendar.id)) break
      },
      put: () => service.putObject(ben, { ...ref, name: 'b.ics' }, file(event('b'))),
      import: () => service.importCalendar(ben, calendar.id, file(event('c'))),
      delete: () => service.deleteObject(ben, ref),
      rename: () => service.updateCalendar(ben, calendar.id, { displayName: 'x' }),
      share: () => service.updateCalendar(ben, calendar.id, { access: [] }),
      exportable: () => service.updateCalendar(ben, calendar.id, { exportAllowed: true }),
      remove: () => service.deleteCalendar(ben, calendar.id),
    }
  }

  it('answer not-found to who has no level, whatever is asked, as for a calendar that does not exist', async () => {
    const kit = await serving('none')
    for (const [name, act] of Object.entries(actions(kit))) {
      expect([name, await codeOf(Promise.resolve(act()))]).toEqual([name, 'not-found'])
    }
    expect(await kit.service.getCalendar(ben, kit.calendar.id)).toBeNull()
    expect(await kit.service.findCalendar(ben, 'ann', 'work')).toBeNull()
    expect(await kit.service.listCalendars(ben)).toEqual([])
    expect(await codeOf(kit.service.getObject(ben, { calendar: 'nowhere', name: 'x' }))).toBe('not-found')
  })

  it('answer forbidden with the privilege to who has a lower level', async () => {
    const refusedAt = async (level: AccessLevel) => {
      const refused: string[] = []
      for (const name of Object.keys(actions(await serving(level)))) {
        const act = actions(await serving(level))[name as keyof ReturnType<typeof actions>]
        const code = await codeOf(Promise.resolve(act()))
        if (code !== null) refused.push(`${name}: ${code}`)
      }
      return refused
    }
    const own = ['share: forbidden', 'exportable: forbidden', 'remove: forbidden']
    const write = ['put: forbidden', 'import: forbidden', 'delete: forbidden', 'rename: forbidden', ...own]
    // Reads are projections there: projections.test.ts.
    expect(await refusedAt('free-busy')).toEqual(write)
    expect(await refusedAt('titles')).toEqual(write)
    expect(await refusedAt('read')).toEqual(write)
    expect(await refusedAt('write')).toEqual(own)
    expect(await refusedAt('owner')).toEqual([])
    const { service, ref } = await serving('read')
    await expect(service.deleteObject(ben, ref)).rejects.toMatchObject({ details: { privilege: 'write' } })
  })

  it('let people make calendars in their own home only', async () => {
    const { service } = await serving()
    expect(await codeOf(service.createCalendar(ben, { owner: 'ann', name: 'x' }))).toBe('forbidden')
    expect((await service.createCalendar(ben, { owner: 'ben', name: 'x' })).owner).toBe('ben')
  })

  it('are asked in the unit of work that writes: one that was taken back there stops the write', async () => {
    const { service, store, calendar, ref } = await serving('write')
    const work = service.transaction(async (tx) => {
      await store.updateCalendar(calendar.id, { access: [] }, { tx })
      return service.putObject(ben, { ...ref, name: 'b.ics' }, file(event('b')), { tx })
    })
    expect(await codeOf(work)).toBe('not-found')
    expect(await service.getObject(ann, { ...ref, name: 'b.ics' })).toBeNull()
  })
})

describe('putObject of the calendar service', () => {
  it('keeps the bytes and gives their etag', async () => {
    const { service, ref } = await serving()
    const bytes = file(event('b', 'Встреча'))
    const result = await service.putObject(ann, { ...ref, name: 'b.ics' }, bytes, { condition: { ifNoneMatch: '*' } })
    const stored = await service.getObject(ann, { ...ref, name: 'b.ics' })
    expect(stored?.data).toEqual(bytes)
    expect(result).toEqual({ etag: stored?.etag, created: true, revision: 2 })
  })

  it('gives no etag when it had to convert the bytes to UTF-8 (RFC 4791 §5.3.4)', async () => {
    const { service, ref } = await serving()
    const latin = Uint8Array.from([...file(event('b', 'M@rz'))].map((byte) => (byte === 0x40 ? 0xe4 : byte)))
    const options = { contentType: 'text/calendar; charset=iso-8859-1' }
    const result = await service.putObject(ann, { ...ref, name: 'b.ics' }, latin, options)
    expect(result.etag).toBeNull()
    const stored = await service.getObject(ann, { ...ref, name: 'b.ics' })
    expect(new TextDecoder('utf-8', { fatal: true }).decode(stored?.data)).toContain('SUMMARY:März')
  })

  it('refuses what no calendar may hold, and stores nothing of it', async () => {
    const { service, ref, calendar } = await serving('none', { limits: { maxBytes: 5_000 } })
    const put = (bytes: Uint8Array, name = 'b.ics') => codeOf(service.putObject(ann, { ...ref, name }, bytes))
    expect(await put(encode('hello'))).toBe('invalid-calendar-data')
    expect(await put(file(event('b'), event('c')))).toBe('invalid-calendar-object')
    expect(await put(file(event('b', 'x'.repeat(6_000))))).toBe('too-large')
    expect(await put(file(event('b').replaceAll('VEVENT', 'VTODO')))).toBe('unsupported-component')
    expect(await put(file(event('a')))).toBe('uid-conflict')
    for (const name of ['', '.', '..', 'a/b', 'a\nb', '\ud800', 'x'.repeat(1_001)]) {
      expect(await put(file(event('b')), name)).toBe('invalid-calendar-object')
    }
    expect((await service.changes(ann, calendar.id, null)).changes.map((c) => c.name)).toEqual(['a.ics'])
  })

  it('records the origin', async () => {
    const { service, ref, calendar } = await serving()
    const origin = { door: 'caldav', operation: '7' }
    await service.putObject(ann, { ...ref, name: 'b.ics' }, file(event('b')), { origin })
    expect((await service.changes(ann, calendar.id, null)).changes[1]?.origin).toEqual(origin)
  })
})

describe('onChange of the calendar service', () => {
  it('hears of every committed change, in order, and of nothing that changed nothing', async () => {
    const { service, ref, calendar, events } = await serving()
    const put = await service.putObject(ann, ref, file(event('a', 'Changed')), { origin: { door: 'portal' } })
    await service.putObject(ann, ref, file(event('a', 'Changed')))
    await service.deleteObject(ann, ref)
    await service.updateCalendar(ann, calendar.id, { color: 'red' })
    await service.deleteCalendar(ann, calendar.id)
    const common = { calendar: calendar.id, by: 'ann', origin: { door: 'host' }, changes: [], atMs: 1_000 }
    const kind = 'objects-changed'
    expect(events).toEqual([
      { ...common, kind, origin: { door: 'portal' }, changes: [{ name: 'a.ics', etag: put.etag, revision: 2 }] },
      { ...common, kind, changes: [{ name: 'a.ics', etag: null, revision: 3 }] },
      { ...common, kind: 'calendar-updated' },
      { ...common, kind: 'calendar-deleted' },
    ])
  })

  it('hears of a unit of work once it is committed, and never of one that failed', async () => {
    const { service, ref, events } = await serving()
    await service.transaction(async (tx) => {
      await service.putObject(ann, { ...ref, name: 'b.ics' }, file(event('b')), { tx })
      await service.deleteObject(ann, ref, { tx })
      expect(events).toEqual([])
    })
    expect(events.map((one) => one.changes[0]?.name)).toEqual(['b.ics', 'a.ics'])
    const failed = service.transaction(async (tx) => {
      await service.putObject(ann, ref, file(event('a')), { tx })
      throw new Error('boom')
    })
    await expect(failed).rejects.toThrow('boom')
    expect(events).toHaveLength(2)
  })

  it('refuses a unit of work that it did not begin, since it could not tell when that is committed', async () => {
    const { service, store, ref } = await serving()
    const work = store.transaction((tx) => service.deleteObject(ann, ref, { tx }))
    await expect(work).rejects.toThrow(TypeError)
    expect(await service.getObject(ann, ref)).not.toBeNull()
  })

  it('cannot fail a write by throwing', async () => {
    const errors: unknown[] = []
    const broken = (): void => {
      throw new Error('listener')
    }
    const { service, ref } = await serving('none', { onChange: broken, onError: (error) => errors.push(error) })
    await service.deleteObject(ann, ref)
    expect(await service.getObject(ann, ref)).toBeNull()
    expect(errors).toHaveLength(3)
  })
})

describe('calendars of the service', () => {
  it('take known component kinds, at least one (RFC 4791 §5.2.3)', async () => {
    const { service } = await serving()
    const make = (components: string[]) => codeOf(service.createCalendar(ann, { owner: 'ann', name: 'x', components }))
    expect(await make(['VPOLL'])).toBe('unsupported-component')
    expect(await make([])).toBe('unsupported-component')
    expect(await make(['VTODO'])).toBeNull()
  })

  it('take a time zone that is a VCALENDAR with one VTIMEZONE (RFC 4791 §5.2.2)', async () => {
    const { service, calendar } = await serving()
    const zone =
      'BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n'
    const set = (bytes: Uint8Array) =>
      codeOf(service.updateCalendar(ann, calendar.id, { timezone: new TextDecoder().decode(bytes) }))
    expect(await set(file(zone))).toBeNull()
    expect(await set(file(zone, zone))).toBe('invalid-calendar-data')
    expect(await set(file(event('x')))).toBe('invalid-calendar-data')
    expect(await set(encode('Europe/Berlin'))).toBe('invalid-calendar-data')
  })

  it('are shown at every level but none', async () => {
    const { service, calendar } = await serving('free-busy')
    expect((await service.listCalendars(ben)).map((c) => c.id)).toEqual([calendar.id])
    expect((await service.getCalendar(ben, calendar.id))?.id).toBe(calendar.id)
  })
})

describe('importCalendar', () => {
  const names = async (kit: Awaited<ReturnType<typeof serving>>) =>
    (await kit.service.changes(ann, kit.calendar.id, null)).changes.map((c) => c.name).sort()

  it('makes one object per UID, and changes nothing when it is done again', async () => {
    const kit = await serving()
    const override = event('s', 'Moved', ['RECURRENCE-ID:20260303T090000Z'])
    const bytes = file(event('s', 'Series', ['RRULE:FREQ=DAILY']), event('b'), override)
    const first = await kit.service.importCalendar(ann, kit.calendar.id, bytes, { origin: { door: 'import' } })
    expect(first).toEqual({ total: 2, created: 2, updated: 0, unchanged: 0, skipped: 0, refused: [] })
    expect(await names(kit)).toEqual(['a.ics', 'b.ics', 's.ics'])
    const series = await kit.service.getObject(ann, { ...kit.ref, name: 's.ics' })
    expect(new TextDecoder().decode(series?.data).match(/BEGIN:VEVENT/g)).toHaveLength(2)
    const again = await kit.service.importCalendar(ann, kit.calendar.id, bytes)
    expect(again).toMatchObject({ total: 2, created: 0, unchanged: 2 })
  })

  it('replaces objects of a known UID under their names, or skips them', async () => {
    const kit = await serving()
    await kit.service.putObject(ann, { ...kit.ref, name: 'odd name' }, file(event('b')))
    const bytes = file(event('b', 'New'), event('c'))
    const skipped = await kit.service.importCalendar(ann, kit.calendar.id, bytes, { mode: 'skip' })
    expect(skipped).toMatchObject({ created: 1, skipped: 1, updated: 0 })
    const replaced = await kit.service.importCalendar(ann, kit.calendar.id, bytes)
    expect(replaced).toMatchObject({ created: 0, updated: 1, unchanged: 1 })
    expect(await names(kit)).toEqual(['a.ics', 'c.ics', 'odd name'])
    const object = await kit.service.getObject(ann, { ...kit.ref, name: 'odd name' })
    expect(new TextDecoder().decode(object?.data)).toContain('SUMMARY:New')
  })

  it('tells what it refused, and takes the rest', async () => {
    const kit = await serving('none', { limits: { maxAttendees: 2 } })
    const crowd = Array.from({ length: 3 }, (_, i) => `ATTENDEE:mailto:${i}@example.org`)
    const todo = event('todo').replaceAll('VEVENT', 'VTODO')
    const twins = event('b') + event('b')
    const report = await kit.service.importCalendar(
      ann,
      kit.calendar.id,
      file(event('crowd', 'x', crowd), todo, twins, event('good')),
    )
    expect(report.refused.map(({ uid, code }) => [uid, code])).toEqual([
      ['crowd', 'limit-exceeded'],
      ['todo', 'unsupported-component'],
      ['b', 'invalid-calendar-object'],
    ])
    expect(report).toMatchObject({ total: 4, created: 1 })
    expect(await names(kit)).toEqual(['a.ics', 'good.ics'])
  })

  it('gives names of its own where a UID is none, or its name is taken', async () => {
    let ids = 0
    const kit = await serving('none', { newId: () => `id-${++ids}` })
    await kit.service.importCalendar(ann, kit.calendar.id, file(event('../../etc/passwd'), event('b')))
    await kit.service.deleteObject(ann, { ...kit.ref, name: 'b.ics' })
    await kit.service.putObject(ann, { ...kit.ref, name: 'b.ics' }, file(event('other')))
    await kit.service.importCalendar(ann, kit.calendar.id, file(event('b')))
    expect(await names(kit)).toEqual(['a.ics', 'b.ics', 'id-1.ics', 'id-2.ics'])
  })

  it('works in units of 100 objects, tells its progress, lets others in between, and stops when it is told to', async () => {
    const kit = await serving()
    const bytes = file(...Array.from({ length: 250 }, (_, i) => event(`u${i}`)))
    const progress: string[] = []
    const abort = new AbortController()
    let others = 0
    const timer = setInterval(() => {
      others += 1
    }, 0)
    await kit.service.importCalendar(ann, kit.calendar.id, bytes, {
      onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
    })
    clearInterval(timer)
    expect(progress).toEqual(['0/250', '100/250', '200/250', '250/250'])
    expect(others).toBeGreaterThan(0)
    const changed = file(...Array.from({ length: 250 }, (_, i) => event(`u${i}`, 'Changed')))
    const stopped = kit.service.importCalendar(ann, kit.calendar.id, changed, {
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done === 100) abort.abort(new Error('enough'))
      },
    })
    await expect(stopped).rejects.toThrow('enough')
    const revision = (await kit.service.getCalendar(ann, kit.calendar.id))?.revision
    expect(revision).toBe(1 + 250 + 100)
  })
})

describe('exportCalendar', () => {
  it('writes one VCALENDAR with every component as stored and each time zone once', async () => {
    const kit = await serving()
    const zone =
      'BEGIN:VTIMEZONE\r\nTZID:Custom\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n'
    const zoned = (uid: string) =>
      event(uid, 'ü', ['X-KEPT;P=1:yes']).replace('DTSTART:', 'DTSTART;TZID=Custom:').replace('T090000Z', 'T090000')
    for (const uid of ['b', 'c']) {
      await kit.service.putObject(ann, { ...kit.ref, name: uid }, file(zone, zoned(uid)))
    }
    const pieces: Uint8Array[] = []
    for await (const piece of kit.service.exportCalendar(ann, kit.calendar.id)) pieces.push(piece)
    const text = new TextDecoder().decode(await new Blob(pieces as BlobPart[]).arrayBuffer())
    expect(text.match(/BEGIN:VCALENDAR/g)).toHaveLength(1)
    expect(text.split(zone)).toHaveLength(2)
    for (const component of [event('a'), zoned('b'), zoned('c')]) expect(text).toContain(component)
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
    const home = await kit.service.createCalendar(ann, { owner: 'ann', name: 'copy' })
    const report = await kit.service.importCalendar(ann, home.id, new TextEncoder().encode(text))
    expect(report).toMatchObject({ created: 3, refused: [] })
  })
  it('explains a TZID that an object names without carrying its VTIMEZONE', async () => {
    const kit = await serving()
    const bare = event('b').replace('DTSTART:', 'DTSTART;TZID=Europe/Berlin:').replace('T090000Z', 'T090000')
    await kit.service.putObject(ann, { ...kit.ref, name: 'b' }, file(bare))
    let text = ''
    for await (const piece of kit.service.exportCalendar(ann, kit.calendar.id)) text += new TextDecoder().decode(piece)
    expect(text.indexOf('TZID:Europe/Berlin\r\n')).toBeGreaterThan(0)
    expect(text.indexOf('TZID:Europe/Berlin\r\n')).toBeLessThan(text.indexOf('UID:b'))
  })
})

describe('a read-only calendar in the calendar service', () => {
  it('refuses every write of objects, also where the host’s authorize allows all, and takes those of its filler', async () => {
    const store = createMemoryStore()
    const authorize = async () => true
    const service = createCalendarService({ store, authorize })
    const filler = createCalendarService({ store, authorize, fillsReadOnly: true })
    const { id } = await service.createCalendar(ann, { owner: 'ann', name: 'holidays', readOnly: true })
    const ref = { calendar: id, name: 'a.ics' }
    expect(await codeOf(service.putObject(ann, ref, file(event('a'))))).toBe('forbidden')
    expect(await codeOf(service.importCalendar(ann, id, file(event('a'))))).toBe('forbidden')
    expect((await filler.putObject(ann, ref, file(event('a')))).created).toBe(true)
    expect(await codeOf(service.deleteObject(ann, ref))).toBe('forbidden')
    expect(await service.getObject(ann, ref)).not.toBeNull()
    expect((await service.updateCalendar(ann, id, { displayName: 'Days off' })).displayName).toBe('Days off')
    await service.deleteCalendar(ann, id)
  })
})
