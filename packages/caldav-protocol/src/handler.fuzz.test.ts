import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarHeaders, createServer, meeting } from '../test/server.ts'

const fixtures = new URL('../test/fixtures/', import.meta.url)
const bodies = readdirSync(fixtures, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))

const methods = [
  ...['PROPFIND', 'REPORT', 'PROPPATCH', 'MKCALENDAR', 'MKCOL', 'PUT', 'GET', 'DELETE', 'OPTIONS', 'POST'],
  ...['COPY', 'MOVE', 'ACL', 'LOCK', 'UNLOCK'],
]
const work = '/dav/calendars/anna/work/'
const paths = [
  '/',
  '/dav/',
  '/dav/principals/anna/',
  '/dav/calendars/anna/',
  work,
  `${work}a.ics`,
  `${work}n%2fo`,
  `${work}x/y`,
  `${work};add-member`,
  '/dav/principals/anna/calendar-proxy-write/',
  '/dav/files/',
  '/dav/files/anna/',
  '/dav/files/anna/a',
  '/dav/files/anna/a/b/',
]

/** A client body with one piece cut out and another put in. */
const broken = fc
  .tuple(fc.constantFrom(...bodies, meeting('a')), fc.nat(), fc.nat({ max: 12 }), fc.string({ maxLength: 8 }))
  .map(([body, at, length, text]) => {
    const start = at % body.length
    return body.slice(0, start) + text + body.slice(start + length)
  })

const header = (name: string, ...values: string[]) =>
  fc.option(fc.constantFrom(...values)).map((value) => (value === null ? {} : { [name]: value }))

const request = fc.record({
  method: fc.constantFrom(...methods),
  path: fc.constantFrom(...paths),
  body: fc.oneof({ weight: 3, arbitrary: broken }, fc.constantFrom(...bodies), fc.string()),
  headers: fc
    .tuple(
      header('depth', '0', '1', 'infinity', 'x'),
      header('if-match', '*', '"x"', 'junk'),
      header('if', '(<x>)', '(', '(Not ["a"])'),
      header('destination', `${work}b.ics`, '/dav/files/anna/b', '/dav/calendars/anna/new/', 'http://', '/dav/%2f'),
      header('overwrite', 'T', 'F', 'x'),
      header('lock-token', '<urn:uuid:id-1>', '<>', 'x'),
      header('prefer', 'return=minimal', 'return=representation', 'depth-noroot'),
    )
    .map((all) => Object.assign({}, ...all) as Record<string, string>),
})

describe('the CalDAV handler under damaged requests', () => {
  it('answers each with a refusal of its own or does it, and is never surprised', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 4 }), async (requests) => {
        const server = createServer()
        await server.calendar('work')
        await server.dav('PUT', `${work}a.ics`, { body: meeting('a'), headers: calendarHeaders })
        for (const { method, path, body, headers } of requests) {
          const bare = method === 'GET'
          const answer = await server.dav(
            method,
            path,
            bare ? { headers } : { body, headers: { ...calendarHeaders, ...headers } },
          )
          expect([server.errors, answer.status]).not.toEqual([[], 500])
          expect(server.errors).toEqual([])
          if (answer.headers.get('content-type')?.startsWith('application/xml')) answer.xml()
        }
      }),
      { numRuns: 400 },
    )
  })
})
