import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestPortal, type TestClient, type TestPortal } from '../../examples/portal/src/test/open-test-portal.ts'
import { busyLines, titleLines, unexpectedLines } from '../../packages/core/test/projection-lines.ts'

const root = fileURLToPath(new URL('../../packages/core/test/fixtures/icalendar/', import.meta.url))
const samples = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ics'))

let world: TestPortal
let ann: TestClient
let ben: TestClient
beforeAll(async () => {
  const person = (login: string) => ({ login, password: `${login}-password` })
  world = await openTestPortal({ users: [person('ann'), person('ben')] })
  ann = await world.signedIn('ann', 'ann-password')
  ben = await world.signedIn('ben', 'ben-password')
}, 60_000)
afterAll(() => world.close())

/** What a feed says of itself; the calendar has no description. */
const feedLines = [
  ...['VERSION:2.0', 'PRODID:-//Dayport//.*', 'CALSCALE:GREGORIAN', '(?:NAME|X-WR-CALNAME):Sample'],
  ...['LAST-MODIFIED:\\d{8}T\\d{6}Z', 'SOURCE;VALUE=URI:http://portal\\.test/ical/.*'],
  ...['REFRESH-INTERVAL;VALUE=DURATION:PT\\d+M', 'X-PUBLISHED-TTL:PT\\d+M'],
]
/** With the start of an instance whose series is not there. */
const uid = '[0-9a-f]{32}(?:-\\d{8}(?:T\\d{6}Z?)?)?'

describe('a sample file behind a calendar of which others see little', () => {
  it.each(samples)(
    '%s leaks nothing into a free/busy link, a link of titles, or a colleague’s download',
    async (name) => {
      const { service, people } = world.portal.parts
      const who = { id: people.findByLogin('ann')?.id ?? '', groups: [] }
      const calendar = await service.createCalendar(who, {
        owner: who.id,
        name: crypto.randomUUID(),
        displayName: 'Sample',
        exportAllowed: true,
      })
      await service.importCalendar(who, calendar.id, new Uint8Array(readFileSync(root + name)))
      const feed = async (by: TestClient, detail: 'free-busy' | 'titles' | 'full') => {
        const made = await by.json<{ url: string }>(
          'POST',
          '/api/feed-links',
          { calendar: calendar.id, name: 'L', options: { detail } },
          201,
        )
        return (await by('GET', new URL(made.url).pathname)).text()
      }
      expect(unexpectedLines(await feed(ann, 'free-busy'), busyLines({ uid, calendar: feedLines }))).toEqual([])
      expect(unexpectedLines(await feed(ann, 'titles'), titleLines({ uid, calendar: feedLines }))).toEqual([])
      for (const level of ['free-busy', 'titles'] as const) {
        const access = [{ principal: people.findByLogin('ben')?.id ?? '', level }]
        await service.updateCalendar(who, calendar.id, { access })
        const lines = level === 'titles' ? titleLines : busyLines
        // Asked for all, given no more than they may see.
        expect(unexpectedLines(await feed(ben, 'full'), lines({ uid, calendar: feedLines }))).toEqual([])
        const file = await (await ben('GET', `/api/calendars/${calendar.id}/export.ics`)).text()
        const download = ['VERSION:2.0', 'PRODID:-//Dayport//Export//EN', 'X-WR-CALNAME:Sample']
        expect(unexpectedLines(file, lines({ uid, calendar: download }))).toEqual([])
      }
      await service.deleteCalendar(who, calendar.id)
    },
  )
})
