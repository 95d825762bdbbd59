import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DiscoverOptions, discoverEws, parseGetUserSettings, parsePox } from './autodiscover.ts'

const fixtures = process.env.DAYPORT_EXCHANGE_FIXTURES
const examples = (): readonly string[] => {
  const folder = fixtures === undefined ? '' : join(fixtures, 'ews-docs')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith('GetUserSettingsResponse'))
    .map((name) => join(folder, name))
}

interface Asked {
  readonly url: string
  readonly authorization: string | null
}

const discover = (answers: Readonly<Record<string, Response>>, options: Partial<DiscoverOptions> = {}) => {
  const asked: Asked[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    asked.push({ url: request.url, authorization: request.headers.get('Authorization') })
    const found = Object.entries(answers).find(([prefix]) => request.url.startsWith(prefix))
    if (found === undefined) throw new TypeError('fetch failed')
    return found[1].clone()
  }
  const result = discoverEws({ email: 'a@corp.test', fetch, trusted: [], authorization: 'Basic c2VjcmV0', ...options })
  return { result, asked }
}

const pox = (account: string) =>
  new Response(
    `<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><Account>${account}</Account></Response></Autodiscover>`,
  )

describe('autodiscover', () => {
  it('asks without a sign-in first, and takes the address', async () => {
    const url = 'https://mail.corp.test/EWS/Exchange.asmx'
    const { result, asked } = discover({
      'https://autodiscover.corp.test/': Response.json({ Protocol: 'EWS', Url: url }),
    })
    expect(await result).toEqual({ kind: 'found', url })
    expect(asked.every(({ authorization }) => authorization === null)).toBe(true)
  })

  it('sends credentials to no origin that was not named, also when a server points there', async () => {
    const answers = {
      'https://mail.corp.test/autodiscover/autodiscover.xml': pox(
        '<Action>redirectUrl</Action><RedirectUrl>https://evil.test/autodiscover/autodiscover.xml</RedirectUrl>',
      ),
      'https://autodiscover.corp.test/': new Response(null, {
        status: 302,
        headers: { Location: 'https://evil.test/x' },
      }),
    }
    const { result, asked } = discover(answers, { trusted: ['https://mail.corp.test/EWS/'] })
    expect(await result).toEqual({ kind: 'confirm', origin: 'https://evil.test' })
    const signed = asked.filter(({ authorization }) => authorization !== null).map(({ url }) => new URL(url).origin)
    expect(new Set(signed)).toEqual(new Set(['https://mail.corp.test']))
    expect(asked.some(({ url }) => url.startsWith('https://evil.test'))).toBe(false)
  })

  it('reads the older answer, the address for outside first', async () => {
    const protocol = (type: string, url: string) => `<Protocol><Type>${type}</Type><EwsUrl>${url}</EwsUrl></Protocol>`
    const text = await pox(
      `<Action>settings</Action>${protocol('EXCH', 'https://in.test/')}${protocol('EXPR', 'https://out.test/')}`,
    ).text()
    expect(parsePox(text)).toEqual({ kind: 'found', url: 'https://out.test/' })
    expect(parsePox('<html>')).toEqual({ kind: 'none' })
  })

  it.skipIf(fixtures === undefined).each(examples())(
    'reads the vendor example %s (DAYPORT_EXCHANGE_FIXTURES)',
    (path) => {
      const text = readFileSync(path)
      const answer = parseGetUserSettings(text)
      const expected = text.includes('>RedirectAddress<')
        ? 'address'
        : text.includes('>RedirectUrl<')
          ? 'redirect'
          : text.includes('EwsUrl')
            ? 'found'
            : 'none'
      expect(answer.kind).toBe(expected)
    },
  )
})
