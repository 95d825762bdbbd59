import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser } from './describe-in-browser.ts'
import { calendarText, eventText, password } from './seed.ts'

const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна Ветрова',
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [
        { name: 'Работа', color: '#2f6fe0', ics: 'work' },
        { name: 'Дом', color: '#1f8a4c' },
        { name: 'Сад', color: '#b26a00' },
      ],
    },
  ],
}
const files = { work: calendarText(eventText('show', ':20261125T110000Z', ':20261125T120000Z', 'Показ')) }

/** Holds the first request of a method back until it is let go. */
const holdFirst = async (page: Page, method: string, address: RegExp) => {
  let letGo = (): void => undefined
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let count = 0
  await page.route(address, async (route) => {
    if (route.request().method() === method && count++ === 0) await held
    await route.continue()
  })
  return { letGo: () => letGo(), count: () => count }
}

describeInBrowser('a hand that is faster than the network', { seed, files }, ({ signedIn }) => {
  it('hides two calendars one after the other, and shows one again before the first answer: the last word counts', async () => {
    const page = await signedIn('anna')
    const box = (name: string) => page.getByRole('checkbox', { name, exact: true })
    await box('Работа').waitFor()
    const first = await holdFirst(page, 'PUT', /\/hidden$/)
    for (const name of ['Работа', 'Дом', 'Сад']) await box(name).uncheck()
    await box('Дом').check()
    const last = page.waitForResponse((answer) => answer.request().method() === 'DELETE' && answer.ok())
    first.letGo()
    await last
    await page.reload()
    await box('Сад').waitFor()
    const checked = await Promise.all(['Работа', 'Дом', 'Сад'].map((name) => box(name).isChecked()))
    expect(checked).toEqual([false, true, false])
    await box('Работа').check()
  })

  it('moves an event twice before the first answer, and both moves are kept', async () => {
    const page = await signedIn('anna')
    const show = page.locator('.g-entry').and(page.getByRole('button', { name: /^Показ/ }))
    const said = () => page.locator('#announcer').textContent()
    await show.focus()
    const first = await holdFirst(page, 'PATCH', /\/events\//)
    await page.keyboard.press('Alt+ArrowDown')
    await expect.poll(said).toContain('14:15–15:15')
    await page.keyboard.press('Enter')
    await expect.poll(first.count).toBe(1)
    await page.keyboard.press('Alt+ArrowRight')
    await expect.poll(said).toMatch(/четверг, 26 ноября, 14:15–15:15/i)
    await page.keyboard.press('Enter')
    const answers = Promise.all(
      [1, 2].map((number) => {
        let seen = 0
        return page.waitForResponse((answer) => answer.request().method() === 'PATCH' && ++seen === number)
      }),
    )
    first.letGo()
    expect((await answers).map((answer) => answer.status())).toEqual([200, 200])
    await page.reload()
    await page.getByRole('button', { name: /^Показ, четверг, 26 ноября.*14:15/ }).waitFor()
  })
})
