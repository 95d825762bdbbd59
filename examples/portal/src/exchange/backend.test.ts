import { describe, expect, it } from 'vitest'
import { createBackend } from './backend.ts'
import { defaultExchangeSettings, type ExchangeSettings } from './settings.ts'

/** The address of a token and the rights that it is asked with, for those settings. */
const asked = async (settings: Partial<ExchangeSettings>) => {
  const seen: (readonly [string, string | null])[] = []
  const backend = createBackend({ ...defaultExchangeSettings, ...settings }, 'secret', {
    fetch: async (input, init) => {
      seen.push([String(input), new URLSearchParams(String(init?.body)).get('scope')])
      throw new TypeError('nobody answers')
    },
    now: () => 0,
    newId: () => 'id',
    userAgent: 'test',
    portalId: 'p',
  })
  const peer = backend.openPeer({ mailbox: 'a@example.com', person: 'a', timeZone: 'UTC', locale: 'en' })
  await peer.then((one) => one.changes(null)).catch(() => undefined)
  return seen
}

describe('tokens', () => {
  const { ews } = defaultExchangeSettings

  it('are those of the worldwide cloud unless an address names another', async () => {
    const graph = { tenant: 'example.com', clientId: 'app', address: '', authority: '' }
    expect(await asked({ backend: 'graph', graph })).toEqual([
      ['https://login.microsoftonline.com/example.com/oauth2/v2.0/token', 'https://graph.microsoft.com/.default'],
    ])
  })

  it('are those of the national cloud that the addresses name', async () => {
    const address = 'https://microsoftgraph.chinacloudapi.cn/v1.0'
    const graph = { tenant: 'example.cn', clientId: 'app', address, authority: 'https://login.chinacloudapi.cn' }
    expect(await asked({ backend: 'graph', graph })).toEqual([
      [
        'https://login.chinacloudapi.cn/example.cn/oauth2/v2.0/token',
        'https://microsoftgraph.chinacloudapi.cn/.default',
      ],
    ])
  })

  it('are those of the server that EWS asks', async () => {
    const address = 'https://mail.example.com/EWS/Exchange.asmx'
    expect(await asked({ ews: { ...ews, address, signIn: 'oauth', tenant: 'example.com', clientId: 'app' } })).toEqual([
      ['https://login.microsoftonline.com/example.com/oauth2/v2.0/token', 'https://mail.example.com/.default'],
    ])
  })
})
