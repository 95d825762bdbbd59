import { createFakeEws } from '@dayport/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { type NtlmServer, startNtlmServer } from '../../test/ntlm-server.ts'
import { createEwsClient } from '../ews/client.ts'
import { getFolder } from '../ews/operations/folders.ts'
import { createNtlmFetch } from './ntlm-fetch.ts'

let server: NtlmServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

const connect = async (password = 'Password') => {
  const fake = createFakeEws({ now: () => 0 })
  server = await startNtlmServer('Password', fake.handle)
  const fetch = createNtlmFetch({ origin: server.url, user: 'User', password, domain: 'Domain' })
  const client = createEwsClient({
    url: server.url,
    auth: { kind: 'connection' },
    fetch,
    newId: () => 'id',
    now: () => 0,
  })
  return { fake, client, fetch, server }
}

const folder = { distinguished: 'calendar' } as const

describe('a connection signed in by NTLM', () => {
  it('shakes hands once for its socket and sends the body with the last leg', async () => {
    const { client, fake, server } = await connect()
    expect((await client.call(getFolder, { folder }))?.name).toBe('Calendar')
    await client.call(getFolder, { folder })
    expect(server.counts).toEqual({ refused: 1, passed: 2, connections: 1 })
    expect(fake.requests).toHaveLength(2)
  })

  it('shakes hands anew when the connection was closed in between', async () => {
    const { client, server } = await connect()
    await client.call(getFolder, { folder })
    server.drop()
    await expect
      .poll(async () =>
        client.call(getFolder, { folder }).then(
          (found) => found?.name,
          () => null,
        ),
      )
      .toBe('Calendar')
    expect(server.counts.connections).toBeGreaterThan(1)
  })

  it('keeps each of two requests at once on a connection of its own', async () => {
    const { client, server } = await connect()
    await Promise.all([client.call(getFolder, { folder }), client.call(getFolder, { folder })])
    expect(server.counts).toEqual({ refused: 2, passed: 2, connections: 2 })
  })

  it('tells a wrong password as one, after one handshake: accounts are locked by more', async () => {
    const { client, server } = await connect('wrong')
    await expect(client.call(getFolder, { folder })).rejects.toMatchObject({ kind: 'credentials', status: 401 })
    expect(server.counts).toMatchObject({ refused: 2, passed: 0 })
  })

  it('gives the account to no other origin', async () => {
    const { fetch } = await connect()
    await expect(fetch('http://127.0.0.1:1/EWS/Exchange.asmx')).rejects.toThrow(TypeError)
    expect(() => createNtlmFetch({ origin: 'http://mail.test', user: 'u', password: 'p' })).toThrow(TypeError)
  })
})
