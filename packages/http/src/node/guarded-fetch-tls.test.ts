import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GuardedFetchError } from '../guarded-fetch-error.ts'
import { createGuardedFetch } from './guarded-fetch.ts'
import { testCertificate } from './test-certificate.ts'

const known = testCertificate('calendar.example')
const other = testCertificate('other.example')
const strange = testCertificate('strange.example')

describe('createGuardedFetch over TLS: the address is pinned, and still', () => {
  const asked: string[] = []
  const named: string[] = []
  const server = createServer(
    {
      ...known,
      SNICallback: (name, answer) => {
        named.push(name)
        const certificate = name === 'other.example' ? other : name === 'strange.example' ? strange : known
        answer(null, createSecureContext(certificate))
      },
    },
    (request, response) => {
      asked.push(`${request.headers.host} ${request.url}`)
      if (request.url !== '/moved') return response.end('BEGIN:VCALENDAR')
      return response.writeHead(302, { location: `https://wrong.example:${port}/` }).end()
    },
  )
  server.on('tlsClientError', () => undefined)
  let port = 0
  const before = getCACertificates('default')
  beforeAll(async () => {
    setDefaultCACertificates([...before, known.cert, other.cert])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    setDefaultCACertificates(before)
    server.close()
    server.closeAllConnections()
  })

  const looked: string[] = []
  const fetch = createGuardedFetch({
    allow: (address) => address === '127.0.0.1',
    lookup: async (name) => {
      looked.push(name)
      return ['127.0.0.1']
    },
  })
  const outcome = async (host: string, path = '/'): Promise<string> => {
    try {
      return await (await fetch(`https://${host}:${port}${path}`)).text()
    } catch (error) {
      if (!GuardedFetchError.is(error)) throw error
      const { cause } = error
      return `${error.code} ${(cause as { code?: string }).code ?? ''}`.trim()
    }
  }

  it('the server is told the name that was asked for (RFC 6066 §3), in the handshake and in Host', async () => {
    expect(await outcome('calendar.example')).toBe('BEGIN:VCALENDAR')
    expect(await outcome('other.example')).toBe('BEGIN:VCALENDAR')
    expect(named.slice(-2)).toEqual(['calendar.example', 'other.example'])
    expect(asked.slice(-2)).toEqual([`calendar.example:${port} /`, `other.example:${port} /`])
    expect(looked.slice(-2)).toEqual(['calendar.example', 'other.example'])
  })

  it('the certificate must be of that name (RFC 9110 §4.3.4)', async () => {
    const before = asked.length
    expect(await outcome('wrong.example')).toBe('unreachable ERR_TLS_CERT_ALTNAME_INVALID')
    expect(asked).toHaveLength(before)
  })

  it('the certificate must be one that the system trusts', async () => {
    const before = asked.length
    expect(await outcome('strange.example')).toMatch(/^unreachable (?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT)/)
    expect(asked).toHaveLength(before)
  })

  it('a literal address has no name to be told, and its certificate must be of it', async () => {
    const before = asked.length
    expect(await outcome('127.0.0.1')).toBe('unreachable ERR_TLS_CERT_ALTNAME_INVALID')
    expect(asked).toHaveLength(before)
  })

  it('a redirect is a new name with a certificate of its own', async () => {
    expect(await outcome('calendar.example', '/moved')).toBe('unreachable ERR_TLS_CERT_ALTNAME_INVALID')
    expect(asked.at(-1)).toBe(`calendar.example:${port} /moved`)
  })
})
