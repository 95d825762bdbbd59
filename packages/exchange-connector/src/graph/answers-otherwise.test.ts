import { describe, expect, it } from 'vitest'
import { createGraphClient } from './client.ts'
import { createGraphPeer } from './peer.ts'
import { at, openTestGraph, user } from './test-graph.ts'
import { ical, textOf, weekly } from './test-peer.ts'
import { createClientCredentials } from './tokens.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Changes every object of an answer. */
const eachObject = (value: Json, change: (one: Record<string, Json>) => Record<string, Json>): Json => {
  if (Array.isArray(value)) return value.map((one) => eachObject(one, change))
  if (typeof value !== 'object' || value === null) return value
  const inner = Object.entries(value).map(([name, one]) => [name, eachObject(one, change)] as const)
  return change(Object.fromEntries(inner))
}

/** What the service may leave out, or say `null` for. */
const optional = new Set([
  'importance',
  'responseStatus',
  'createdDateTime',
  'lastModifiedDateTime',
  'isOnlineMeeting',
  'onlineMeeting',
  'onlineMeetingProvider',
  'isCancelled',
  'responseRequested',
  'hasAttachments',
  'attendees',
  'locations',
  'webLink',
])

const withoutOptional = (one: Record<string, Json>) =>
  Object.fromEntries(Object.entries(one).filter(([name]) => !optional.has(name)))

/** The same answers, said otherwise. */
const manners: Readonly<Record<string, (body: Json) => string>> = {
  'with members that nobody knows': (body) =>
    JSON.stringify(
      eachObject(body, (one) => ({ '@odata.new': { a: [1] }, ...one, newThing: null, 'x@odata.type': '#X' })),
    ),
  'with members the other way round': (body) =>
    JSON.stringify(eachObject(body, (one) => Object.fromEntries(Object.entries(one).reverse()))),
  'without what may be missing': (body) => JSON.stringify(eachObject(body, withoutOptional)),
  'with null for what may be missing': (body) =>
    JSON.stringify(
      eachObject(body, (one) =>
        Object.fromEntries(Object.entries(one).map(([name, value]) => [name, optional.has(name) ? null : value])),
      ),
    ),
  'with a byte order mark and blanks': (body) => `\uFEFF${JSON.stringify(body, null, '\t')}\r\n`,
  'with escaped characters': (body) =>
    JSON.stringify(body).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
}

const series = ical(
  [...weekly, 'EXDATE;TZID=Europe/Moscow:20260119T090000', 'LOCATION:Зал 😀', 'CATEGORIES:<a>,&b'],
  [
    [
      'RECURRENCE-ID;TZID=Europe/Moscow:20260112T090000',
      'DTSTART;TZID=Europe/Moscow:20260112T130000',
      'DTEND;TZID=Europe/Moscow:20260112T140000',
      'SUMMARY:moved',
    ],
  ],
)

const peerWith = (manner: (body: Json) => string) => {
  const { graph, clock } = openTestGraph()
  const now = () => clock.ms
  const otherwise: typeof fetch = async (input, init) => {
    const answer = await graph.fetch(input, init)
    const text = await answer.text()
    return new Response(text === '' ? null : manner(JSON.parse(text) as Json), {
      status: answer.status,
      headers: answer.headers,
    })
  }
  const tokens = createClientCredentials({
    tenant: 'example.com',
    clientId: 'app',
    clientSecret: 'secret',
    fetch: graph.fetch,
    now,
    authority: 'http://127.0.0.1',
  })
  const client = createGraphClient({ tokens, fetch: otherwise, now, newId: () => 'id', baseUrl: graph.baseUrl })
  const mapping = { zone: 'Europe/Moscow', ownerAddresses: [user] }
  const peer = createGraphPeer({ client, user, calendar: 'calendar', origin: 'portal.example/anna', now, mapping })
  return { graph, peer, hand: graph.mailbox(user) }
}

describe.each(Object.keys(manners))('a service that answers %s', (name) => {
  it('is read as any other: events, the feed, searches and refusals', async () => {
    const { graph, peer, hand } = peerWith(manners[name]!)
    const { name: id, data } = await peer.put(null, series, undefined, { operationId: 'op' })
    expect(textOf(data)).toBe(textOf(series))
    const renamed = new TextEncoder().encode(textOf(series).replace('SUMMARY:moved', 'SUMMARY:moved again'))
    expect(textOf((await peer.put(id, renamed)).data)).toBe(textOf(renamed))
    const foreign = hand.create({ ...at('2026-01-13T09:00'), subject: 'Theirs & <ours>' })
    expect(textOf((await peer.get(foreign))?.data)).toContain('SUMMARY:Theirs & <ours>\r\n')
    let token: string | null = null
    const names = new Set<string>()
    for (let more = true; more; ) {
      const page: Awaited<ReturnType<typeof peer.changes>> = await peer.changes(token)
      for (const change of page.changes) names.add(change.name)
      token = page.token
      more = page.more
    }
    expect([...names].sort()).toEqual([id, foreign].sort())
    expect((await peer.findByOperation('op'))?.name).toBe(id)
    graph.faults = () => ({ kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 7 })
    await expect(peer.get(id)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 7000 })
    graph.faults = () => null
    await peer.delete(id)
    expect(await peer.get(id)).toBeNull()
    expect(graph.mails).toEqual([])
  })
})
