import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuardedFetch } from '@dayport/http/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxBytes, run } from './run.ts'

const good = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//x//y//EN',
  'X-WR-CALNAME:Work',
  'BEGIN:VEVENT',
  'UID:a',
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20260101T000000Z',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

const files = new Map([
  ['good.ics', good],
  ['bad.ics', good.replace('UID:a\r\n', '')],
  ['many.ics', good.replace('END:VEVENT', `${'COMMENT:a, b\r\n'.repeat(50)}END:VEVENT`)],
  [
    'evil.ics',
    good.replace('UID:a', 'DTEND:\u001b[2J').replace('BEGIN:VEVENT', 'BEGIN:VEVENT\r\nUID:\u001b[2J\r\nUID:b'),
  ],
])

/** What the command printed, and its exit code. */
const command = async (...args: string[]) => {
  let printed = ''
  let complained = ''
  const code = await run(args, {
    readFile: async (path) => {
      const text = files.get(path)
      if (text === undefined) throw new Error('no such file')
      return new TextEncoder().encode(text)
    },
    fetch: createGuardedFetch({ maxBytes }),
    fetchInside: createGuardedFetch({ maxBytes, allow: () => true, allowPort: () => true }),
    print: (text) => {
      printed += text
    },
    complain: (text) => {
      complained += text
    },
  })
  return { code, printed, complained }
}

describe('ical-export lint', () => {
  const server = createServer((request, response) => {
    if (request.url === '/gone.ics') response.statusCode = 404
    response.end(good)
  })
  let origin = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })

  it('ends with 0 and says so when nothing is wrong', async () => {
    expect(await command('lint', 'good.ics')).toEqual({
      code: 0,
      printed: 'Nothing to complain about.\n',
      complained: '',
    })
  })

  it('ends with 1 and tells line, gravity, who trips, clause and code', async () => {
    const { code, printed } = await command('lint', 'bad.ics')
    expect(code).toBe(1)
    expect(printed).toContain('5: error: The VEVENT has no UID')
    expect(printed).toContain('(outlook, google, apple, thunderbird; RFC 5545 §3.8.4.7; missing-uid)')
    expect(printed).toContain('1 error, 0 warnings, 0 hints\n')
  })

  it('prints JSON, and only what trips the programs asked for', async () => {
    const { printed } = await command('lint', '--json', '--for=google,apple', 'bad.ics')
    expect(JSON.parse(printed)).toMatchObject([{ code: 'missing-uid', line: 5, subscribers: ['google', 'apple'] }])
  })

  it('says how often a mistake stands there besides, and counts all of it', async () => {
    const { printed } = await command('lint', 'many.ics')
    expect(printed).toContain(': The same in 30 more places (unescaped-text)\n')
    expect(printed).toContain('0 errors, 50 warnings, 0 hints\n')
  })

  it('reads an address', async () => {
    expect((await command('lint', `${origin}/feed.ics`, '--inside')).code).toBe(0)
    expect((await command('lint', `${origin.replace('http:', 'webcal:')}/feed.ics`, '--inside')).code).toBe(0)
    const closed = await command('lint', 'http://127.0.0.1:9/feed.ics', '--inside')
    expect(closed.complained).toMatch(/^Cannot read the calendar: the server could not be reached: ./)
    const gone = await command('lint', `${origin}/gone.ics`, '--inside')
    expect([gone.code, gone.complained]).toEqual([2, 'Cannot read the calendar: the server answered 404\n'])
  })

  it('reaches the network inside only when told to, so that no feed leads a build there by a redirect', async () => {
    const refused = await command('lint', `${origin}/feed.ics`)
    expect([refused.code, refused.complained]).toEqual([
      2,
      'Cannot read the calendar: the address is one of the network inside; --inside lets it be\n',
    ])
  })

  it('ends with 2 when there is no such file, or the command line is not understood', async () => {
    expect((await command('lint', 'absent.ics')).complained).toBe('Cannot read the calendar: no such file\n')
    for (const args of [
      [],
      ['lint'],
      ['lint', 'a', 'b'],
      ['show', 'a'],
      ['lint', 'a', '--for=me'],
      ['lint', 'a', '--odd'],
    ]) {
      const { code, complained } = await command(...args)
      expect(code).toBe(2)
      expect(complained).toContain('Usage: ical-export lint')
    }
  })

  it('lets no control sequence of a feed through to the terminal', async () => {
    expect((await command('lint', 'evil.ics')).printed).not.toContain('\u001b')
  })
})
