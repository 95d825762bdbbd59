import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser } from './describe-in-browser.ts'
import { files, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

let handle: ReturnType<Provider['callback']> | null = null
const server = createServer((request, response) => {
  if (request.url === '/favicon.ico') response.writeHead(204).end()
  else void handle?.(request, response)
})
await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
// Another site than the portal's, as a company's provider is: cookies must come along on the way back.
const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
const fonts = 'https://fonts.googleapis.com/'
const secret = 'portal-secret-portal-secret'

const world = {
  seed,
  files,
  env: { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'portal', OIDC_CLIENT_SECRET: secret },
  // What the provider's own page asks for is not the portal's.
  expected: (fault: string) => fault.startsWith(`request to ${issuer}`) || fault.startsWith(`request to ${fonts}`),
}

describeInBrowser('sign-in at a provider in Chromium', world, (browser) => {
  beforeAll(() => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'portal', client_secret: secret, redirect_uris: [`${browser.url}/api/oidc/callback`] }],
      claims: { openid: ['sub'], profile: ['name', 'locale'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: false,
      cookies: { keys: ['test-key'] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({
          sub: id,
          name: id === 'olga' ? 'Ольга Зимина' : 'Tom Hill',
          locale: id === 'olga' ? 'ru' : 'en',
        }),
      }),
      features: { devInteractions: { enabled: true } },
    })
    handle = provider.callback()
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const withoutFonts = (page: Page) =>
    page.route(`${fonts}**`, (route) => route.fulfill({ contentType: 'text/css', body: '' }))

  for (const [account, name, texts, locale, viewport] of [
    ['olga', 'Ольга Зимина', ru, 'ru-RU', { width: 1280, height: 900 }],
    ['tom', 'Tom Hill', en, 'en-GB', { width: 390, height: 844 }],
  ] as const) {
    it(`leads there and back by one button, into an account of one's own, ${locale}, ${viewport.width} px`, async () => {
      const { page } = await browser.open('/', { locale, viewport })
      await withoutFonts(page)
      const button = page.getByRole('link', { name: texts.setup.signInAt })
      await button.waitFor()
      expect(await seriousFaults(page)).toEqual([])
      await browser.shot(page, `sign-in-${viewport.width}`)
      await button.focus()
      await page.keyboard.press('Enter')
      await page.locator('input[name=login]').fill(account)
      await page.locator('input[name=password]').fill('x')
      await page.locator('button[type=submit]').click()
      await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' })
      await page.locator('button[type=submit]').click()
      await page.locator('#calendars').waitFor({ state: 'attached' })
      expect(page.url()).toBe(`${browser.url}/`)
      expect(await page.evaluate(async () => (await (await fetch('/api/me')).json()).name)).toBe(name)
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.slice(0, 2))
    })
  }

  it('says that it did not work when the person turns back at the provider', async () => {
    const { page } = await browser.open()
    await withoutFonts(page)
    await page.getByRole('link', { name: ru.setup.signInAt }).click()
    await page.locator('a[href$="/abort"]').click()
    await page.getByText(ru.setup.signInFailed).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'sign-in-failed')
    // The other way in is still there.
    await page.getByLabel(ru.login).waitFor()
  })
})
