import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { signIn } from './open-browser-portal.ts'
import { files, password, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

/** The doctor's checks are made to fail. */
const expected = (fault: string) => /status of (404|409)|^request to http:\/\/portal\.localhost/.test(fault)

describeInBrowser('connecting in Chromium', { seed, files, expected }, (browser) => {
  const { signedIn } = browser

  it('gives a device values that open CalDAV as they are written, and says when it came in', async () => {
    const page = await signedIn('anna')
    await page.getByRole('button', { name: 'Действия: Работа' }).click()
    await page.getByRole('menuitem', { name: 'Телефон или программа' }).click()
    // Opening the window makes nothing, and plain http wants a tick first.
    const make = dialog(page).getByRole('button', { name: 'Создать пароль для устройства' })
    await make.waitFor()
    expect(await make.isDisabled()).toBe(true)
    expect(await page.evaluate(async () => (await fetch('/api/app-passwords')).json())).toEqual([])
    await dialog(page).getByLabel('Понимаю').check()
    await dialog(page).getByRole('tab', { name: 'Thunderbird' }).click()
    await make.click()
    const value = (label: string) => dialog(page).getByLabel(label, { exact: true }).first().inputValue()
    await dialog(page).getByText('Ждём первый вход…').waitFor()
    const [server, login, secret] = [await value('Сервер'), await value('Пользователь'), await value('Пароль')]
    const answer = await fetch(`http://${server}/.well-known/caldav`, {
      method: 'PROPFIND',
      headers: {
        authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`,
        depth: '0',
        'user-agent': 'Thunderbird/140.0',
      },
    })
    expect(answer.status).toBe(207)
    await dialog(page).getByText('Подключено: Thunderbird 140').waitFor()
  })

  it('shows a code that is a ticket and not a password', async () => {
    const page = await signedIn('anna')
    await page.getByRole('button', { name: 'Действия: Работа' }).click()
    await page.getByRole('menuitem', { name: 'Телефон или программа' }).click()
    await dialog(page).getByLabel('Понимаю').check()
    await dialog(page).getByRole('tab', { name: 'iPhone и iPad' }).click()
    await dialog(page).getByRole('button', { name: 'Показать код' }).click()
    await dialog(page).getByRole('img', { name: 'QR-код для устройства' }).waitFor()
    const href =
      (await dialog(page).getByRole('link', { name: 'Открыть на этом устройстве' }).getAttribute('href')) ?? ''
    const landing = await fetch(href, { headers: { 'accept-language': 'ru' } })
    expect(landing.status).toBe(200)
    expect(await landing.text()).not.toMatch(/Пароль<|CalDAVPassword/)
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await dialog(page).getByRole('button', { name: 'Что-то не работает' }).click()
    await dialog(page).getByText('Пароль подходит').waitFor()
    await dialog(page).getByText('Календари читаются').waitFor()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
  })

  it('says that a device tries a password that was revoked, why, and leads to a new one (M63)', async () => {
    const page = await signedIn('ira')
    const made = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ name: 'Tablet' })
      const answer = await fetch('/api/app-passwords', { method: 'POST', headers, body })
      return (await answer.json()) as { id: string; password: string }
    })
    const call = () =>
      fetch(`${browser.url}/dav/`, {
        method: 'PROPFIND',
        headers: {
          authorization: `Basic ${Buffer.from(`ira:${made.password}`).toString('base64')}`,
          depth: '0',
          'user-agent': 'DAVx5/4.4.5 (2026/09/01; dav4jvm; okhttp) Android/15',
        },
      })
    await page.goto(`${browser.url}/connections`)
    const row = page.getByRole('row', { name: /Tablet/ })
    await row.getByRole('button', { name: 'Unused' }).waitFor()
    // It comes in, and the open page says so; the state tells by focus when it was.
    expect((await call()).status).toBe(207)
    const state = row.getByRole('button', { name: 'Works' })
    await state.waitFor()
    await row.getByText('DAVx⁵ 4.4').waitFor()
    await page.keyboard.press('Tab')
    await state.focus()
    await page.getByRole('tooltip').filter({ hasText: 'Last call: ' }).waitFor()
    await page.keyboard.press('Escape')
    await row.getByRole('button', { name: 'Revoke: Tablet' }).click()
    await dialog(page).getByRole('button', { name: 'Revoke' }).click()
    // Android does not say that it was removed: it stays listed for a week after its last call.
    await row.getByRole('button', { name: 'Revoked' }).waitFor()
    await page.reload()
    await row.getByRole('button', { name: 'Revoked' }).waitFor()
    expect(await row.getByRole('button', { name: /^Revoke:/ }).count()).toBe(0)

    expect((await call()).status).toBe(401)
    await page.reload()
    await row.getByRole('button', { name: 'Wrong password' }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'wrong-password')
    await page.getByRole('button', { name: 'Something does not work' }).click()
    await dialog(page).getByText('The password does not fit').waitFor()
    await dialog(page)
      .getByText(/Last try: .* The password of this device was revoked: /)
      .waitFor()
    await dialog(page).getByText('After the step before').waitFor()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await browser.shot(page, 'doctor')
    await dialog(page).getByRole('button', { name: 'Close' }).last().click()
    await dialog(page).waitFor({ state: 'detached' })
    await row.getByRole('button', { name: 'New password' }).click()
    await dialog(page).getByText('Connect a phone or program').waitFor()
  })

  for (const [login, texts, viewport] of [
    ['anna', ru, { width: 1280, height: 900 }],
    ['ira', en, { width: 390, height: 844 }],
  ] as const) {
    it(`says of each check by the doctor what is wrong and what to do, and copies a report, ${texts.locale}`, async () => {
      const page = await signedIn(login, { viewport })
      const { setup } = texts
      const look = async (step: keyof typeof setup.doctorFailed, remedy: string) => {
        await page.goto(`${browser.url}/connections`)
        await page.getByRole('button', { name: setup.doctor }).click()
        await dialog(page).getByText(setup.doctorFailed[step], { exact: true }).waitFor()
        await dialog(page).getByRole('alert').filter({ hasText: remedy }).waitFor()
        await dialog(page).getByRole('button', { name: setup.report }).click()
        await dialog(page).getByText(texts.copied).first().waitFor()
        const report = await page.evaluate(() => navigator.clipboard.readText())
        expect(report).toContain(remedy)
        expect(report.split('\n').filter((line) => line.endsWith(': OK'))).toHaveLength(
          Object.keys(setup.doctorFailed).indexOf(step),
        )
      }
      const failing = async (path: string, fulfil: Parameters<Page['route']>[1], work: () => Promise<void>) => {
        await page.route(path, fulfil)
        await work()
        await page.unroute(path)
      }
      const nothing = { status: 404, body: 'nothing is here' }
      await failing(
        '**/healthz',
        (route) => route.fulfill(nothing),
        () => look('address', setup.doctorBad.address),
      )
      await failing(
        '**/.well-known/caldav',
        (route) => route.fulfill(nothing),
        () => look('discovery', setup.doctorBad.discovery),
      )
      const device = { id: 'x', name: 'Phone', scopes: ['caldav'], createdMs: 0, revokedMs: null, lastRefusedMs: null }
      const used = { ...device, lastUsedMs: 1, lastUserAgent: 'iOS/26.0' }
      const revoked = { ...used, revokedMs: 2, lastRefusedMs: 3 }
      await failing(
        '**/api/app-passwords?revoked=1',
        (route) => route.fulfill({ json: [revoked] }),
        () => look('password', setup.doctorBad.revoked('iOS 26')),
      )
      await page.route('**/api/app-passwords?revoked=1', (route) => route.fulfill({ json: [used] }))
      await failing(
        '**/api/calendars?on=list',
        (route) => route.fulfill({ json: [] }),
        () => look('calendars', setup.doctorBad.calendars),
      )
    })
  }

  it('lets an administrator switch a door off: its controls vanish for all, and the trail says who did it', async () => {
    const page = await signedIn('anna')
    const ira = await signedIn('ira')
    await ira.getByRole('button', { name: 'Export (iCal)' }).waitFor()
    await page.goto(`${browser.url}/admin`)
    await page.getByRole('switch', { name: /Экспорт \(iCal\)/ }).click()
    await expect.poll(() => page.getByRole('switch', { name: /Экспорт \(iCal\)/ }).isChecked()).toBe(false)
    expect(await seriousFaults(page)).toEqual([])
    await ira.reload()
    await ira.getByRole('button', { name: 'Phone or program' }).waitFor()
    expect(await ira.getByRole('button', { name: 'Export (iCal)' }).count()).toBe(0)
    await ira.getByRole('button', { name: 'Actions: Projects' }).click()
    expect(await ira.getByRole('menuitem', { name: 'Export (iCal)' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Журнал секретов' }).click()
    await page.getByRole('cell', { name: 'Способ подключения: выключено' }).waitFor()
    await page.getByRole('button', { name: 'Люди и состояния' }).click()
    await page.getByRole('cell', { name: /^Ira Novak/ }).waitFor()
    await page.getByRole('button', { name: 'Способы подключения' }).click()
    await page.getByRole('switch', { name: /Экспорт \(iCal\)/ }).click()
    await expect.poll(() => page.getByRole('switch', { name: /Экспорт \(iCal\)/ }).isChecked()).toBe(true)
    // Who is no administrator has no such page.
    await ira.goto(`${browser.url}/admin`)
    expect(await ira.getByRole('switch').count()).toBe(0)
  })

  for (const [width, height, colorScheme] of [
    [1280, 900, 'light'],
    [390, 844, 'dark'],
  ] as const) {
    it(`lets an administrator open a door to people and groups by name, who then see it alone, ${width} px`, async () => {
      const page = await signedIn('anna', { viewport: { width, height }, colorScheme })
      await page.goto(`${browser.url}/admin`)
      const opener = page.getByRole('button', { name: 'Кому можно: Телефоны и программы (CalDAV)' })
      await page
        .getByText(/^Все сотрудники · /)
        .first()
        .waitFor()
      await opener.focus()
      await page.keyboard.press('Enter')
      await dialog(page).getByText(ru.setup.doorEmployeesHint).waitFor()
      await dialog(page).getByLabel(ru.setup.doorWhoOutside, { exact: true }).click()
      await dialog(page).getByText(ru.setup.doorOutsideHint).waitFor()
      await dialog(page).getByLabel('Только выбранным людям и группам').focus()
      await page.keyboard.press('Space')
      // Nobody at all is not what this is for: that is the switch.
      expect(await dialog(page).getByRole('button', { name: 'Сохранить' }).isDisabled()).toBe(true)
      await dialog(page).getByRole('button', { name: 'Добавить человека, отдел или группу' }).press('Enter')
      await page.keyboard.type('анна')
      await dialog(page).getByRole('button', { name: 'Анна Ветрова' }).press('Enter')
      expect(await seriousFaults(page, 'dialog')).toEqual([])
      await browser.shot(page, `door-people-${width}`)
      await dialog(page).getByRole('button', { name: 'Сохранить' }).press('Enter')
      await page.getByText(/^Только Анна Ветрова · /).waitFor()
      expect(await seriousFaults(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      await browser.shot(page, `doors-${width}`)

      const ira = await signedIn('ira', { viewport: { width, height }, colorScheme })
      const banner = ira.getByRole('region', { name: 'Connect your calendars' })
      await banner.waitFor()
      expect(await ira.getByRole('button', { name: 'Phone or program' }).count()).toBe(0)
      if (width > 768) {
        expect(await banner.getByRole('button', { name: 'Outlook', exact: true }).count()).toBe(1)
        await banner.getByRole('button', { name: 'Not every way' }).click()
      } else await banner.getByRole('button', { name: 'Connect', exact: true }).click()
      await ira
        .getByText('Some ways may be switched off. If you miss one, ask the portal administrator.')
        .filter({ visible: true })
        .waitFor()
      await browser.shot(ira, `door-missing-${width}`)
      await ira.goto(`${browser.url}/connections`)
      await ira
        .getByText('Connecting phones is switched off or not open to everyone. Please ask the portal administrator.')
        .waitFor()
      expect(await seriousFaults(ira)).toEqual([])
      const refused = await fetch(`${browser.url}/dav/`, {
        method: 'PROPFIND',
        headers: { authorization: `Basic ${Buffer.from(`ira:${password}`).toString('base64')}`, depth: '0' },
      })
      expect(refused.status).toBe(403)

      await opener.click()
      await dialog(page).getByLabel('Всем сотрудникам').check()
      await dialog(page).getByRole('button', { name: 'Сохранить' }).click()
      await dialog(page).waitFor({ state: 'detached' })
      await ira.goto(browser.url)
      await ira.getByRole('button', { name: width > 768 ? 'Phone or program' : 'Connect', exact: true }).waitFor()
    })
  }

  it('lets an administrator add people, who sign in with what they were given, and remove them', async () => {
    const page = await signedIn('anna')
    await page.goto(`${browser.url}/admin`)
    await page.getByRole('button', { name: ru.setup.adminParts.people }).click()
    const opener = page.getByRole('button', { name: ru.setup.personAdd })
    await opener.press('Enter')
    await dialog(page).getByLabel(ru.setup.personName, { exact: true }).fill('Tom Hill')
    await dialog(page).getByLabel(ru.login).fill('tom')
    await dialog(page).getByLabel(ru.password, { exact: true }).fill(password)
    await dialog(page).getByLabel(ru.language).selectOption('en')
    await dialog(page).getByLabel(ru.setup.personAdmin).check()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await browser.shot(page, 'person-new')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('row', { name: /Tom Hill/ }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'people')
    expect(await page.getByRole('button', { name: 'Убрать: Анна Ветрова' }).count()).toBe(0)

    const tom = await signedIn('tom', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
    await tom.goto(`${browser.url}/admin`)
    await tom.getByRole('button', { name: en.setup.adminParts.people }).click()
    await tom.getByRole('button', { name: en.setup.personAdd }).click()
    await dialog(tom).getByLabel(en.login).fill('anna')
    await dialog(tom).getByLabel(en.password, { exact: true }).fill(password)
    await dialog(tom).getByRole('button', { name: en.setup.personAddDo, exact: true }).click()
    await dialog(tom).getByRole('alert').waitFor()
    await dialog(tom).getByLabel(en.login).fill('max')
    await dialog(tom).getByRole('button', { name: en.setup.personAddDo, exact: true }).click()
    const row = tom.locator('tr', { hasText: 'max' })
    await row.waitFor()
    expect(await seriousFaults(tom)).toEqual([])
    expect(await tom.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await browser.shot(tom, 'people-390')
    const signInOfMax = () =>
      fetch(`${browser.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: 'max', password }),
      })
    expect((await signInOfMax()).status).toBe(201)
    await row.getByRole('button', { name: 'Remove: max' }).click()
    await dialog(tom).getByRole('button', { name: en.setup.personRemove, exact: true }).click()
    await row.waitFor({ state: 'detached' })
    expect((await signInOfMax()).status).toBe(401)
  })

  it('is usable at 320 px: the advice as a sheet with a choice of devices', async () => {
    const page = await signedIn('anna', {
      viewport: { width: 320, height: 844 },
      userAgent: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36',
    })
    await page.getByRole('button', { name: 'Календари', exact: true }).click()
    await page.getByRole('button', { name: 'Действия: Работа' }).click()
    await page.getByRole('menuitem', { name: 'Телефон или программа' }).click()
    expect(await dialog(page).getByRole('combobox', { name: 'Устройство' }).inputValue()).toBe('android')
    const link = await dialog(page).getByRole('link', { name: 'Открыть в DAVx⁵' }).getAttribute('href')
    expect(link).toBe(`caldav://anna@${new URL(browser.url).host}/dav/`)
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  })

  it('ends a link at once when its calendar is not exported any more, and says so of the link (M46)', async () => {
    const page = await signedIn('ira')
    const menu = async (item: string) => {
      await page.getByRole('button', { name: 'Actions: Projects' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    await menu('Export (iCal)')
    await dialog(page).getByLabel('Name of the link').fill('Laptop')
    await dialog(page).getByRole('button', { name: 'Create link' }).click()
    await dialog(page).getByText('The link answers with a calendar.').waitFor()
    await dialog(page).getByRole('button', { name: 'Copy', exact: true }).click()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    expect((await fetch(link)).status).toBe(200)
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    await menu('Edit')
    await dialog(page).getByLabel('Allow export').uncheck()
    await dialog(page)
      .getByText(/1 link of yours stops working at once/)
      .waitFor()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect((await fetch(link)).status).toBe(404)
    await page.getByRole('button', { name: 'Actions: Projects' }).click()
    expect(await page.getByRole('menuitem', { name: 'Export (iCal)' }).count()).toBe(0)
    await page.goto(`${browser.url}/connections`)
    await page
      .getByRole('row', { name: /Laptop/ })
      .getByText('Export is off')
      .waitFor()
  })

  it('gives an iPhone a profile by the code, whose values open CalDAV, once', async () => {
    const page = await signedIn('anna')
    await page.getByRole('button', { name: 'Действия: Работа' }).click()
    await page.getByRole('menuitem', { name: 'Телефон или программа' }).click()
    await dialog(page).getByLabel('Понимаю').check()
    await dialog(page).getByRole('tab', { name: 'iPhone и iPad' }).click()
    await dialog(page).getByRole('button', { name: 'Показать код' }).click()
    const ticket = await dialog(page).getByRole('link', { name: 'Открыть на этом устройстве' }).getAttribute('href')
    // What the phone's camera opens.
    const { page: phone } = await browser.open(new URL(ticket ?? '').pathname, {
      viewport: { width: 390, height: 844 },
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1',
    })
    const press = phone.getByRole('button', { name: 'Скачать профиль' })
    await press.waitFor()
    expect(await seriousFaults(phone)).toEqual([])
    await browser.shot(phone, 'profile-page')
    const coming = phone.waitForEvent('download')
    await press.press('Enter')
    const download = await coming
    expect(download.suggestedFilename()).toBe('calendars.mobileconfig')
    const profile = await readFile(await download.path(), 'utf8')
    const value = (key: string) => new RegExp(`<key>${key}</key>\\n<string>([^<]+)<`).exec(profile)?.[1] ?? ''
    const answer = await fetch(
      `http://${value('CalDAVHostName')}:${/<key>CalDAVPort<\/key>\n<integer>(\d+)</.exec(profile)?.[1]}/`,
      {
        method: 'PROPFIND',
        headers: {
          authorization: `Basic ${Buffer.from(`${value('CalDAVUsername')}:${value('CalDAVPassword')}`).toString('base64')}`,
          depth: '0',
          'user-agent': 'iOS/18.1 (22B83) dataaccessd/1.0',
        },
      },
    )
    expect(answer.status).toBe(207)
    // A second look finds nothing: the code was for one device.
    await phone.reload()
    await phone
      .getByText(/Этот код больше не действует/)
      .first()
      .waitFor()
    expect(await press.count()).toBe(0)
  })

  it('says by the doctor that an address without https is not secure, unless it is this machine', async () => {
    // A name of this machine that programs elsewhere could have too.
    const elsewhere = browser.url.replace('127.0.0.1', 'portal.localhost')
    const one = await browser.open('/')
    await one.page.goto(elsewhere)
    await signIn(one, 'anna', password)
    await one.page.goto(`${elsewhere}/connections`)
    await one.page.getByRole('button', { name: ru.setup.doctor }).click()
    await dialog(one.page).getByText(ru.setup.doctorFailed.secure, { exact: true }).waitFor()
    await dialog(one.page).getByRole('alert').filter({ hasText: ru.setup.doctorBad.secure }).waitFor()
    const here = await signedIn('anna')
    await here.goto(`${browser.url}/connections`)
    await here.getByRole('button', { name: ru.setup.doctor }).click()
    await dialog(here).getByText(ru.setup.doctorOk.secureHere).waitFor()
  })
})
