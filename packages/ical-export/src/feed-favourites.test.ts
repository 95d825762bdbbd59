import { parseCalendar } from '@dayport/core/ical'
import { describe, expect, it } from 'vitest'
import { calendarOf, objectOf, setUpFeeds } from './test-feeds.ts'

const stored = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const event = (uid: string, ...lines: string[]) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20260301T100000Z',
  ...lines,
  'END:VEVENT',
]
const zone = (offset: string) => [
  'BEGIN:VTIMEZONE',
  'TZID:Customized Time Zone',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  `TZOFFSETFROM:${offset}`,
  `TZOFFSETTO:${offset}`,
  'END:STANDARD',
  'END:VTIMEZONE',
]
const customized = { tzids: ['Customized Time Zone'] }

/** Anna's own calendar, Boris's and Vera's, all favourites of hers, behind one link. */
const setUpFavourites = async () => {
  const feeds = setUpFeeds()
  const { world } = feeds
  world.calendar = calendarOf({ id: 'anna', displayName: 'Anna', color: '#ff0101' })
  for (const id of ['boris', 'vera']) {
    world.others.set(id, {
      calendar: calendarOf({ id, owner: id, displayName: `Team; ${id}`, color: null }),
      objects: [],
    })
  }
  world.favourites = ['boris', 'anna', 'vera']
  const { address, record } = await feeds.newLink(null, { scope: { favouritesOf: 'anna' }, name: 'Everybody' })
  const components = async (name: string) => {
    const bytes = new Uint8Array(await (await feeds.get(address)).arrayBuffer())
    const [calendar, ...more] = parseCalendar(bytes).calendars
    expect(more).toEqual([])
    return calendar?.components.filter((component) => component.name === name) ?? []
  }
  const put = (id: string, ...objects: ReturnType<typeof objectOf>[]) => {
    const other = world.others.get(id)
    if (other === undefined) world.objects = objects
    else world.others.set(id, { calendar: { ...other.calendar, revision: other.calendar.revision + 1 }, objects })
  }
  return { ...feeds, address, record, components, put }
}

describe('A feed of favourites', () => {
  it('is one calendar of all of them under the link’s name, each event with its calendar’s category and colour', async () => {
    const { put, components, get, address } = await setUpFavourites()
    put('anna', objectOf('a', stored(...event('a', 'CATEGORIES:Own', 'SUMMARY:One'))))
    put('boris', objectOf('b', stored(...event('b', 'COLOR:teal'))))
    const events = await components('VEVENT')
    expect(events.map((each) => each.properties.map(({ name, value }) => `${name}:${value}`).slice(0, 4))).toEqual([
      ['CATEGORIES:Team\\; boris', 'UID:b', 'DTSTAMP:20260101T000000Z', 'DTSTART:20260301T100000Z'],
      ['CATEGORIES:Anna', 'COLOR:red', 'UID:a', 'DTSTAMP:20260101T000000Z'],
    ])
    expect(events[0]?.propertiesNamed('COLOR').map(({ value }) => value)).toEqual(['teal'])
    expect(events[1]?.propertiesNamed('CATEGORIES').map(({ value }) => value)).toEqual(['Anna', 'Own'])
    const text = await (await get(address)).text()
    expect(text).toContain('\r\nNAME:Everybody\r\n')
    expect(text).toContain('\r\nX-WR-CALNAME:Everybody\r\n')
  })

  it('shows a meeting of several calendars once, by the one that tells the most of it', async () => {
    const { world, put, components } = await setUpFavourites()
    world.levels.set('boris', 'read')
    const meeting = (by: string) => objectOf('m', stored(...event('meeting', `SUMMARY:${by}`)), { uid: 'meeting' })
    put('anna', meeting('Anna'))
    put('boris', meeting('Boris'))
    put('vera', meeting('Vera'))
    const events = await components('VEVENT')
    expect(events.map((each) => each.property('SUMMARY')?.value)).toEqual(['Anna'])
  })

  it('keeps copies at other times, under a UID of their own with their overrides, the same at each fetch', async () => {
    const { put, components } = await setUpFavourites()
    const copy = (shift: number) =>
      objectOf('m', stored(...event('meeting'), ...event('meeting', 'RECURRENCE-ID:20260308T100000Z')), {
        uid: 'meeting',
        firstStartMs: shift,
      })
    put('anna', copy(1))
    put('boris', copy(2))
    put('vera', copy(2))
    const uids = async () => (await components('VEVENT')).map((each) => each.property('UID')?.value)
    const first = await uids()
    expect(first.slice(0, 2)).toEqual(['meeting', 'meeting'])
    expect(first[2]).toMatch(/^meeting-[0-9a-f]{8}$/)
    expect(first[3]).toBe(first[2])
    expect(first).toHaveLength(4)
    expect(await uids()).toEqual(first)
  })

  it('tells apart zones that differ under one name (RFC 5545 §3.8.3.1)', async () => {
    const { put, components } = await setUpFavourites()
    const at = (uid: string, offset: string) =>
      objectOf(
        uid,
        stored(...zone(offset), ...event(uid, 'DTEND;TZID=Customized Time Zone:20260301T180000')),
        customized,
      )
    put('boris', at('b', '+0300'))
    put('anna', at('a', '+0500'), at('c', '+0300'))
    const zones = await components('VTIMEZONE')
    const offsets = new Map(
      zones.map((each) => [each.property('TZID')?.value, each.components[0]?.property('TZOFFSETTO')?.value]),
    )
    expect([...offsets.values()].sort()).toEqual(['+0300', '+0500'])
    const named = (await components('VEVENT')).map((each) => [
      each.property('UID')?.value,
      offsets.get(each.property('DTEND')?.param('TZID')),
    ])
    expect(named).toEqual([
      ['b', '+0300'],
      ['a', '+0500'],
      ['c', '+0300'],
    ])
  })

  it('has a calendar only while it allows export and the maker may see it, from a warm cache too', async () => {
    const { world, put, components, get, address } = await setUpFavourites()
    put('anna', objectOf('a', stored(...event('a'))))
    put('boris', objectOf('b', stored(...event('b'))))
    put('vera', objectOf('v', stored(...event('v'))))
    const uids = async () => (await components('VEVENT')).map((each) => each.property('UID')?.value).sort()
    expect(await uids()).toEqual(['a', 'b', 'v'])
    const etag = (await get(address)).headers.get('etag') ?? ''
    world.levels.set('boris', 'none')
    expect((await get(address, { headers: { 'if-none-match': etag } })).status).toBe(200)
    expect(await uids()).toEqual(['a', 'v'])
    world.calendar = calendarOf({ id: 'anna', exportAllowed: false })
    expect(await uids()).toEqual(['v'])
    world.favourites = ['boris', 'anna']
    expect((await get(address)).status).toBe(404)
    world.favourites = []
    expect(await uids()).toEqual([])
  })

  it('does not trust the date of a condition: a calendar leaves without one (RFC 9110 §13.1.3)', async () => {
    const { world, get, address, advance } = await setUpFavourites()
    advance(5000)
    const date = (await get(address)).headers.get('last-modified') ?? ''
    expect(date).toMatch(/GMT$/)
    world.favourites = ['anna']
    expect((await get(address, { headers: { 'if-modified-since': date } })).status).toBe(200)
  })

  it('costs one look-up for each calendar when nothing has changed, and no object', async () => {
    const { world, get, address } = await setUpFavourites()
    const etag = (await get(address, { method: 'HEAD' })).headers.get('etag') ?? ''
    world.lookUps = 0
    world.reads = 0
    expect((await get(address, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect([world.lookUps, world.reads]).toEqual([3, 0])
  })
})
