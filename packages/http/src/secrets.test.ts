import { describe, expect, it } from 'vitest'
import type { AppPasswordRecord, AppPasswordStore } from './app-password-store.ts'
import { createAppPasswords } from './app-passwords.ts'
import { createKeyedHash, equalInConstantTime } from './keyed-hash.ts'
import { rememberVerified } from './remember-verified.ts'
import { testClock, testKey } from './test-requests.ts'

/** The seam over a Map; counts its writes of last use. */
const memoryAppPasswords = () => {
  const records = new Map<string, AppPasswordRecord>()
  let touches = 0
  const store: AppPasswordStore = {
    create: async (record) => void records.set(record.id, record),
    get: async (id) => records.get(id) ?? null,
    findByHash: async (hash) => [...records.values()].find((record) => record.hash === hash) ?? null,
    list: async (principal) => [...records.values()].filter((record) => record.principal === principal),
    revoke: async (id, revokedMs) => {
      const record = records.get(id)
      if (record?.revokedMs === null) records.set(id, { ...record, revokedMs })
    },
    touch: async (id, use) => {
      touches += 1
      const record = records.get(id)
      if (record !== undefined) records.set(id, { ...record, ...use })
    },
  }
  return { store, records, touches: () => touches }
}

const device = new Request('http://localhost/', { headers: { 'user-agent': 'DAVx5/4.4' } })

const setUp = () => {
  const clock = testClock()
  const kept = memoryAppPasswords()
  const randomBytes = (n: number) => crypto.getRandomValues(new Uint8Array(n))
  const refused: string[] = []
  const onRevokedUse = ({ name }: { readonly name: string }, request: Request) =>
    void refused.push(`${name} by ${request.headers.get('user-agent')}`)
  const passwords = createAppPasswords({ store: kept.store, key: testKey, now: clock.now, randomBytes, onRevokedUse })
  return { clock, passwords, refused, ...kept }
}

describe('App passwords', () => {
  it('are shown once, have 140 bits in groups that are easy to type, and are not in the store', async () => {
    const { passwords, records } = setUp()
    const { record, password } = await passwords.create({ principal: 'anna', name: 'Phone', scopes: ['caldav'] })
    expect(password).toMatch(/^[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){6}$/)
    expect(JSON.stringify([...records.values()])).not.toContain(password.replaceAll('-', ''))
    expect(record).toMatchObject({ principal: 'anna', name: 'Phone', scopes: ['caldav'], revokedMs: null })
  })

  it('open their doors for their person, however they are typed', async () => {
    const { passwords } = setUp()
    const { record, password } = await passwords.create({ principal: 'anna', name: 'Phone', scopes: ['caldav'] })
    for (const typed of [password, password.toUpperCase(), password.replaceAll('-', ' '), ` ${password}\n`]) {
      expect((await passwords.verify('anna', typed, 'caldav', device))?.id).toBe(record.id)
    }
    expect(await passwords.verify('anna', password, 'outlook', device)).toBeNull()
    expect(await passwords.verify('boris', password, 'caldav', device)).toBeNull()
    expect(await passwords.verify('anna', `${password.slice(0, -1)}?`, 'caldav', device)).toBeNull()
    expect(await passwords.verify('anna', 'account password', 'caldav', device)).toBeNull()
  })

  it('open nothing once revoked, by their owner only', async () => {
    const { passwords, refused } = setUp()
    const { record, password } = await passwords.create({ principal: 'anna', name: 'Phone', scopes: ['caldav'] })
    expect(await passwords.revoke('boris', record.id)).toBe(false)
    expect(await passwords.verify('anna', password, 'caldav', device)).not.toBeNull()
    expect(await passwords.revoke('anna', record.id)).toBe(true)
    expect(refused).toEqual([])
    expect(await passwords.verify('anna', password, 'caldav', device)).toBeNull()
    // Its owner can be told that the device still comes; at a door that was never its own nothing is.
    expect(await passwords.verify('anna', password, 'outlook', device)).toBeNull()
    expect(refused).toEqual(['Phone by DAVx5/4.4'])
    expect((await passwords.list('anna'))[0]?.revokedMs).not.toBeNull()
  })

  it('write their last use at most once a minute, also under parallel requests', async () => {
    const { clock, passwords, touches } = setUp()
    const { password } = await passwords.create({ principal: 'anna', name: 'Phone', scopes: ['caldav'] })
    const use = () => passwords.verify('anna', password, 'caldav', device)
    await Promise.all([use(), use(), use()])
    clock.advance(59_000)
    await use()
    expect(touches()).toBe(1)
    clock.advance(1_000)
    await use()
    expect(touches()).toBe(2)
    expect((await passwords.list('anna'))[0]).toMatchObject({ lastUsedMs: clock.now(), lastUserAgent: 'DAVx5/4.4' })
  })

  it('are worth nothing under another key', async () => {
    const { passwords, store, clock } = setUp()
    const { password } = await passwords.create({ principal: 'anna', name: 'Phone', scopes: ['caldav'] })
    const other = createAppPasswords({
      store,
      key: new Uint8Array(32),
      now: clock.now,
      randomBytes: () => new Uint8Array(),
    })
    expect(await other.verify('anna', password, 'caldav', device)).toBeNull()
  })
})

describe('rememberVerified', () => {
  const setUpVerifier = (options: { maxEntries?: number } = {}) => {
    const clock = testClock()
    const passwords = new Map([['anna', 'right']])
    let checks = 0
    let gate: Promise<void> = Promise.resolve()
    let begun: () => void = () => undefined
    const remembered = rememberVerified({
      verify: async (user, password) => {
        checks += 1
        const is = passwords.get(user)
        begun()
        await gate
        return is === password ? { id: user } : null
      },
      key: testKey,
      ttlMs: 60_000,
      maxEntries: options.maxEntries ?? 10,
      now: clock.now,
    })
    const hold = () => {
      let open: () => void = () => undefined
      gate = new Promise((resolve) => {
        open = resolve
      })
      const underWay = new Promise<void>((resolve) => {
        begun = resolve
      })
      return { open, underWay }
    }
    return { clock, passwords, remembered, hold, checks: () => checks }
  }

  it('checks a password once, until the time is over', async () => {
    const { clock, remembered, checks } = setUpVerifier()
    expect(await remembered.verify('anna', 'right')).toEqual({ id: 'anna' })
    expect(await remembered.verify('anna', 'right')).toEqual({ id: 'anna' })
    expect(checks()).toBe(1)
    clock.advance(60_000)
    await remembered.verify('anna', 'right')
    expect(checks()).toBe(2)
  })

  it('never takes a wrong password for right, and checks it each time', async () => {
    const { remembered, checks } = setUpVerifier()
    await remembered.verify('anna', 'right')
    expect(await remembered.verify('anna', 'wrong')).toBeNull()
    expect(await remembered.verify('anna', 'wrong')).toBeNull()
    expect(await remembered.verify('Anna', 'right')).toBeNull()
    expect(checks()).toBe(4)
  })

  it('forgets a person whose password changes, whatever the spelling', async () => {
    const { passwords, remembered } = setUpVerifier()
    await remembered.verify('anna', 'right')
    passwords.set('anna', 'new')
    remembered.drop('ANNA')
    expect(await remembered.verify('anna', 'right')).toBeNull()
    expect(await remembered.verify('anna', 'new')).toEqual({ id: 'anna' })
  })

  it('does not remember a check that was under way when the password changed', async () => {
    const { passwords, remembered, hold } = setUpVerifier()
    const { open, underWay } = hold()
    const early = remembered.verify('anna', 'right')
    await underWay
    passwords.set('anna', 'new')
    remembered.drop('anna')
    open()
    expect(await early).toEqual({ id: 'anna' })
    expect(await remembered.verify('anna', 'right')).toBeNull()
  })

  it('lets equal first requests share one check', async () => {
    const { remembered, checks } = setUpVerifier()
    const all = await Promise.all(Array.from({ length: 20 }, () => remembered.verify('anna', 'right')))
    expect(all.every((value) => value?.id === 'anna')).toBe(true)
    expect(checks()).toBe(1)
  })

  it('keeps a bounded number of people', async () => {
    const { passwords, remembered, checks } = setUpVerifier({ maxEntries: 2 })
    for (const user of ['a', 'b', 'c']) {
      passwords.set(user, 'p')
      await remembered.verify(user, 'p')
    }
    await remembered.verify('c', 'p')
    expect(checks()).toBe(3)
    await remembered.verify('a', 'p')
    expect(checks()).toBe(4)
  })
})

describe('Keyed hashes', () => {
  it('differ by key, purpose and parts, also where parts run together', async () => {
    const hashes = await Promise.all([
      createKeyedHash(testKey, 'p')('ab', 'c'),
      createKeyedHash(testKey, 'p')('a', 'bc'),
      createKeyedHash(testKey, 'q')('ab', 'c'),
      createKeyedHash(new Uint8Array(32), 'p')('ab', 'c'),
    ])
    expect(new Set(hashes).size).toBe(4)
    expect(hashes[0]).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await createKeyedHash(testKey, 'p')('ab', 'c')).toBe(hashes[0])
  })

  it('need a key of at least 16 bytes', () => {
    expect(() => createKeyedHash(new Uint8Array(15), 'p')).toThrow(TypeError)
  })

  it('are compared whole', () => {
    expect(equalInConstantTime('abc', 'abc')).toBe(true)
    for (const other of ['abd', 'bbc', 'ab', 'abcd', '']) expect(equalInConstantTime('abc', other)).toBe(false)
  })
})
