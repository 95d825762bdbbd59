import { RemoteError } from '@dayport/core'
import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { calendar, testPeer, textOf } from './test-peer.ts'

const startMs = Date.UTC(2026, 11, 1, 9)

/** A mailbox with that many events, and what reading all of them brings. */
const withEvents = (count: number) => {
  const test = testPeer()
  const ids = Array.from({ length: count }, (_, index) =>
    test.server.hand.add({ subject: `event ${index}`, startMs, endMs: startMs + 3_600_000 }),
  )
  const readAll = async () => {
    const found: (readonly [string, string])[] = []
    for await (const { name, result } of test.peer.getMany!(ids)) {
      const text = result === null ? 'gone' : result instanceof Error ? kindOf(result) : textOf(result.data)
      found.push([name, /SUMMARY:(.*)\r/.exec(text)?.[1] ?? text])
    }
    return found
  }
  return { ...test, ids, readAll }
}

const kindOf = (error: unknown): string => (RemoteError.is(error) ? error.kind : String(error))

const getItemSizes = (bodies: readonly { readonly operation: string; readonly body: string }[]) =>
  bodies.filter(({ operation }) => operation === 'GetItem').map(({ body }) => body.match(/<t:ItemId /g)?.length ?? 0)

describe('reading many items (exchange.md §8)', () => {
  it('asks for half as many when the server takes too long, down to one', async () => {
    const { server, readAll, ids } = withEvents(8)
    server.failNext({ kind: 'fault', code: 'ErrorTimeoutExpired' }, { operation: 'GetItem', times: 2 })
    expect(await readAll()).toEqual(ids.map((id, index) => [id, `event ${index}`]))
    expect(getItemSizes(server.requests)).toEqual([8, 4, 2, 2, 4])
  })

  it('fails for the moment when one item alone takes too long', async () => {
    const { server, readAll, peer, ids } = withEvents(1)
    server.failNext({ kind: 'fault', code: 'ErrorTimeoutExpired' }, { operation: 'GetItem', times: 2 })
    await expect(readAll()).rejects.toMatchObject({ kind: 'transient' })
    await expect(peer.get(ids[0]!)).rejects.toMatchObject({ kind: 'transient' })
  })

  it('asks once more for what a stopped batch has not answered', async () => {
    const { server, readAll, ids } = withEvents(10)
    server.failNext({ kind: 'item', code: 'ErrorBatchProcessingStopped', from: 4 }, { operation: 'GetItem' })
    expect(await readAll()).toEqual(ids.map((id, index) => [id, `event ${index}`]))
    expect(getItemSizes(server.requests)).toEqual([10, 6])
  })

  it('takes an item that fails beside others for that item’s trouble, which stops no mailbox', async () => {
    const { server, readAll, ids } = withEvents(3)
    server.faults = ({ operation, body }) =>
      operation === 'GetItem' && body.includes(`Id="${ids[2]}"`)
        ? { kind: 'item', code: 'ErrorInternalServerError', from: body.includes(`Id="${ids[0]}"`) ? 2 : 0 }
        : null
    expect((await readAll()).map(([, what]) => what)).toEqual(['event 0', 'event 1', 'item'])
  })

  it('reads a page of the feed in halves when the server takes too long', async () => {
    const { server, peer } = withEvents(3)
    server.failNext({ kind: 'fault', code: 'ErrorTimeoutExpired' }, { operation: 'SyncFolderItems', times: 2 })
    expect((await peer.changes(null)).changes).toHaveLength(3)
    const sizes = server.requests.map(({ body }) => /MaxChangesReturned>(\d+)</.exec(body)?.[1])
    expect(sizes).toEqual(['512', '256', '128'])
  })
})

describe('a write that took the server too long', () => {
  it('is in doubt, and not refused (exchange.md §7.4)', async () => {
    const { server, peer } = withEvents(0)
    const data = calendar(['DTSTART:20261201T090000Z', 'DTEND:20261201T100000Z', 'SUMMARY:x'])
    server.failNext({ kind: 'fault', code: 'ErrorTimeoutExpired' }, { operation: 'CreateItem' })
    await expect(peer.put(null, data)).rejects.toMatchObject({ kind: 'unknown-outcome' })
  })
})

describe('a series that is completed by whoever reads it', () => {
  const lines = [
    'DTSTART;TZID=Europe/Berlin:20261201T100000',
    'DTEND;TZID=Europe/Berlin:20261201T110000',
    'RRULE:FREQ=WEEKLY;COUNT=6',
  ]
  const moved = [
    'RECURRENCE-ID;TZID=Europe/Berlin:20261208T100000',
    'DTSTART;TZID=Europe/Berlin:20261209T160000',
    'DTEND;TZID=Europe/Berlin:20261209T170000',
  ]
  const half = async () => {
    const test = testPeer()
    test.server.failNext({ kind: 'refused' }, { operation: 'UpdateItem' })
    const writing = test.peer.put(null, calendar(lines, moved), undefined, { operationId: 'op' })
    await expect(writing).rejects.toMatchObject({ kind: 'unknown-outcome' })
    return { ...test, id: test.server.hand.items[0]!.id }
  }

  it('is one event’s trouble when that fails, and no write of the reader’s in doubt', async () => {
    const { peer, server, id } = await half()
    server.failNext({ kind: 'lost' }, { operation: 'UpdateItem' })
    await expect(peer.get(id)).rejects.toMatchObject({ kind: 'item', retryable: true })
    expect((await peer.get(id))?.name).toBe(id)
  })

  it('keeps the day that a person has deleted meanwhile deleted', async () => {
    const { peer, server, id } = await half()
    server.hand.removeOccurrence(id, '2026-12-08')
    expect(textOf((await peer.get(id))?.data)).toContain('EXDATE;TZID=Europe/Berlin:20261208T100000')
    expect([...server.hand.items[0]!.deletedDates]).toEqual(['2026-12-08'])
  })
})

describe('directory names of people, at a server that does not resolve them', () => {
  const xml = `<x xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:IsMeeting>true</t:IsMeeting><t:Organizer><t:Mailbox><t:Name>Boss</t:Name><t:EmailAddress>/O=ORG/CN=BOSS</t:EmailAddress><t:RoutingType>EX</t:RoutingType></t:Mailbox></t:Organizer></x>`

  it.each(['fault', 'page'] as const)('cost nobody their events: a %s is asked about no more', async (lack) => {
    const { server, peer } = testPeer({ server: { traits: { lacks: { ResolveNames: lack } } } })
    const add = (subject: string) =>
      server.hand.add({ subject, startMs, endMs: startMs + 3_600_000, more: parseXml(xml).elements })
    const [first, second] = [add('Invited'), add('Invited too')]
    expect(textOf((await peer.get(first))?.data)).toContain('SUMMARY:Invited')
    const asked = server.requests.filter(({ operation }) => operation === 'ResolveNames').length
    expect(textOf((await peer.get(second))?.data)).toContain('SUMMARY:Invited too')
    expect(server.requests.filter(({ operation }) => operation === 'ResolveNames')).toHaveLength(asked)
    expect(asked).toBeLessThanOrEqual(3)
  })
})
