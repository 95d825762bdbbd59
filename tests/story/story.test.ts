import { createDAVClient } from 'tsdav'
import { expect, it } from 'vitest'
import { describeInBrowser, dialog } from '../../examples/portal/src/test-browser/describe-in-browser.ts'
import { keepOutlookShut } from '../../examples/portal/src/test-browser/open-browser-portal.ts'
import { outlookOf, stssyncValue } from '../../examples/portal/src/test-browser/outlook-of.ts'
import { files, password, seed } from '../../examples/portal/src/test-browser/seed.ts'

const thunderbird = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0' }
const iphone = { 'user-agent': 'iOS/26.0 (23A341) dataaccessd/1.0' }

const fileOf = (uid: string, summary: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Phone//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261127T150000Z',
    'DTEND:20261127T160000Z',
    `SUMMARY:${summary}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')

/** What an Outlook would be answered that writes although the list says that it may not: made, changed and deleted. */
const forcedWrites = async (link: string, id: number): Promise<string[]> => {
  const value = (name: string): string => stssyncValue(link, name)
  const namespace = 'http://schemas.microsoft.com/sharepoint/soap/'
  const field = (name: string, text: string) => `<Field Name="${name}">${text}</Field>`
  const times = field('EventDate', draft.EventDate) + field('EndDate', draft.EndDate)
  const method = (cmd: string, inside: string) => `<Method ID="1" Cmd="${cmd}">${inside}</Method>`
  const methods = [
    method('New', field('ID', 'New') + field('Title', 'Hers') + times),
    method('Update', field('ID', String(id)) + field('Title', 'Hers') + field('owshiddenversion', '1')),
    method('Delete', field('ID', String(id))),
  ]
  const codes = methods.map(async (one) => {
    const answer = await fetch(`${value('base-url')}/_vti_bin/lists.asmx`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', SOAPAction: `"${namespace}UpdateListItems"` },
      body: `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><UpdateListItems xmlns="${namespace}"><listName>${value('guid')}</listName><updates><Batch OnError="Continue" DateInUtc="TRUE">${one}</Batch></updates></UpdateListItems></soap:Body></soap:Envelope>`,
    })
    return /<ErrorCode>([^<]*)</.exec(await answer.text())?.[1] ?? String(answer.status)
  })
  return Promise.all(codes)
}

const draft = {
  Title: 'Из Outlook',
  Location: 'Маяк',
  Description: '',
  EventType: '0',
  EventDate: '2026-11-26T12:00:00Z',
  EndDate: '2026-11-26T13:00:00Z',
  fAllDayEvent: '0',
} as const

// The reader's refused write is asked for from the page.
const world = { seed, files, expected: (fault: string) => fault.includes('403') }

describeInBrowser('one story of a new user', world, (browser) => {
  it('takes a calendar out through every door, lets a reader write by none, and shows what Outlook made at once', async () => {
    const page = await browser.signedIn('anna')
    const entry = (name: RegExp) => page.locator('.g-entry').and(page.getByRole('button', { name }))
    const menu = async (item: string) => {
      await page.getByRole('button', { name: 'Действия: Личный', exact: true }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    const closed = () => dialog(page).waitFor({ state: 'detached' })

    // The owner allows export, and lets a colleague read.
    await menu('Изменить')
    await dialog(page).getByLabel('Разрешить экспорт').check()
    await dialog(page).getByRole('button', { name: 'Добавить человека, отдел или группу' }).click()
    await dialog(page).getByLabel('Имя человека, отдела или группы').fill('ira')
    await dialog(page).getByRole('button', { name: 'Ira Novak' }).click()
    await dialog(page).getByLabel('Доступ: Ira Novak', { exact: true }).selectOption('read')
    await dialog(page).getByRole('button', { name: 'Сохранить' }).click()
    await closed()

    // Thunderbird subscribes to the link as it was copied.
    await menu('Экспорт (iCal)')
    await dialog(page).getByLabel('Название ссылки').fill('Домашний Thunderbird')
    await dialog(page).getByRole('button', { name: 'Создать ссылку' }).click()
    await dialog(page).getByText('Ссылка отвечает календарём.').waitFor()
    await dialog(page).getByRole('button', { name: 'Копировать' }).click()
    await dialog(page).getByRole('button', { name: 'Скопировано' }).waitFor()
    const feed = await page.evaluate(() => navigator.clipboard.readText())
    const subscribed = await fetch(feed, { headers: thunderbird })
    expect(subscribed.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    expect(await subscribed.text()).toContain('SUMMARY:Стоматолог')
    await page.keyboard.press('Escape')
    await closed()

    // The phone is given the values of the steps, letter by letter, and finds the rest by itself.
    await menu('Телефон или программа')
    await dialog(page).getByLabel('Понимаю').check()
    await dialog(page).getByRole('tab', { name: 'iPhone и iPad' }).click()
    await dialog(page).getByRole('button', { name: 'Создать пароль для устройства' }).click()
    await dialog(page).getByText('Ждём первый вход…').waitFor()
    const value = (label: string) => dialog(page).getByLabel(label, { exact: true }).first().inputValue()
    const [server, username, secret] = [await value('Сервер'), await value('Пользователь'), await value('Пароль')]
    const phone = await createDAVClient({
      serverUrl: `http://${server}`,
      credentials: { username, password: secret },
      authMethod: 'Basic',
      defaultAccountType: 'caldav',
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...iphone } }),
    })
    await dialog(page).getByText('Подключено: iOS 26').waitFor()
    await dialog(page).getByRole('button', { name: 'Готово' }).click()
    await closed()
    const calendar = (await phone.fetchCalendars()).find(({ displayName }) => displayName === 'Личный')
    if (calendar === undefined) throw new Error('the phone did not find the calendar')
    const iCalString = fileOf('from-phone', 'С телефона')
    expect((await phone.createCalendarObject({ calendar, filename: 'from-phone.ics', iCalString })).status).toBe(201)
    await entry(/^С телефона, пятница, 27 ноября, с 18:00 до 19:00/).waitFor()
    expect(await (await fetch(feed, { headers: thunderbird })).text()).toContain('SUMMARY:С телефона')

    // Outlook is given its link, takes the calendar in, and makes an event.
    await menu('Соединить с Outlook')
    await keepOutlookShut(page)
    await dialog(page).getByRole('button', { name: 'Открыть Outlook' }).click()
    const opened = dialog(page).getByRole('link', { name: 'Открыть Outlook' })
    const outlook = outlookOf((await opened.getAttribute('href')) ?? '', '1')
    await outlook.sync()
    await dialog(page).getByText('Outlook подключён: календарь передаётся.').waitFor()
    await dialog(page).getByRole('button', { name: 'Готово' }).click()
    await closed()
    expect(outlook.isReadOnly).toBe(false)
    outlook.create(draft)
    await outlook.sync()
    // The page was not touched; a second is what the person may wait.
    await entry(/^Из Outlook, четверг, 26 ноября, с 15:00 до 16:00/).waitFor({ timeout: 1_000 })
    expect(outlook.faults).toEqual([])

    // The colleague sees all of it and writes by no door: not by the page and its API, a device, Outlook or the link.
    const reader = await browser.signedIn('ira')
    await reader.locator('.g-entry', { hasText: 'Из Outlook' }).first().click()
    await dialog(reader).getByText('You may only read this calendar.').waitFor()
    const hers = await reader.evaluate(async () => {
      const headers = { 'content-type': 'application/json' }
      const post = (path: string, body: unknown) => fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
      const calendars = (await (await fetch('/api/calendars')).json()) as { id: string; name: string }[]
      const id = calendars.find(({ name }) => name === 'Личный')?.id
      const event = { title: 'x', start: '2026-11-26T10:00', end: '2026-11-26T11:00' }
      const made = await post(`/api/calendars/${id}/events`, event)
      const device = (await (await post('/api/app-passwords', { name: 'Phone' })).json()) as { password: string }
      const connection = (await (await post('/api/outlook-connections', { calendar: id, name: 'PC' })).json()) as {
        link: string
      }
      return { made: made.status, password: device.password, link: connection.link }
    })
    expect(hers.made).toBe(403)
    for (const secretOfHers of [hers.password, password]) {
      const put = await fetch(new URL('hers.ics', calendar.url), {
        method: 'PUT',
        headers: {
          authorization: `Basic ${Buffer.from(`ira:${secretOfHers}`).toString('base64')}`,
          'content-type': 'text/calendar',
        },
        body: fileOf('hers', 'Hers'),
      })
      expect(put.status).toBe(403)
    }
    const herOutlook = outlookOf(hers.link, '2')
    await herOutlook.sync()
    expect(herOutlook.isReadOnly).toBe(true)
    // An Outlook that writes all the same is refused each of them, and nothing of it is seen.
    const seen = herOutlook.items().find(({ fields }) => fields.Title === 'С телефона')
    expect(seen?.id).toBeGreaterThan(0)
    expect(await forcedWrites(hers.link, seen?.id ?? 0)).toEqual(Array.from({ length: 3 }, () => '0x81020014'))
    const shownStill = await reader.evaluate(async () => {
      const { events } = (await (await fetch('/api/events?from=2026-11-23&to=2026-11-30')).json()) as {
        events: { title: string }[]
      }
      return events.map(({ title }) => title)
    })
    expect(shownStill).toContain('С телефона')
    expect(shownStill).not.toContain('Hers')
    expect((await fetch(feed, { method: 'PUT', body: fileOf('hers', 'Hers') })).status).toBe(405)
    expect(await (await fetch(feed)).text()).not.toContain('Hers')

    // What has access stands on one page, with what it calls itself.
    await page.getByRole('link', { name: 'Мои подключения' }).first().click()
    for (const program of ['iOS 26', 'Thunderbird 140']) await page.getByText(program, { exact: true }).waitFor()
    await browser.shot(page, 'story-connections')
  })
})
