import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { files, password, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** The person, what they own, and a colleague's calendar that they may change or only read. */
const languages = [
  { login: 'anna', texts: ru, own: 'Работа', other: 'Ira Novak — Private', level: 'free-busy', options: {} },
  { login: 'ira', texts: en, own: 'Projects', other: 'Анна Ветрова — Работа', level: 'read', options: phone },
] as const

describeInBrowser('rows of the flows that stand by themselves', { seed, files }, (browser) => {
  for (const { login, texts, own, other, level, options } of languages) {
    const isPhone = options === phone
    const showCalendars = async (page: Page) => {
      if (isPhone) await page.getByRole('button', { name: texts.calendars, exact: true }).click()
    }
    const choose = async (page: Page, calendar: string, item: string) => {
      await showCalendars(page)
      await page.getByRole('button', { name: texts.actions(calendar), exact: true }).click()
      await page.getByRole('menuitem', { name: item, exact: true }).click()
    }
    const close = async (page: Page) => {
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
    }

    it(`says of a link that it is read-only and refreshed by the program's own clock, and so it is (M43, M44), ${texts.locale}`, async () => {
      const page = await browser.signedIn(login, options)
      await choose(page, own, texts.menuExport)
      await dialog(page).getByText(texts.icalSub).waitFor()
      await dialog(page).getByRole('button', { name: texts.linkCreate }).click()
      await dialog(page).getByText(texts.icalSecret).waitFor()
      const link = await dialog(page).locator('input[readonly]').first().inputValue()
      expect((await fetch(link)).status).toBe(200)
      for (const method of ['PUT', 'POST', 'DELETE']) expect((await fetch(link, { method })).status).toBe(405)
      // Outlook's own menu words stand folded in.
      await dialog(page).locator('summary').filter({ hasText: 'Outlook' }).click()
      const steps = (await dialog(page).locator('details[open]').allTextContents()).join(' ')
      expect(steps).toMatch(login === 'anna' ? /Интернет-календари.*Создать/s : /Internet Calendars.*New/s)
      expect(await seriousFaults(page, 'dialog')).toEqual([])
      await browser.shot(page, `row-m44-${login}`)
      await close(page)
    })

    it(`chooses favourites in one window and in the calendar's own form, where they stay view-only (M47–M49), ${texts.locale}`, async () => {
      const page = await browser.signedIn(login, options)
      const favourites = page.getByRole('region', { name: texts.favourites })
      await showCalendars(page)
      await page.getByRole('button', { name: texts.doors.chooseFavourites }).click()
      const box = dialog(page).getByRole('checkbox', { name: texts.doors.chooserFavourite(other) })
      await box.click()
      await expect.poll(() => box.isChecked()).toBe(true)
      expect(await seriousFaults(page, 'dialog')).toEqual([])
      await browser.shot(page, `row-m47-${login}`)
      await dialog(page).getByRole('button', { name: texts.done, exact: true }).click()
      await showCalendars(page)
      await favourites.getByRole('checkbox', { name: new RegExp(`^${other}`) }).waitFor()
      // View-only: nothing in its menu changes it, and its form says so.
      await page.getByRole('button', { name: texts.actions(other), exact: true }).click()
      await page.getByRole('menuitem', { name: texts.menuUnfavourite }).waitFor()
      const items = await page.getByRole('menuitem').allTextContents()
      expect(items).not.toContain(texts.menuImport)
      expect(items).not.toContain(texts.menuEdit)
      await page.getByRole('menuitem', { name: texts.menuUnfavourite }).click()
      await favourites.getByRole('checkbox', { name: new RegExp(`^${other}`) }).waitFor({ state: 'detached' })
      await expect
        .poll(() => page.evaluate(async () => (await (await fetch('/api/calendars')).json()) as unknown))
        .toContainEqual(expect.objectContaining({ level, favourite: false }))
      // The option in one's own calendar's form.
      await page.getByRole('button', { name: texts.actions(own), exact: true }).click()
      await page.getByRole('menuitem', { name: texts.menuEdit, exact: true }).click()
      await dialog(page).getByLabel(texts.menuFavourite).check()
      // Each level that can be given, in words (M78).
      const levels = await dialog(page).getByRole('combobox').first().locator('option').allTextContents()
      for (const word of ['free-busy', 'titles', 'read', 'write', 'owner'] as const) {
        expect(levels).toContain(texts.levels[word])
      }
      await browser.shot(page, `row-m78-${login}`)
      await dialog(page).getByRole('button', { name: texts.save, exact: true }).click()
      await dialog(page).waitFor({ state: 'detached' })
      await expect
        .poll(() =>
          page.evaluate(async (name) => {
            const all = (await (await fetch('/api/calendars')).json()) as { name: string; favourite: boolean }[]
            return all.find((one) => one.name === name)?.favourite
          }, own),
        )
        .toBe(true)
    })

    it(`gives old programs their addresses, which are calendars as they stand there, and says what stops a phone (M53–M55, M57–M60, M64), ${texts.locale}`, async () => {
      const page = await browser.signedIn(login, options)
      await choose(page, own, texts.menuPhone)
      await dialog(page).getByLabel(texts.understood).check()
      const device = async (id: string, name: RegExp) => {
        if (isPhone) await dialog(page).getByRole('combobox', { name: texts.setup.program }).selectOption(id)
        else await dialog(page).getByRole('tab', { name }).click()
      }
      await device('iphone', /iPhone/)
      await dialog(page).getByRole('button', { name: texts.newPassword }).click()
      const field = (label: string) => dialog(page).getByLabel(label, { exact: true }).filter({ visible: true })
      const [server, user, secret, direct] =
        login === 'anna'
          ? ['Сервер', 'Пользователь', 'Пароль', 'Прямой адрес']
          : ['Server', 'User name', 'Password', 'Direct address']
      await expect.poll(() => field(secret).first().inputValue()).not.toBe('')
      const authorization = `Basic ${Buffer.from(
        `${await field(user).first().inputValue()}:${await field(secret).first().inputValue()}`,
      ).toString('base64')}`
      const ask = (url: string) => fetch(url, { method: 'PROPFIND', headers: { authorization, depth: '0' } })
      // New systems find the rest from the server alone, with a login that differs from that of the page.
      expect((await ask(`http://${await field(server).first().inputValue()}/.well-known/caldav`)).status).toBe(207)
      expect(await field(secret).first().inputValue()).not.toBe(password)
      const steps = () => dialog(page).locator('#advice').textContent()
      expect(await steps()).toMatch(login === 'anna' ? /Другое → Учётная запись CalDAV/ : /Other → Add CalDAV Account/)
      await dialog(page).locator('summary').filter({ visible: true }).first().click()
      const old = await field(direct).first().inputValue()
      expect([(await ask(old)).status, old.startsWith(browser.url)]).toEqual([207, true])
      await browser.shot(page, `row-m55-${login}`)
      // The predecessor of Thunderbird is given the calendar itself.
      await device('thunderbird', /Thunderbird/)
      await dialog(page).locator('summary').filter({ hasText: 'Sunbird' }).click()
      const sunbird = await dialog(page).locator('details[open] input').first().inputValue()
      const answer = await ask(sunbird)
      expect([answer.status, /<[^>]*calendar[ /]/.test(await answer.text())]).toEqual([207, true])
      await device('android', /Android/)
      expect(await steps()).toMatch(/DAVx⁵/)
      expect(await steps()).toMatch(login === 'anna' ? /автозапуск.*экономию заряда/s : /autostart.*battery saving/s)
      expect(await seriousFaults(page, 'dialog')).toEqual([])
      await close(page)
    })
  }
})
