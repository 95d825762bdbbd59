import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { files, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const viewport = { width: 3840, height: 2160 }

describeInBrowser('a very wide screen', { seed, files, viewport }, (browser) => {
  const entry = (page: Page, title: string) => page.locator('.g-entry', { hasText: title }).first()

  for (const [login, colorScheme, edit] of [
    ['anna', 'light', 'Изменить'],
    ['ira', 'dark', 'Edit'],
  ] as const) {
    it(`opens an event at the right side, and the page stays in use beside it, ${colorScheme}`, async () => {
      const page = await browser.signedIn(login, { colorScheme })
      await entry(page, 'Показ').focus()
      await page.keyboard.press('Enter')
      const panel = dialog(page)
      await panel.getByRole('heading', { name: 'Показ для заказчика' }).waitFor()
      const box = await panel.boundingBox()
      expect([box?.width, (box?.x ?? 0) + (box?.width ?? 0)]).toEqual([420, viewport.width])
      // It covers nothing of the view.
      const view = await page.locator('#main').boundingBox()
      expect((view?.x ?? 0) + (view?.width ?? 0)).toBeLessThanOrEqual(box?.x ?? 0)
      expect(await seriousFaults(page)).toEqual([])
      await browser.shot(page, `panel-${login}`)
      // Another event takes its place; keys of the page work, and F6 goes round through it.
      await entry(page, 'Stock check').click()
      await panel.getByRole('heading', { name: 'Stock check' }).waitFor()
      expect(await panel.count()).toBe(1)
      await panel.getByRole('button', { name: edit, exact: true }).waitFor()
      await page.keyboard.press('m')
      await page.getByRole('grid', { name: /^(Месяц|Month)/ }).waitFor()
      await page.locator('.top button').first().focus()
      const isInside = () => page.evaluate(() => document.activeElement?.closest('dialog') !== null)
      for (let i = 0; i < 5 && !(await isInside()); i += 1) await page.keyboard.press('F6')
      expect(await isInside()).toBe(true)
      await page.keyboard.press('Escape')
      await panel.waitFor({ state: 'detached' })
    })
  }

  it('turns the panel into a window where there is less room, and leaves text at a width that one can read', async () => {
    const page = await browser.signedIn('anna')
    await entry(page, 'Показ').click()
    await dialog(page).getByRole('heading', { name: 'Показ для заказчика' }).waitFor()
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.locator('dialog.window:not(.panel)').waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    await page.setViewportSize(viewport)
    await page.goto(`${browser.url}/connections`)
    await page.locator('h1').waitFor()
    expect((await page.locator('.text-page').boundingBox())?.width).toBeLessThanOrEqual(1360)
  })
})
