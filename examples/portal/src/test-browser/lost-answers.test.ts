import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { signIn } from './open-browser-portal.ts'
import { calendarText, eventText, password } from './seed.ts'

const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна Ветрова',
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Работа', color: '#2f6fe0', ics: 'work' }],
    },
  ],
}
const files = { work: calendarText(eventText('show', ':20261125T110000Z', ':20261125T120000Z', 'Показ')) }

/** The portal does what the first request of a method asks, and the network goes before the answer is there. */
const loseFirst = async (page: Page, method: string) => {
  let count = 0
  await page.route(/\/api\/calendars\/[^/]+\/events/, async (route) => {
    if (route.request().method() !== method || count++ > 0) return route.continue()
    await route.fetch()
    await route.abort('internetdisconnected')
  })
}

const isNetwork = (fault: string) => fault.startsWith('console: Failed to load resource')

describeInBrowser(
  'a network that goes away between a change and its answer',
  { seed, files, expected: (fault) => isNetwork(fault) },
  ({ open, signedIn }) => {
    const titled = (page: Page, title: string) =>
      page.locator('.g-entry').and(page.getByRole('button', { name: new RegExp(`^${title}`) }))
    const saveTwice = async (page: Page, titles: readonly [string, string]) => {
      const title = dialog(page).getByLabel(ru.title, { exact: true })
      const save = dialog(page).getByRole('button', { name: ru.save, exact: true })
      await title.fill(titles[0])
      await save.click()
      await dialog(page)
        .getByText(ru.errors.offline ?? 'no text')
        .waitFor()
      await title.fill(titles[1])
      await save.click()
      await dialog(page).waitFor({ state: 'detached' })
    }

    it('leaves one event, with what was typed last, when a new one is saved again', async () => {
      const page = await signedIn('anna')
      await titled(page, 'Показ').waitFor()
      await loseFirst(page, 'POST')
      await page.getByRole('button', { name: ru.newEvent, exact: true }).click()
      await saveTwice(page, ['Встреча', 'Встреча с Ольгой'])
      await titled(page, 'Встреча с Ольгой').waitFor()
      await page.reload()
      await titled(page, 'Встреча').first().waitFor()
      expect(await titled(page, 'Встреча').count()).toBe(1)
    })

    it('calls a change nobody else’s when it is saved again', async () => {
      const page = await signedIn('anna')
      await titled(page, 'Показ').focus()
      await loseFirst(page, 'PATCH')
      await page.keyboard.press('e')
      await saveTwice(page, ['Смотр', 'Смотр'])
      await titled(page, 'Смотр').waitFor()
    })

    it('shows what could not be loaded once it is back, without a press', async () => {
      const page = await signedIn('anna')
      const event = page.locator('.g-entry').first()
      await event.waitFor()
      // The windows' code is there.
      await event.click()
      await dialog(page).waitFor()
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })
      await page.context().setOffline(true)
      await event.click()
      await dialog(page)
        .getByText(ru.errors.offline ?? 'no text')
        .waitFor()
      await page.context().setOffline(false)
      await dialog(page).getByRole('button', { name: ru.grid.edit, exact: true }).waitFor()
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'detached' })

      await page.context().setOffline(true)
      await page.getByRole('button', { name: ru.later, exact: true }).first().click()
      const note = page.getByRole('alert').filter({ hasText: ru.grid.loadFailed })
      await note.waitFor()
      await page.context().setOffline(false)
      await note.waitFor({ state: 'detached' })
    })

    it('opens a window whose code could not be fetched once it is back', async () => {
      const { page, ...watched } = await open()
      const code = /portal-windows.*\.js$/
      await page.route(code, (route) => route.abort('internetdisconnected'))
      await signIn({ page, ...watched }, 'anna', password)
      const failed = page.waitForEvent('requestfailed', (request) => code.test(request.url()))
      await page.locator('.g-entry').first().click()
      await failed
      await page.unroute(code)
      await page.context().setOffline(true)
      await page.context().setOffline(false)
      await dialog(page).waitFor()
    })
  },
)
