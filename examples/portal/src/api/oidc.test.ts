import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJarBrowser } from '../test/jar-browser.ts'
import { openTestPortal, type TestPortal } from '../test/open-test-portal.ts'

/** Accounts of the provider: one whose address it has verified, one that only claims an address of ours. */
const accounts: Readonly<Record<string, Record<string, unknown>>> = {
  olga: { sub: 'olga', name: 'Ольга Зимина', email: 'olga@example.com', email_verified: true, locale: 'ru-RU' },
  mallory: { sub: 'mallory', name: 'Mallory', email: 'anna@example.com', email_verified: false },
  anna: { sub: 'anna', name: 'Anna at work', email: 'anna@example.com', email_verified: true },
}

describe('sign-in at an OpenID Connect provider', () => {
  let server: Server
  let world: TestPortal
  beforeAll(async () => {
    let handle: ((...args: Parameters<ReturnType<Provider['callback']>>) => unknown) | null = null
    server = createServer((request, response) => void handle?.(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'portal',
          client_secret: 'portal-secret-portal-secret',
          redirect_uris: ['http://portal.test/api/oidc/callback'],
        },
      ],
      claims: { openid: ['sub'], profile: ['name', 'locale'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: false,
      cookies: { keys: ['test-key'] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
      features: { devInteractions: { enabled: true } },
    })
    handle = provider.callback()
    world = await openTestPortal(
      { users: [{ login: 'Anna@example.com', password: 'anna-password', name: 'Анна', admin: true }] },
      {},
      undefined,
      { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'portal', OIDC_CLIENT_SECRET: 'portal-secret-portal-secret' },
    )
  })
  afterAll(async () => {
    await world?.close()
    server?.closeAllConnections()
    server?.close()
  })

  /** As a person does it: start, name and password at the provider, consent, back to the portal. */
  const signIn = async (account: string) => {
    const browser = createJarBrowser(world.portal.fetch)
    const login = await browser.go('GET', 'http://portal.test/api/oidc/start')
    const consent = await browser.go(
      'POST',
      login.url,
      new URLSearchParams({ prompt: 'login', login: account, password: 'x' }),
    )
    const back = await browser.go('POST', consent.url, new URLSearchParams({ prompt: 'consent' }))
    const session = browser.cookies('portal.test').get('dayport')
    const me = await world.portal.fetch(
      new Request('http://portal.test/api/me', { headers: { cookie: `dayport=${session ?? ''}` } }),
    )
    return { back, me: me.status === 200 ? ((await me.json()) as Record<string, unknown>) : null }
  }

  it('makes an account for a new person, and finds it again by its subject', async () => {
    const first = await signIn('olga')
    expect(first.back.url).toBe('http://portal.test/')
    expect(first.me).toMatchObject({ name: 'Ольга Зимина', email: 'olga@example.com', admin: false, locale: 'ru' })
    const second = await signIn('olga')
    expect(second.me?.id).toBe(first.me?.id)
  })

  it('takes over an account only where its login is a verified address, and makes no login of an unverified one', async () => {
    const mallory = await signIn('mallory')
    expect(mallory.me).toMatchObject({ name: 'Mallory', login: 'mallory', email: '', admin: false })
    const anna = await signIn('anna')
    expect(anna.me).toMatchObject({ name: 'Анна', login: 'Anna@example.com', admin: true })
    expect(mallory.me?.id).not.toBe(anna.me?.id)
  })

  it('refuses an answer that this browser did not ask for, and says so on the page', async () => {
    const browser = createJarBrowser(world.portal.fetch)
    const forged = await browser.go('GET', 'http://portal.test/api/oidc/callback?code=x&state=y')
    expect(forged.url).toBe('http://portal.test/?sign-in=wrong-login')
    expect(browser.cookies('portal.test').has('dayport')).toBe(false)
  })
})
