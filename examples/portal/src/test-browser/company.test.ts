import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { password } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const seed = {
  users: [
    { login: 'anna', password, name: 'Анна Ветрова', locale: 'ru' as const, admin: true },
    { login: 'tom', password, name: 'Tom Reed', locale: 'en' as const, admin: true },
    { login: 'igor', password, name: 'Игорь Самойлов', locale: 'ru' as const },
    { login: 'pavel', password, name: 'Pavel Guest', locale: 'en' as const },
  ],
}

/** A name that is taken, and the last administrator: Chromium writes such answers to the console. */
const expected = (fault: string): boolean => fault.includes('status of 409')

describeInBrowser('company and groups in Chromium', { seed, expected }, (browser) => {
  const { signedIn } = browser
  const side = (page: Page, group: string) => page.locator('#calendars section').filter({ hasText: group })
  const admin = async (page: Page, part: string) => {
    await page.goto(`${browser.url}/admin`)
    await page.getByRole('button', { name: part }).click()
  }

  it('makes the company calendar by a button; everybody has it, and an administrator narrows it (M80)', async () => {
    const page = await signedIn('anna')
    await admin(page, ru.setup.adminParts.groups)
    await page.getByText(ru.groups.companyNone).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await page.getByRole('button', { name: ru.groups.companyMake }).click()
    await page.getByText(ru.groups.companyHere).waitFor()
    await browser.shot(page, 'groups-empty-ru')

    const igor = await signedIn('igor')
    await side(igor, ru.company)
      .getByRole('checkbox', { name: /^Компания/ })
      .waitFor()
    await igor.getByRole('button', { name: 'Действия: Компания' }).click()
    for (const item of [ru.menuExport, ru.menuView, ru.doors.menuHide]) {
      await igor.getByRole('menuitem', { name: item }).waitFor()
    }
    expect(await igor.getByRole('menuitem', { name: ru.menuDelete }).count()).toBe(0)
    await igor.keyboard.press('Escape')

    await page.goto(browser.url)
    await page.getByRole('button', { name: 'Действия: Компания' }).click()
    await page.getByRole('menuitem', { name: ru.menuDelete }).waitFor()
    await browser.shot(page, 'company-menu-ru')
    await page.getByRole('menuitem', { name: ru.menuEdit }).click()
    await dialog(page).getByText(ru.groups.administratorsWhy).waitFor()
    await dialog(page).getByLabel(`${ru.access}: ${ru.accessEveryone}`, { exact: true }).selectOption('read')
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await browser.shot(page, 'company-form-ru')
    await dialog(page).getByRole('button', { name: ru.save }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await side(igor, ru.company).getByText(ru.readTag).waitFor()
  })

  it('makes a group, its calendar and its members with the keyboard alone (M81)', async () => {
    const page = await signedIn('tom')
    await page.goto(`${browser.url}/admin`)
    const part = page.getByRole('button', { name: en.setup.adminParts.groups })
    await part.focus()
    await page.keyboard.press('Enter')
    const opener = page.getByRole('button', { name: en.groups.add })
    await opener.focus()
    await page.keyboard.press('Enter')
    // What the button would not send is not sent by the keys.
    await dialog(page).waitFor()
    await page.keyboard.press('Control+Enter')
    await page.keyboard.type('Lighthouse')
    expect(await dialog(page).getByRole('alert').count()).toBe(0)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Pavel')
    await dialog(page).getByRole('button', { name: 'Pavel Guest' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await dialog(page)
      .getByRole('button', { name: en.groups.memberRemove('Pavel Guest') })
      .waitFor()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await browser.shot(page, 'group-window-en')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('cell', { name: 'Pavel Guest' }).waitFor()
    expect(await opener.evaluate((node) => node === document.activeElement)).toBe(true)
    await page.getByRole('button', { name: en.groups.addCalendarOf('Lighthouse') }).focus()
    await page.keyboard.press('Enter')
    await dialog(page).getByLabel(en.name).waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('row', { name: /Lighthouse Pavel Guest Lighthouse/ }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'groups-en')
    const pavel = await signedIn('pavel')
    await side(pavel, en.company)
      .getByRole('checkbox', { name: /^Lighthouse/ })
      .waitFor()
  })

  it('marks somebody as from outside: what is open to all employees is gone from their page, and they make no calendars', async () => {
    const pavel = await signedIn('pavel', { viewport: { width: 1280, height: 900 } })
    await side(pavel, en.company)
      .getByRole('checkbox', { name: /^Компания/ })
      .waitFor()
    const page = await signedIn('anna')
    await admin(page, ru.setup.adminParts.people)
    await page.getByRole('button', { name: ru.groups.personEditOf('Pavel Guest') }).click()
    await dialog(page).getByLabel(ru.groups.external).check()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await browser.shot(page, 'person-ru')
    await dialog(page).getByRole('button', { name: ru.save }).click()
    await page.getByText(`pavel · ${ru.groups.externalTag}`).waitFor()
    await browser.shot(page, 'people-ru')
    await pavel.reload()
    await side(pavel, en.company)
      .getByRole('checkbox', { name: /^Lighthouse/ })
      .waitFor()
    expect(
      await side(pavel, en.company)
        .getByRole('checkbox', { name: /^Компания/ })
        .count(),
    ).toBe(0)
    expect(await pavel.getByRole('button', { name: en.doors.addCalendarMenu, exact: true }).count()).toBe(0)
    expect(await seriousFaults(pavel)).toEqual([])
  })

  it('refuses a second group of the same name in words, and takes another', async () => {
    const page = await signedIn('tom')
    await admin(page, en.setup.adminParts.groups)
    await page.getByRole('button', { name: en.groups.add }).click()
    await dialog(page).getByLabel(en.groups.name).fill('LIGHTHOUSE ')
    await dialog(page).getByRole('button', { name: en.save }).click()
    await dialog(page).getByText(en.errors['name-taken']!).waitFor()
    await dialog(page).getByRole('button', { name: en.cancel }).click()
    await dialog(page).waitFor({ state: 'detached' })
  })

  it('makes somebody an administrator, whose open page gets the way there, and takes it back; the last one stays', async () => {
    const igor = await signedIn('igor')
    await igor.getByRole('grid').waitFor()
    const page = await signedIn('anna')
    await admin(page, ru.setup.adminParts.people)
    const edit = async (name: string) => {
      await page.getByRole('button', { name: ru.groups.personEditOf(name) }).click()
      await dialog(page).getByLabel(ru.setup.personAdmin).waitFor()
    }
    const save = () => dialog(page).getByRole('button', { name: ru.save }).click()
    await edit('Игорь Самойлов')
    await dialog(page).getByLabel(ru.setup.personAdmin).check()
    expect(await dialog(page).getByLabel(ru.groups.external).count()).toBe(0)
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await browser.shot(page, 'person-admin-ru')
    await save()
    await page.getByText(`igor · ${ru.setup.administrator}`).waitFor()
    await igor.getByRole('button', { name: /Игорь Самойлов/ }).click()
    await igor.getByRole('menuitem', { name: ru.setup.admin }).waitFor()
    await igor.keyboard.press('Escape')

    for (const name of ['Игорь Самойлов', 'Tom Reed']) {
      await edit(name)
      await dialog(page).getByLabel(ru.setup.personAdmin).uncheck()
      await save()
      await dialog(page).waitFor({ state: 'detached' })
    }
    await edit('Анна Ветрова')
    await dialog(page).getByLabel(ru.setup.personAdmin).uncheck()
    await save()
    await dialog(page).getByText(ru.errors['last-administrator']!).waitFor()
    await dialog(page).getByRole('button', { name: ru.cancel }).click()
    // Tom is to go on as one.
    await edit('Tom Reed')
    await dialog(page).getByLabel(ru.setup.personAdmin).check()
    await save()
    await page.getByText(`tom · ${ru.setup.administrator}`).waitFor()
    await page.getByRole('button', { name: ru.setup.adminParts.audit }).click()
    await page
      .getByRole('cell', { name: `${ru.setup.kinds.administrator}: ${ru.setup.actions.dismissed}` })
      .first()
      .waitFor()
    await browser.shot(page, 'audit-admin-ru')
  })

  it('stands on a phone as cards, and deletes a group with its calendar once asked', async () => {
    const page = await signedIn('tom', { viewport: { width: 320, height: 700 } })
    await admin(page, en.setup.adminParts.groups)
    const remove = page.getByRole('button', { name: en.groups.removeOf('Lighthouse') })
    await remove.waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'groups-320-en')
    await remove.click()
    await dialog(page).getByText(en.groups.removeAsk('Lighthouse', 1)).waitFor()
    await dialog(page).getByRole('button', { name: en.groups.remove }).click()
    await page.getByText(en.groups.empty).waitFor()
    const pavel = await signedIn('pavel')
    await pavel.locator('#calendars').getByText(en.company).waitFor()
    expect(await pavel.getByRole('checkbox', { name: /^Lighthouse/ }).count()).toBe(0)
  })
})
