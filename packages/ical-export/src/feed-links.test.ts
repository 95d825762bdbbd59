import { describe, expect, it } from 'vitest'
import { createFeedLinks } from './feed-links.ts'
import { memoryFeedLinks, setUpFeeds } from './test-feeds.ts'

describe('Feed links', () => {
  it('can be copied again and again, and carry 256 bits that are not in the store', async () => {
    const { links, newLink, records } = setUpFeeds()
    const { record, address } = await newLink()
    expect(address).toMatch(/^link-1\/[A-Za-z0-9_-]{43}\.ics$/)
    expect(await links.address(record)).toBe(address)
    const secret = address.slice('link-1/'.length, -'.ics'.length)
    expect(JSON.stringify([...records.values()])).not.toContain(secret)
  })

  it('have a secret of their own each, and another under another key', async () => {
    const { links, newLink } = setUpFeeds()
    const one = await newLink()
    const two = await newLink()
    expect(one.address.split('/')[1]).not.toBe(two.address.split('/')[1])
    const other = createFeedLinks({ ...memoryFeedLinks(), key: new Uint8Array(32), now: () => 0, newId: () => 'x' })
    expect(await other.address(one.record)).not.toBe(await links.address(one.record))
  })

  it('are verified by the exact secret only', async () => {
    const { links, newLink } = setUpFeeds()
    const { record, address } = await newLink()
    const secret = address.slice('link-1/'.length, -'.ics'.length)
    expect(await links.verify('link-1', secret)).toEqual(record)
    for (const wrong of ['', secret.slice(1), `${secret}A`, secret.toLowerCase()]) {
      expect(await links.verify('link-1', wrong)).toBeNull()
    }
    expect(await links.verify('link-2', secret)).toBeNull()
    expect(await links.verify('../link-1', secret)).toBeNull()
  })

  it('are not made to have expired already, nor changed so', async () => {
    const { links, newLink, now, advance } = setUpFeeds()
    for (const expiresMs of [now(), now() - 1, 0, now() + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(newLink(expiresMs)).rejects.toThrow(TypeError)
    }
    const { record } = await newLink(now() + 1000)
    await expect(links.update('anna', record.id, { expiresMs: now() })).rejects.toThrow(TypeError)
    advance(2000)
    // What a form sends back unchanged is no mistake.
    expect(await links.update('anna', record.id, { name: 'B', expiresMs: record.expiresMs })).toMatchObject({
      name: 'B',
    })
    expect(await links.update('anna', record.id, { expiresMs: null })).toMatchObject({ expiresMs: null })
  })

  it('end when they expire or are revoked by their maker, and by nobody else', async () => {
    const { links, newLink, now, advance } = setUpFeeds()
    const expiring = await newLink(now() + 1000)
    const revoked = await newLink()
    const secretOf = (address: string) => address.split('/')[1]?.slice(0, -4) ?? ''
    expect(await links.revoke('boris', revoked.record.id)).toBe(false)
    for (const { record, address } of [expiring, revoked]) {
      expect(await links.verify(record.id, secretOf(address))).not.toBeNull()
    }
    advance(1000)
    expect(await links.revoke('anna', revoked.record.id)).toBe(true)
    for (const { record, address } of [expiring, revoked]) {
      expect(await links.verify(record.id, secretOf(address))).toBeNull()
    }
    expect((await links.list('anna')).map(({ name }) => name)).toEqual(['Google', 'Google'])
  })

  it('refuse ids that would not stand in an address', async () => {
    const links = createFeedLinks({ ...memoryFeedLinks(), key: new Uint8Array(32), now: () => 0, newId: () => 'a/b' })
    await expect(links.create({ principal: 'anna', scope: { calendar: 'c1' }, name: 'x' })).rejects.toThrow(TypeError)
  })
})
