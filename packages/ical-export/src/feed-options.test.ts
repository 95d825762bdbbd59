import { indexObject, parseCalendar } from '@dayport/core/ical'
import { describe, expect, it } from 'vitest'
import { type FeedOptions, feedOptionsOf } from './feed-options.ts'
import { objectOf, setUpFeeds } from './test-feeds.ts'

const secret = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//x//y//EN',
  'X-SECRET:0',
  'BEGIN:VEVENT',
  'UID:secret-uid',
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20260301T100000Z',
  'DTEND:20260301T110000Z',
  'RRULE:FREQ=WEEKLY;COUNT=3',
  'SUMMARY:Title 1',
  'DESCRIPTION:Secret 1',
  'LOCATION:Secret 2',
  'ATTACH:https://secret.example/3',
  'ATTENDEE;CN=Secret:mailto:secret@example.org',
  'ORGANIZER:mailto:secret@example.org',
  'CATEGORIES:Secret 4',
  'X-SECRET:5',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'DESCRIPTION:Secret 6',
  'TRIGGER:-PT5M',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:secret-uid',
  'DTSTAMP:20260101T000000Z',
  'RECURRENCE-ID:20260308T100000Z',
  'DTSTART:20260309T100000Z',
  'DTEND:20260309T110000Z',
  'SUMMARY:Title 2',
  'DESCRIPTION:Secret 7',
  'ATTENDEE:mailto:secret@example.org',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

const data = new TextEncoder().encode(secret)

const feedWith = async (options: Partial<FeedOptions>, level: 'free-busy' | 'titles' | 'owner' = 'owner') => {
  const feeds = setUpFeeds()
  feeds.world.level = level
  feeds.world.objects = [objectOf('a', secret, indexObject(data))]
  const { address, record } = await feeds.newLink(null, { options })
  const text = async () => (await feeds.get(address)).text()
  return { ...feeds, record, address, text }
}
const allowed = [
  'UID',
  'DTSTAMP',
  'DTSTART',
  'DTEND',
  'RRULE',
  'RECURRENCE-ID',
  'SUMMARY',
  'SEQUENCE',
  'STATUS',
  'TRANSP',
]

describe('The options of a link', () => {
  it.each([
    ['a free/busy link', { detail: 'free-busy' }, 'owner', []],
    ['a maker who may only see when', {}, 'free-busy', []],
    ['a link of titles to a maker who may only see when', { detail: 'titles' }, 'free-busy', []],
    ['a link of titles', { detail: 'titles' }, 'owner', ['Title 1', 'Title 2']],
    ['a maker who may only see titles', {}, 'titles', ['Title 1', 'Title 2']],
  ] as const)('show of master and overrides no more than they may: %s', async (_, options, level, titles) => {
    const { text } = await feedWith(options, level)
    const body = await text()
    expect(body.toLowerCase()).not.toContain('secret')
    const components = parseCalendar(new TextEncoder().encode(body)).calendars[0]?.components ?? []
    expect(components.map(({ name }) => name)).toEqual(['VEVENT', 'VEVENT'])
    for (const component of components) {
      expect(component.components).toEqual([])
      expect(allowed).toEqual(expect.arrayContaining(component.properties.map(({ name }) => name)))
    }
    if (titles.length > 0) {
      expect(components.map((component) => component.property('SUMMARY')?.value)).toEqual(titles)
    } else expect(body).not.toContain('Title')
  })

  it('say what they leave out in the words that the host has for the link, from a warm cache too', async () => {
    const words = { busyText: 'Занято, и всё', reminderText: 'Напоминание' }
    let texts: typeof words | null = words
    const { world, get, newLink } = setUpFeeds({ textsOf: async () => texts ?? {} })
    world.objects = [objectOf('a', secret, indexObject(data))]
    const busy = (await newLink(null, { options: { detail: 'free-busy' } })).address
    const bare = (await newLink(null, { options: { descriptions: false } })).address
    const first = await get(busy)
    expect(await first.text()).toContain('SUMMARY:Занято\\, и всё\r\n')
    expect(await (await get(bare)).text()).toContain('DESCRIPTION:Напоминание\r\n')
    texts = null
    const second = await get(busy, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
    expect([second.status, (await second.text()).includes('SUMMARY:Busy\r\n')]).toEqual([200, true])
    expect(await (await get(bare)).text()).toContain('DESCRIPTION:Reminder\r\n')
  })

  it('leave out alarms, attendees or descriptions, and keep every other line', async () => {
    const full = (await (await feedWith({})).text()).split('\r\n')
    const without = async (options: Partial<FeedOptions>) => {
      const lines = (await (await feedWith(options)).text()).split('\r\n')
      return full.slice(full.indexOf('BEGIN:VEVENT')).filter((line) => !lines.includes(line))
    }
    expect(await without({ alarms: false })).toEqual([
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:Secret 6',
      'TRIGGER:-PT5M',
      'END:VALARM',
    ])
    expect(await without({ attendees: false })).toEqual([
      'ATTENDEE;CN=Secret:mailto:secret@example.org',
      'ORGANIZER:mailto:secret@example.org',
      'ATTENDEE:mailto:secret@example.org',
    ])
    expect(await without({ descriptions: false })).toEqual([
      'DESCRIPTION:Secret 1',
      'DESCRIPTION:Secret 6',
      'DESCRIPTION:Secret 7',
    ])
  })

  it('keep to a window of days around the fetch, which moves on at midnight', async () => {
    const { world, get, newLink, advance } = setUpFeeds() // at 2026-03-02
    const at = (uid: string, day: number) =>
      objectOf(uid, secret.replaceAll('secret-uid', uid), {
        firstStartMs: Date.UTC(2026, 2, day, 10),
        lastEndMs: Date.UTC(2026, 2, day, 11),
      })
    world.objects = [at('before', 1), at('today', 2), at('tomorrow', 3), at('after', 4)]
    const { address } = await newLink(null, { options: { window: { daysBack: 0, daysForward: 1 } } })
    const uids = async () => {
      const text = await (await get(address)).text()
      return [...new Set([...text.matchAll(/^UID:(.*)\r$/gm)].map(([, uid]) => uid))]
    }
    expect(await uids()).toEqual(['today', 'tomorrow'])
    const etag = (await get(address)).headers.get('etag') ?? ''
    advance(86_399_999)
    expect((await get(address, { headers: { 'if-none-match': etag } })).status).toBe(304)
    advance(1)
    expect((await get(address, { headers: { 'if-none-match': etag } })).status).toBe(200)
    expect(await uids()).toEqual(['tomorrow', 'after'])
  })

  it('may be changed by the maker while the address stays; the next fetch follows', async () => {
    const { links, record, text, get, address } = await feedWith({})
    const etag = (await get(address)).headers.get('etag') ?? ''
    expect(await links.update('boris', record.id, { options: { detail: 'free-busy' } })).toBeNull()
    expect(await text()).toContain('Secret 1')
    const updated = await links.update('anna', record.id, { options: { detail: 'free-busy' } })
    expect(updated?.options).toEqual({ ...record.options, detail: 'free-busy' })
    expect((await get(address, { headers: { 'if-none-match': etag } })).status).toBe(200)
    expect((await text()).toLowerCase()).not.toContain('secret')
    expect(await links.address(record)).toBe(address)
  })

  it('have their defaults, and refuse what is none', () => {
    expect(feedOptionsOf({ alarms: false })).toMatchObject({ alarms: false, attendees: true, detail: 'full' })
    const odd: readonly object[] = [
      { detail: 'all' },
      { alarms: 'no' },
      { window: { daysBack: -1, daysForward: null } },
      { window: { daysBack: 1.5, daysForward: null } },
      { window: { daysBack: null, daysForward: 1e9 } },
    ]
    for (const options of odd) expect(() => feedOptionsOf(options), JSON.stringify(options)).toThrow(TypeError)
  })
})
