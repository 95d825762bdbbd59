import { createRequire } from 'node:module'
import util from 'node:util'
import { type FakeExchange, openEws, openGraph } from './mailboxes.ts'

/** A whole calendar, read once by each of two clients over HTTP. */
export interface Comparison {
  readonly name: string
  readonly oursSeconds: number
  readonly theirsSeconds: number
  readonly oursRequests: number
  readonly theirsRequests: number
}

// The libraries that we compare with are the connector's own for its tests.
const requirePeer = createRequire(new URL('../../packages/exchange-connector/package.json', import.meta.url))
const mailbox = 'anna@example.com'

const timed = async (server: FakeExchange, work: () => Promise<number>, events: number) => {
  const before = server.requests()
  const started = performance.now()
  const read = await work()
  const seconds = (performance.now() - started) / 1_000
  if (read !== events) throw new Error(`expected ${events} events, got ${read}`)
  return { seconds, requests: server.requests() - before }
}

/** By our peer: the feed to its end, then what it names, as iCalendar objects. */
const readByPeer = (server: FakeExchange) => async (): Promise<number> => {
  const peer = server.openPeer(mailbox)
  const names: string[] = []
  for (let token: string | null = null, more = true; more; ) {
    const page: Awaited<ReturnType<typeof peer.changes>> = await peer.changes(token)
    names.push(...page.changes.map(({ name }) => name))
    token = page.token
    more = page.more
  }
  let read = 0
  for (let at = 0; at < names.length; at += 100)
    for await (const { result } of peer.getMany!(names.slice(at, at + 100))) if (!(result instanceof Error)) read += 1
  return read
}

/** By ews-javascript-api: the same calls, ten items a request, as objects of the library. */
const readByLibrary = (server: FakeExchange) => async (): Promise<number> => {
  // The library calls what Node 23 took away.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null })
  const ews = requirePeer('ews-javascript-api')
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1)
  service.Url = new ews.Uri(`${server.address}/EWS/Exchange.asmx`)
  service.Credentials = new ews.WebCredentials('svc', 'secret')
  service.HttpHeaders.Add('X-AnchorMailbox', mailbox)
  const ids: unknown[] = []
  const folder = new ews.FolderId(ews.WellKnownFolderName.Calendar)
  const idOnly = new ews.PropertySet(ews.BasePropertySet.IdOnly)
  for (let state = '', more = true; more; ) {
    const page = await service.SyncFolderItems(folder, idOnly, [], 512, ews.SyncFolderItemsScope.NormalItems, state)
    for (let index = 0; index < page.Count; index += 1) ids.push(page._getItem(index).ItemId)
    state = page.SyncState
    more = page.MoreChangesAvailable
  }
  const whole = new ews.PropertySet(ews.BasePropertySet.FirstClassProperties, [ews.ItemSchema.Body])
  let read = 0
  for (let at = 0; at < ids.length; at += 10) {
    const answers = await service.BindToItems(ids.slice(at, at + 10), whole)
    for (const { Item } of answers.Responses) if (Item.Subject !== '') read += 1
  }
  return read
}

/** By Microsoft's client for Graph: the same feed page by page, then each event, twenty in a batch, as plain JSON. */
const readByGraphClient = (server: FakeExchange) => async (): Promise<number> => {
  const { Client, HTTPMessageHandler } = requirePeer('@microsoft/microsoft-graph-client')
  const transport = new HTTPMessageHandler()
  const token = await server.token()
  const execute = (context: { options?: { headers?: object } }) => {
    const headers = { ...context.options?.headers, Authorization: `Bearer ${token}` }
    context.options = { ...context.options, headers }
    return transport.execute(context)
  }
  const client = Client.initWithMiddleware({ baseUrl: `${server.address}/`, middleware: { execute } })
  const ids: string[] = []
  const [startDateTime, endDateTime] = [-500, 500].map((days) => new Date(Date.now() + days * 86_400_000).toISOString())
  const base = `/users/${mailbox}/calendars/calendar`
  let path: string | null = `${base}/calendarView/delta?startDateTime=${startDateTime}&endDateTime=${endDateTime}`
  while (path !== null) {
    const page: { value: { id: string }[]; '@odata.nextLink'?: string } = await client
      .api(path)
      .header('Prefer', 'IdType="ImmutableId", odata.maxpagesize=200')
      .get()
    ids.push(...page.value.map(({ id }) => id))
    path = page['@odata.nextLink']?.slice(`${server.address}/v1.0`.length) ?? null
  }
  let read = 0
  for (let at = 0; at < ids.length; at += 20) {
    const requests = ids.slice(at, at + 20).map((id, index) => ({
      id: String(index),
      method: 'GET',
      url: `${base}/events/${encodeURIComponent(id)}`,
      headers: { Prefer: 'IdType="ImmutableId", outlook.timezone="UTC"' },
    }))
    const { responses }: { responses: { status: number }[] } = await client.api('/$batch').post({ requests })
    read += responses.filter(({ status }) => status === 200).length
  }
  return read
}

/** Reads a calendar of that many events by our peers and by the libraries, in turn: a warm-up, then the better of two. */
export const compareReading = async (events: number): Promise<readonly Comparison[]> => {
  const found: Comparison[] = []
  const sides = [
    { name: 'ews-javascript-api', open: openEws, theirs: readByLibrary },
    { name: '@microsoft/microsoft-graph-client', open: openGraph, theirs: readByGraphClient },
  ]
  for (const { name, open, theirs } of sides) {
    const server = await open()
    try {
      for (let index = 0; index < events; index += 1) server.add(mailbox, index)
      const best = { ours: { seconds: Infinity, requests: 0 }, theirs: { seconds: Infinity, requests: 0 } }
      for (let round = 0; round < 3; round += 1) {
        const ours = await timed(server, readByPeer(server), events)
        const other = await timed(server, theirs(server), events)
        if (round === 0) continue
        if (ours.seconds < best.ours.seconds) best.ours = ours
        if (other.seconds < best.theirs.seconds) best.theirs = other
      }
      found.push({
        name,
        oursSeconds: best.ours.seconds,
        theirsSeconds: best.theirs.seconds,
        oursRequests: best.ours.requests,
        theirsRequests: best.theirs.requests,
      })
    } finally {
      await server.close()
    }
  }
  return found
}
