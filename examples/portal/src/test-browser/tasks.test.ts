import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { calendarText, eventText, password } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const task = (uid: string, summary: string, ...more: string[]): string =>
  ['BEGIN:VTODO', `UID:${uid}`, 'DTSTAMP:20261101T000000Z', `SUMMARY:${summary}`, ...more, 'END:VTODO'].join('\r\n')

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
        {
          name: 'Задачи',
          color: '#8250df',
          components: ['VTODO' as const],
          ics: 'tasks',
          access: [{ login: 'ira', level: 'read' as const }],
        },
      ],
    },
    {
      login: 'ira',
      password,
      name: 'Ira Novak',
      locale: 'en' as const,
      timeZone: 'Europe/Berlin',
      calendars: [{ name: 'Tasks', color: '#0f8494', components: ['VTODO' as const], ics: 'ira' }],
    },
  ],
}

const files = {
  work: calendarText(
    eventText('fair', ';VALUE=DATE:20261125', ';VALUE=DATE:20261126', 'Ярмарка'),
    eventText('show', ':20261125T110000Z', ':20261125T123000Z', 'Показ для заказчика'),
  ),
  tasks: calendarText(
    task('report', 'Акт сверки', 'DUE;VALUE=DATE:20261125'),
    task('call', 'Позвонить логистам', 'DUE:20261126T120000Z', 'STATUS:COMPLETED'),
    task('archive', 'Разобрать архив'),
    task('plants', 'Полить цветы', 'DTSTART:20261201T050000Z', 'DUE:20261201T060000Z', 'RRULE:FREQ=DAILY;COUNT=4'),
  ),
  ira: calendarText(task('stock', 'Count the stock', 'DUE:20261125T150000Z'), task('shelf', 'Mend the shelf')),
}

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

describeInBrowser('tasks in Chromium', { seed, files }, ({ signedIn, shot }) => {
  const entry = (page: Page, name: RegExp) => page.locator('.g-entry').and(page.getByRole('button', { name }))
  const said = (page: Page) => page.locator('#announcer').textContent()

  it('stand on the grid below the events of their day, and are done and not done by Space (M85)', async () => {
    const page = await signedIn('anna')
    const report = entry(page, /^Акт сверки, среда, 25 ноября, срок в этот день, календарь Задачи, задача, не сделана$/)
    await report.waitFor()
    await entry(page, /^Позвонить логистам, четверг, 26 ноября, срок 15:00, .*, задача, сделана$/).waitFor()
    const top = async (name: RegExp) => (await entry(page, name).boundingBox())?.y ?? 0
    expect(await top(/^Акт сверки/)).toBeGreaterThan(await top(/^Ярмарка/))
    await shot(page, 'tasks')
    await report.focus()
    await page.keyboard.press('Space')
    await entry(page, /^Акт сверки.*задача, сделана$/).waitFor()
    await expect.poll(() => said(page)).toBe(ru.grid.nowDone('Акт сверки'))
    await expect
      .poll(() =>
        page.evaluate(
          () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.outerHTML.slice(0, 80),
        ),
      )
      .toMatch(/^Акт сверки/)
    await page.keyboard.press('Space')
    await entry(page, /^Акт сверки.*задача, не сделана$/).waitFor()
    // A press on the box does the same; a press beside it opens the task.
    await entry(page, /^Акт сверки/)
      .locator('.g-check')
      .click()
    await entry(page, /^Акт сверки.*задача, сделана$/).waitFor()
    expect(await seriousFaults(page)).toEqual([])
  })

  it('are made, moved to another day and deleted with the way back', async () => {
    const page = await signedIn('anna')
    await entry(page, /^Ярмарка/).waitFor()
    await page.keyboard.press('c')
    await dialog(page).getByRole('button', { name: ru.grid.taskInstead }).click()
    await dialog(page).getByLabel(ru.title).fill('Черновик отчёта')
    await dialog(page).getByLabel(ru.grid.dueTime).fill('18:00')
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await shot(page, 'task-form')
    await page.keyboard.press('Control+Enter')
    await entry(page, /^Черновик отчёта, среда, 25 ноября, срок 18:00/).focus()
    await page.keyboard.press('Enter')
    await dialog(page).getByLabel(ru.grid.dueDay).fill('2026-11-27')
    await dialog(page).getByLabel(ru.grid.isDone).check()
    await dialog(page).getByRole('button', { name: ru.save, exact: true }).click()
    await entry(page, /^Черновик отчёта, пятница, 27 ноября, срок 18:00, .*, задача, сделана$/).focus()
    await page.keyboard.press('Delete')
    await page.getByText(ru.grid.taskDeleted).waitFor()
    await page.locator('.toast button').click()
    await entry(page, /^Черновик отчёта, пятница/).waitFor()
  })

  it('of a series are moved over the grid, one or all, and changed in their window with the same question', async () => {
    const page = await signedIn('anna')
    const plants = (day: string, time: string) => entry(page, new RegExp(`^Полить цветы, ${day}.*, срок ${time}`))
    await entry(page, /^Ярмарка/).focus()
    await page.keyboard.press('PageDown')
    await plants('среда, 2 декабря', '9:00').focus()
    await page.keyboard.press('Alt+ArrowRight')
    await expect.poll(() => said(page)).toMatch(/четверг, 3 декабря/i)
    // A task has no end to be moved.
    await page.keyboard.press('Alt+Shift+ArrowDown')
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('button', { name: ru.grid.change, exact: true }).click()
    await plants('среда', '9:00').waitFor({ state: 'detached' })
    await expect.poll(() => plants('четверг, 3 декабря', '9:00').count()).toBe(2)
    await plants('вторник, 1 декабря', '9:00').press('Enter')
    await dialog(page).getByLabel(ru.grid.dueTime).fill('10:30')
    await dialog(page).getByRole('button', { name: ru.save, exact: true }).click()
    const scope = dialog(page).last()
    await scope.getByLabel(ru.grid.scopeAll).check()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await scope.getByRole('button', { name: ru.grid.change, exact: true }).click()
    await plants('пятница, 4 декабря', '10:30').waitFor()
    await plants('вторник, 1 декабря', '10:30').waitFor()
  })

  it('that is moved keeps the keys while it is drawn in its new place and takes no focus yet', async () => {
    const page = await signedIn('anna')
    const report = entry(page, /^Акт сверки/)
    await report.focus()
    // The library hides what it has not measured yet, for a frame or, on a slow machine, for many.
    const isHidden = (hidden: boolean) =>
      page.evaluate((now) => {
        const { focus } = HTMLElement.prototype
        const known = Object.assign(window, { focusOfElements: Reflect.get(window, 'focusOfElements') ?? focus })
        HTMLElement.prototype.focus = function (this: HTMLElement, options?: FocusOptions) {
          if (!now || this.closest('[data-entry]') === null) known.focusOfElements.call(this, options)
        }
      }, hidden)
    await isHidden(true)
    await page.keyboard.press('Alt+ArrowRight')
    await page.waitForFunction(() => document.activeElement?.closest('[data-entry]') === null)
    await page.keyboard.press('Alt+ArrowRight')
    await expect.poll(() => said(page)).toMatch(/пятница, 27 ноября/i)
    await isHidden(false)
    await expect.poll(() => page.evaluate(() => document.activeElement?.ariaLabel)).toMatch(/^Акт сверки/)
    await page.keyboard.press('Escape')
    await expect.poll(() => said(page)).toMatch(/среда, 25 ноября/i)
  })

  for (const [login, texts, title, options, count] of [
    ['anna', ru, 'Разобрать архив', {}, 1],
    ['ira', en, 'Mend the shelf', phone, 2],
  ] as const) {
    it(`without a date stand at the end of the list, found from the calendars, ${texts.locale}`, async () => {
      const page = await signedIn(login, options)
      if (login === 'ira') await page.getByRole('button', { name: texts.calendars, exact: true }).tap()
      await page.getByRole('button', { name: texts.grid.undatedTasks(count) }).click()
      const section = page.getByRole('region', { name: texts.grid.undated })
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('undated')
      const box = section.getByRole('checkbox', { name: texts.grid.doneOf(title) })
      await box.click()
      await expect.poll(() => box.isChecked()).toBe(true)
      await box.click()
      await expect.poll(() => box.isChecked()).toBe(false)
      expect(await seriousFaults(page)).toEqual([])
      await shot(page, `undated-${login}`)
      await section.getByRole('button', { name: title, exact: true }).click()
      expect(await dialog(page).getByLabel(texts.grid.dueDay).inputValue()).toBe('')
      expect(await dialog(page).getByLabel(texts.grid.dueTime).isDisabled()).toBe(true)
      await dialog(page).getByLabel(texts.grid.dueDay).fill('2026-11-25')
      await dialog(page).getByRole('button', { name: texts.save, exact: true }).click()
      await section.getByRole('button', { name: title, exact: true }).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: title, exact: true }).click()
      await dialog(page).getByLabel(texts.grid.dueDay).fill('')
      await dialog(page).getByRole('button', { name: texts.save, exact: true }).click()
      await section.getByText(title).waitFor()
    })
  }

  it('are ticked in the list of a phone, and only looked at where one may not write', async () => {
    const page = await signedIn('ira', phone)
    const box = page.getByRole('checkbox', { name: en.grid.doneOf('Count the stock') })
    await box.tap()
    await expect.poll(() => box.isChecked()).toBe(true)
    await expect.poll(() => said(page)).toBe(en.grid.nowDone('Count the stock'))
    expect(await page.getByRole('checkbox', { name: en.grid.doneOf('Акт сверки') }).isDisabled()).toBe(true)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(await seriousFaults(page)).toEqual([])
    await shot(page, 'tasks-phone')
    await page.getByRole('button', { name: 'Акт сверки', exact: true }).tap()
    await dialog(page).getByText(en.readOnly).waitFor()
    expect(await dialog(page).getByRole('button', { name: en.save, exact: true }).count()).toBe(0)
  })
})
