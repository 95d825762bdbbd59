import { createMemoryStore } from '@dayport/core/memory'
import { describe, expect, it } from 'vitest'
import { createOutlookConnections } from './connections.ts'
import { createMemoryOutlook } from './memory-store.ts'

const open = async (key = new Uint8Array(32), newId?: () => string) => {
  let nowMs = 1_000_000
  let ids = 0
  const { store: calendars, connections: store } = createMemoryOutlook(
    createMemoryStore({ now: () => nowMs, newId: () => 'work' }),
  )
  await calendars.createCalendar({ owner: 'ann', name: 'work' })
  const connections = createOutlookConnections({
    store,
    key,
    now: () => nowMs,
    newId: newId ?? (() => `c${++ids}`),
  })
  return {
    store,
    connections,
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}
const draft = { principal: 'ann', calendar: 'work', name: 'PC' }
const secretOf = (address: string): string => address.split('/')[1] ?? ''

describe('the address of a connection', () => {
  it('is the same each time, other for each connection and key, and not kept in the database', async () => {
    const { connections, store } = await open()
    const first = await connections.create(draft)
    const second = await connections.create(draft)
    const address = await connections.address(first)
    expect(address).toMatch(/^c1\/[A-Za-z0-9_-]{43}$/)
    expect(await connections.address(first)).toBe(address)
    expect(secretOf(await connections.address(second))).not.toBe(secretOf(address))
    expect(JSON.stringify(await store.get('c1'))).not.toContain(secretOf(address))
    const { connections: other } = await open(new Uint8Array(32).fill(1))
    expect(secretOf(await other.address(first))).not.toBe(secretOf(address))
  })

  it('opens while it is not revoked, and a wrong one costs no look-up', async () => {
    const { connections, store } = await open()
    const record = await connections.create(draft)
    const secret = secretOf(await connections.address(record))
    expect(await connections.verify('c1', secret)).toMatchObject({ record })
    const asked: string[] = []
    const look = store.open
    store.open = async (id, options) => {
      asked.push(id)
      return look(id, options)
    }
    for (const [id, text] of [
      ['c1', `${secret}x`],
      ['c1', ''],
      ['c2', secret],
      ['../c1', secret],
      ['', ''],
    ] as const) {
      expect(await connections.verify(id, text)).toBeNull()
    }
    expect(asked).toEqual([])
    expect(await connections.revoke('bob', 'c1')).toBe(false)
    expect(await connections.revoke('ann', 'c1')).toBe(true)
    expect(await connections.verify('c1', secret)).toBeNull()
  })

  it('needs an id that fits into it, and is not the word that Basic has', async () => {
    for (const id of ['', 'a/b', 'basic', 'Basic', 'x'.repeat(65), 'ы']) {
      const { connections } = await open(undefined, () => id)
      await expect(connections.create(draft)).rejects.toThrow(TypeError)
    }
  })
})

describe('a connection', () => {
  it('is listed and renamed by its maker only', async () => {
    const { connections, advance } = await open()
    await connections.create(draft)
    advance(1)
    await connections.create({ ...draft, name: 'Laptop' })
    expect((await connections.list('ann')).map(({ name }) => name)).toEqual(['Laptop', 'PC'])
    expect(await connections.list('bob')).toEqual([])
    expect(await connections.rename('bob', 'c1', 'Mine')).toBeNull()
    expect(await connections.rename('ann', 'c1', 'Office')).toMatchObject({ name: 'Office' })
    expect(await connections.get('ann', 'c1')).toMatchObject({ name: 'Office' })
    expect(await connections.get('bob', 'c1')).toBeNull()
  })

  it('remembers its last sync to five minutes, and what the program called itself', async () => {
    const { connections, advance } = await open()
    const record = await connections.create(draft)
    await connections.touch(record, 'Outlook'.repeat(100))
    expect(await connections.get('ann', 'c1')).toMatchObject({ lastSyncMs: 1_000_000 })
    expect((await connections.get('ann', 'c1'))!.lastUserAgent).toHaveLength(200)
    advance(299_000)
    await connections.touch(record, 'Other')
    expect(await connections.get('ann', 'c1')).toMatchObject({ lastSyncMs: 1_000_000 })
    advance(1_000)
    await connections.touch(record, null)
    expect(await connections.get('ann', 'c1')).toMatchObject({ lastSyncMs: 1_300_000, lastUserAgent: null })
  })
})
