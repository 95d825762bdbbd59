import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../memory/index.ts'
import { createAuthorize } from './authorize.ts'
import { createCalendarService } from './calendar-service.ts'
import type { JoinWrite } from './join-write.ts'

const ann = { id: 'ann', groups: [] }

const file = (uid: string, summary: string): Uint8Array =>
  new TextEncoder().encode(
    [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//t//t//EN', 'BEGIN:VEVENT', `UID:${uid}`],
      ...['DTSTAMP:20260101T000000Z', 'DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', `SUMMARY:${summary}`],
      ...['END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n'),
  )
const summaryOf = (data: Uint8Array | null | undefined): string | null =>
  data == null ? null : (/SUMMARY:(.*?)\r/.exec(new TextDecoder().decode(data))?.[1] ?? null)

/** A calendar with one object, and a service in whose writes `joinWrite` has a part from then on. */
const serving = async (joinWrite: JoinWrite) => {
  const store = createMemoryStore()
  const told: string[] = []
  let joins = false
  const service = createCalendarService({
    store,
    authorize: createAuthorize(store),
    onChange: ({ origin, changes }) => told.push(`${origin.door} ${changes[0]?.name}`),
    joinWrite: async (write) => (joins ? joinWrite(write) : null),
  })
  const { id } = await service.createCalendar(ann, { owner: 'ann', name: 'work', components: ['VEVENT'] })
  const ref = { calendar: id, name: 'a.ics' }
  await service.putObject(ann, ref, file('a', 'First'))
  joins = true
  told.length = 0
  return { store, service, ref, told }
}

describe('joinWrite of the calendar service', () => {
  it('is asked before every write, and may have something else stored, of which the writer gets no etag', async () => {
    const asked: unknown[] = []
    const { store, service, ref } = await serving(async ({ tx, who, ref: at, origin, data }) => {
      const before = await store.getObject(at, { tx })
      asked.push([who.id, origin.door, summaryOf(before?.data), summaryOf(data)])
      return summaryOf(data) === 'Change me' ? { data: file('a', 'Changed') } : null
    })
    expect((await service.putObject(ann, ref, file('a', 'Kept'))).etag).not.toBeNull()
    expect((await service.putObject(ann, ref, file('a', 'Change me'), { origin: { door: 'x' } })).etag).toBeNull()
    expect(summaryOf((await service.getObject(ann, ref))?.data)).toBe('Changed')
    await service.importCalendar(ann, ref.calendar, file('b', 'From a file'), { origin: { door: 'import' } })
    await service.deleteObject(ann, ref)
    expect(asked).toEqual([
      ['ann', 'host', 'First', 'Kept'],
      ['ann', 'x', 'Kept', 'Change me'],
      ['ann', 'import', null, 'From a file'],
      ['ann', 'host', 'Changed', null],
    ])
  })

  it('refuses what is stored instead by the same rules', async () => {
    const { service, ref } = await serving(async () => ({ data: new TextEncoder().encode('nothing') }))
    await expect(service.putObject(ann, ref, file('a', 'Second'))).rejects.toMatchObject({
      code: 'invalid-calendar-data',
    })
    expect(summaryOf((await service.getObject(ann, ref))?.data)).toBe('First')
  })

  it('stores what was sent where something else would be above a limit: nobody is refused for what others add', async () => {
    const { service, ref } = await serving(async () => ({ data: file('a', 'x'.repeat(11 * 1024 * 1024)) }))
    expect((await service.putObject(ann, ref, file('a', 'Second'))).etag).not.toBeNull()
    expect(summaryOf((await service.getObject(ann, ref))?.data)).toBe('Second')
  })

  it('does more once the object is written, in the same unit of work: all of it or nothing', async () => {
    const kit = await serving(async ({ tx, who, ref, origin }) => {
      if (origin.door === 'echo') return null
      const echo = { ...ref, name: 'echo.ics' }
      return {
        afterwards: async () => {
          await kit.service.putObject(who, echo, file('echo', 'Echo'), { tx, origin: { door: 'echo' } })
          if (origin.door === 'broken') throw new Error('boom')
        },
      }
    })
    const { service, ref, told } = kit
    const there = async (name: string): Promise<boolean> => (await service.getObject(ann, { ...ref, name })) !== null
    const broken = service.putObject(ann, { ...ref, name: 'b.ics' }, file('b', 'B'), { origin: { door: 'broken' } })
    await expect(broken).rejects.toThrow('boom')
    expect([await there('b.ics'), await there('echo.ics')]).toEqual([false, false])
    await service.deleteObject(ann, ref)
    expect([await there('a.ics'), await there('echo.ics')]).toEqual([false, true])
    expect(told).toEqual(['host a.ics', 'echo echo.ics'])
  })

  it('is not asked of a write that is refused', async () => {
    const { service, ref } = await serving(async () => {
      throw new Error('asked')
    })
    const ben = { id: 'ben', groups: [] }
    await expect(service.putObject(ben, ref, file('a', 'Second'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(service.putObject(ann, ref, file('a', 'Second'))).rejects.toThrow('asked')
  })
})
