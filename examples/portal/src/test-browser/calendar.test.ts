import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { signIn } from './open-browser-portal.ts'
import { files, password, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

/** The one complaint that was meant to be: a save that came second. */
const expected = (fault: string) => fault.includes('412')

describeInBrowser('the calendar in Chromium', { seed, files, expected }, (browser) => {
  const { shot, signedIn } = browser
  const entry = (page: Page, name: RegExp) => page.locator('.g-entry').and(page.getByRole('button', { name }))
  const focusedName = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  const said = (page: Page) => page.locator('#announcer').textContent()

  it('tells each event in words: title, day, times, calendar, place and marks', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Показ для заказчика, среда, 25 ноября, с 14:00 до 15:30, календарь Работа, Маяк$/).waitFor()
    await entry(page, /^Стоматолог, .*, личное$/).waitFor()
    // Busy times are told as such, and nothing else of them.
    await entry(page, /^Занято, четверг, 26 ноября, с 11:00 до 12:00, календарь Ira Novak — Private$/).waitFor()
    expect(await page.getByRole('grid').getAttribute('aria-label')).toBe('Неделя, 23–29 ноября 2026')
    expect(await page.getByRole('columnheader', { name: 'Среда, 25 ноября' }).count()).toBe(1)
    expect(await page.title()).toBe('23–29 ноября 2026 · Неделя · Портал')
  })

  it('is one stop for Tab, walked by arrows, and makes an event in the chosen slot', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Показ/).waitFor()
    const stops = await page.locator('.grid-view [tabindex="0"]').count()
    expect(stops).toBe(1)
    await page.getByRole('grid').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowDown')
    await expect.poll(() => said(page)).toContain('Четверг, 26 ноября, 09:30–10:30')
    await page.keyboard.press('Enter')
    await dialog(page).getByLabel('Название').fill('С клавиатуры')
    await page.keyboard.press('Control+Enter')
    await dialog(page).waitFor({ state: 'detached' })
    await entry(page, /^С клавиатуры, четверг, 26 ноября, с 9:30 до 10:30/).waitFor()
  })

  it('keeps the length of an event when its start is typed anew, also over a day that is further on', async () => {
    const page = await signedIn('anna')
    await page.getByRole('button', { name: ru.newEvent }).first().click()
    const start = (name: string) => dialog(page).getByLabel(`Начало: ${name}`)
    const end = (name: string) => dialog(page).getByLabel(`Конец: ${name}`)
    // As it is typed figure by figure where the month comes first.
    for (const day of ['2026-12-25', '']) await start('дата').fill(day)
    await dialog(page).getByLabel('Название').fill('Ужин')
    await page.keyboard.press('Control+Enter')
    await dialog(page).getByText(ru.grid.needTime).waitFor()
    expect(await focusedName(page)).toBe('Начало: дата')
    await start('дата').fill('2026-12-05')
    await start('время').fill('23:30')
    expect([await end('дата').inputValue(), await end('время').inputValue()]).toEqual(['2026-12-06', '00:30'])
    await end('время').fill('02:00')
    await start('дата').fill('2026-11-20')
    expect([await end('дата').inputValue(), await end('время').inputValue()]).toEqual(['2026-11-21', '02:00'])
    await page.keyboard.press('Escape')
  })

  it('moves an event by the keyboard, saying the new time, and takes it back by Esc', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Стоматолог/).focus()
    await page.keyboard.press('Alt+ArrowDown')
    await expect.poll(() => said(page)).toContain('12:15–13:15')
    await page.keyboard.press('Escape')
    await expect.poll(() => said(page)).toContain('12:00–13:00')
    await page.keyboard.press('Alt+ArrowDown')
    await page.keyboard.press('Alt+ArrowDown')
    await page.keyboard.press('Alt+Shift+ArrowUp')
    await page.keyboard.press('Enter')
    await entry(page, /^Стоматолог, среда, 25 ноября, с 12:30 до 13:15/).waitFor()
  })

  it('changes one, the following or all of a series, and says which before it does', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Планёрка, четверг/).click()
    await dialog(page).getByText('Каждый рабочий день').waitFor()
    await dialog(page).getByRole('button', { name: 'Изменить', exact: true }).click()
    await dialog(page).getByLabel('Название').fill('Общий сбор')
    await dialog(page).getByRole('button', { name: 'Сохранить' }).click()
    const scope = dialog(page).last()
    expect(await scope.getByLabel('Только это событие').isChecked()).toBe(true)
    await scope.getByLabel('Это и все следующие').check()
    await scope.getByRole('button', { name: 'Изменить', exact: true }).click()
    await dialog(page).first().waitFor({ state: 'detached' })
    await entry(page, /^Общий сбор, пятница/).waitFor()
    expect(await entry(page, /^Планёрка/).count()).toBe(3)
    expect(await entry(page, /^Общий сбор/).count()).toBe(2)
  })

  it('deletes at once and gives it back by undo', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Показ/).focus()
    await page.keyboard.press('Delete')
    await page.getByText('Событие удалено').waitFor()
    await entry(page, /^Показ/).waitFor({ state: 'detached' })
    await page.locator('.toast button').click()
    await entry(page, /^Показ/).waitFor()
  })

  it('shows a change that comes by CalDAV on the open page, without a reload and without moving the focus', async () => {
    const page = await signedIn('anna')
    const focused = entry(page, /^Стоматолог/)
    await focused.focus()
    const name = await focusedName(page)
    const ics = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Phone//EN',
      'BEGIN:VEVENT',
      'UID:from-phone',
      'DTSTAMP:20261101T000000Z',
      'DTSTART:20261127T150000Z',
      'DTEND:20261127T160000Z',
      'SUMMARY:С телефона',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n')
    const answer = await fetch(`${browser.url}/dav/calendars/anna/rabota/from-phone.ics`, {
      method: 'PUT',
      headers: {
        authorization: `Basic ${Buffer.from(`anna:${password}`).toString('base64')}`,
        'content-type': 'text/calendar',
      },
      body: ics,
    })
    expect(answer.status).toBe(201)
    await entry(page, /^С телефона, пятница, 27 ноября, с 18:00 до 19:00/).waitFor()
    expect(await focusedName(page)).toBe(name)
    await expect.poll(() => said(page), { timeout: 15_000 }).toContain('1 новое событие из телефона или программы')
    await entry(page, /^С телефона/).click()
    await dialog(page)
      .getByText(/Изменено в телефоне или программе/)
      .waitFor()
  })

  it('lets a newer version be taken, kept over or laid beside the own one', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Показ/).click()
    await dialog(page).getByRole('button', { name: 'Изменить', exact: true }).click()
    await dialog(page).getByLabel('Название').fill('Моё название')
    await page.evaluate(async () => {
      const { events } = (await (await fetch('/api/events?from=2026-11-25&to=2026-11-26')).json()) as {
        events: { calendar: string; object: string; title: string }[]
      }
      const show = events.find(({ title }) => title.startsWith('Показ'))
      await fetch(`/api/calendars/${show?.calendar}/events/${show?.object}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'Чужое название' }),
      })
    })
    await dialog(page).getByRole('button', { name: 'Сохранить' }).click()
    await dialog(page).getByText('Пока вы писали, событие изменили в портале.').waitFor()
    await dialog(page).getByRole('cell', { name: 'Чужое название' }).waitFor()
    await dialog(page).getByRole('button', { name: 'Взять новое' }).click()
    expect(await dialog(page).getByLabel('Название').inputValue()).toBe('Чужое название')
    await dialog(page).getByRole('button', { name: 'Сохранить' }).click()
    await entry(page, /^Чужое название/).waitFor()
  })

  it('keeps both where a newer version came: theirs as it is, and mine as an event of its own', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Чужое название/).focus()
    await page.keyboard.press('e')
    await dialog(page).getByLabel('Место или переговорная').fill('Каб. 214')
    await page.evaluate(async () => {
      const { events } = (await (await fetch('/api/events?from=2026-11-25&to=2026-11-26')).json()) as {
        events: { calendar: string; object: string; title: string }[]
      }
      const show = events.find(({ title }) => title.startsWith('Чужое'))
      await fetch(`/api/calendars/${show?.calendar}/events/${show?.object}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ start: '2026-11-25T15:00', end: '2026-11-25T16:00', timeZone: 'Europe/Moscow' }),
      })
    })
    await page.keyboard.press('Control+Enter')
    await dialog(page)
      .getByRole('row', { name: /^Начало.*15:00.*не меняли/ })
      .waitFor()
    await dialog(page)
      .getByRole('row', { name: /^Место.*Маяк.*Каб\. 214/ })
      .waitFor()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await shot(page, 'newer')
    await dialog(page).getByRole('button', { name: 'Оставить оба события' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await entry(page, /^Чужое название.*с 15:00 до 16:00/).waitFor()
    await entry(page, /^Чужое название.*с 14:00 до 15:30.*Каб\. 214/).waitFor()
  })

  it('shows the same in the list, with the same actions, by arrows and by menu', async () => {
    const page = await signedIn('ira')
    await page.locator('.g-entry').first().waitFor()
    await page.keyboard.press('l')
    const row = page.getByRole('row', { name: /Инвентаризация склада/ })
    await row.first().waitFor()
    expect(await row.first().textContent()).toContain('day 1 of 2')
    await page.locator('button.entry').first().focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('entry')
    // A reader is told why there is nothing to press.
    await page.keyboard.press('Enter')
    await dialog(page).getByText('You may only read this calendar.').waitFor()
    expect(await dialog(page).getByRole('button', { name: 'Edit' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Actions: Stock check' }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await dialog(page).getByLabel('Reminder').selectOption('15')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Stock check', exact: true }).click()
    await dialog(page).getByText('15 minutes before').waitFor()
  })

  it('finds an event by a word and shows all keys', async () => {
    const page = await signedIn('ira')
    await page.locator('.g-entry').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('stock')
    await page
      .locator('.found')
      .getByRole('button', { name: /^Stock check/ })
      .click()
    await dialog(page).getByRole('heading', { name: 'Stock check' }).waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    await dialog(page).getByText('next, previous event').waitFor()
  })

  it('weighs less than 200 kB compressed when it is first seen', async () => {
    const one = await browser.open('/', { viewport: { width: 1280, height: 900 } })
    const paths = new Set<string>()
    one.page.on('request', (request) => {
      if (/\.(js|css|svg)$|\/$/.test(new URL(request.url()).pathname)) paths.add(request.url())
    })
    await one.page.reload()
    await signIn(one, 'anna', password)
    await one.page.locator('.g-entry').first().waitFor()
    const weights = [...paths].map(async (path) => {
      const body = (await fetch(path)).body
      return body === null ? 0 : (await new Response(body.pipeThrough(new CompressionStream('gzip'))).blob()).size
    })
    const bytes = (await Promise.all(weights)).reduce((sum, size) => sum + size, 0)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(200_000)
  })
})
