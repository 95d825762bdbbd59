import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCalDavHandler } from '@dayport/caldav-protocol'
import type { Principal } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import { toNodeListener } from '@dayport/http/node'

/** What happens to a request on its way; `null` hands it to the server. */
export type OnWay = (request: Request, go: () => Promise<Response>) => Promise<Response>

/** Text of an event of one hour. */
export const eventText = (
  uid: string,
  title: string,
  start = '20261201T090000Z',
  lines: readonly string[] = [],
): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//outside//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    `DTSTART:${start}`,
    `DURATION:PT1H`,
    `SUMMARY:${title}`,
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')

/** A CalDAV server of somebody else, over real HTTP on loopback, with one person `anna`. */
export const startOutsideServer = async (now: () => number) => {
  const store = createMemoryStore({ now })
  const anna: Principal = { id: 'anna', groups: [] }
  const authorize = createAuthorize(store)
  const service = createCalendarService({ store, authorize, now })
  const info = { id: 'anna', login: 'anna', displayName: 'Anna', emails: [], kind: 'individual' as const, members: [] }
  const refusal = { challenge: ['Basic realm="outside"'] }
  const held = { authorization: `Basic ${Buffer.from('anna:app-password').toString('base64')}` }
  let onWay: OnWay = (_, go) => go()
  const requests: { readonly method: string; readonly path: string; readonly authorization: string | null }[] = []
  const dav = createCalDavHandler({
    service,
    authorize,
    basePath: '/dav/',
    authenticate: async (request) => (request.headers.get('authorization') === held.authorization ? anna : refusal),
    principals: { getPrincipal: async () => info, findPrincipal: async () => info },
    now,
  })
  const server = createServer(
    toNodeListener(async (request) => {
      const { pathname } = new URL(request.url)
      requests.push({ method: request.method, path: pathname, authorization: request.headers.get('authorization') })
      if (pathname === '/.well-known/caldav') {
        return new Response(null, { status: 301, headers: { Location: '/dav/' } })
      }
      if (!pathname.startsWith('/dav/')) return new Response('<html>A portal of somebody else</html>', { status: 405 })
      const answer = await onWay(request, () => dav(request))
      const headers = new Headers(answer.headers)
      // Its clock is the test's, not this machine's.
      headers.set('Date', new Date(now()).toUTCString())
      return new Response(answer.body, { status: answer.status, headers })
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const idOf = async (name: string): Promise<string> => {
    const found = (await store.listCalendars(anna)).find((one) => one.displayName === name)
    if (found === undefined) throw new Error(`no calendar ${name} outside`)
    return found.id
  }
  return {
    origin,
    requests,
    addCalendar: (displayName: string, name: string) =>
      service.createCalendar(anna, { owner: 'anna', name, displayName, color: '#8250df', components: ['VEVENT'] }),
    put: async (calendar: string, name: string, text: string) => {
      await service.putObject(anna, { calendar: await idOf(calendar), name }, new TextEncoder().encode(text))
    },
    delete: async (calendar: string, name: string) =>
      service.deleteObject(anna, { calendar: await idOf(calendar), name }),
    /** Name and text of each object. */
    objects: async (calendar: string): Promise<ReadonlyMap<string, string>> => {
      const all = new Map<string, string>()
      for await (const { name, data } of store.findObjects(await idOf(calendar), {})) {
        all.set(name, new TextDecoder().decode(data))
      }
      return all
    },
    /** The header that is let in from now on. */
    setAuthorization: (value: string) => {
      held.authorization = value
    },
    setOnWay: (way: OnWay) => {
      onWay = way
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export type OutsideServer = Awaited<ReturnType<typeof startOutsideServer>>

/** Titles in texts of events, sorted. */
export const titlesOf = (texts: Iterable<string>): string[] =>
  [...texts].map((text) => /SUMMARY:(.*)/.exec(text)?.[1]?.trim() ?? '').sort()
