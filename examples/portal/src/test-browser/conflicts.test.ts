import { parseXml } from '@dayport/core/xml'
import { createFakeEws } from '@dayport/testkit'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { defaultExchangeSettings } from '../exchange/settings.ts'
import { describeInBrowser, dialog, type TestBrowser } from './describe-in-browser.ts'
import { calendarText, eventText, password } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const secret = 'service secret'

const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна Ветрова',
      email: 'anna@example.com',
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Работа', ics: 'work' }, { name: 'Личный' }],
    },
  ],
}

const titles = ['Встреча с логистами', 'Планёрка', 'Созвон по договору']
const files = {
  work: calendarText(
    ...titles.map((title, day) =>
      eventText(
        `e${day}`,
        `:202611${24 + day}T110000Z`,
        `:202611${24 + day}T123000Z`,
        title,
        'DESCRIPTION:Взять накладные',
      ),
    ),
  ),
}

const ews = createFakeEws({ now: Date.now, mailbox: 'anna@example.com', accounts: new Map([['svc', secret]]) })

const settings = {
  ...defaultExchangeSettings,
  enabled: true,
  conflicts: 'ask' as const,
  ews: { ...defaultExchangeSettings.ews, address: 'https://mail.example.com/EWS/Exchange.asmx', user: 'svc' },
}

/** Asks for a run and waits for its end. */
const sync = async ({ portal }: TestBrowser): Promise<void> => {
  const { exchange, people } = portal.parts
  const binding = await exchange.ofPerson(people.findByLogin('anna')?.id ?? '')
  await (await exchange.sync.syncNow(binding.id)).done
}

/** What Outlook writes. */
const inOutlook = (subject: string, fields: Readonly<Record<string, string>>): void => {
  const item = ews.hand.items.find((one) => one.elements.get('Subject')?.text === subject)
  if (item === undefined) throw new Error(`Exchange has no ${subject}`)
  const xml = Object.entries(fields).map(([name, text]) => `<t:${name}>${text}</t:${name}>`)
  const types = 'http://schemas.microsoft.com/exchange/services/2006/types'
  ews.hand.edit(item.id, parseXml(`<t:CalendarItem xmlns:t="${types}">${xml.join('')}</t:CalendarItem>`).elements)
}

/** What the person writes on the page. */
const inPortal = (page: Page, title: string, body: Readonly<Record<string, string>>): Promise<void> =>
  page.evaluate(
    async ([wanted, fields]) => {
      const { events } = (await (await fetch('/api/events?from=2026-11-20&to=2026-12-10')).json()) as {
        events: { calendar: string; object: string; title: string }[]
      }
      const event = events.find((one) => one.title === wanted)
      const answer = await fetch(`/api/calendars/${event?.calendar}/events/${event?.object}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fields),
      })
      if (!answer.ok) throw new Error(await answer.text())
    },
    [title, body] as const,
  )

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

describeInBrowser(
  'conflicts with Exchange',
  { seed, files, fetchExchange: ews.fetch, viewport: { width: 1440, height: 900 } },
  (browser) => {
    const { shot, signedIn } = browser
    const entries = (page: Page, title: string) => page.locator('.g-entry', { hasText: title })
    const card = (page: Page, title: string, texts = ru) =>
      page.getByRole('region', { name: texts.exchange.conflict(title) })

    it('lays both sides of an event beside each other, and shows what will come of the choice before it is saved', async () => {
      const page = await signedIn('anna')
      await browser.portal.parts.exchange.save(settings, secret)
      await sync(browser)
      for (const [day, title] of titles.entries()) {
        await inPortal(page, title, {
          place: 'Каб. 214',
          start: `2026-11-${24 + day}T15:00`,
          end: `2026-11-${24 + day}T16:30`,
          timeZone: 'Europe/Moscow',
        })
        inOutlook(title, {
          Location: 'Переговорная «Маяк»',
          Start: `2026-11-${24 + day}T10:30:00Z`,
          End: `2026-11-${24 + day}T12:00:00Z`,
        })
      }
      await sync(browser)
      await page.goto(`${browser.url}/exchange`)
      const conflict = card(page, titles[0] ?? '')
      await conflict.getByText('Каб. 214').first().waitFor()
      const save = conflict.getByRole('button', { name: ru.exchange.save })
      expect(await save.isDisabled()).toBe(true)
      expect(await conflict.locator('.result').textContent()).toContain(ru.exchange.unchosen)
      const row = (group: string) => conflict.getByRole('row', { name: new RegExp(`^${group}`) })
      await row('Время').getByRole('radio').nth(1).check()
      await row('Место').getByRole('radio').nth(0).focus()
      await page.keyboard.press('Space')
      const result = await conflict.locator('.result').textContent()
      expect(result).toContain('Встреча с логистами')
      expect(result).toMatch(/13:30.*Каб\. 214/)
      expect(result).toMatch(/До правок было: .*14:00.*место: пусто/)
      expect(await seriousFaults(page)).toEqual([])
      await shot(page, 'conflict')
      await save.click()
      await page.getByText(ru.exchange.decided).waitFor()
      await conflict.waitFor({ state: 'detached' })
      await expect
        .poll(() => ews.hand.items.some((item) => item.elements.get('Location')?.text === 'Каб. 214'))
        .toBe(true)
      await page.close()
    })

    it('keeps both events when the person says so, and mails nobody', async () => {
      const page = await signedIn('anna')
      await page.goto(`${browser.url}/exchange`)
      const conflict = card(page, titles[1] ?? '')
      await conflict.getByRole('button', { name: ru.exchange.keepBoth }).click()
      const result = await conflict.locator('.result').textContent()
      expect(result).toMatch(/Получатся два события.*1\..*Каб\. 214.*2\..*Маяк/)
      await shot(page, 'conflict-both')
      await conflict.getByRole('button', { name: ru.exchange.save }).click()
      await conflict.waitFor({ state: 'detached' })
      // The copy is the portal's first, and goes to Exchange with the next run.
      await page.goto(browser.url)
      await entries(page, titles[1] ?? '')
        .nth(1)
        .waitFor()
      await sync(browser)
      expect(ews.hand.items.filter((item) => item.elements.get('Subject')?.text === titles[1])).toHaveLength(2)
      expect(ews.mails).toEqual([])
      await page.close()
    })

    it('finds runs by what they did, which way, how they began and when; a run says what it did with arrows', async () => {
      const page = await signedIn('anna')
      await page.goto(`${browser.url}/exchange`)
      const runs = page.getByRole('region', { name: ru.exchange.runs })
      await runs.locator('.run').first().waitFor()
      const all = await runs.locator('.run').count()
      await runs.getByRole('button', { name: ru.exchange.runsAttention }).click()
      await expect.poll(() => runs.locator('.run').count()).toBeLessThan(all)
      await runs
        .getByText(/С двух сторон изменено/)
        .first()
        .waitFor()
      await runs.getByRole('button', { name: ru.exchange.runsAll }).click()
      await runs.getByLabel(ru.exchange.runsDirection).selectOption('to-portal')
      await runs.getByLabel(ru.exchange.runsKind).selectOption('hint')
      await runs.getByText(ru.exchange.noRunsFound).waitFor()
      await runs.getByLabel(ru.exchange.runsKind).selectOption('any')
      await runs.getByLabel(ru.exchange.runsDirection).selectOption('to-exchange')
      await runs.getByLabel(ru.exchange.runsPeriod).selectOption('1')
      await runs.locator('.run').first().waitFor()
      expect(await runs.locator('.run').first().textContent()).toMatch(/\d с$/)
      await runs.locator('.run').last().click()
      await page.getByText(ru.exchange.toRemote, { exact: true }).first().waitFor()
      await shot(page, 'history-wide')
      expect(await seriousFaults(page)).toEqual([])
      await page.close()
    })

    it('does the same on a phone in English: what waits stands first, and nothing is wider than the screen', async () => {
      const page = await signedIn('anna', phone)
      await page.evaluate(() =>
        fetch('/api/me', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"locale":"en"}' }),
      )
      await page.goto(`${browser.url}/exchange`)
      const conflict = card(page, titles[2] ?? '', en)
      await conflict.getByRole('button', { name: en.exchange.allExchange }).tap()
      expect(await conflict.locator('.result').textContent()).toMatch(/Result:.*Маяк/)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
      expect(await seriousFaults(page)).toEqual([])
      await shot(page, 'conflict-phone')
      await page.locator('.run').first().scrollIntoViewIfNeeded()
      await shot(page, 'history-phone')
      await conflict.getByRole('button', { name: en.exchange.save }).tap()
      await conflict.waitFor({ state: 'detached' })
      await page.getByText(en.exchange.decided).waitFor()
      await page.evaluate(() =>
        fetch('/api/me', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"locale":"ru"}' }),
      )
      await page.close()
    })

    it('collects invitations of the mailbox in the calendar that the person ticks (M77)', async () => {
      const page = await signedIn('anna')
      const form = async (calendar: string) => {
        await page.getByRole('button', { name: ru.actions(calendar) }).click()
        await page.getByRole('menuitem', { name: ru.menuEdit, exact: true }).click()
      }
      await form('Работа')
      const box = dialog(page).getByLabel(ru.exchange.collect)
      await dialog(page).getByText(ru.exchange.collectHere).waitFor()
      expect([await box.isChecked(), await box.isDisabled()]).toEqual([true, true])
      await page.keyboard.press('Escape')
      await form('Личный')
      await box.check()
      await dialog(page).getByText(ru.exchange.collectMove).waitFor()
      expect(await seriousFaults(page, 'dialog')).toEqual([])
      await shot(page, 'collect')
      await dialog(page).getByRole('button', { name: ru.save, exact: true }).click()
      await dialog(page).waitFor({ state: 'detached' })
      await form('Личный')
      await dialog(page).getByText(ru.exchange.collectHere).waitFor()
    })
  },
)
