import { everyone } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { codeOf, eventDraft } from '../drafts.ts'
import { type OpenStoreForTest, withStore } from './open-store.ts'

export const describeCalendars = (open: OpenStoreForTest): void => {
  describe('calendars', () => {
    it(
      'start with the documented defaults',
      withStore(open, async ({ store, calendar }) => {
        expect(await store.getCalendar(calendar.id)).toEqual(calendar)
        expect(await store.findCalendar('ann', 'work')).toEqual(calendar)
        expect(calendar).toMatchObject({
          owner: 'ann',
          name: 'work',
          displayName: 'work',
          description: '',
          color: null,
          order: 0,
          components: ['VEVENT', 'VTODO', 'VJOURNAL'],
          timezone: null,
          exportAllowed: false,
          readOnly: false,
          access: [],
          deadProperties: {},
          revision: 0,
        })
      }),
    )

    it(
      'keep every field of the draft',
      withStore(open, async ({ store }) => {
        const draft = {
          owner: 'ben',
          name: 'Mein Kalender',
          displayName: 'Мой календарь 😀',
          description: 'a & b < c',
          color: '#FF000080',
          order: -3,
          components: ['VTODO'],
          timezone: 'BEGIN:VCALENDAR\r\n…',
          exportAllowed: true,
          readOnly: true,
          access: [{ principal: everyone, level: 'titles' as const }],
          deadProperties: { '{urn:x}a': '<a xmlns="urn:x" xml:lang="de">ü</a>' },
        }
        const made = await store.createCalendar(draft)
        expect(made).toMatchObject(draft)
        expect(await store.getCalendar(made.id)).toEqual(made)
      }),
    )

    it(
      'are unique by owner and name',
      withStore(open, async ({ store, calendar }) => {
        expect(await codeOf(store.createCalendar({ owner: 'ann', name: 'work' }))).toBe('already-exists')
        const other = await store.createCalendar({ owner: 'ben', name: 'work' })
        expect(other.id).not.toBe(calendar.id)
        expect(await store.findCalendar('ben', 'work')).toEqual(other)
        expect(await store.findCalendar('ben', 'Work')).toBeNull()
      }),
    )

    it(
      'take another address and stay what they are: same id, objects, revision and tokens',
      withStore(open, async ({ store, calendar }) => {
        await store.putObject({ calendar: calendar.id, name: 'a.ics' }, eventDraft({ uid: 'a' }))
        await store.createCalendar({ owner: 'ann', name: 'taken' })
        const before = await store.getCalendar(calendar.id)
        expect(await codeOf(store.updateCalendar(calendar.id, { name: 'taken' }))).toBe('already-exists')
        const renamed = await store.updateCalendar(calendar.id, { name: 'new' })
        expect(renamed).toEqual({ ...before, name: 'new', modifiedMs: renamed.modifiedMs })
        expect(await store.findCalendar('ann', 'work')).toBeNull()
        expect(await store.findCalendar('ann', 'new')).toEqual(renamed)
        expect((await store.changes(calendar.id, before?.syncToken ?? null)).changes).toEqual([])
        expect((await store.createCalendar({ owner: 'ann', name: 'work' })).id).not.toBe(calendar.id)
        expect((await store.updateCalendar(calendar.id, { name: 'new' })).name).toBe('new')
      }),
    )

    it(
      'change by patches that leave absent fields alone and raise no revision (RFC 6578 §3.3)',
      withStore(open, async ({ store, calendar }) => {
        const dead = { '{urn:x}a': '<a/>', '{urn:x}b': '<b/>', ['__proto__']: '<p/>' }
        await store.updateCalendar(calendar.id, { color: 'red', deadProperties: dead })
        const patched = await store.updateCalendar(calendar.id, {
          displayName: 'Neu',
          timezone: null,
          deadProperties: { '{urn:x}a': null, '{urn:x}c': '<c/>' },
        })
        expect(patched).toMatchObject({ displayName: 'Neu', color: 'red', revision: 0, syncToken: calendar.syncToken })
        expect(patched.deadProperties).toMatchObject({ '{urn:x}b': '<b/>', '{urn:x}c': '<c/>' })
        expect(Object.keys(patched.deadProperties).sort()).toEqual(['__proto__', '{urn:x}b', '{urn:x}c'])
        expect(await store.getCalendar(calendar.id)).toEqual(patched)
        expect((await store.updateCalendar(calendar.id, { color: null })).color).toBeNull()
      }),
    )

    it(
      'are listed for their owner and for everybody with a level, in display order',
      withStore(open, async ({ store, calendar }) => {
        const grant = (name: string, principal: string, order: number, level: 'free-busy' | 'none' = 'free-busy') =>
          store.createCalendar({ owner: 'ben', name, order, access: [{ principal, level }] })
        await grant('to ann', 'ann', 2)
        await grant('to staff', 'staff', -1)
        await grant('to all', everyone, 1)
        await grant('taken back', 'ann', 0, 'none')
        await grant('to carl', 'carl', 0)
        const names = async (id: string, groups: string[]) =>
          (await store.listCalendars({ id, groups })).map((c) => c.name)
        expect(await names('ann', ['staff'])).toEqual(['to staff', 'work', 'to all', 'to ann'])
        expect(await names('ann', [])).toEqual(['work', 'to all', 'to ann'])
        expect(await names('dora', [])).toEqual(['to all'])
        const outside = await store.listCalendars({ id: 'ann', groups: ['staff'], external: true })
        expect(outside.map((c) => c.name)).toEqual(['to staff', 'work', 'to ann'])
        await store.updateCalendar(calendar.id, { access: [{ principal: 'dora', level: 'read' }] })
        expect(await names('dora', [])).toEqual(['work', 'to all'])
        await store.updateCalendar(calendar.id, { access: [] })
        expect(await names('dora', [])).toEqual(['to all'])
      }),
    )

    it(
      'go with everything in them',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        await store.putObject(ref, eventDraft({ uid: 'u' }))
        await store.deleteCalendar(calendar.id)
        expect(await store.getCalendar(calendar.id)).toBeNull()
        expect(await store.findCalendar('ann', 'work')).toBeNull()
        expect(await store.getObject(ref)).toBeNull()
        expect(await store.listCalendars({ id: 'ann', groups: [] })).toEqual([])
        expect(await codeOf(store.deleteCalendar(calendar.id))).toBe('not-found')
        expect(await codeOf(store.updateCalendar(calendar.id, { color: 'red' }))).toBe('not-found')
        expect(await codeOf(store.changes(calendar.id, null))).toBe('not-found')
        const again = await store.createCalendar({ owner: 'ann', name: 'work' })
        expect(again.id).not.toBe(calendar.id)
        expect((await store.changes(again.id, null)).changes).toEqual([])
      }),
    )
  })
}
