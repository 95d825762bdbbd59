import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './exchange-schemas.ts'

type Setup = z.output<typeof schemas.ExchangeSetup>

const password = 'secret-password'
const seed = {
  users: [
    { login: 'anna', password, email: 'anna@example.com', admin: true },
    { login: 'igor', password, email: 'igor@example.com', locale: 'en' as const },
  ],
}

let world: TestPortal
let anna: TestClient
let proxy: Server
let asked: string[]
let port: number
beforeEach(async () => {
  world = await openTestPortal(seed)
  anna = await world.signedIn('anna', password)
  asked = []
  proxy = createServer((_, response) => void response.writeHead(405).end())
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  port = (proxy.address() as AddressInfo).port
})
afterEach(async () => {
  proxy.close()
  await world.close()
})

const setup = () => anna.json<Setup>('GET', '/api/admin/exchange')
const save = async (patch: object, more: object = {}): Promise<Setup> =>
  anna.json<Setup>('PUT', '/api/admin/exchange', { settings: { ...(await setup()).settings, ...patch }, ...more })
const through = (more: object = {}) => ({ proxy: { scheme: 'http', host: '127.0.0.1', port, user: 'portal', ...more } })

describe('the proxy of Exchange (M72)', () => {
  it('carries what goes to the servers, with a password that is sealed and never told', async () => {
    const { settings } = await setup()
    const ews = { ...settings.ews, address: 'https://mail.example.com/EWS/Exchange.asmx', user: 'svc' }
    const saved = await save({ ews, ...through() }, { secret: 'of the service', proxySecret: 'of the proxy' })
    expect(saved.proxySecretSetMs).toBe(world.clock.ms)
    expect(JSON.stringify(saved)).not.toContain('of the')
    const stored = world.portal.parts.settings.get('exchange-proxy-secret') ?? ''
    expect(stored).toContain('sealed')
    expect(stored).not.toContain('of the proxy')

    const trial = { settings: saved.settings, mailbox: 'igor@example.com', write: false }
    const results = await anna.json<{ ok: boolean }[]>('POST', '/api/admin/exchange/test', trial)
    expect(results.at(-1)?.ok).toBe(false)
    const token = Buffer.from('portal:of the proxy').toString('base64')
    expect(asked[0]).toBe(`mail.example.com:443 Basic ${token}`)
    await anna.json('POST', '/api/admin/exchange/discover', { mailbox: 'igor@example.com' })
    expect(asked.some((line) => line.startsWith('autodiscover.example.com:443'))).toBe(true)
    expect(world.lines.join('')).not.toContain('of the proxy')
  })

  it('forgets its password where it is another proxy, and on request; a kept one goes to no other', async () => {
    await save(through(), { proxySecret: 'of the proxy' })
    expect((await save({ intervalMinutes: 7 })).proxySecretSetMs).not.toBeNull()
    expect((await save(through({ host: 'localhost' }))).proxySecretSetMs).toBeNull()
    await save(through({ host: 'localhost' }), { proxySecret: 'again' })
    await anna.json('DELETE', '/api/admin/exchange/proxy-secret', undefined, 204)
    expect((await setup()).proxySecretSetMs).toBeNull()
    const audit = await anna.json<{ kind: string; name: string; action: string }[]>('GET', '/api/admin/audit')
    expect(audit.filter(({ name }) => name === 'proxy').map(({ action }) => action)).toEqual([
      'revoked',
      'made',
      'made',
    ])
  })

  it('is a host and a port, and nothing that leads elsewhere', async () => {
    const { settings } = await setup()
    for (const host of ['http://proxy', 'proxy/path', 'a@b', 'proxy:80:90', 'with space']) {
      const body = { settings: { ...settings, ...through({ host }) } }
      expect((await anna('PUT', '/api/admin/exchange', body)).status).toBe(400)
    }
    expect(
      (await anna('PUT', '/api/admin/exchange', { settings: { ...settings, webMail: 'javascript:1' } })).status,
    ).toBe(400)
    expect(
      (await anna('PUT', '/api/admin/exchange', { settings: { ...settings, timeZone: 'Mars/Base' } })).status,
    ).toBe(400)
  })
})

describe('web mail (M71)', () => {
  it('is offered to those for whom Exchange is', async () => {
    await save({ enabled: true, webMail: 'https://mail.example.com/owa/', timeZone: 'Europe/Moscow' })
    const igor = await world.signedIn('igor', password)
    expect(await igor.json('GET', '/api/exchange')).toMatchObject({ webMail: 'https://mail.example.com/owa/' })
    await anna.json('PATCH', '/api/admin/doors', { people: { exchange: [] } }, 204)
    expect(await igor.json('GET', '/api/exchange')).toMatchObject({ state: 'not-available', webMail: null })
  })
})
