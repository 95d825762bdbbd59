import { randomBytes } from 'node:crypto'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from './passwords.ts'
import { createPeople, isLogin, type PersonDraft } from './people.ts'
import { accountsSchema } from './schema.ts'
import { createSessions, sessionTtlMs } from './sessions.ts'

const draft = (login: string, kind: PersonDraft['kind'] = 'individual'): PersonDraft => ({
  login,
  name: login,
  email: '',
  kind,
  admin: false,
  locale: 'en',
  timeZone: 'UTC',
  passwordHash: null,
})

const open = async () => {
  const store = openSqliteStore(':memory:')
  await store.database.migrate('portal', accountsSchema)
  const clock = { ms: 1_000_000 }
  let count = 0
  const parts = { db: store.database, now: () => clock.ms, newId: () => `p${++count}` }
  return { store, clock, people: createPeople(parts), sessions: createSessions({ ...parts, randomBytes }) }
}

describe('the accounts', () => {
  let world: Awaited<ReturnType<typeof open>>
  beforeEach(async () => {
    world = await open()
  })
  afterEach(() => world.store.close())

  it('find logins with @, capitals and non-ASCII as written, and without regard to case when only one is meant', async () => {
    const { people } = world
    await people.createAll([draft('Anna@Example.com'), draft('Игорь'), draft('user1'), draft('USER1')])
    expect(people.findByLogin('Anna@Example.com')?.login).toBe('Anna@Example.com')
    expect(people.findByLogin('anna@example.com')?.login).toBe('Anna@Example.com')
    expect(people.findByLogin('игорь')?.login).toBe('Игорь')
    expect(people.findByLogin('USER1')?.login).toBe('USER1')
    expect(people.findByLogin('User1')).toBeNull()
  })

  it('find by address without looking through everybody, and the one who came first', async () => {
    const { people, store } = world
    const [first] = await people.createAll(['a', 'b'].map((login) => ({ ...draft(login), email: 'Anna@example.com' })))
    expect(people.findByEmail(' anna@EXAMPLE.com ')?.id).toBe(first!.id)
    await people.leave(first!.id)
    expect(people.findByEmail('anna@example.com')?.login).toBe('b')
    const plan = store.database.read.all<{ detail: string }>(
      "EXPLAIN QUERY PLAN SELECT id FROM portal_people WHERE gone_ms IS NULL AND email <> '' AND lower(email) = lower(?)",
      'x',
    )
    expect(plan.map(({ detail }) => detail).join()).toContain('USING INDEX portal_people_email')
  })

  it('make nobody when one of several logins is taken', async () => {
    const { people } = world
    await people.createAll([draft('a')])
    await expect(people.createAll([draft('b'), draft('a')])).rejects.toMatchObject({ code: 'login-taken' })
    expect(people.findByLogin('b')).toBeNull()
  })

  it('tell groups of groups, and end when groups hold each other', async () => {
    const { people } = world
    const [person, inner, outer] = await people.createAll([
      draft('x'),
      draft('inner', 'group'),
      draft('outer', 'group'),
    ])
    await people.setMembers(inner!.id, [person!.id, outer!.id])
    await people.setMembers(outer!.id, [inner!.id])
    const principal = await people.principalOf(person!.id)
    expect([...principal!.groups].sort()).toEqual([inner!.id, outer!.id].sort())
  })

  it('are in every group above them after any change of memberships', async () => {
    const size = 6
    const change = fc.tuple(fc.nat(size - 1), fc.uniqueArray(fc.nat(size - 1)))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
        const { people, store } = await open()
        const made = await people.createAll(Array.from({ length: size }, (_, i) => draft(`p${i}`, 'group')))
        const members = new Map<number, readonly number[]>()
        for (const [group, chosen] of changes) {
          await people.setMembers(
            made[group]!.id,
            chosen.map((member) => made[member]!.id),
          )
          members.set(group, chosen)
        }
        for (let one = 0; one < size; one++) {
          const above = new Set<number>()
          const climb = (from: number): void => {
            for (const [group, chosen] of members) {
              if (!chosen.includes(from) || above.has(group)) continue
              above.add(group)
              climb(group)
            }
          }
          climb(one)
          const { groups } = (await people.principalOf(made[one]!.id))!
          expect([...groups].sort()).toEqual([...above].map((group) => made[group]!.id).sort())
        }
        await store.close()
      }),
      { numRuns: 40 },
    )
  })

  it('end every session and right of a person who left, and keep the login taken', async () => {
    const { people, sessions } = world
    const [person] = await people.createAll([draft('left')])
    const secret = await sessions.open(person!.id)
    await people.leave(person!.id)
    expect(sessions.personOf(secret)).toBeNull()
    expect(await people.principalOf(person!.id)).toBeNull()
    await expect(people.createAll([draft('left')])).rejects.toMatchObject({ code: 'login-taken' })
  })

  it('make the first account once, however many ask at the same time', async () => {
    const { people } = world
    const results = await Promise.allSettled(['a', 'b', 'c'].map((login) => people.createFirst(draft(login))))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('sessions', () => {
  it('end after their time, and are kept as a hash only', async () => {
    const { people, sessions, clock, store } = await open()
    const [person] = await people.createAll([draft('a')])
    const secret = await sessions.open(person!.id)
    expect(sessions.personOf(secret)).toBe(person!.id)
    const rows = store.database.read.all('SELECT * FROM portal_sessions')
    expect(JSON.stringify(rows)).not.toContain(secret)
    clock.ms += sessionTtlMs
    expect(sessions.personOf(secret)).toBeNull()
    await store.close()
  })
})

describe('isLogin', () => {
  it('refuses what cannot stand in an address or in HTTP Basic', () => {
    for (const text of ['', 'a/b', 'a:b', '..', '.', ' a', 'a\n', 'x'.repeat(201)]) expect(isLogin(text)).toBe(false)
    for (const text of ['a', 'Ünal Öz', 'a.b+c@example.com', 'Игорь', '..a']) expect(isLogin(text)).toBe(true)
  })
})

describe('account passwords', () => {
  it('are the same password in composed and decomposed letters', async () => {
    const stored = await hashPassword('пароль й é')
    expect(stored).toMatch(/^\$argon2id\$/)
    expect(await verifyPassword(stored, 'пароль й é'.normalize('NFD'))).toBe(true)
    expect(await verifyPassword(stored, 'пароль')).toBe(false)
    expect(await verifyPassword(null, 'пароль')).toBe(false)
  })
})
