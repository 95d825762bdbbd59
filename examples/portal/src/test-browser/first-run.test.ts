import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ru } from '../../web/texts/ru.ts'
import { type BrowserPortal, chromiumPath, openBrowserPortal, signIn, type WatchedPage } from './open-browser-portal.ts'
import { seriousFaults } from './serious-faults.ts'

describe.skipIf(chromiumPath === undefined)('the first run in Chromium', { timeout: 120_000 }, () => {
  let world: BrowserPortal
  const watched: WatchedPage[] = []
  beforeAll(async () => {
    world = await openBrowserPortal({ users: [] })
  })
  afterAll(() => world?.close())

  const open = async (): Promise<WatchedPage> => {
    const one = await world.open('/', { viewport: { width: 390, height: 844 } })
    watched.push(one)
    return one
  }

  it('makes the administrator by the code from the console, in the visitor’s language, and asks for a sign-in after that', async () => {
    const { page } = await open()
    await page.getByRole('heading', { name: ru.setupTitle }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.content()).not.toContain(world.portal.parts.setupCode.shown)
    await page.getByLabel(ru.setupCode).fill(world.portal.parts.setupCode.shown)
    await page.getByLabel(ru.login).fill('root')
    await page.getByLabel(ru.yourName).fill('Анна Ветрова')
    await page.getByLabel(ru.password, { exact: true }).fill('secret-password')
    await page.getByRole('button', { name: ru.setupDo }).click()
    await page.locator('#calendars').waitFor({ state: 'attached' })
    expect(await page.evaluate(async () => (await (await fetch('/api/me')).json()).admin)).toBe(true)

    const next = await open()
    await next.page.getByRole('heading', { name: ru.signIn }).waitFor()
    expect(await next.page.getByLabel(ru.setupCode).count()).toBe(0)
    await signIn(next, 'root', 'secret-password')
  })

  it('brings no fault into the browser’s console, and no request to another host', () => {
    expect(watched.length).toBe(2)
    expect(watched.flatMap(({ faults }) => faults)).toEqual([])
  })
})
