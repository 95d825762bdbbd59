import { indexObject, parseCalendar } from '@dayport/core/ical'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningMount, startMount } from './start-mount.ts'

describe('a host with its own event table', () => {
  let host: RunningMount
  beforeAll(async () => {
    host = await startMount(process.execPath, () => ['src/own-events.ts'])
  })
  afterAll(() => host?.stop())

  it('serves its rows as a feed by three small methods, and 304 until a row comes', async () => {
    const add = (title: string) => fetch(`${host.url}/meetings`, { method: 'POST', body: title })
    await add('Планёрка; о разном\nв зале')
    const address = (await (await fetch(host.url)).text()).trim()
    const feed = await fetch(address)
    const bytes = new Uint8Array(await feed.arrayBuffer())
    expect(feed.status).toBe(200)
    expect(indexObject(bytes)).toMatchObject({ uid: 'meeting-1@example.com', component: 'VEVENT' })
    const [meeting] = parseCalendar(bytes).calendars[0]?.components ?? []
    expect(meeting?.property('SUMMARY')?.value).toBe('Планёрка\\; о разном\\nв зале')

    const known = { headers: { 'if-none-match': feed.headers.get('etag') ?? '' } }
    expect((await fetch(address, known)).status).toBe(304)
    await add('Second')
    const after = await fetch(address, known)
    expect([after.status, (await after.text()).match(/BEGIN:VEVENT/g)?.length]).toEqual([200, 2])
  })
})
