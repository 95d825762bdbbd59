import { expect, it } from 'vitest'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser } from './describe-in-browser.ts'
import { signIn } from './open-browser-portal.ts'
import { password } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const viewport = { width: 390, height: 844 }

describeInBrowser('the first run in Chromium', { seed: { users: [] }, viewport }, (browser) => {
  it('makes the administrator by the code from the console, in the visitor’s language, and asks for a sign-in after that', async () => {
    const { page } = await browser.open()
    await page.getByRole('heading', { name: ru.setupTitle }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.content()).not.toContain(browser.portal.parts.setupCode.shown)
    await page.getByLabel(ru.setupCode).fill(browser.portal.parts.setupCode.shown)
    await page.getByLabel(ru.login).fill('root')
    await page.getByLabel(ru.yourName).fill('Анна Ветрова')
    await page.getByLabel(ru.password, { exact: true }).fill(password)
    await page.getByRole('button', { name: ru.setupDo }).click()
    await page.locator('#calendars').waitFor({ state: 'attached' })
    expect(await page.evaluate(async () => (await (await fetch('/api/me')).json()).admin)).toBe(true)

    const next = await browser.open()
    await next.page.getByRole('heading', { name: ru.signIn }).waitFor()
    expect(await next.page.getByLabel(ru.setupCode).count()).toBe(0)
    await signIn(next, 'root', password)
  })
})
