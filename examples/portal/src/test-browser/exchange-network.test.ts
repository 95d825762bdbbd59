import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser } from './describe-in-browser.ts'
import { password } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const seed = {
  users: [
    { login: 'anna', password, name: 'Анна Ветрова', email: 'anna@example.com', locale: 'ru' as const, admin: true },
    { login: 'tom', password, name: 'Tom Reed', email: 'tom@example.com', locale: 'en' as const, admin: true },
  ],
}

/** A refused form is a complaint of the console too. */
const expected = (fault: string): boolean => fault.includes('400 (Bad Request)')

describeInBrowser('the network of Exchange in Chromium', { seed, expected }, (browser) => {
  it('takes proxy, time zone and web mail from the administrator, and offers web mail beside Exchange (M71, M72)', async () => {
    const page = await browser.signedIn('anna')
    await page.goto(`${browser.url}/admin`)
    await page.getByRole('button', { name: 'Exchange', exact: true }).click()
    await page.getByLabel(ru.exchange.enabled).check()
    await page.getByLabel(ru.exchange.webMail).fill('https://mail.example.com/owa/')
    await page.getByLabel(ru.exchange.timeZone).selectOption('Europe/Moscow')
    expect(await page.getByLabel(ru.exchange.proxyPort).count()).toBe(0)
    await page.getByLabel(ru.exchange.proxyHost).fill('proxy.example.com')
    await page.getByLabel(ru.exchange.proxyPort).fill('8080')
    await page.getByLabel(ru.exchange.proxyUser).fill('portal')
    await page.getByLabel(ru.exchange.proxySecret).fill('of the proxy')
    expect(await seriousFaults(page)).toEqual([])
    await page.getByRole('button', { name: ru.save, exact: true }).click()
    await page.getByText(ru.saved, { exact: true }).waitFor()
    await page.getByRole('button', { name: ru.exchange.proxyForget }).waitFor()
    expect(await page.getByLabel(ru.exchange.proxySecret).inputValue()).toBe('')
    await page.getByLabel(ru.exchange.webMail).scrollIntoViewIfNeeded()
    await browser.shot(page, 'exchange-network-ru')
    // In the row of connections where it has room, and always among my connections.
    await page.goto(`${browser.url}/connections`)
    await page.getByRole('link', { name: ru.exchange.openWebMail }).waitFor()
    await page.goto(browser.url)
    await page.getByRole('link', { name: ru.exchange.setUp }).waitFor()
    expect(await page.getByRole('link', { name: ru.exchange.openWebMail }).count()).toBe(0)
    await page.setViewportSize({ width: 1600, height: 900 })
    const link = page.getByRole('link', { name: ru.exchange.openWebMail })
    await link.waitFor()
    expect(await link.getAttribute('href')).toBe('https://mail.example.com/owa/')
    expect(await link.getAttribute('rel')).toContain('noopener')
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'web-mail-ru')
  })

  it('says which field is wrong, and why', async () => {
    const page = await browser.signedIn('anna')
    await page.goto(`${browser.url}/admin`)
    await page.getByRole('button', { name: 'Exchange', exact: true }).click()
    const address = page.getByLabel(ru.exchange.address, { exact: true })
    await address.fill('mail.example.com')
    await page.getByLabel(ru.exchange.proxyHost).fill('http://proxy:3128')
    await page.getByRole('button', { name: ru.save, exact: true }).click()
    await page.getByText(ru.exchange.faults['ews.address'], { exact: true }).waitFor()
    await page.getByText(ru.exchange.faults['proxy.host'], { exact: true }).waitFor()
    expect(await address.getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByLabel(ru.exchange.mailbox, { exact: true }).getAttribute('aria-invalid')).toBeNull()
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'exchange-faults-ru')
  })

  it('does not lose the focus when the row of connections is closed', async () => {
    const page = await browser.signedIn('tom')
    await page.getByRole('button', { name: en.doors.bannerClose }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: en.doors.bannerName }).waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  })

  it('is changed with the keyboard on a phone', async () => {
    const page = await browser.signedIn('tom', { viewport: { width: 320, height: 700 } })
    await page.goto(`${browser.url}/admin`)
    const part = page.getByRole('button', { name: 'Exchange', exact: true })
    await part.focus()
    await page.keyboard.press('Enter')
    const host = page.getByLabel(en.exchange.proxyHost)
    await host.focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Enter')
    await page.getByText(en.saved, { exact: true }).waitFor()
    expect(await page.getByLabel(en.exchange.proxyPort).count()).toBe(0)
    // The button is disabled while it saves, and has the focus again behind it.
    const save = page.getByRole('button', { name: en.save, exact: true })
    await save.focus()
    const saved = page.waitForResponse((answer) => answer.request().method() === 'PUT')
    await page.keyboard.press('Enter')
    await saved
    await expect.poll(() => save.evaluate((node) => node === document.activeElement)).toBe(true)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'exchange-network-320-en')
  })
})
