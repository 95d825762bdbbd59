import { describe, expect, it } from 'vitest'
import { type AccessLevel, type Authorize, accessLevels, type Privilege } from '../access.ts'
import { createMemoryStore } from '../memory/index.ts'
import { everyone, type Principal } from '../principal.ts'
import { createAuthorize, denyReadOnly, levelOf } from './authorize.ts'

const privileges: readonly Privilege[] = ['read-free-busy', 'read-titles', 'read', 'write', 'write-properties', 'own']
const ann = { id: 'ann', groups: ['staff'] }
const ben = { id: 'ben', groups: ['staff', 'board'] }

const shared = async (access: readonly { principal: string; level: AccessLevel }[]) => {
  const store = createMemoryStore()
  const calendar = await store.createCalendar({ owner: 'ann', name: 'work', access })
  return { calendar, authorize: createAuthorize(store) }
}

describe('levels of access', () => {
  it('include those before them, and none allows nothing', async () => {
    const allowed: Record<string, readonly Privilege[]> = {}
    for (const level of accessLevels) {
      const { calendar, authorize } = await shared([{ principal: 'ben', level }])
      const answers = await Promise.all(privileges.map((p) => authorize(ben, p, { calendar: calendar.id })))
      allowed[level] = privileges.filter((_, i) => answers[i])
    }
    expect(allowed).toEqual({
      none: [],
      'free-busy': privileges.slice(0, 1),
      titles: privileges.slice(0, 2),
      read: privileges.slice(0, 3),
      write: privileges.slice(0, 5),
      owner: privileges,
    })
  })

  it('are the highest of those given to the person, to a group and to everyone', async () => {
    const { calendar } = await shared([
      { principal: everyone, level: 'free-busy' },
      { principal: 'board', level: 'read' },
      { principal: 'ben', level: 'titles' },
    ])
    expect(levelOf(calendar, ben)).toBe('read')
    expect(levelOf(calendar, { id: 'ben', groups: [] })).toBe('titles')
    expect(levelOf(calendar, { id: 'carl', groups: [] })).toBe('free-busy')
    expect(levelOf(calendar, ann)).toBe('owner')
  })

  it('given to everyone do not reach people from outside, who have what they or their groups were given and make no calendars', async () => {
    const { calendar, authorize } = await shared([
      { principal: everyone, level: 'write' },
      { principal: 'board', level: 'titles' },
    ])
    const outside = { id: 'carl', groups: [], external: true }
    expect(levelOf(calendar, outside)).toBe('none')
    expect(levelOf(calendar, { ...outside, groups: ['board'] })).toBe('titles')
    expect(await authorize(outside, 'read-free-busy', { calendar: calendar.id })).toBe(false)
    expect(await authorize(outside, 'own', { home: 'carl' })).toBe(false)
    expect(await authorize({ id: 'carl', groups: [] }, 'own', { home: 'carl' })).toBe(true)
  })

  it('bring nobody to write a read-only calendar, and everything else as ever', async () => {
    const store = createMemoryStore()
    const access = [{ principal: 'ben', level: 'write' as const }]
    const { id } = await store.createCalendar({ owner: 'ann', name: 'holidays', readOnly: true, access })
    const authorize = createAuthorize(store)
    const lenient = denyReadOnly(async () => true, store)
    const allowed = async (ask: Authorize, who: Principal) => {
      const answers = await Promise.all(privileges.map((p) => ask(who, p, { calendar: id })))
      return privileges.filter((_, i) => answers[i])
    }
    const allButWrite = privileges.filter((p) => p !== 'write')
    expect(await allowed(authorize, ann)).toEqual(allButWrite)
    expect(await allowed(authorize, ben)).toEqual(allButWrite.filter((p) => p !== 'own'))
    expect(await allowed(lenient, ben)).toEqual(allButWrite)
    expect(await lenient(ben, 'own', { home: 'ann' })).toBe(true)
  })

  it('deny by default: an unknown calendar, no grant, another person’s home', async () => {
    const { calendar, authorize } = await shared([])
    expect(await authorize(ann, 'own', { calendar: calendar.id })).toBe(true)
    expect(await authorize(ben, 'read-free-busy', { calendar: calendar.id })).toBe(false)
    expect(await authorize(ann, 'read', { calendar: 'unknown' })).toBe(false)
    expect(await authorize(ann, 'own', { home: 'ann' })).toBe(true)
    expect(await authorize(ben, 'read', { home: 'ann' })).toBe(false)
  })
})
