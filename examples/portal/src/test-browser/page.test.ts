import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { keepOutlookShut } from './open-browser-portal.ts'
import { files, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

describeInBrowser('the page in Chromium', { seed, files }, (browser) => {
  const { signedIn } = browser
  const menu = async (page: Page, calendar: string, item: string) => {
    await page.getByRole('button', { name: `Действия: ${calendar}`, exact: true }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  it('offers one’s own calendars before those of colleagues to connect', async () => {
    const page = await signedIn('anna')
    await page.getByRole('button', { name: 'Outlook', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Работа' }).waitFor()
    const names = await page.getByRole('menuitem').allTextContents()
    expect(names.slice(0, 2).toSorted()).toEqual(['Личный', 'Работа'])
    expect(names.length).toBeGreaterThan(2)
  })

  it('allows export, makes a link, copies it, finds it answering, and shows its use and its end', async () => {
    const page = await signedIn('anna')
    await page.getByRole('button', { name: 'Действия: Личный' }).click()
    expect(await page.getByRole('menuitem', { name: 'Экспорт (iCal)' }).count()).toBe(0)
    await page.getByRole('menuitem', { name: 'Изменить' }).click()
    await dialog(page).getByLabel('Разрешить экспорт').check()
    await dialog(page).getByRole('button', { name: 'Сохранить' }).click()
    await dialog(page).waitFor({ state: 'detached' })

    await menu(page, 'Личный', 'Экспорт (iCal)')
    // Opening the window has made nothing.
    await dialog(page).getByRole('button', { name: 'Создать ссылку' }).waitFor()
    expect(await page.evaluate(async () => (await fetch('/api/feed-links')).json())).toEqual([])
    await dialog(page).getByLabel('Название ссылки').fill('Ноутбук')
    await dialog(page).getByRole('button', { name: 'Создать ссылку' }).click()
    await dialog(page).getByText('Ссылка отвечает календарём.').waitFor()
    await dialog(page).getByRole('button', { name: 'Копировать' }).click()
    await dialog(page).getByRole('button', { name: 'Скопировано' }).waitFor()
    const url = await page.evaluate(() => navigator.clipboard.readText())
    expect(url).toMatch(new RegExp(`^${browser.url}/ical/[\\w-]+/[\\w-]{43}\\.ics$`))
    const webcal = await dialog(page).getByRole('link', { name: 'Открыть в программе (webcal)' }).getAttribute('href')
    expect(webcal).toBe(url.replace('http:', 'webcal:'))

    // Options count at once, under the same address.
    expect(await (await fetch(url)).text()).toContain('Стоматолог')
    await dialog(page).getByLabel('Только занятость').click()
    await expect.poll(async () => (await fetch(url)).text()).not.toContain('Стоматолог')

    await dialog(page).getByRole('link', { name: 'Мои ссылки: 1' }).click()
    const row = page.getByRole('row', { name: /Ноутбук/ })
    await row.getByText('Работает').waitFor()
    await row.getByText('node', { exact: true }).waitFor()
    await row.getByRole('button', { name: 'Отозвать: Ноутбук' }).click()
    await dialog(page).waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    expect((await fetch(url)).status).toBe(200)
    await row.getByRole('button', { name: 'Отозвать: Ноутбук' }).click()
    await dialog(page).getByRole('button', { name: 'Отозвать' }).click()
    await page.getByText('Ссылок пока нет.').waitFor()
    expect((await fetch(url)).status).toBe(404)
  })

  it('connects Outlook by a link made on a press, hears of its first sync, leads from Outlook to the event, and disconnects', async () => {
    const page = await signedIn('anna')
    await menu(page, 'Работа', 'Соединить с Outlook')
    await dialog(page).getByText('Нужен классический Outlook для Windows').waitFor()
    await dialog(page).getByText('В Outlook появится папка «Анна Ветрова - Работа».').waitFor()
    // Opening the window has made nothing.
    expect(await page.evaluate(async () => (await fetch('/api/outlook-connections')).json())).toEqual([])
    await dialog(page).getByLabel('Название компьютера').fill('Бухгалтерия')
    await keepOutlookShut(page)
    // One press makes the connection and opens Outlook.
    await dialog(page).getByRole('button', { name: 'Открыть Outlook' }).click()
    await dialog(page).getByText('Ждём первое обращение Outlook…').waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset.opened)).toBe('1')
    const link = dialog(page).getByRole('link', { name: 'Открыть Outlook' })
    const href = (await link.getAttribute('href')) ?? ''
    expect(href).toMatch(/^stssync:\/\/sts\/\?ver=1\.1&type=calendar&cmd=add-folder&base-url=/)
    await dialog(page).getByText('Outlook не открылся', { exact: true }).click()
    expect(await dialog(page).getByLabel('Ссылка для Outlook').inputValue()).toBe(href)

    const value = (name: string) => decodeURIComponent(new RegExp(`[?&]${name}=([^&]*)`).exec(href)?.[1] ?? '')
    const base = value('base-url')
    const body = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><GetListItemChangesSinceToken xmlns="http://schemas.microsoft.com/sharepoint/soap/"><listName>${value('guid')}</listName></GetListItemChangesSinceToken></Body></Envelope>`
    const headers = { 'content-type': 'text/xml', 'user-agent': 'Microsoft Office Outlook 16.0' }
    const answer = await fetch(`${base}/_vti_bin/lists.asmx`, { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
    const [, item] = /ows_ID="(\d+)"/.exec(await answer.text()) ?? []
    await dialog(page).getByText('Outlook подключён: календарь передаётся.').waitFor()
    await dialog(page).getByRole('button', { name: 'Готово' }).click()

    const opened = await fetch(`${base}${value('list-url')}DispForm.aspx?ID=${item}`, { redirect: 'manual' })
    await page.goto(new URL(opened.headers.get('location') ?? '', browser.url).href)
    await dialog(page).waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })

    await page.getByRole('link', { name: 'Мои подключения' }).first().click()
    const row = page.getByRole('row', { name: /Бухгалтерия/ })
    await row.getByText('Работает').waitFor()
    await row.getByRole('button', { name: 'Отключить: Бухгалтерия' }).click()
    await dialog(page).getByText('Папку в Outlook удалите сами').waitFor()
    await dialog(page).getByRole('button', { name: 'Отключить' }).click()
    await page.getByText('Outlook ещё не подключён.').waitFor()
    const after = await fetch(`${base}/_vti_bin/lists.asmx`, { method: 'POST', headers, body })
    expect(after.status).toBe(404)
  })

  it('exports all favourites by one button', async () => {
    const page = await signedIn('anna')
    await page.getByRole('button', { name: 'Экспортировать всё избранное' }).click()
    await dialog(page).getByText('Сейчас в ссылке: «Projects».').waitFor()
    await dialog(page).getByRole('button', { name: 'Создать ссылку' }).click()
    await dialog(page).getByText('Ссылка отвечает календарём.').waitFor()
    const url = await dialog(page).getByLabel('Ссылка «Всё избранное»').inputValue()
    const projects = 'SUMMARY:Stock check'
    expect(await (await fetch(url)).text()).toContain(projects)
    await page.keyboard.press('Escape')
    await menu(page, 'Ira Novak — Projects', 'Убрать из избранного')
    await page.getByRole('button', { name: 'Экспортировать всё избранное' }).waitFor({ state: 'detached' })
    expect(await (await fetch(url)).text()).not.toContain(projects)
    await menu(page, 'Ira Novak — Projects', 'Добавить в избранное')
    await page.getByRole('button', { name: 'Экспортировать всё избранное' }).waitFor()
  })

  it('adds a colleague’s calendar that is open to everyone, and remembers what is hidden', async () => {
    const ira = await signedIn('ira')
    await ira.getByRole('button', { name: 'Actions: Private' }).click()
    await ira.getByRole('menuitem', { name: 'Edit' }).click()
    await dialog(ira).getByRole('button', { name: 'Remove access: Анна Ветрова' }).click()
    await dialog(ira).getByRole('button', { name: 'Add a person, department or group' }).click()
    await dialog(ira).getByRole('button', { name: 'All employees' }).click()
    await dialog(ira).getByLabel('Access: All employees', { exact: true }).selectOption('free-busy')
    await dialog(ira).getByRole('button', { name: 'Save' }).click()
    await dialog(ira).waitFor({ state: 'detached' })

    const page = await signedIn('anna')
    await page.getByRole('checkbox', { name: 'Ira Novak — Projects' }).waitFor()
    expect(await page.getByRole('checkbox', { name: 'Ira Novak — Private' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Добавить календарь коллеги' }).click()
    await dialog(page).getByLabel('Имя человека, группы или календаря').fill('privat')
    await dialog(page).getByLabel('На списке: Ira Novak — Private').click()
    await dialog(page).getByRole('button', { name: 'Готово' }).click()
    const box = page.getByRole('checkbox', { name: 'Ira Novak — Private' })
    await box.waitFor()
    const hidden = page.waitForResponse((response) => response.url().endsWith('/hidden'))
    await box.click()
    await hidden
    await page.reload()
    await box.waitFor()
    expect(await box.isChecked()).toBe(false)
  })

  it('is reached by keyboard: menu, window and back to where one was', async () => {
    const page = await signedIn('anna')
    const opener = page.getByRole('button', { name: 'Действия: Работа' })
    await opener.waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('К календарю')
    await opener.focus()
    await page.keyboard.press('Enter')
    // It stands whole in the window, and has moved nothing beside it.
    const place = await page.getByRole('menu').boundingBox()
    expect(place?.x).toBeGreaterThan(200)
    expect((place?.y ?? 0) + (place?.height ?? 0)).toBeLessThan(900)
    expect(await page.locator('.side').evaluate((side) => [side.scrollLeft, side.scrollTop])).toEqual([0, 0])
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await expect.poll(focused).toBe('Соединить с Outlook')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('Экспорт (iCal)')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('Телефон или программа')
    await page.keyboard.press('End')
    expect(await focused()).toBe('Удалить…')
    await page.keyboard.press('Enter')
    await dialog(page).waitFor()
    // The harmless answer has the focus, and Tab stays inside.
    expect(await focused()).toBe('Отмена')
    for (let i = 0; i < 4; i += 1) {
      await page.keyboard.press('Tab')
      const outside = await page.evaluate(() => {
        const at = document.activeElement
        return at !== document.body && at?.closest('dialog') === null
      })
      expect(outside).toBe(false)
    }
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Действия: Работа')
    await page.getByRole('checkbox', { name: 'Работа' }).waitFor()
  })

  it('closes the row of connections for good, and brings it back', async () => {
    const page = await signedIn('anna')
    const banner = page.getByRole('region', { name: 'Подключение календарей' })
    await banner.getByRole('button', { name: 'Закрыть' }).click()
    await banner.waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('checkbox', { name: 'Работа' }).waitFor()
    expect(await banner.count()).toBe(0)
    await page.getByRole('link', { name: 'Мои подключения' }).first().click()
    await page.getByRole('button', { name: 'Показать строку подключения' }).click()
    await page.getByRole('link', { name: 'Календарь', exact: true }).click()
    await banner.waitFor()
  })

  // Each language once and each theme once: the words do not change with the colours.
  for (const [login, language, colorScheme] of [
    ['anna', 'ru', 'light'],
    ['ira', 'en', 'dark'],
  ] as const) {
    it(`has no serious fault for axe on any view, ${language}, ${colorScheme}`, async () => {
      const faults: string[] = []
      const look = async (page: Page, view: string, part?: string) => {
        faults.push(...(await seriousFaults(page, part)).map((fault) => `${view}: ${fault}`))
      }
      const front = await browser.open('/', { colorScheme, reducedMotion: 'reduce' })
      await front.page.locator('form').waitFor()
      await look(front.page, 'sign-in')
      const page = await signedIn(login, { colorScheme, reducedMotion: 'reduce' })
      await page.locator('.entry, .g-entry').first().waitFor()
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language)
      await look(page, 'calendar')
      // A week without events scrolls too, and is reached by the keyboard.
      const boxes = page.locator('.group li input[type=checkbox]')
      for (const box of await boxes.all()) await box.uncheck()
      await page.locator('.g-entry').first().waitFor({ state: 'detached' })
      await look(page, 'empty week', '.grid-view')
      for (const box of await boxes.all()) await box.check()
      const openers = page.locator('.group li .anchor > button')
      for (const index of [0, 1, 2, 3]) {
        await openers.first().click()
        await page.locator('.menu').waitFor()
        await look(page, 'menu', '.menu')
        await page
          .locator('.menu [role=menuitem]')
          .nth([0, 1, 2, 4][index] ?? 0)
          .click()
        await dialog(page).waitFor()
        await look(page, `window ${index}`, 'dialog')
        await page.keyboard.press('Escape')
        await dialog(page).waitFor({ state: 'detached' })
      }
      for (const button of await page.locator('.group > header > .button').all()) {
        await button.click()
        await dialog(page).waitFor()
        await look(page, 'chooser', 'dialog')
        await page.keyboard.press('Escape')
        await dialog(page).waitFor({ state: 'detached' })
      }
      const texts = language === 'ru' ? ru : en
      await page.getByRole('button', { name: texts.doors.addCalendarMenu, exact: true }).click()
      await page.getByRole('menuitem', { name: texts.doors.subscribe }).click()
      await dialog(page).getByRole('textbox').first().waitFor()
      await look(page, 'subscribe', 'dialog')
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
      // Whoever has no favourites has no such button.
      await page.evaluate(async () => {
        const calendars = (await (await fetch('/api/calendars')).json()) as { id: string; exportAllowed: boolean }[]
        const id = calendars.find(({ exportAllowed }) => exportAllowed)?.id
        await fetch(`/api/calendars/${id}/favourite`, { method: 'PUT' })
      })
      await page.reload()
      await page.getByRole('button', { name: texts.doors.exportFavourites }).click()
      const make = dialog(page).getByRole('button', { name: texts.linkCreate })
      // Who has a link already is shown it at once.
      const link = dialog(page).locator('input[readonly]').first()
      await make.or(link).first().waitFor()
      await look(page, 'export of favourites', 'dialog')
      if (await make.isVisible()) await make.click()
      await link.waitFor()
      await look(page, 'link shown', 'dialog')
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Outlook', exact: true }).click()
      await page.getByRole('menuitem').first().click()
      await keepOutlookShut(page)
      await dialog(page).getByRole('button', { name: texts.doors.outlookOpen }).click()
      await dialog(page).getByRole('link', { name: texts.doors.outlookOpen }).waitFor()
      await dialog(page).getByText(texts.doors.outlookNot, { exact: true }).click()
      await look(page, 'Outlook link shown', 'dialog')
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
      for (const path of ['/connections', '/settings']) {
        await page.goto(browser.url + path)
        await page.locator('h1').waitFor()
        await look(page, path)
      }
      await page.setViewportSize({ width: 320, height: 700 })
      await page.goto(browser.url)
      await page.locator('.entry, .g-entry').first().waitFor()
      await look(page, 'narrow')
      // Nothing is wider than a phone's screen.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      expect(faults).toEqual([])
    }, 180_000)
  }
})
