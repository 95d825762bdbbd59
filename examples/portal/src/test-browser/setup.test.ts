import { expect, it } from 'vitest'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { files, password, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

describeInBrowser('connecting in Chromium', { seed, files }, (browser) => {
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

  it('explains by the doctor that the password of a device was revoked', async () => {
    const page = await signedIn('ira')
    await page.evaluate(async () => {
      const made = await fetch('/api/app-passwords', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Tablet' }),
      })
      const { id } = (await made.json()) as { id: string }
      await fetch(`/api/app-passwords/${id}`, { method: 'DELETE' })
    })
    await page.goto(`${browser.url}/connections`)
    await page.getByRole('button', { name: 'Something does not work' }).click()
    await dialog(page)
      .getByText(/The password of this device was revoked/)
      .waitFor()
    await dialog(page).getByText('After the step before').waitFor()
    await dialog(page).getByRole('button', { name: 'Create a new password' }).click()
    await dialog(page).getByText('Connect a phone or program').waitFor()
  })

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
    await page.getByRole('cell', { name: /Ira Novak/ }).waitFor()
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
      await opener.focus()
      await page.keyboard.press('Enter')
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
})
