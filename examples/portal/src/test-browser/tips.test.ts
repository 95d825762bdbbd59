import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { defaultExchangeSettings } from '../exchange/settings.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { files, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

describeInBrowser('words about a control (M6)', { seed, files }, (browser) => {
  const exchangeIsOn = () => browser.portal.parts.exchange.save({ ...defaultExchangeSettings, enabled: true }, null)

  for (const [login, texts, state, words, colorScheme] of [
    ['anna', ru, 'Exchange включён, но не настроен', /^Календари с Exchange пока не обмениваются/, 'light'],
    ['ira', en, 'Exchange is on but not set up', /^Calendars are not synced with Exchange yet/, 'dark'],
  ] as const) {
    it(`come by focus and by hovering, and go by Esc, ${texts.locale}`, async () => {
      await exchangeIsOn()
      const page = await browser.signedIn(login, { colorScheme })
      const tip = page.getByRole('tooltip')
      const sign = page.getByRole('button', { name: state })
      await sign.waitFor()
      expect(await tip.count()).toBe(0)
      // From the control before it, as Tab goes.
      await page.getByRole('button', { name: texts.menuExport, exact: true }).focus()
      await page.keyboard.press('Tab')
      await tip.filter({ hasText: words }).waitFor()
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(state)
      expect(
        await sign.evaluate((one) => document.getElementById(one.getAttribute('aria-describedby') ?? '')?.textContent),
      ).toMatch(words)
      const [above, below] = [await sign.boundingBox(), await tip.boundingBox()]
      expect(below?.y).toBeGreaterThanOrEqual((above?.y ?? 0) + (above?.height ?? 0) - 1)
      // What scrolls elsewhere, as the grid does when it is shown first, leaves them where they are.
      await page.locator('.grid-view .g-entry').first().waitFor()
      const hasScrolled = await page.evaluate(async () => {
        const parts = [...document.querySelectorAll('.grid-view div')]
        const part = parts.find((one) => /auto|scroll/.test(getComputedStyle(one).overflowY))
        const told = new Promise((resolve) => part?.addEventListener('scroll', () => resolve(true), { once: true }))
        part?.scrollBy(0, part.scrollTop === 0 ? 40 : -40)
        return told
      })
      expect(hasScrolled).toBe(true)
      expect(await tip.filter({ hasText: words }).count()).toBe(1)
      expect(await seriousFaults(page)).toEqual([])
      await browser.shot(page, `tip-${texts.locale}`)
      await page.keyboard.press('Escape')
      await tip.waitFor({ state: 'detached' })
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(state)

      const outlook = page.getByRole('button', { name: 'Outlook', exact: true })
      await outlook.hover()
      await tip.filter({ hasText: texts.doors.bannerOutlookTip }).waitFor()
      // A pointer may go to the words and rest on them.
      const box = await tip.boundingBox()
      await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 12, { steps: 4 })
      expect(await tip.count()).toBe(1)
      await page.mouse.move(600, 600)
      await tip.waitFor({ state: 'detached' })
      // The menu that the button opens is not covered by them, and begins with its question.
      await outlook.click()
      await page.getByText(texts.doors.bannerPick).waitFor()
      expect(await tip.count()).toBe(0)
    })
  }

  it('come by touch: a press on a sign, a finger that rests on a button; a press elsewhere takes them away', async () => {
    await exchangeIsOn()
    const page = await browser.signedIn('anna', { viewport: { width: 820, height: 1180 }, hasTouch: true })
    const tip = page.getByRole('tooltip')
    await page.getByRole('button', { name: 'Exchange включён, но не настроен' }).tap()
    await tip.filter({ hasText: /Обратитесь к администратору портала/ }).waitFor()
    await page.getByRole('heading', { level: 1 }).first().tap()
    await tip.waitFor({ state: 'detached' })
    const box = await page.getByRole('button', { name: 'Outlook', exact: true }).boundingBox()
    const finger = await page.context().newCDPSession(page)
    const point = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 12 }
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] })
    await tip.filter({ hasText: ru.doors.bannerOutlookTip }).waitFor()
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    expect(await page.getByRole('menu').count()).toBe(0)
  })

  it('leave Esc to a window that has opened above the control under the pointer', async () => {
    const page = await browser.signedIn('anna')
    const control = page.getByRole('button', { name: 'Outlook', exact: true })
    await control.waitFor()
    await page.keyboard.press('c')
    await dialog(page).getByLabel(ru.title).waitFor()
    // What is behind a window is told of no pointer, except of one that came before the window and is told late.
    await control.evaluate((button) =>
      button.closest('.with-tip')?.dispatchEvent(new PointerEvent('pointerenter', { pointerType: 'mouse' })),
    )
    await page.locator('.tip:popover-open').waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached', timeout: 5_000 })
    await page.locator('.tip:popover-open').waitFor({ state: 'detached' })
  })

  it('stay whole on a phone, and Esc closes them before the sheet below', async () => {
    await exchangeIsOn()
    const page = await browser.signedIn('anna', { viewport: { width: 320, height: 700 } })
    await page.getByRole('button', { name: ru.doors.bannerShort }).click()
    const sign = dialog(page).getByRole('button', { name: 'Exchange включён, но не настроен' })
    await sign.click()
    const tip = page.getByRole('tooltip')
    await tip.waitFor()
    const box = await tip.boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(320)
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await browser.shot(page, 'tip-phone')
    await page.keyboard.press('Escape')
    await tip.waitFor({ state: 'detached' })
    expect(await dialog(page).count()).toBe(1)
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
  })
})
