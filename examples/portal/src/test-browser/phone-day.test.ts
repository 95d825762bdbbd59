import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser } from './describe-in-browser.ts'
import { files, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const topOf = async (page: Page, selector: string): Promise<number> =>
  (await page.locator(selector).first().boundingBox())?.y ?? Number.NaN

describeInBrowser('the day on a phone', { seed, files, viewport: { width: 390, height: 844 } }, (browser) => {
  for (const [login, texts, month, today, next, now] of [
    ['anna', ru, 'Ноябрь 2026', 'ср 25', 'Среда, 2 декабря', '11:24'],
    ['ira', en, 'November 2026', 'Wed 25', 'Wednesday 2 December', '9:24'],
  ] as const) {
    for (const width of [390, 320]) {
      it(`has its week below the month's name, then the ways out, then the day with a line at the present, ${texts.locale}, ${width} px`, async () => {
        const page = await browser.signedIn(login, { viewport: { width, height: 844 } })
        await page.locator('button.entry').first().waitFor()
        await page.getByRole('heading', { level: 1, name: month, exact: true }).waitFor()
        const tops = [
          await topOf(page, 'h1'),
          await topOf(page, '.week-strip'),
          await topOf(page, '.banner'),
          await topOf(page, '#day-in-hand'),
        ]
        expect(tops.toSorted((a, b) => a - b)).toEqual(tops)
        // One row: nothing of the bar stands below its title.
        const bar = await page.locator('.top').boundingBox()
        expect(bar?.height).toBeLessThanOrEqual(60)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
        // Between what is over and what is to come.
        const line = await topOf(page, '.entries .present')
        await page.locator('.entries .present').getByText(now).waitFor()
        expect(line).toBeGreaterThan(await topOf(page, '.entries tr[data-key]'))
        // What a finger sees is what a voice may say.
        await page.getByRole('button', { name: new RegExp(`^${today}, `, 'i') }).waitFor()
        expect(await seriousFaults(page)).toEqual([])
        await browser.shot(page, `phone-day-${login}-${width}`)
        await page.getByRole('button', { name: texts.later, exact: true }).click()
        await page.getByRole('heading', { level: 2, name: next, exact: true }).waitFor()
        expect(await page.locator('.entries .present').count()).toBe(0)
        await page.getByRole('button', { name: texts.today, exact: true }).click()
        await page.locator('.entries .present').waitFor()
      })
    }

    it(`turns the months above the month's grid, ${texts.locale}`, async () => {
      const page = await browser.signedIn(login)
      await page.getByRole('button', { name: texts.month, exact: true }).click()
      const title = page.getByRole('heading', { level: 1 })
      await title.filter({ hasText: month }).waitFor()
      await page.getByRole('button', { name: `${texts.later}: ${login === 'anna' ? 'Декабрь' : 'December'}` }).click()
      await title.filter({ hasText: login === 'anna' ? 'Декабрь 2026' : 'December 2026' }).waitFor()
      await page.getByRole('button', { name: `${texts.earlier}: ${login === 'anna' ? 'Ноябрь' : 'November'}` }).click()
      await title.filter({ hasText: month }).waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
      await browser.shot(page, `phone-month-${login}`)
    })
  }
})
