import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect as connectTcp, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NetworkProxy, openProxiedNetwork } from '../../examples/portal/src/exchange/proxied-network.ts'
import { createNtlmFetch } from '../../packages/exchange-connector/src/ews-node/index.ts'
import { testCertificate } from '../../packages/http/src/node/test-certificate.ts'

const name = 'mail.test'
const certificate = testCertificate(name)
const servers: Server[] = []
const portOf = (server: Server): number => (server.address() as AddressInfo).port
const listening = async (server: Server): Promise<number> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server)
}

/** Targets of CONNECT with the credentials that came along. */
let asked: string[]
let target: number
let proxyPort: number
beforeEach(async () => {
  asked = []
  const server = createHttpsServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += chunk))
    request.on('end', () => {
      if (request.headers.authorization?.startsWith('NTLM') || request.url !== '/ntlm')
        response.end(`${request.method} ${text}`)
      else response.writeHead(401, { 'www-authenticate': 'NTLM' }).end()
    })
  })
  target = await listening(server)
  const proxy = createHttpServer((_, response) => void response.writeHead(405).end())
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    if (request.headers['proxy-authorization'] === 'Basic d3Jvbmc6d3Jvbmc=') {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    // Names are the proxy's to look up: here there is one server.
    const inner = connectTcp(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      inner.pipe(socket)
      socket.pipe(inner)
    })
    for (const end of [inner, socket]) end.on('error', () => void [inner.destroy(), socket.destroy()])
  })
  proxyPort = await listening(proxy)
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const open = (account: NetworkProxy['account'] = null) =>
  openProxiedNetwork(
    { scheme: 'http', host: '127.0.0.1', port: proxyPort, account },
    async () => new Response('directly'),
    { ca: certificate.cert },
  )

describe('the network behind a proxy (M72)', () => {
  it('goes through a tunnel with the account of the proxy, and TLS within it (RFC 9110 §9.3.6)', async () => {
    const network = open({ user: 'portal', password: 'proxy-secret' })
    const response = await network.fetch(`https://${name}:8443/EWS/Exchange.asmx`, { method: 'POST', body: '<a/>' })
    expect(await response.text()).toBe('POST <a/>')
    expect(asked).toEqual([`${name}:8443 Basic ${Buffer.from('portal:proxy-secret').toString('base64')}`])
    await network.close()
  })

  it('asks without credentials where none are set, and fails where the proxy refuses', async () => {
    const network = open()
    expect(await (await network.fetch(`https://${name}/`)).text()).toBe('GET ')
    expect(asked).toEqual([`${name}:443 `])
    await network.close()
    const refused = open({ user: 'wrong', password: 'wrong' })
    await expect(refused.fetch(`https://${name}/`)).rejects.toThrow()
    await expect(refused.connect(name, 443)).rejects.toThrow()
    await refused.close()
  })

  it('leaves what is addressed to this machine to the direct way', async () => {
    const network = open()
    expect(await (await network.fetch(`http://127.0.0.1:${target}/`)).text()).toBe('directly')
    expect(asked).toEqual([])
    await network.close()
  })

  it('carries the connections of NTLM, whose handshake belongs to a socket', async () => {
    const network = open({ user: 'portal', password: 'proxy-secret' })
    const account = { user: 'u', password: 'p' }
    const ntlm = createNtlmFetch({
      origin: `https://${name}`,
      ...account,
      ca: certificate.cert,
      connect: network.connect,
    })
    await ntlm(`https://${name}/plain`, { method: 'POST', body: 'x' }).then(async (response) =>
      expect(await response.text()).toContain('POST'),
    )
    expect(asked[0]).toMatch(new RegExp(`^${name}:443 Basic `))
    await network.close()
  })
})
