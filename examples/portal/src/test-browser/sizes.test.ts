import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { files, seed } from './seed.ts'

/** What sticks out of the window that is open, or is cut in it: nothing that scrolls by itself. */
const faultsOfFit = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const faults: string[] = []
    if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is wider than the screen')
    const windows = [...document.querySelectorAll('dialog')]
    for (const one of windows.at(-1)?.querySelectorAll<HTMLElement>('.body, footer, header, .planner-names .what') ??
      []) {
      if (one.scrollWidth > one.clientWidth + 1)
        faults.push(`${one.className || one.tagName}: ${one.textContent ?? ''}`)
    }
    return faults
  })

/** Who invites has an address. */
const invited = { users: seed.users.map((one) => ({ ...one, email: `${one.login}@example.com` })) }

describeInBrowser('the planner at the least and the greatest size', { seed: invited, files }, (browser) => {
  for (const { login, texts } of [
    { login: 'anna', texts: ru },
    { login: 'ira', texts: en },
  ] as const) {
    for (const [width, height] of [
      [320, 640],
      [3840, 2160],
    ] as const) {
      it(`fits and cuts no name, ${texts.locale}, ${width} px`, async () => {
        const page = await browser.signedIn(login, { viewport: { width, height } })
        await page.getByRole('button', { name: texts.newEvent, exact: true }).filter({ visible: true }).first().click()
        await dialog(page).getByLabel(texts.title, { exact: true }).fill('Plan')
        expect(await faultsOfFit(page)).toEqual([])
        const field = dialog(page).getByRole('combobox', { name: texts.grid.attendeesLabel })
        await field.fill('somebody.else@example.org')
        await page.getByRole('option', { name: /somebody/ }).waitFor()
        await page.keyboard.press('Enter')
        await dialog(page).getByRole('button', { name: texts.planner.open }).click()
        await page.locator('.planner-names .what').nth(1).waitFor()
        expect(await faultsOfFit(page)).toEqual([])
        await browser.shot(page, `planner-${login}-${width}`)
      })
    }
  }
})
