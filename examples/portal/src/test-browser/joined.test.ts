import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { defaultJoinedSettings } from '../joined/settings.ts'
import { eventText, type OutsideServer, startOutsideServer, titlesOf } from '../joined/test/outside-server.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { password } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна',
      email: 'anna@example.com',
      admin: true,
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Работа' }],
    },
    {
      login: 'bob',
      password,
      name: 'Bob',
      email: 'bob@example.com',
      locale: 'en' as const,
      calendars: [{ name: 'Work' }],
    },
  ],
}

const ahead = Date.UTC(2026, 10, 25, 8, 24) - Date.now()
const now = (): number => Date.now() + ahead

let outside: OutsideServer

// A refused sign-in is one of the things that are looked at here.
const expected = (fault: string): boolean => fault.includes('status of 422')

describeInBrowser('outside calendars on the page', { seed, now, expected }, (browser) => {
  const { shot, signedIn } = browser
  beforeAll(async () => {
    outside = await startOutsideServer(now)
    await outside.addCalendar('Семья', 'family')
    await outside.addCalendar('Дача', 'dacha')
    await outside.put('Семья', 'a.ics', eventText('a', 'Родительское собрание', '20261126T150000Z'))
    const { joinedSettings } = browser.portal.parts
    await joinedSettings.put({ ...defaultJoinedSettings, inside: [outside.origin] })
  })
  afterAll(() => outside?.close())

  /** Tab until the focus is on what the person looks for. */
  const tabTo = async (page: Page, wanted: string): Promise<void> => {
    for (let i = 0; i < 80; i += 1) {
      await page.keyboard.press('Tab')
      const label = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null) return ''
        const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
        return element.getAttribute('aria-label') ?? labels[0]?.textContent ?? element.textContent ?? ''
      })
      if (label.includes(wanted)) return
    }
    throw new Error(`${wanted} is not reached by Tab`)
  }

  it('are joined by the keyboard alone: service, sign-in, choice, and their events stand in the week (M86)', async () => {
    const page = await signedIn('anna')
    await page.goto(`${browser.url}/connections`)
    await page.getByRole('heading', { name: ru.joined.section, exact: true }).waitFor()
    await page.getByText(ru.joined.none).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await tabTo(page, ru.joined.add)
    await page.keyboard.press('Enter')
    await dialog(page).getByText(ru.joined.services.icloud).waitFor()
    await dialog(page).getByText('Google и Microsoft 365: пока не настроено.').waitFor()
    await shot(page, 'joined-service')
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await tabTo(page, ru.joined.services.icloud)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, ru.joined.address)
    await page.keyboard.type(outside.origin)
    await page.keyboard.press('Tab')
    await page.keyboard.type('anna')
    await page.keyboard.press('Tab')
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await dialog(page)
      .getByText(ru.errors['outside-credentials'] ?? '')
      .waitFor()
    await shot(page, 'joined-refused')
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await dialog(page).getByLabel(ru.joined.password, { exact: true }).focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('app-password')
    await page.keyboard.press('Enter')
    await dialog(page).getByText('Дача').waitFor()
    await tabTo(page, 'Семья')
    await page.keyboard.press('Space')
    await shot(page, 'joined-choose')
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await tabTo(page, ru.joined.join)
    await page.keyboard.press('Enter')
    const row = page.locator('.joined li').filter({ hasText: 'Семья' })
    await row.getByText('127.0.0.1 подключён').waitFor({ timeout: 30_000 })
    await shot(page, 'joined-connections')
    expect(await seriousFaults(page)).toEqual([])
    await page.goto(browser.url)
    await page.getByText('Родительское собрание').first().waitFor()
    // It is marked on the list as what it is.
    await page.locator('#calendars').getByText('127.0.0.1', { exact: true }).waitFor()
    await shot(page, 'joined-week')
  })

  it('say what each run did, and exchange changes at a press', async () => {
    const page = await signedIn('anna')
    await outside.put('Семья', 'b.ics', eventText('b', 'Плавание', '20261127T150000Z'))
    await page.goto(`${browser.url}/connections`)
    const row = page.locator('.joined li').filter({ hasText: 'Семья' })
    await row.getByRole('button', { name: ru.exchange.sync }).click()
    await row.getByText('Готово: в портал 1, в 127.0.0.1 0').waitFor({ timeout: 30_000 })
    await row.getByRole('link', { name: ru.joined.historyOf('Семья') }).click()
    await page.getByRole('heading', { name: ru.exchange.history }).waitFor()
    await page.getByText('«Плавание»').first().waitFor()
    expect(await page.getByText('Exchange').count()).toBe(0)
    expect(await seriousFaults(page)).toEqual([])
    await shot(page, 'joined-history')
  })

  it('ask for a new password when the old one is refused, and go on with it', async () => {
    const page = await signedIn('anna')
    outside.setAuthorization(`Basic ${Buffer.from('anna:second').toString('base64')}`)
    await page.goto(`${browser.url}/connections`)
    const row = page.locator('.joined li').filter({ hasText: 'Семья' })
    await row.getByRole('button', { name: ru.exchange.sync }).click()
    await row.getByText('127.0.0.1 не принял пароль').waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: ru.joined.newPassword }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await shot(page, 'joined-password-refused')
    await page.getByRole('button', { name: ru.joined.newPassword }).click()
    await dialog(page).getByLabel(ru.joined.password, { exact: true }).fill('second')
    await shot(page, 'joined-password')
    await page.keyboard.press('Enter')
    await row.getByText('127.0.0.1 подключён').waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: ru.joined.chooseOf('127.0.0.1 · anna') }).waitFor()
  })

  it('are switched off with their events kept, and the outside calendar is as it was', async () => {
    const page = await signedIn('anna')
    await page.goto(`${browser.url}/connections`)
    await page.getByRole('button', { name: ru.joined.leaveOf('Семья') }).click()
    await dialog(page).getByText(ru.joined.leaveSub).waitFor()
    expect(await dialog(page).getByLabel(ru.joined.leaveKeep).isChecked()).toBe(true)
    await shot(page, 'joined-leave')
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await dialog(page).getByRole('button', { name: ru.joined.leaveDo }).click()
    await page.getByText(ru.joined.empty).waitFor()
    await page.goto(browser.url)
    await page.getByText('Родительское собрание').first().waitFor()
    expect(titlesOf((await outside.objects('Семья')).values())).toEqual(['Плавание', 'Родительское собрание'])
  })

  it('fit a narrow phone, in English, and are dropped with their calendar', async () => {
    const page = await signedIn('bob', { viewport: { width: 320, height: 640 } })
    await page.goto(`${browser.url}/connections`)
    await page.getByRole('button', { name: en.joined.add }).click()
    await dialog(page).getByLabel(en.joined.services.caldav).check()
    await dialog(page).getByLabel(en.joined.address).fill(outside.origin)
    await dialog(page).getByLabel(en.joined.login).fill('anna')
    await dialog(page).getByLabel(en.joined.password, { exact: true }).fill('second')
    await shot(page, 'joined-320-sign-in')
    await dialog(page).getByRole('button', { name: en.joined.find }).click()
    await dialog(page).getByLabel('Дача').check()
    await dialog(page).getByLabel(en.joined.directions['to-portal']).check()
    await shot(page, 'joined-320-choose')
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await dialog(page).getByRole('button', { name: en.joined.join }).click()
    const row = page.locator('.joined li').filter({ hasText: 'Дача' })
    await row.getByText('127.0.0.1 connected').waitFor({ timeout: 30_000 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await shot(page, 'joined-320')
    expect(await seriousFaults(page)).toEqual([])
    await page.getByRole('button', { name: en.joined.leaveOf('Дача') }).click()
    await dialog(page).getByLabel(en.joined.leaveDrop).check()
    await dialog(page).getByRole('button', { name: en.joined.leaveDo }).click()
    await page.getByText(en.joined.empty).waitFor()
    await page.getByRole('button', { name: en.joined.forget }).click()
    await dialog(page).getByRole('button', { name: en.joined.forget }).click()
    await page.getByText(en.joined.none).waitFor()
  })

  it('of Google are set up by an administrator without showing the secret, and then offered', async () => {
    const page = await signedIn('anna')
    await page.goto(`${browser.url}/admin`)
    await page.getByRole('button', { name: ru.joined.admin, exact: true }).click()
    const google = page.getByRole('group', { name: 'Google' })
    await google.getByLabel(ru.exchange.clientId).fill('portal.apps.googleusercontent.com')
    await google.getByLabel(ru.exchange.appSecret).fill('very secret')
    await page.getByLabel(ru.joined.adminInside).fill(`${outside.origin}\nhttps://cloud.example.org`)
    await page.getByRole('button', { name: ru.save, exact: true }).click()
    await page.getByText(ru.saved).waitFor()
    await google.getByRole('button', { name: `${ru.exchange.forget}: Google` }).waitFor()
    expect(await google.getByLabel(ru.exchange.appSecret).inputValue()).toBe('')
    expect(await seriousFaults(page)).toEqual([])
    await shot(page, 'joined-admin')
    await page.goto(`${browser.url}/connections`)
    await page.getByRole('button', { name: ru.joined.add }).click()
    await dialog(page).getByLabel('Google').check()
    await dialog(page).getByText(ru.joined.goToHint('Google')).waitFor()
    expect(
      await dialog(page)
        .getByText(ru.joined.missing(['Microsoft 365']))
        .count(),
    ).toBe(1)
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await shot(page, 'joined-google')
  })

  it('are not offered while an administrator has switched them off, and say whom to ask', async () => {
    const page = await signedIn('bob')
    await browser.portal.parts.doors.set({ joined: false })
    await page.goto(`${browser.url}/connections`)
    await page.getByText(en.joined.off).waitFor()
    expect(await page.getByRole('button', { name: en.joined.add }).count()).toBe(0)
    await browser.portal.parts.doors.set({ joined: true })
  })
})
