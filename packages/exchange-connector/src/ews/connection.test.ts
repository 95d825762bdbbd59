import { createFakeEws, ewsProfiles, type FakeEwsTraits } from '@dayport/testkit'
import { describe, expect, it } from 'vitest'
import { createEwsClient, type EwsClientOptions } from './client.ts'
import { type EwsStepResult, listEwsCalendars, testEwsConnection } from './connection-test.ts'
import { createPullHints, streamHints } from './hints.ts'
import { getFolder } from './operations/folders.ts'

const folder = { distinguished: 'calendar' } as const

const connect = (options: Partial<EwsClientOptions> = {}, traits: Partial<FakeEwsTraits> = {}) => {
  const server = createFakeEws({ now: () => 0, traits })
  const client = createEwsClient({
    url: 'https://mail.portal.test/EWS/Exchange.asmx',
    auth: { kind: 'basic', user: 'портал', password: 'pä:ss' },
    fetch: server.fetch,
    newId: () => 'id-1',
    now: () => 0,
    ...options,
  })
  return { server, client }
}

const results = async (steps: AsyncIterable<EwsStepResult>) => {
  const list: string[] = []
  for await (const { step, error } of steps)
    list.push(`${step} ${error === null ? 'ok' : ((error as { code: string | null }).code ?? 'failed')}`)
  return list
}

describe('a connection to Exchange Server', () => {
  it('is tried step by step, and writes only when asked to', async () => {
    const { server, client } = connect()
    expect(await results(testEwsConnection({ client, folder }))).toEqual(['connect ok', 'rights ok', 'changes ok'])
    const testWrite = { nowMs: Date.UTC(2026, 10, 26), subject: 'Connection test' }
    expect(await results(testEwsConnection({ client, folder, testWrite }))).toContain('write ok')
    expect(server.hand.items).toHaveLength(0)
    expect(server.mails).toEqual([])
  })

  it('says plainly that a server keeps no properties of ours, without which an event could be made twice', async () => {
    const { server, client } = connect({}, { dropsExtended: true })
    const testWrite = { nowMs: Date.UTC(2026, 10, 26), subject: 'Connection test' }
    expect(await results(testEwsConnection({ client, folder, testWrite }))).toContain('write PropertiesNotKept')
    expect(server.hand.items).toHaveLength(0)
  })

  it.each(Object.entries(ewsProfiles))('passes at a server %s', async (_, traits) => {
    const { client } = connect({}, traits)
    const testWrite = { nowMs: Date.UTC(2026, 10, 26), subject: 'Connection test' }
    expect(await results(testEwsConnection({ client, folder, testWrite }))).toContain('write ok')
  })

  it('says at which step it stopped', async () => {
    const { server, client } = connect()
    server.hand.setRights({ read: true, write: false })
    expect(await results(testEwsConnection({ client, folder }))).toEqual(['connect ok', 'rights forbidden'])
    server.failNext({ kind: 'fault', code: 'ErrorImpersonateUserDenied' })
    expect(await results(testEwsConnection({ client, folder }))).toEqual(['connect ErrorImpersonateUserDenied'])
  })

  it('lists calendars and no other folders', async () => {
    const { client } = connect()
    expect((await listEwsCalendars(client)).map(({ name }) => name)).toEqual(['Calendar', 'Work'])
  })

  it('names the mailbox it acts as, keeps the affinity cookie and gives each request an id', async () => {
    const { server, client } = connect({ impersonate: 'user@portal.test' })
    await client.call(getFolder, { folder })
    await client.call(getFolder, { folder })
    const [first, second] = server.requests
    expect(first?.headers.get('X-AnchorMailbox')).toBe('user@portal.test')
    expect(first?.body).toContain('<t:PrimarySmtpAddress>user@portal.test</t:PrimarySmtpAddress>')
    expect(first?.headers.get('client-request-id')).toBe('id-1')
    expect(second?.headers.get('Cookie')).toBe('exchangecookie=abc123')
  })

  it('refreshes a token once when it was refused, and never tries a password again', async () => {
    const tokens: boolean[] = []
    const answer = (): Promise<Response> => Promise.resolve(new Response(null, { status: 401 }))
    let asked = 0
    const counted: typeof fetch = () => {
      asked += 1
      return answer()
    }
    const bearer = connect({
      fetch: counted,
      auth: {
        kind: 'bearer',
        tokens: {
          token: (options) => {
            tokens.push(options?.fresh === true)
            return Promise.resolve('t')
          },
        },
      },
    })
    await expect(bearer.client.call(getFolder, { folder })).rejects.toMatchObject({ kind: 'credentials' })
    expect(tokens).toEqual([false, true])
    asked = 0
    await expect(connect({ fetch: counted }).client.call(getFolder, { folder })).rejects.toMatchObject({
      kind: 'credentials',
    })
    expect(asked).toBe(1)
  })

  it('follows no redirect and refuses an address without TLS', async () => {
    const away: typeof fetch = () =>
      Promise.resolve(new Response(null, { status: 302, headers: { Location: 'https://evil.test/' } }))
    await expect(connect({ fetch: away }).client.call(getFolder, { folder })).rejects.toMatchObject({
      kind: 'configuration',
    })
    expect(() => connect({ url: 'http://mail.portal.test/EWS/Exchange.asmx' })).toThrow(TypeError)
  })

  it('says that EWS was switched off, not that the password is wrong, in Exchange Online', async () => {
    const refused: typeof fetch = () => Promise.resolve(new Response('no', { status: 403 }))
    const { client } = connect({ url: 'https://outlook.office365.com/EWS/Exchange.asmx', fetch: refused })
    await expect(client.call(getFolder, { folder })).rejects.toMatchObject({
      kind: 'configuration',
      code: 'EwsSwitchedOff',
    })
  })

  it('runs at most two requests at once for a mailbox', async () => {
    let running = 0
    let most = 0
    const server = createFakeEws({ now: () => 0 })
    const slow: typeof fetch = async (input, init) => {
      running += 1
      most = Math.max(most, running)
      const answer = await server.fetch(input, init)
      running -= 1
      return answer
    }
    const { client } = connect({ fetch: slow })
    await Promise.all(Array.from({ length: 8 }, () => client.call(getFolder, { folder })))
    expect(most).toBe(2)
  })

  it('tells by pull subscription that something may have changed, and begins anew when it was lost', async () => {
    const { server, client } = connect()
    const hints = createPullHints({ client, folder })
    expect(await hints.poll()).toBe(true)
    expect(await hints.poll()).toBe(false)
    server.hand.add({ subject: 'x', startMs: 0, endMs: 3_600_000 })
    expect(await hints.poll()).toBe(true)
    expect(await hints.poll()).toBe(false)
    server.failNext({ kind: 'item', code: 'ErrorSubscriptionNotFound' }, { operation: 'GetEvents' })
    expect(await hints.poll()).toBe(true)
    expect(await hints.poll()).toBe(true)
    await hints.close()
  })

  it('reads a stream of envelopes however it is cut, and ends when the server closes it', async () => {
    const part = (inner: string) =>
      `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body><m:GetStreamingEventsResponse><m:ResponseMessages><m:GetStreamingEventsResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${inner}</m:GetStreamingEventsResponseMessage></m:ResponseMessages></m:GetStreamingEventsResponse></s:Body></s:Envelope>\r\n`
    const event =
      '<m:Notifications><m:Notification><t:SubscriptionId>S</t:SubscriptionId><t:ModifiedEvent><t:ItemId Id="ä"/></t:ModifiedEvent></m:Notification></m:Notifications>'
    const bytes = new TextEncoder().encode(
      part('<m:ConnectionStatus>OK</m:ConnectionStatus>') +
        part(event.replaceAll('m:Notification>', 't:Notification>')) +
        part('<m:ConnectionStatus>Closed</m:ConnectionStatus>'),
    )
    const server = createFakeEws({ now: () => 0 })
    const streaming: typeof fetch = async (input, init) => {
      const request = new Request(input, init)
      if (!(await request.clone().text()).includes('GetStreamingEvents')) return server.handle(request)
      const cut = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
          controller.close()
        },
      })
      return new Response(cut)
    }
    const { client } = connect({ fetch: streaming })
    const hints: string[] = []
    for await (const hint of streamHints({ folders: [{ key: 'a', client, folder }], minutes: 5 })) hints.push(hint)
    expect(hints).toEqual(['a', 'a'])
  })

  it('streams for many mailboxes over one connection, leaving out one that cannot be subscribed to (exchange.md §9)', async () => {
    const affinity = { anchor: 'a@portal.test', cookies: new Map<string, string>() }
    const server = createFakeEws({ now: () => 0 })
    const open = (mailbox: string) => ({
      key: mailbox,
      folder,
      client: connect({ fetch: server.fetch, impersonate: mailbox, affinity }).client,
    })
    server.faults = ({ operation, body }) =>
      operation === 'Subscribe' && body.includes('b@portal.test')
        ? { kind: 'fault', code: 'ErrorNonExistentMailbox' }
        : null
    const folders = ['a@portal.test', 'b@portal.test', 'c@portal.test'].map(open)
    const hints: string[] = []
    for await (const hint of streamHints({ folders, minutes: 5 })) {
      hints.push(hint)
      if (hints.length === 2) {
        setImmediate(() => {
          server.hand.add({ subject: 'x', startMs: 0, endMs: 3_600_000 })
          server.endStreams()
        })
      }
    }
    expect(hints).toEqual(['a@portal.test', 'c@portal.test', 'a@portal.test', 'c@portal.test'])
    const streams = server.requests.filter(({ operation }) => operation === 'GetStreamingEvents')
    expect(streams).toHaveLength(1)
    for (const { headers } of server.requests.slice(1)) {
      expect(headers.get('X-AnchorMailbox')).toBe('a@portal.test')
      expect(headers.get('X-PreferServerAffinity')).toBe('true')
      expect(headers.get('Cookie')).toContain('exchangecookie=')
    }
  })
})
