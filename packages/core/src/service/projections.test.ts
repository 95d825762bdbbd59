import { describe, expect, it } from 'vitest'
import type { AccessLevel } from '../access.ts'
import { CalendarError } from '../errors.ts'
import { createMemoryStore } from '../memory/index.ts'
import type { CalendarObject } from '../object.ts'
import { createAuthorize } from './authorize.ts'
import { createCalendarService } from './calendar-service.ts'
import { createDetailOf, detailOf } from './detail.ts'
import { createProjector } from './projector.ts'

const ann = { id: 'ann', groups: [] }
const ben = { id: 'ben', groups: [] }
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

const event = (uid: string, ...more: readonly string[]): Uint8Array =>
  encode(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//t//t//EN', 'BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z']
      .concat(['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', ...more, 'END:VEVENT', 'END:VCALENDAR', ''])
      .join('\r\n'),
  )

const serving = async (level: AccessLevel, key = 'k'.repeat(32)) => {
  const store = createMemoryStore()
  const service = createCalendarService({
    store,
    authorize: createAuthorize(store),
    projector: createProjector({ key: encode(key) }),
  })
  const { id } = await service.createCalendar(ann, {
    owner: 'ann',
    name: 'work',
    description: 'Secret plans',
    deadProperties: { '{x:}note': '<note xmlns="x:">Secret</note>' },
    access: [{ principal: 'ben', level }],
  })
  const put = (name: string, ...more: readonly string[]) =>
    service.putObject(ann, { calendar: id, name: `${name}@corp.example.ics` }, event(`${name}@corp.example`, ...more))
  const seen = async (filter = {}): Promise<CalendarObject[]> => {
    const objects: CalendarObject[] = []
    for await (const object of service.findObjects(ben, id, filter)) objects.push(object)
    return objects
  }
  return { store, service, id, put, seen, ref: (name: string) => ({ calendar: id, name }) }
}

const codeOf = (promise: Promise<unknown>): Promise<string | null> =>
  promise.then(
    () => null,
    (error: unknown) => (CalendarError.is(error) ? error.code : String(error)),
  )

describe('a calendar below the level read', () => {
  it.each(['free-busy', 'titles'] as const)(
    'shows objects at %s under a name, UID and etag that tell nothing and stay, and finds them again by that name',
    async (level) => {
      const { service, put, seen, ref } = await serving(level)
      const { etag } = await put('a', 'SUMMARY:Dentist', 'LOCATION:Clinic')
      const [object] = await seen()
      const text = decode(object?.data)
      expect(text).toContain(level === 'titles' ? 'SUMMARY:Dentist' : 'SUMMARY:Busy')
      expect(JSON.stringify({ ...object, data: text })).not.toMatch(/corp\.example|Clinic/)
      expect(object?.etag).not.toBe(etag)
      expect(object?.index.uid).toMatch(/^[0-9a-f]{32}$/)
      expect(await service.getObject(ben, ref(object?.name ?? ''))).toEqual(object)
      expect(await service.getObject(ben, ref('a@corp.example.ics'))).toBeNull()
      expect(await seen({ names: [object?.name ?? '', 'a@corp.example.ics'] })).toEqual([object])
      expect(await seen({ names: ['a@corp.example.ics'] })).toEqual([])
      expect(await seen({ uid: 'a@corp.example' })).toEqual([])
      expect(await seen({ uid: object?.index.uid })).toEqual([object])
    },
  )

  it('has other names, UIDs and etags under another key and in another calendar', async () => {
    const first = await serving('titles', 'a'.repeat(32))
    const second = await serving('titles', 'b'.repeat(32))
    const twin = await first.service.createCalendar(ann, {
      owner: 'ann',
      name: 'twin',
      access: [{ principal: 'ben', level: 'titles' }],
    })
    for (const { put } of [first, second]) await put('a')
    await first.service.putObject(ann, { calendar: twin.id, name: 'a@corp.example.ics' }, event('a@corp.example'))
    const [one] = await first.seen()
    const [other] = await second.seen()
    const changes = await first.service.changes(ben, twin.id, null)
    expect(new Set([one?.name, other?.name, changes.changes[0]?.name]).size).toBe(3)
    expect(one?.index.uid).not.toBe(other?.index.uid)
    expect(one?.etag).not.toBe(other?.etag)
  })

  it('says in its changes what its reads say, also of objects that are free now, or gone', async () => {
    const { service, put, seen, id } = await serving('free-busy')
    await put('a')
    await put('b', 'TRANSP:TRANSPARENT')
    const first = await service.changes(ben, id, null)
    expect(first.changes.map(({ name, etag, origin }) => ({ name, etag, origin }))).toEqual(
      (await seen()).map(({ name, etag }) => ({ name, etag, origin: { door: 'host' } })),
    )
    await put('a', 'TRANSP:TRANSPARENT')
    const freed = await service.changes(ben, id, first.token)
    expect(freed.changes).toMatchObject([{ name: first.changes[0]?.name, etag: null }])
    expect(await service.getObject(ben, { calendar: id, name: first.changes[0]?.name ?? '' })).toBeNull()
    await put('a')
    const [busy] = (await service.changes(ben, id, freed.token)).changes
    expect(busy).toMatchObject({ name: first.changes[0]?.name, etag: (await seen())[0]?.etag })
    await service.deleteObject(ann, { calendar: id, name: 'a@corp.example.ics' })
    expect(await seen()).toEqual([])
    expect((await service.changes(ben, id, freed.token)).changes).toMatchObject([{ name: busy?.name, etag: null }])
  })

  it('finds objects that are stored later, also through a unit of work that was taken back', async () => {
    const { service, put, seen, ref, id } = await serving('titles')
    await put('a')
    expect(await service.getObject(ben, ref('none.ics'))).toBeNull()
    const undone = service.transaction(async (tx) => {
      await service.putObject(ann, ref('b.ics'), event('b'), { tx })
      await service.getObject(ben, ref('none.ics'), { tx })
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await put('c')
    for (const object of await seen()) expect(await service.getObject(ben, ref(object.name))).toEqual(object)
    expect((await service.changes(ben, id, null)).changes).toHaveLength(2)
  })

  it('is written to neither under shown names nor under stored ones', async () => {
    const { service, put, seen, ref } = await serving('titles')
    await put('a')
    const [object] = await seen()
    for (const name of [object?.name ?? '', 'a@corp.example.ics', 'new.ics']) {
      expect(await codeOf(service.putObject(ben, ref(name), event('x')))).toBe('forbidden')
      expect(await codeOf(service.deleteObject(ben, ref(name)))).toBe('forbidden')
    }
  })

  it('keeps its description and kept properties to itself', async () => {
    for (const [level, description] of [
      ['titles', ''],
      ['read', 'Secret plans'],
    ] as const) {
      const { service, id } = await serving(level)
      const calendar = await service.getCalendar(ben, id)
      expect(calendar?.description).toBe(description)
      expect(await service.listCalendars(ben)).toEqual([calendar])
      expect(await service.findCalendar(ben, 'ann', 'work')).toEqual(calendar)
      expect(JSON.stringify(calendar).includes('Secret')).toBe(level === 'read')
    }
  })

  it('is exported as it is seen', async () => {
    const { service, put, id } = await serving('free-busy')
    await put('a', 'SUMMARY:Dentist')
    await put('b', 'SUMMARY:Holiday', 'TRANSP:TRANSPARENT')
    let text = ''
    for await (const piece of service.exportCalendar(ben, id)) text += decode(piece)
    expect(text.match(/SUMMARY:.*/g)).toEqual(['SUMMARY:Busy'])
    expect(text).not.toContain('corp.example')
  })
})

describe('a private event at the level read', () => {
  it('is busy to readers, under an etag of their own, and whole to writers', async () => {
    for (const [level, title] of [
      ['read', 'Busy'],
      ['write', 'Dentist'],
    ] as const) {
      const { put, seen } = await serving(level)
      const { etag } = await put('a', 'SUMMARY:Dentist', 'CLASS:PRIVATE')
      const [object] = await seen()
      expect(decode(object?.data)).toContain(`SUMMARY:${title}\r\n`)
      expect(object?.name).toBe('a@corp.example.ics')
      expect(object?.etag === etag).toBe(level === 'write')
    }
  })

  it('does not keep a reader who may write at last from noticing that there is more', async () => {
    const { service, put, id } = await serving('read')
    await put('a')
    const before = await service.changes(ben, id, null)
    await service.updateCalendar(ann, id, { access: [{ principal: 'ben', level: 'write' }] })
    const after = await service.changes(ben, id, null)
    expect(after.changes[0]?.etag).not.toBe(before.changes[0]?.etag)
    const condition = { ifMatch: [before.changes[0]?.etag ?? ''] }
    const stale = service.putObject(ben, { calendar: id, name: 'a@corp.example.ics' }, event('x'), { condition })
    expect(await codeOf(stale)).toBe('precondition-failed')
  })
})

describe('the detail that a person sees', () => {
  it('is the same by level and by authorize, and nobody but the owner sees all of a read-only calendar', async () => {
    const levels = {
      none: null,
      'free-busy': 'free-busy',
      titles: 'titles',
      read: 'read',
      write: 'full',
      owner: 'full',
    }
    for (const readOnly of [false, true]) {
      for (const [level, detail] of Object.entries(levels)) {
        const store = createMemoryStore()
        const access = [{ principal: 'ben', level: level as AccessLevel }]
        const calendar = await store.createCalendar({ owner: 'ann', name: 'x', readOnly, access })
        const expected = readOnly && level === 'write' ? 'read' : detail
        expect(detailOf(calendar, ben)).toBe(expected)
        expect(await createDetailOf(createAuthorize(store))(ben, calendar.id)).toBe(expected)
        expect(detailOf(calendar, ann)).toBe('full')
      }
    }
  })
})
