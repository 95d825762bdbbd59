import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { password } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна Ветрова',
      email: 'anna@example.com',
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Работа', color: '#2f6fe0', access: [{ login: 'ira', level: 'titles' as const }] }],
    },
    {
      login: 'ira',
      password,
      name: 'Ira Novak',
      email: 'ira@example.com',
      locale: 'en' as const,
      timeZone: 'Europe/Berlin',
      calendars: [
        { name: 'Projects', color: '#0f8494' },
        { name: 'Invitations', color: '#8250df' },
      ],
    },
  ],
}

const now = () => Date.parse('2026-11-25T08:24:00Z')

describeInBrowser('invitations in Chromium', { seed, now }, ({ signedIn, shot }) => {
  const entry = (page: Page, name: RegExp) => page.locator('.g-entry').and(page.getByRole('button', { name }))

  it('lets a person choose the calendar that collects invitations, without any mailbox (M77)', async () => {
    const page = await signedIn('ira')
    await page.getByRole('button', { name: 'Actions: Invitations' }).click()
    await page.getByRole('menuitem', { name: en.menuEdit }).click()
    const collect = dialog(page).getByLabel(en.exchange.collect)
    await dialog(page).getByText(en.exchange.collectHintPortal).waitFor()
    await collect.focus()
    await page.keyboard.press('Space')
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await shot(page, 'collect-en')
    await page.keyboard.press('Control+Enter')
    await dialog(page).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Actions: Invitations' }).click()
    await page.getByRole('menuitem', { name: en.menuEdit }).click()
    await dialog(page).getByText(en.exchange.collectHere).waitFor()
    expect(await collect.isDisabled()).toBe(true)
  })

  it('brings a meeting to the attendee’s open page, and the answer to the organizer’s; moves it, cancels it and takes that back', async () => {
    const ira = await signedIn('ira')
    await ira.getByRole('grid').waitFor()
    const anna = await signedIn('anna')
    await anna.getByRole('grid').waitFor()
    await anna.keyboard.press('c')
    await dialog(anna).getByLabel(ru.title).fill('Обсуждение договора')
    await dialog(anna).getByRole('combobox', { name: ru.grid.attendeesLabel }).focus()
    await anna.keyboard.type('Ira')
    await anna.getByRole('option', { name: /^Ira Novak/ }).waitFor()
    await anna.keyboard.press('Enter')
    await dialog(anna).getByText(ru.grid.noInvitations).waitFor()
    await shot(anna, 'invite-ru')
    await anna.keyboard.press('Control+Enter')
    await dialog(anna).waitFor({ state: 'detached' })

    // It comes by itself; she answers with the keyboard.
    const theirs = entry(ira, /^Обсуждение договора/)
    await theirs.waitFor()
    // Anna's calendar, of which Ira sees the titles, has it too: it is shown once, and there while her own is switched off.
    expect(await theirs.getAttribute('aria-label')).toContain('Invitations')
    await ira.getByRole('checkbox', { name: 'Invitations' }).click()
    await entry(ira, /^Обсуждение договора.*Работа/).waitFor()
    await ira.getByRole('checkbox', { name: 'Invitations' }).click()
    await entry(ira, /^Обсуждение договора.*Invitations/).waitFor()
    await theirs.focus()
    await ira.keyboard.press('Enter')
    await dialog(ira).getByText('Анна Ветрова').waitFor()
    const yes = dialog(ira).getByRole('button', { name: en.grid.yes, exact: true })
    await yes.focus()
    await ira.keyboard.press('Enter')
    await dialog(ira).locator('[aria-pressed=true]').getByText(en.grid.yes).waitFor()
    expect(await seriousFaults(ira, 'dialog')).toEqual([])
    await shot(ira, 'answer-en')
    await ira.keyboard.press('Escape')

    const own = entry(anna, /^Обсуждение договора/)
    await own.click()
    await dialog(anna)
      .locator('.people li')
      .filter({ hasText: 'Ira Novak' })
      .getByText(ru.grid.answers.ACCEPTED ?? '')
      .waitFor()
    await shot(anna, 'answered-ru')
    await anna.keyboard.press('Escape')

    // At another time she is asked again.
    await own.focus()
    await anna.keyboard.press('Alt+ArrowDown')
    await anna.keyboard.press('Enter')
    await theirs.click()
    await dialog(ira)
      .locator('.people li')
      .filter({ hasText: 'Ira Novak' })
      .getByText(en.grid.answers['NEEDS-ACTION'] ?? '')
      .waitFor()
    await ira.keyboard.press('Escape')

    await own.focus()
    await anna.keyboard.press('Delete')
    await anna.getByRole('button', { name: ru.undo, exact: true }).waitFor()
    await entry(ira, /^Обсуждение договора.*Cancelled/).waitFor()
    await shot(ira, 'cancelled-en')
    await anna.getByRole('button', { name: ru.undo, exact: true }).click()
    await own.waitFor()
    await entry(ira, /^Обсуждение договора.*Cancelled/).waitFor({ state: 'detached' })
    expect(await seriousFaults(ira)).toEqual([])
  })
})
