import { expect } from 'vitest'
import { createJarBrowser } from '../../test/jar-browser.ts'
import { type JoinedWorld, password } from './joined-world.ts'

/** As a person does it: away to the service, name and password there, consent, and back. @returns where they end. */
export const signInAt = async (
  world: JoinedWorld,
  service: 'google' | 'microsoft',
  who: string,
  options: { readonly account?: string; readonly login?: string } = {},
): Promise<URL> => {
  const browser = createJarBrowser(world.portal.portal.fetch)
  const session = await browser.json('POST', '/api/session', { login: options.login ?? 'anna', password })
  expect(session.status).toBe(201)
  const begun = await browser.json('POST', '/api/joined/oauth', { service, account: options.account ?? null })
  const { url } = (await begun.json()) as { url: string }
  const form = await browser.go('GET', url)
  const consent = await browser.go(
    'POST',
    form.url,
    new URLSearchParams({ prompt: 'login', login: who, password: 'x' }),
  )
  const back = await browser.go('POST', consent.url, new URLSearchParams({ prompt: 'consent' }))
  return new URL(back.url)
}
