import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { files, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const phone = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }

const middleOf = async (one: Locator): Promise<number> => {
  const box = await one.boundingBox()
  return (box?.y ?? Number.NaN) + (box?.height ?? Number.NaN) / 2
}

/** Words that are wider than their box and end in dots, or are cut. */
const cutWords = (page: Page, selector: string): Promise<readonly string[]> =>
  page.evaluate(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>(wanted)]
        .filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.textContent ?? ''),
    selector,
  )

describeInBrowser('windows as they were drawn', { seed, files }, (browser) => {
  for (const { login, texts, own, options } of [
    { login: 'anna', texts: ru, own: 'Работа', options: {} },
    { login: 'anna', texts: ru, own: 'Работа', options: phone },
    { login: 'ira', texts: en, own: 'Projects', options: {} },
    { login: 'ira', texts: en, own: 'Projects', options: phone },
  ] as const) {
    const where = `${texts.locale}, ${options === phone ? 'phone' : 'desk'}`
    const choose = async (page: Page, item: string) => {
      if (options === phone) await page.getByRole('button', { name: texts.calendars, exact: true }).click()
      await page.getByRole('button', { name: texts.actions(own), exact: true }).click()
      await page.getByRole('menuitem', { name: item, exact: true }).click()
    }

    it(`says under a device's password what it is, with the sign that copies beside each value, ${where}`, async () => {
      const page = await browser.signedIn(login, options)
      await choose(page, texts.menuPhone)
      await dialog(page).getByLabel(texts.understood).check()
      await dialog(page).getByRole('button', { name: texts.newPassword }).click()
      const password = dialog(page)
        .getByLabel(login === 'anna' ? 'Пароль' : 'Password', { exact: true })
        .filter({ visible: true })
        .first()
      await password.waitFor()
      await dialog(page).getByText(texts.passwordOnce).filter({ visible: true }).first().waitFor()
      for (const value of await dialog(page).locator('.copy').filter({ visible: true }).all()) {
        const [field, sign] = [value.locator('input'), value.locator('button')]
        expect(Math.abs((await middleOf(field)) - (await middleOf(sign)))).toBeLessThan(2)
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(page.viewportSize()?.width)
      expect(await seriousFaults(page, 'dialog')).toEqual([])
      await browser.shot(page, `password-${login}-${page.viewportSize()?.width}`)
    })

    it(`offers help for an Outlook that does not open, before a link is made and after, ${where}`, async () => {
      const page = await browser.signedIn(login, options)
      await choose(page, texts.doors.menuOutlook)
      const opener = dialog(page).getByRole('button', { name: texts.doors.outlookNot })
      await opener.click()
      await dialog(page).getByText(texts.doors.outlookNotHelp).waitFor()
      expect(await opener.getAttribute('aria-expanded')).toBe('true')
      expect(await seriousFaults(page, 'dialog')).toEqual([])
      await opener.click()
      await dialog(page).getByText(texts.doors.outlookNotHelp).waitFor({ state: 'detached' })
    })

    it(`cuts no name of a calendar, ${where}`, async () => {
      const page = await browser.signedIn(login, options)
      if (options === phone) await page.getByRole('button', { name: texts.calendars, exact: true }).click()
      await page.getByRole('checkbox').first().waitFor()
      expect(await cutWords(page, '.group label > span:not([class])')).toEqual([])
    })
  }

  it('has the live test of Exchange beside its form', async () => {
    const page = await browser.signedIn('anna')
    await page.goto(`${browser.url}/admin`)
    await page.getByRole('button', { name: 'Exchange', exact: true }).click()
    await page.getByLabel(ru.exchange.enabled).waitFor()
    const form = await page.locator('form.exchange-setup').boundingBox()
    const test = await page.locator('.setup-test').boundingBox()
    expect(test?.y).toBe(form?.y)
    expect(test?.x).toBeGreaterThan((form?.x ?? 0) + (form?.width ?? 0))
    expect(await seriousFaults(page)).toEqual([])
  })
})
