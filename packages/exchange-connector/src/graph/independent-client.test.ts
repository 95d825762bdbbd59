import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeListener } from '@dayport/http/node'
import { createFakeGraph } from '@dayport/testkit'
import { Client, GraphError, HTTPMessageHandler, PageIterator } from '@microsoft/microsoft-graph-client'
import { afterEach, describe, expect, it } from 'vitest'
import { at, user } from './test-graph.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const shown = 'https://graph.test'

/** The fake behind a socket, and the vendor's client in front of it, which wants to see https and is led to the socket. */
const open = async () => {
  const graph = createFakeGraph({ now: () => Date.UTC(2026, 0, 10), baseUrl: `${shown}/v1.0` })
  const server = createServer(toNodeListener(graph.handle))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const signIn = await fetch(`${address}/tenant/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'app', client_secret: 'secret' }),
  })
  const { access_token: token } = (await signIn.json()) as { access_token: string }
  const transport = new HTTPMessageHandler()
  const client = Client.initWithMiddleware({
    baseUrl: `${shown}/`,
    middleware: {
      execute: (context) => {
        context.options = {
          ...context.options,
          headers: { ...context.options?.headers, Authorization: `Bearer ${token}` },
        }
        context.request = String(context.request).replace(shown, address)
        return transport.execute(context)
      },
    },
  })
  return { graph, hand: graph.mailbox(user), client }
}

describe('our fake Graph behind the vendor’s own client', () => {
  it('creates, reads, changes and deletes an event', async () => {
    const { client, hand } = await open()
    const events = `/users/${user}/calendars/calendar/events`
    const made = await client.api(events).post({ ...at('2026-01-12T09:00'), subject: 'From their client' })
    expect(made).toMatchObject({ subject: 'From their client', type: 'singleInstance', isReminderOn: true })
    const path = `${events}/${encodeURIComponent(made.id)}`
    const read = await client
      .api(path)
      .header('Prefer', 'outlook.timezone="Russian Standard Time"')
      .select('subject,start')
      .get()
    expect(read.start).toEqual({ dateTime: '2026-01-12T12:00:00.0000000', timeZone: 'Russian Standard Time' })
    expect(read).not.toHaveProperty('attendees')
    await client.api(path).header('If-Match', read['@odata.etag']).patch({ subject: 'Changed' })
    expect(hand.event(made.id)?.fields.subject).toBe('Changed')
    const stale = client.api(path).header('If-Match', read['@odata.etag']).patch({ subject: 'Too late' })
    await expect(stale).rejects.toMatchObject({ statusCode: 412 })
    await client.api(path).delete()
    const gone = await client
      .api(path)
      .get()
      .catch((error: unknown) => error)
    expect(gone).toBeInstanceOf(GraphError)
    expect(gone).toMatchObject({ statusCode: 404, code: 'ErrorItemNotFound' })
  })

  it('leads their page iterator through a feed to its delta link, and on from there', async () => {
    const { client, hand } = await open()
    const ids = Array.from({ length: 5 }, () => hand.create(at('2026-01-12T09:00')))
    const first = await client
      .api(`/users/${user}/calendars/calendar/calendarView/delta`)
      .query({ startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2026-02-01T00:00:00Z' })
      .header('Prefer', 'odata.maxpagesize=2')
      .get()
    const seen: string[] = []
    const iterator = new PageIterator(client, first, (item: { id: string }) => {
      seen.push(item.id)
      return true
    })
    await iterator.iterate()
    expect(seen.sort()).toEqual(ids.sort())
    hand.delete(ids[0]!)
    const later = await client.api(iterator.getDeltaLink()!).get()
    expect(later.value).toEqual([{ id: ids[0], '@removed': { reason: 'deleted' } }])
  })

  it('expands a series with its exceptions and deleted occurrences', async () => {
    const { client, hand } = await open()
    const id = hand.create({
      ...at('2026-01-05T09:00'),
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'numbered', startDate: '2026-01-05', numberOfOccurrences: 4 },
      },
    })
    hand.editOccurrence(id, '2026-01-06', { subject: 'Renamed' })
    hand.deleteOccurrence(id, '2026-01-07')
    const path = `/users/${user}/calendars/calendar/events/${encodeURIComponent(id)}`
    const series = await client.api(path).select('subject,cancelledOccurrences').expand('exceptionOccurrences').get()
    expect(series.cancelledOccurrences).toEqual([`OID.${id}.2026-01-07`])
    expect(series.exceptionOccurrences).toMatchObject([{ subject: 'Renamed', type: 'exception', seriesMasterId: id }])
    const instances = await client
      .api(`${path}/instances`)
      .query({ startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2026-02-01T00:00:00Z' })
      .get()
    expect(instances.value.map(({ type }: { type: string }) => type)).toEqual(['occurrence', 'exception', 'occurrence'])
  })

  it('answers a batch part by part', async () => {
    const { client, hand } = await open()
    const id = hand.create({ ...at('2026-01-12T09:00'), subject: 'One' })
    const url = `/users/${user}/calendars/calendar/events/${encodeURIComponent(id)}`
    const answer = await client.api('/$batch').post({
      requests: [
        { id: 'a', method: 'GET', url },
        { id: 'b', method: 'GET', url: `${url}x` },
      ],
    })
    const statuses = answer.responses.map((part: { id: string; status: number }) => [part.id, part.status])
    expect(new Map(statuses)).toEqual(
      new Map([
        ['a', 200],
        ['b', 404],
      ]),
    )
  })
})
