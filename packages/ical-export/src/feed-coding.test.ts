import { gunzipSync } from 'node:zlib'
import { rememberClientAddress } from '@dayport/http'
import { brotliBody } from '@dayport/http/node'
import { describe, expect, it } from 'vitest'
import { createByteCache } from './byte-cache.ts'
import { chooseCoding } from './content-encoding.ts'
import { cssColorName, hexColor } from './css-colors.ts'
import { objectOf, setUpFeeds } from './test-feeds.ts'
import { webcalAddress } from './webcal-address.ts'

const stored = 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Встреча\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'

describe('A feed that is compressed', () => {
  it('is the same once it is decoded, has an ETag of its own, and is encoded once', async () => {
    const { world, get, newLink } = setUpFeeds({ codings: { br: brotliBody() } })
    world.objects = [objectOf('a', stored)]
    const { address } = await newLink()
    const plain = await get(address)
    const text = await plain.text()
    const answer = await get(address, { headers: { 'accept-encoding': 'gzip, br;q=0.5' } })
    expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual(['gzip', 'Accept-Encoding'])
    expect(answer.headers.get('etag')).not.toBe(plain.headers.get('etag'))
    expect(gunzipSync(await answer.arrayBuffer()).toString()).toBe(text)
    const etag = answer.headers.get('etag') ?? ''
    const again = await get(address, { headers: { 'accept-encoding': 'gzip', 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect((await get(address, { headers: { 'accept-encoding': 'br' } })).headers.get('content-encoding')).toBe('br')
    const head = await get(address, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })
    expect([...head.headers]).toEqual([...answer.headers])
    await (await get(address, { headers: { 'accept-encoding': 'gzip' } })).arrayBuffer()
    expect(world.reads).toBe(1)
  })

  it.each([
    [null, null],
    ['', null],
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, br', 'gzip'],
    ['gzip;q=0.5, br', 'br'],
    ['GZIP;Q=0.001', 'gzip'],
    ['gzip;q=0', null],
    ['*', 'gzip'],
    ['*, gzip;q=0', 'br'],
    ['identity, gzip;q=0.5', null],
    ['identity;q=0, *;q=0', null],
    ['gzip;q=2', null],
    ['x-gzip', 'gzip'],
    ['deflate, zstd', null],
  ] as const)('takes %s for %s (RFC 9110 §12.5.3)', (header, coding) => {
    expect(chooseCoding(header, ['gzip', 'br'])).toBe(coding)
  })
})

describe('Wrong addresses', () => {
  it('are answered 429 when one client asks for too many, while its right ones go on', async () => {
    const { handler, newLink, advance } = setUpFeeds({ wrongLinks: { maxPerMinute: 3 } })
    const { address } = await newLink()
    const status = async (path: string, client: string) => {
      const request = new Request(`http://localhost/ical/${path}`)
      rememberClientAddress(request, client)
      return (await handler(request)).status
    }
    const wrong = address.replace('link-1', 'link-2')
    for (let i = 0; i < 3; i++) expect(await status(wrong, '192.0.2.1')).toBe(404)
    expect(await status(wrong, '192.0.2.1')).toBe(429)
    expect(await status(address, '192.0.2.1')).toBe(200)
    expect(await status(wrong, '192.0.2.2')).toBe(404)
    advance(60_000)
    expect(await status(wrong, '192.0.2.1')).toBe(404)
  })

  it('never reach the store of links', async () => {
    const { store, get, newLink } = setUpFeeds()
    const { address } = await newLink()
    let asked = 0
    const { get: find } = store
    store.get = (id) => {
      asked += 1
      return find(id)
    }
    await get(address.replace('link-1', 'link-2'))
    await get('link-1/wrong.ics')
    expect(asked).toBe(0)
    await get(address)
    expect(asked).toBe(1)
  })
})

describe('A cache bounded by bytes', () => {
  it('makes each value once, forgets the least recently used, and never what is in use', async () => {
    const cache = createByteCache(10_000)
    const made: string[] = []
    const hold = (key: string, bytes = 3000) =>
      cache.acquire(key, async (grow) => {
        made.push(key)
        return grow(bytes) ? key : null
      })
    const [first, same] = await Promise.all([hold('a'), hold('a')])
    expect(made).toEqual(['a'])
    ;(await hold('b')).release()
    ;(await hold('c', 6000)).release() // b goes, a is in use
    ;(await hold('a')).release()
    expect(made).toEqual(['a', 'b', 'c'])
    first.release()
    first.release()
    same.release()
    ;(await hold('d', 9000)).release()
    expect((await hold('e', 20_000)).value).toBeNull()
    expect(cache.usedBytes).toBeLessThanOrEqual(11_000)
  })

  it('forgets what could not be made', async () => {
    const cache = createByteCache(10_000)
    const failing = () => cache.acquire('a', () => Promise.reject(new Error('disk')))
    await expect(failing()).rejects.toThrow('disk')
    expect(cache.usedBytes).toBe(0)
    expect((await cache.acquire('a', async () => 1)).value).toBe(1)
  })
})

describe('Colours of feeds', () => {
  it('are the CSS name that looks most like them, and numbers for Apple', () => {
    expect([cssColorName('#FF0101'), cssColorName('#2fc6f6cc'), cssColorName('Teal'), cssColorName('#f00')]).toEqual([
      'red',
      'deepskyblue',
      'teal',
      'red',
    ])
    expect([hexColor('#2fc6f6cc'), hexColor('teal'), hexColor('#f00')]).toEqual(['#2FC6F6', '#008080', '#FF0000'])
    expect([cssColorName('#ff'), hexColor('url(x)')]).toEqual([null, null])
  })
})

describe('The webcal form of an address', () => {
  it('differs in its scheme alone', () => {
    expect(webcalAddress('https://example.org:8443/ical/a/B.ics')).toBe('webcal://example.org:8443/ical/a/B.ics')
    expect(() => webcalAddress('javascript:alert(1)')).toThrow(TypeError)
  })
})
