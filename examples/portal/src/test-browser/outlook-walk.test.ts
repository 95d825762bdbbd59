import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { keepOutlookShut } from './open-browser-portal.ts'
import { outlookOf, stssyncValue } from './outlook-of.ts'
import { calendarText, eventText, password } from './seed.ts'

const reminded = eventText(
  'fair',
  ':20261127T070000Z',
  ':20261127T080000Z',
  'Fair',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'TRIGGER:-PT30M',
  'DESCRIPTION:x',
  'END:VALARM',
)
const files = { fair: calendarText(reminded) }
const person = (login: string, name: string, locale: 'ru' | 'en', timeZone: string, calendars: readonly string[]) => ({
  login,
  password,
  name,
  locale,
  timeZone,
  calendars: calendars.map((calendar, index) => ({ name: calendar, ...(index === 0 ? { ics: 'fair' } : {}) })),
})
const people = [
  person('anna', 'Анна Ветрова', 'ru', 'Europe/Moscow', ['Работа', 'Личный']),
  person('ira', 'Ira Novak', 'en', 'Europe/Berlin', ['Projects', 'Private']),
]

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const range = { startMs: Date.UTC(2026, 10, 23), endMs: Date.UTC(2026, 10, 30) }
const daily =
  '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><daily dayFrequency="1" /></repeat><repeatInstances>4</repeatInstances></rule></recurrence>'

const languages = [
  { login: 'anna', texts: ru, first: 'Работа', second: 'Личный', folder: 'Анна Ветрова - Работа', options: {} },
  { login: 'ira', texts: en, first: 'Projects', second: 'Private', folder: 'Ira Novak - Projects', options: phone },
] as const

describeInBrowser('Outlook beside the page', { seed: { users: people }, files }, (browser) => {
  for (const { login, texts, first, second, folder, options } of languages) {
    const isPhone = options === phone
    /** The day of the grid or, on a phone, the list of the week. */
    const entry = (page: Page, title: string) =>
      page.locator(isPhone ? 'button.entry' : '.g-entry').filter({ hasText: title })
    const open = async () => {
      const page = await browser.signedIn(login, options)
      if (isPhone) {
        await page.evaluate(() => localStorage.setItem('dayport-span', 'list'))
        await page.reload()
      }
      await keepOutlookShut(page)
      return page
    }
    const detail = async (page: Page, title: string) => {
      await entry(page, title).first().click()
      await dialog(page).getByRole('heading', { name: title }).waitFor()
      return dialog(page)
    }
    const close = async (page: Page) => {
      await dialog(page).getByRole('button', { name: texts.close, exact: true }).first().click()
      await dialog(page).waitFor({ state: 'detached' })
    }
    const connect = async (page: Page, calendar: string, editor: string) => {
      if (isPhone) await page.getByRole('button', { name: texts.calendars, exact: true }).click()
      await page.getByRole('button', { name: texts.actions(calendar), exact: true }).click()
      await page.getByRole('menuitem', { name: texts.doors.menuOutlook }).click()
      await dialog(page).getByText(texts.doors.outlookVersions).waitFor()
      await dialog(page)
        .getByText(texts.doors.outlookFolder(folder.split(' - ')[0] ?? '', calendar))
        .waitFor()
      await dialog(page).getByRole('button', { name: texts.doors.outlookOpen }).click()
      const link = (await dialog(page).getByRole('link', { name: texts.doors.outlookOpen }).getAttribute('href')) ?? ''
      const outlook = outlookOf(link, editor)
      await outlook.sync()
      return { link, outlook }
    }
    let kept: Awaited<ReturnType<typeof connect>> | null = null
    const connected = () => {
      if (kept === null) throw new Error('the first test connects')
      return kept.outlook
    }
    const itemOf = (title: string) => {
      const item = connected()
        .items()
        .find(({ fields }) => fields.Title === title)
      if (item === undefined) throw new Error(`Outlook has no ${title}`)
      return item
    }

    it(`starts with the advice of what Outlook asks, under the folder's name, and a second calendar by the same steps (M13–M21), ${texts.locale}`, async () => {
      const page = await open()
      kept = await connect(page, first, login === 'anna' ? '1' : '2')
      // What Outlook's own question shows, and where it says to look: address, Yes, Advanced.
      expect(stssyncValue(kept.link, 'list-name')).toBe(first)
      expect(`${stssyncValue(kept.link, 'site-name')} - ${stssyncValue(kept.link, 'list-name')}`).toBe(folder)
      const steps = (await dialog(page).getByRole('list').allTextContents()).join(' ')
      expect(steps).toContain(new URL(browser.url).host)
      expect(steps).toMatch(login === 'anna' ? /«Да».*«Дополнительно…»/ : /Yes.*Advanced…/)
      await dialog(page).getByText(texts.doors.outlookDone).waitFor()
      await browser.shot(page, `walk-outlook-${login}`)
      await dialog(page).getByRole('button', { name: texts.done, exact: true }).click()
      expect(
        connected()
          .shown(range)
          .occurrences.map(({ title }) => title),
      ).toEqual(['Fair'])
      const other = await connect(page, second, login === 'anna' ? '3' : '4')
      expect(stssyncValue(other.link, 'guid')).not.toBe(stssyncValue(kept.link, 'guid'))
      expect(connected().faults).toEqual([])
    })

    it(`shows what was filled in there with every field: text, times, place, busy state, categories, and where it came from (M22–M26), ${texts.locale}`, async () => {
      const page = await open()
      connected().create({
        Title: 'From Outlook',
        Location: 'Lighthouse',
        Description: '<div>First line<br>https://meet.example.com/show</div>',
        EventType: '0',
        EventDate: '2026-11-25T12:00:00Z',
        EndDate: '2026-11-25T13:00:00Z',
        fAllDayEvent: '0',
        MetaInfo_BusyStatus: '3',
        MetaInfo_Categories: 'Sales; Team',
      })
      await connected().sync()
      // Nobody touched the page, and nobody waits for it: it is there within a second.
      await entry(page, 'From Outlook').first().waitFor({ timeout: 1_000 })
      const window = await detail(page, 'From Outlook')
      await window.getByText(login === 'anna' ? '15:00–16:00' : '13:00–14:00').waitFor()
      await window.getByText('Lighthouse').waitFor()
      await window.getByText('First line').waitFor()
      await window.getByRole('link', { name: 'https://meet.example.com/show' }).waitFor()
      await window.getByText(texts.grid.busyStates.away).waitFor()
      for (const category of ['Sales', 'Team']) await window.getByText(category, { exact: true }).waitFor()
      await window
        .locator('.origin')
        .getByText(texts.grid.doorsIn.outlook ?? '')
        .waitFor()
      await browser.shot(page, `walk-outlook-detail-${login}`)
      await close(page)
    })

    it(`takes changes over in both directions, and deletions (M27–M29), ${texts.locale}`, async () => {
      const page = await open()
      connected().change(itemOf('From Outlook'), {
        Title: 'Moved there',
        EventDate: '2026-11-25T14:00:00Z',
        EndDate: '2026-11-25T15:00:00Z',
      })
      await connected().sync()
      await entry(page, 'Moved there').first().waitFor()
      await detail(page, 'Moved there')
      await dialog(page).getByRole('button', { name: texts.grid.edit, exact: true }).click()
      await dialog(page).getByLabel(texts.title).fill('Changed here')
      await dialog(page).getByLabel(texts.grid.placeOrRoom).fill('Room 3')
      await dialog(page).getByRole('button', { name: texts.save, exact: true }).click()
      await dialog(page).waitFor({ state: 'detached' })
      await connected().sync()
      expect(itemOf('Changed here').fields.Location).toBe('Room 3')
      connected().remove(itemOf('Changed here'))
      await connected().sync()
      await entry(page, 'Changed here').first().waitFor({ state: 'detached' })
      // And what is deleted here goes there, unless it is taken back.
      await detail(page, 'Fair')
      await dialog(page).getByText(texts.grid.reminderBefore(30)).waitFor()
      await dialog(page).getByRole('button', { name: texts.grid.deleteDo, exact: true }).click()
      await page.locator('.toast button').click()
      await entry(page, 'Fair').first().waitFor()
      await connected().sync()
      expect(
        connected()
          .shown(range)
          .occurrences.map(({ title }) => title),
      ).toEqual(['Fair'])
      expect(connected().faults).toEqual([])
    })

    it(`carries whole days, series with a changed and a deleted occurrence, and keeps reminders that Outlook does not carry (M30), ${texts.locale}`, async () => {
      const page = await open()
      connected().create({
        Title: 'Whole day',
        Location: '',
        Description: '',
        EventType: '0',
        EventDate: '2026-11-26T00:00:00Z',
        EndDate: '2026-11-26T23:59:00Z',
        fAllDayEvent: '1',
      })
      connected().create({
        Title: 'Series',
        Location: '',
        Description: '',
        EventType: '1',
        EventDate: '2026-11-23T09:00:00Z',
        EndDate: '2026-11-26T10:00:00Z',
        Duration: '3600',
        fAllDayEvent: '0',
        fRecurrence: '1',
        RecurrenceData: daily,
        UID: '{0F1E2D3C-0000-4000-8000-0000000000AA}',
      })
      connected().change(itemOf('Fair'), { Title: 'Fair again' })
      await connected().sync()
      await entry(page, 'Whole day').first().waitFor()
      await expect.poll(() => entry(page, 'Series').count()).toBe(4)
      const series = itemOf('Series')
      connected().changeOccurrence(series, '2026-11-24T09:00:00Z', '2026-11-24T10:00:00Z', {
        Title: 'Series, otherwise',
        EventDate: '2026-11-24T11:00:00Z',
        EndDate: '2026-11-24T12:00:00Z',
      })
      connected().removeOccurrence(series, '2026-11-25T09:00:00Z', '2026-11-25T10:00:00Z')
      await connected().sync()
      await entry(page, 'Series, otherwise').first().waitFor()
      await expect.poll(() => entry(page, 'Series').count()).toBe(3)
      const window = await detail(page, 'Series, otherwise')
      await window.getByText(texts.repeatDaily).waitFor()
      await window.getByText(texts.grid.changedAlone).waitFor()
      await browser.shot(page, `walk-outlook-series-${login}`)
      await window.getByRole('button', { name: texts.grid.showSeries }).click()
      await dialog(page).getByRole('heading', { name: 'Series', exact: true }).waitFor()
      await close(page)
      await detail(page, 'Fair again')
      await dialog(page).getByText(texts.grid.reminderBefore(30)).waitFor()
      await close(page)
      expect(connected().faults).toEqual([])
    })
  }

  it('tells Outlook how often it may ask, at least and as advised (M32)', async () => {
    const authorization = `Basic ${Buffer.from(`anna:${password}`).toString('base64')}`
    const made = (await (
      await fetch(`${browser.url}/api/outlook-connections`, { headers: { authorization } })
    ).json()) as { link: string }[]
    const link = made[0]?.link ?? ''
    const namespace = 'http://schemas.microsoft.com/sharepoint/soap/'
    const answer = await fetch(`${stssyncValue(link, 'base-url')}/_vti_bin/lists.asmx`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', SOAPAction: `"${namespace}GetListItemChangesSinceToken"` },
      body: `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><GetListItemChangesSinceToken xmlns="${namespace}"><listName>${stssyncValue(link, 'guid')}</listName></GetListItemChangesSinceToken></soap:Body></soap:Envelope>`,
    })
    const seconds = (name: string, text: string): number => Number(new RegExp(`${name}="(\\d+)"`).exec(text)?.[1] ?? 0)
    const text = await answer.text()
    expect(seconds('MinTimeBetweenSyncs', text)).toBeGreaterThanOrEqual(0)
    expect(seconds('RecommendedTimeBetweenSyncs', text)).toBeGreaterThan(0)
    expect(text).toContain('MinTimeBetweenSyncs=')
  })
})
