import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { files, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

/** Each key of the page's table does what the table says, whatever the language and the alphabet. */
describeInBrowser('the keyboard', { seed, files }, (browser) => {
  const said = (page: Page) => page.locator('#announcer').textContent()
  const focus = (page: Page, where: string) =>
    page.evaluate((selector) => document.activeElement?.closest(selector) !== null, where)
  const gridName = (page: Page) => page.getByRole('grid').getAttribute('aria-label')

  for (const [login, texts] of [
    ['anna', ru],
    ['ira', en],
  ] as const) {
    const stock = 'Stock check'
    const entry = (page: Page, title = stock) => page.locator('.g-entry').filter({ hasText: title }).first()
    const open = async () => {
      const page = await browser.signedIn(login, { viewport: { width: 1280, height: 800 } })
      await entry(page).waitFor()
      return page
    }
    const closed = (page: Page) => dialog(page).waitFor({ state: 'detached' })

    it(`walks the regions by F6 and Tab, the grid being one stop and the way to it the first, ${texts.locale}`, async () => {
      const page = await open()
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(texts.skip)
      await page.keyboard.press('Enter')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
      const regions = ['.top', '#calendars', '.banner', '.grid-view']
      await page.locator('.top button').filter({ visible: true }).first().focus()
      for (const region of [...regions.slice(1), '.top']) {
        await page.keyboard.press('F6')
        expect(await focus(page, region)).toBe(true)
      }
      await page.keyboard.press('Shift+F6')
      expect(await focus(page, '.grid-view')).toBe(true)
      expect(await page.locator('.grid-view [tabindex="0"]').count()).toBe(1)
    })

    it(`turns pages and views by single letters and pages, and goes home, ${texts.locale}`, async () => {
      const page = await open()
      const week = await gridName(page)
      for (const [key, name] of [
        ['d', texts.grid.day],
        ['m', texts.month],
        ['w', texts.week],
      ] as const) {
        await page.keyboard.press(key)
        await expect.poll(() => gridName(page)).toMatch(new RegExp(`^${name}`))
      }
      await page.getByRole('grid').focus()
      await page.keyboard.press('PageDown')
      await expect.poll(() => gridName(page)).not.toBe(week)
      await page.keyboard.press('PageUp')
      await page.keyboard.press('PageUp')
      await expect.poll(() => gridName(page)).not.toBe(week)
      await page.keyboard.press('t')
      await expect.poll(() => gridName(page)).toBe(week)
      await page.keyboard.press('l')
      await page.getByRole('table').first().waitFor()
      await page.locator('button.entry').first().focus()
      const first = await page.evaluate(() => document.activeElement?.textContent)
      await page.keyboard.press('ArrowDown')
      expect(await page.evaluate(() => document.activeElement?.className)).toBe('entry')
      await page.keyboard.press('ArrowUp')
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(first)
      await page.keyboard.press('g')
      await page.keyboard.press('c')
      await page.getByRole('heading', { level: 1, name: texts.connections }).waitFor()
    })

    it(`walks slots and events, stretches a slot and makes an event in it, ${texts.locale}`, async () => {
      const page = await open()
      await page.getByRole('grid').focus()
      await page.keyboard.press('ArrowDown')
      const before = await said(page)
      await page.keyboard.press('ArrowRight')
      await expect.poll(() => said(page)).not.toBe(before)
      await page.keyboard.press('Home')
      await expect.poll(() => said(page)).toMatch(login === 'anna' ? /^Понедельник/ : /^Monday/)
      await page.keyboard.press('End')
      await expect.poll(() => said(page)).toMatch(login === 'anna' ? /^Воскресенье/ : /^Sunday/)
      const slot = await said(page)
      await page.keyboard.press('Shift+ArrowDown')
      await expect.poll(() => said(page)).not.toBe(slot)
      await page.keyboard.press('Space')
      await dialog(page).getByLabel(texts.title).fill('From the keys')
      // Alone it would be one's own first calendar.
      expect(
        await dialog(page).getByLabel(texts.calendar, { exact: true }).locator('option:checked').textContent(),
      ).toBe(login === 'anna' ? 'Работа' : 'Projects')
      await page.keyboard.press('Control+Enter')
      await closed(page)
      // The slot is still chosen, and lies over it.
      await entry(page, 'From the keys').click({ position: { x: 20, y: 8 } })
      await dialog(page).getByRole('heading', { name: 'From the keys' }).waitFor()
      await page.keyboard.press('Escape')
      await closed(page)
      await page.getByRole('grid').focus()
      for (let i = 0; i < 12 && !(await focus(page, '.g-entry')); i += 1)
        await page.keyboard.press('Control+ArrowRight')
      expect(await focus(page, '.g-entry')).toBe(true)
      await page.keyboard.press('Control+ArrowLeft')
      await page.keyboard.press('c')
      await dialog(page).getByLabel(texts.title).waitFor()
      await page.keyboard.press('Escape')
      await closed(page)
    })

    it(`opens, edits, moves, stretches and deletes the focused event, and Esc gives the focus back, ${texts.locale}`, async () => {
      const page = await open()
      await entry(page).focus()
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('heading', { name: stock }).waitFor()
      await page.keyboard.press('Escape')
      await closed(page)
      expect(await focus(page, '.g-entry')).toBe(true)
      // From its window too.
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('heading', { name: stock }).waitFor()
      await page.keyboard.press('e')
      await dialog(page).getByLabel(texts.title).waitFor()
      await page.keyboard.press('Escape')
      await closed(page)
      await page.keyboard.press('e')
      await dialog(page).getByLabel(texts.title).waitFor()
      await page.keyboard.press('Escape')
      await closed(page)
      const at =
        login === 'anna'
          ? ['13:15–14:45', '13:00–14:30', '13:00–14:45']
          : // Stretched by the other already.
            ['11:15–13:00', '11:00–12:45', '11:00–13:00']
      await page.keyboard.press('Alt+ArrowDown')
      await expect.poll(() => said(page)).toContain(at[0])
      await page.keyboard.press('Escape')
      await expect.poll(() => said(page)).toContain(at[1])
      await page.keyboard.press('Alt+Shift+ArrowDown')
      await expect.poll(() => said(page)).toContain(at[2])
      await page.keyboard.press('Enter')
      await page.getByText(texts.grid.moved).waitFor()
      await entry(page).focus()
      await page.keyboard.press('Delete')
      await page.getByText(texts.eventDeleted).waitFor()
      await page.locator('.toast button').click()
      await entry(page).waitFor()
    })

    it(`opens the menu of an event and of a calendar by Shift+F10 and by the other mouse button, ${texts.locale}`, async () => {
      const page = await open()
      await entry(page).focus()
      await page.keyboard.press('Shift+F10')
      const menu = page.getByRole('menu', { name: texts.actions(stock) })
      await menu.waitFor()
      await page.keyboard.press('ArrowDown')
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(texts.grid.edit)
      expect(await seriousFaults(page)).toEqual([])
      await browser.shot(page, `event-menu-${login}`)
      await page.keyboard.press('Escape')
      await menu.waitFor({ state: 'detached' })
      expect(await focus(page, '.g-entry')).toBe(true)
      await entry(page).click({ button: 'right' })
      await menu.getByRole('menuitem', { name: texts.grid.edit }).click()
      await dialog(page).getByLabel(texts.title).waitFor()
      await page.keyboard.press('Escape')
      await closed(page)
      const own = login === 'anna' ? 'Личный' : 'Private'
      await page.getByRole('checkbox', { name: own }).focus()
      await page.keyboard.press('Shift+F10')
      await page.getByRole('menu', { name: texts.actions(own) }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('menu').waitFor({ state: 'detached' })
    })

    it(`searches by /, lists the keys by ?, and leaves single letters alone once they are switched off, ${texts.locale}`, async () => {
      const page = await open()
      await page.keyboard.press('/')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('search')
      await page.keyboard.press('Escape')
      await entry(page).focus()
      await page.keyboard.press('?')
      await dialog(page).getByText(texts.grid.keysTitle).first().waitFor()
      await dialog(page).getByText('Shift + F10').waitFor()
      await dialog(page).getByLabel(texts.grid.letterKeys).uncheck()
      await page.keyboard.press('Escape')
      await closed(page)
      const before = await gridName(page)
      for (const key of ['m', 'd', 'c', '?', '/']) await page.keyboard.press(key)
      expect(await gridName(page)).toBe(before)
      expect(await dialog(page).count()).toBe(0)
      await page.keyboard.press('F6')
      expect(await focus(page, '.grid-view')).toBe(false)
    })
  }

  it('prints the list without the calendars beside it, at any view', async () => {
    const page = await browser.signedIn('ira')
    await page.locator('.g-entry').first().waitFor()
    await page.emulateMedia({ media: 'print' })
    await page.getByRole('table', { name: /Friday/ }).waitFor()
    expect(await page.locator('#calendars').isVisible()).toBe(false)
    expect(await page.locator('.g-entry').count()).toBe(0)
    expect(await page.locator('.event-list .acts').first().isVisible()).toBe(false)
    await browser.shot(page, 'print')
    await page.emulateMedia({ media: 'screen' })
    await page.locator('.g-entry').first().waitFor()
  })

  it('behaves at 200 % zoom like half its width, moves nothing by itself where that is asked for, and keeps its borders in system colours', async () => {
    // A window of 1280 at 200 %.
    const page = await browser.signedIn('ira', {
      viewport: { width: 640, height: 400 },
      deviceScaleFactor: 2,
      reducedMotion: 'reduce',
      forcedColors: 'active',
    })
    await page.locator('button.entry').first().click()
    await dialog(page).waitFor()
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
    const durations = await page.evaluate(() =>
      [...document.querySelectorAll('*')].map((one) => {
        const { animationName, transitionDuration } = getComputedStyle(one)
        return animationName === 'none' && transitionDuration.split(', ').every((time) => time === '0s')
      }),
    )
    expect(durations.every(Boolean)).toBe(true)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(640)
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    const borders = await page
      .locator('dialog .button')
      .evaluateAll((all) =>
        all.filter((one) => !one.classList.contains('plain')).map((one) => getComputedStyle(one).borderTopWidth),
      )
    expect(borders.every((width) => width !== '0px')).toBe(true)
    await browser.shot(page, 'zoom-forced-colors')
  })
})
