import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { calendarText, eventText, password } from './seed.ts'
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
      calendars: [
        { name: 'Работа', color: '#2f6fe0', ics: 'work' },
        { name: 'Из ящика', color: '#8250df', ics: 'full' },
      ],
    },
    {
      login: 'ira',
      password,
      name: 'Ira Novak',
      email: 'ira@example.com',
      locale: 'en' as const,
      timeZone: 'Europe/Berlin',
      calendars: [{ name: 'Projects', color: '#0f8494', ics: 'ira' }],
    },
    {
      login: 'igor',
      password,
      name: 'Игорь Самойлов',
      email: 'igor@example.com',
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Работа', ics: 'igor', access: [{ login: 'anna', level: 'free-busy' as const }] }],
    },
    { login: 'mayak', password, name: 'Переговорная «Маяк»', email: 'mayak@example.com', kind: 'room' as const },
    { login: 'nemo', password, name: 'Павел Безадресный' },
    { login: 'shop', password, name: 'Магазин', kind: 'group' as const, members: ['ira', 'nemo'] },
    { login: 'sales', password, name: 'Отдел продаж', kind: 'group' as const, members: ['anna', 'igor', 'shop'] },
  ],
}

const files: Record<string, string> = {
  ira: calendarText(
    eventText(
      'weekly',
      ':20261123T080000Z',
      ':20261123T090000Z',
      'Weekly review',
      'RRULE:FREQ=DAILY;COUNT=5',
      'ORGANIZER;CN=Anna:mailto:anna@example.com',
      'ATTENDEE;CN=Ira Novak;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ira@example.com',
    ),
  ),
  full: calendarText(
    eventText(
      'full',
      ';TZID=Europe/Berlin:20261126T100000',
      ';TZID=Europe/Berlin:20261126T113000',
      'Показ раздела',
      'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20270317T225959Z',
      'LOCATION:Переговорная «Маяк»',
      'DESCRIPTION:Вопросы и ответы записывает Игорь.\\nhttps://example.com/notes',
      'CATEGORIES:Продажи,Команда',
      'PRIORITY:1',
      'CLASS:PRIVATE',
      'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
      'CONFERENCE;VALUE=URI:https://meet.example.com/pokaz',
      'ATTACH;FILENAME=Повестка.docx:https://files.example.com/agenda.docx',
      'ORGANIZER;CN=Игорь Самойлов:mailto:igor@example.com',
      'ATTENDEE;CN=Анна Ветрова;PARTSTAT=ACCEPTED:mailto:anna@example.com',
      'ATTENDEE;CN=Ольга Зимина;ROLE=OPT-PARTICIPANT;PARTSTAT=TENTATIVE:mailto:olga@example.com',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'TRIGGER:-PT15M',
      'DESCRIPTION:x',
      'END:VALARM',
    ),
  ),
  igor: calendarText(
    eventText('busy', ':20261125T060000Z', ':20261125T083000Z', 'Секретное совещание'),
    eventText('maybe', ':20261125T120000Z', ':20261125T130000Z', 'Возможно', 'STATUS:TENTATIVE'),
  ),
  work: calendarText(
    eventText(
      'show',
      ':20261125T110000Z',
      ':20261125T123000Z',
      'Показ для заказчика',
      'ORGANIZER;CN=Анна Ветрова:mailto:anna@example.com',
      'ATTENDEE;CN=Игорь Самойлов;PARTSTAT=ACCEPTED:mailto:igor@example.com',
      'ATTENDEE;CN=Ольга Зимина;PARTSTAT=TENTATIVE:mailto:olga@example.com',
    ),
  ),
}

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

describeInBrowser('meetings in Chromium', { seed, files }, ({ signedIn, shot }) => {
  const entry = (page: Page, name: RegExp) => page.locator('.g-entry').and(page.getByRole('button', { name }))

  it('invites people by name and by address with the keyboard alone, and says who hears of it (M82)', async () => {
    const page = await signedIn('anna')
    await page.getByRole('grid').waitFor()
    await page.keyboard.press('c')
    await dialog(page).getByLabel(ru.title).fill('Обсуждение договора')
    const field = dialog(page).getByRole('combobox', { name: ru.grid.attendeesLabel })
    await field.focus()
    await page.keyboard.type('самой')
    await page.getByRole('option', { name: /^Игорь Самойлов/ }).waitFor()
    await shot(page, 'attendees-search')
    await page.keyboard.press('Enter')
    await page.keyboard.type('маяк')
    await page.getByRole('option', { name: /^Переговорная/ }).waitFor()
    await page.keyboard.press('Enter')
    expect(await dialog(page).getByLabel(ru.grid.placeOrRoom).inputValue()).toBe('Переговорная «Маяк»')
    await page.keyboard.type('Гость <guest@example.org>')
    await page.getByRole('option', { name: /^Гость/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('безадрес')
    await dialog(page).getByText(ru.grid.attendeeNoAddress('Павел Безадресный')).waitFor()
    // Esc closes the suggestions, not the window; then Backspace in the empty field takes the last one away again.
    await page.keyboard.press('Escape')
    await field.fill('')
    await page.keyboard.press('Backspace')
    await dialog(page).getByText('guest@example.org').waitFor({ state: 'detached' })
    await page.keyboard.type('guest@example.org')
    await page.keyboard.press('Enter')
    const guest = dialog(page).getByRole('button', { name: ru.grid.attendeeOptional('guest@example.org') })
    await guest.focus()
    await page.keyboard.press('Space')
    expect(await guest.getAttribute('aria-pressed')).toBe('true')
    await dialog(page).getByText(ru.grid.noInvitations).waitFor()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await shot(page, 'attendees-form')
    await page.keyboard.press('Control+Enter')
    await dialog(page).waitFor({ state: 'detached' })
    await entry(page, /^Обсуждение договора/).click()
    await dialog(page).getByText('3 участника').waitFor()
    expect(await dialog(page).locator('.people li').allTextContents()).toEqual([
      expect.stringContaining('Анна Ветрова'),
      expect.stringContaining('Игорь Самойлов'),
      expect.stringContaining('Переговорная'),
      expect.stringMatching(/guest@example.org.*по желанию/),
    ])
    await shot(page, 'attendees-detail')
  })

  it('keeps the answers of those who stay when one is removed', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Показ для заказчика/).focus()
    await page.keyboard.press('e')
    await dialog(page).getByText('1 согласен, 1 возможно').waitFor()
    await shot(page, 'attendees-answers')
    await dialog(page)
      .getByRole('button', { name: ru.grid.attendeeRemove('Ольга Зимина') })
      .click()
    await dialog(page).getByRole('button', { name: ru.save, exact: true }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await entry(page, /^Показ для заказчика/).click()
    await dialog(page).getByText('1 участник').waitFor()
    await dialog(page).getByText('Согласие').waitFor()
  })

  it('invites a group by inviting who is in it, each with an answer of their own, but those there already and without address', async () => {
    const page = await signedIn('anna')
    await page.getByRole('grid').waitFor()
    await page.keyboard.press('c')
    await dialog(page).getByLabel(ru.title).fill('Планы отдела')
    const field = dialog(page).getByRole('combobox', { name: ru.grid.attendeesLabel })
    await field.fill('игорь')
    await page.getByRole('option', { name: /^Игорь Самойлов/ }).click()
    await field.fill('продаж')
    const group = page.getByRole('option', { name: /^Отдел продаж/ })
    await group.getByText(ru.grid.attendeeGroup(1)).waitFor()
    await shot(page, 'invite-group-ru')
    await field.press('Enter')
    await dialog(page).getByText(ru.grid.attendeeNoAddress('Павел Безадресный')).waitFor()
    const chips = dialog(page).locator('.chips li')
    expect(await chips.locator('.role').allTextContents()).toEqual(['Игорь Самойлов', 'Ira Novak'])
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await dialog(page).getByLabel(ru.title).press('Control+Enter')
    await dialog(page).waitFor({ state: 'detached' })
    const entry = page.locator('.g-entry').and(page.getByRole('button', { name: /^Планы отдела/ }))
    await entry.click()
    const names = dialog(page).locator('.people li')
    await names.filter({ hasText: 'Ira Novak' }).waitFor()
    await names.filter({ hasText: 'Игорь Самойлов' }).waitFor()
    expect(await names.filter({ hasText: 'Отдел продаж' }).count()).toBe(0)
  })

  it('shows everything that came with an event from elsewhere: each field in words, addresses as links (M26)', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Показ раздела, четверг, 26 ноября, с 12:00 до 13:30/).click()
    const detail = dialog(page)
    await detail.getByText('Ольга Зимина').waitFor()
    for (const text of [
      'Четверг, 26 ноября 2026, 12:00–13:30',
      'Europe/Berlin: 10:00',
      'Раз в две недели',
      'Переговорная «Маяк»',
      'За 15 минут',
      'Нет на месте · высокая важность · личное',
      'Вопросы и ответы записывает Игорь.',
      'Продажи',
      'Команда',
      '2 участника · 1 согласен, 1 возможно',
      'Организатор',
      'по желанию',
      'Изменено в файле',
    ]) {
      await detail.getByText(text).first().waitFor({ timeout: 5_000 })
    }
    for (const link of ['https://meet.example.com/pokaz', 'https://example.com/notes', 'Повестка.docx']) {
      expect(await detail.getByRole('link', { name: link }).getAttribute('rel')).toContain('noopener')
    }
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await shot(page, 'detail-full')
    // The list of attendees is its organizer's: it is told, and cannot be changed here.
    await detail.getByRole('button', { name: ru.grid.edit, exact: true }).click()
    await dialog(page).getByText(ru.grid.attendeesByOrganizer('Игорь Самойлов')).waitFor()
    await page.keyboard.press('Escape')
  })

  it('gives back by undo what was deleted of a series: one, the following, or all', async () => {
    const page = await signedIn('ira')
    const count = () => entry(page, /^Weekly review/).count()
    await entry(page, /^Weekly review/)
      .first()
      .waitFor()
    expect(await count()).toBe(5)
    for (const [scope, left] of [
      [en.grid.scopeOne, 4],
      [en.grid.scopeFollowing, 2],
      [en.grid.scopeAll, 0],
    ] as const) {
      await entry(page, /^Weekly review, wednesday/).focus()
      await page.keyboard.press('Delete')
      await dialog(page).getByLabel(scope).check()
      await page.keyboard.press('Control+Enter')
      await expect.poll(count).toBe(left)
      await page.locator('.toast button').click()
      await expect.poll(count).toBe(5)
    }
  })

  it('finds a time for several people on one grid, by suggestion and by the arrows (M84)', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Показ для заказчика/).focus()
    await page.keyboard.press('e')
    await dialog(page).getByRole('button', { name: ru.planner.open }).click()
    const planner = dialog(page).last()
    await planner.getByText(ru.planner.allFree).first().waitFor()
    // The meeting itself hinders nobody; what Igor does then is told as busy and as nothing else.
    await planner.getByText('14:00–15:30').first().waitFor()
    expect(await planner.textContent()).not.toContain('Секретное')
    await planner.getByText(/Игорь Самойлов: 9:00–11:30 Занят, 15:00–16:00 Под вопросом/).waitFor()
    const slots = planner.getByRole('radiogroup')
    expect(await slots.locator('[tabindex="0"]').count()).toBe(1)
    await slots.getByRole('radio', { name: /^14:00–15:30/ }).focus()
    for (let step = 0; step < 6; step += 1) await page.keyboard.press('ArrowLeft')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      '11:00–12:30, заняты: Игорь Самойлов',
    )
    await planner.getByRole('status').getByText('заняты: Игорь Самойлов').waitFor()
    expect(await seriousFaults(page, 'dialog:last-of-type')).toEqual([])
    await shot(page, 'planner')
    await planner.getByRole('button', { name: 'Среда, 25 ноября, 11:30–13:00' }).click()
    // What is said in this window is not said to the form below it.
    await page.keyboard.press('Control+Enter')
    await planner.getByRole('radiogroup').waitFor({ state: 'detached' })
    expect(await dialog(page).getByLabel(`${ru.start}: ${ru.time}`).inputValue()).toBe('11:30')
    await page.keyboard.press('Control+Enter')
    await dialog(page).waitFor({ state: 'detached' })
    await entry(page, /^Показ для заказчика.*с 11:30 до 13:00/).waitFor()
  })

  it('asks of a series whether this one or all of them are declined, and tells the answer on the grid (M83)', async () => {
    const page = await signedIn('ira')
    await entry(page, /^Weekly review, wednesday/).focus()
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('button', { name: en.grid.no, exact: true }).click()
    const scope = dialog(page).last()
    await scope.getByRole('heading', { name: en.grid.scopeAnswerTitle }).waitFor()
    expect(await scope.getByRole('radio').count()).toBe(2)
    expect(await scope.getByLabel(en.grid.scopeOne).isChecked()).toBe(true)
    expect(await scope.getByLabel(en.grid.scopeOne).evaluate((node) => node === document.activeElement)).toBe(true)
    await scope.getByText(en.grid.noMail).waitFor()
    expect(await seriousFaults(page, 'dialog:last-of-type')).toEqual([])
    await shot(page, 'answer-scope')
    await page.keyboard.press('Control+Enter')
    await dialog(page)
      .locator('.people')
      .getByText(en.grid.answers.DECLINED ?? '')
      .waitFor()
    const isIn = (place: string) => page.evaluate((one) => document.activeElement?.closest(one) !== null, place)
    expect(await isIn('dialog')).toBe(true)
    await page.keyboard.press('Escape')
    await entry(page, /^Weekly review, wednesday.*you declined$/).waitFor()
    await expect.poll(() => isIn('[role=grid]')).toBe(true)
    expect(await entry(page, /^Weekly review.*you declined$/).count()).toBe(1)
    await entry(page, /^Weekly review, friday/).click()
    await dialog(page).getByRole('button', { name: en.grid.maybe, exact: true }).click()
    await dialog(page).last().getByLabel(en.grid.scopeAll).check()
    await dialog(page).last().getByRole('button', { name: en.grid.answerDo }).click()
    await dialog(page).last().getByRole('heading', { name: en.grid.scopeAnswerTitle }).waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    // The one that was declined by itself keeps its own answer.
    await expect.poll(() => entry(page, /^Weekly review.*you: maybe$/).count()).toBe(4)
  })

  it('plans on a phone in English, and says whose time cannot be seen', async () => {
    const page = await signedIn('ira', phone)
    await page.getByLabel(en.newEvent).click()
    await dialog(page).getByLabel(en.title).fill('Plan')
    const field = dialog(page).getByRole('combobox', { name: en.grid.attendeesLabel })
    await field.fill('Игорь')
    await page.getByRole('option', { name: /^Игорь/ }).tap()
    await dialog(page).getByRole('button', { name: en.planner.open }).tap()
    const planner = dialog(page).last()
    await planner.getByText(en.planner.unknown('Игорь Самойлов')).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    const box = await planner.getByRole('radio').first().boundingBox()
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(43)
    expect(await seriousFaults(page, 'dialog:last-of-type')).toEqual([])
    await shot(page, 'planner-phone')
    await page.keyboard.press('Escape')
    await dialog(page).getByLabel(en.title).waitFor()
  })

  it('does the same on a phone in English, where every part can be touched', async () => {
    const page = await signedIn('ira', phone)
    await page.getByLabel(en.newEvent).click()
    await dialog(page).getByLabel(en.title).fill('Review')
    const field = dialog(page).getByRole('combobox', { name: en.grid.attendeesLabel })
    await field.fill('Анна')
    await page.getByRole('option', { name: /^Анна Ветрова/ }).tap()
    const chip = dialog(page).getByRole('button', { name: en.grid.attendeeRemove('Анна Ветрова') })
    const box = await chip.boundingBox()
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await shot(page, 'attendees-phone')
    await dialog(page).getByRole('button', { name: en.save, exact: true }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Review', exact: true }).waitFor()
  })
})
