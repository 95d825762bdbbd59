import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser, dialog } from './describe-in-browser.ts'
import { files, password, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const calendarOf = (...events: readonly (readonly [summary: string, start: string])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Outside//EN',
    ...events.flatMap(([summary, start], index) => [
      'BEGIN:VEVENT',
      `UID:${summary}-${index}`,
      'DTSTAMP:20261101T000000Z',
      `DTSTART:${start}`,
      'DURATION:PT1H',
      `SUMMARY:${summary}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n')

/** What the outside world publishes; `null`: nothing any more. */
let outside: string | null = calendarOf(['Праздник', '20261124T090000Z'])
let aheadMs = 0
const world = {
  seed,
  files,
  now: () => Date.now() + aheadMs,
  fetchAddress: async () =>
    outside === null
      ? new Response('gone', { status: 404 })
      : new Response(outside, { headers: { 'content-type': 'text/calendar' } }),
}

describeInBrowser('what comes by itself', world, (browser) => {
  const fileOf = (title: string, start: string, count: number) => ({
    name: 'big.ics',
    mimeType: 'text/calendar',
    buffer: Buffer.from(calendarOf(...Array.from({ length: count }, () => [title, start] as const))),
  })

  it('shows what the refresh of a subscription brought, and that it fails, on the open page', async () => {
    const page = await browser.signedIn('anna')
    await page.getByRole('button', { name: ru.doors.addCalendarMenu, exact: true }).click()
    await page.getByRole('menuitem', { name: ru.doors.subscribe }).click()
    await dialog(page).getByLabel(ru.doors.subscribeUrl).fill('https://outside.test/a.ics')
    await dialog(page).getByLabel(ru.name, { exact: true }).fill('Праздники')
    await dialog(page).getByRole('button', { name: ru.doors.subscribeDo }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await page.locator('.g-entry', { hasText: 'Праздник' }).waitFor()

    const refresh = async () => {
      aheadMs += 26 * 3_600_000
      await browser.portal.parts.subscriptions.runDue()
    }
    outside = calendarOf(['Ярмарка', '20261125T150000Z'])
    await refresh()
    await page.locator('.g-entry', { hasText: 'Ярмарка' }).waitFor()
    await page.locator('.g-entry', { hasText: 'Праздник' }).waitFor({ state: 'detached' })
    await expect.poll(() => page.locator('#announcer').textContent(), { timeout: 15_000 }).toContain('из подписки')

    outside = null
    await refresh()
    const box = page.getByRole('checkbox', { name: /^Праздники/ })
    await page.locator('.mark.warn').waitFor()
    // Why it stands there is told by the keyboard too.
    await page.keyboard.press('Tab')
    await box.focus()
    await page.getByRole('tooltip', { name: new RegExp(ru.doors.subscriptionFault) }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await browser.shot(page, 'subscription-fault')
  })

  for (const [login, other, texts] of [
    ['anna', 'ira', ru],
    ['ira', 'anna', en],
  ] as const) {
    it(`follows what the administrator opens and closes, and what others share, on the open page (M8, M9), ${login}`, async () => {
      const page = await browser.signedIn(login)
      await page.locator('.g-entry').first().waitFor()
      // Whoever changes something does it elsewhere.
      const elsewhere = (who: string) => async (method: string, path: string, body?: unknown) => {
        const authorization = `Basic ${Buffer.from(`${who}:${password}`).toString('base64')}`
        const answer = await fetch(`${browser.url}/api${path}`, {
          method,
          headers: { authorization, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
        expect(answer.ok).toBe(true)
        return answer
      }
      const admin = elsewhere('anna')
      const banner = page.getByRole('region', { name: texts.doors.bannerName })
      const outlook = banner.getByRole('button', { name: 'Outlook' })
      await outlook.waitFor()
      await admin('PATCH', '/admin/doors', { outlook: false })
      await outlook.waitFor({ state: 'detached' })
      await banner.getByRole('button', { name: texts.doors.bannerMissing }).waitFor()
      await admin('PATCH', '/admin/doors', { feed: false, caldav: false })
      await banner.waitFor({ state: 'detached' })
      await admin('PATCH', '/admin/doors', { exchange: true })
      await banner.getByText('Exchange').first().waitFor()
      await admin('PATCH', '/admin/doors', { outlook: true, feed: true, caldav: true, exchange: false })
      await outlook.waitFor()
      await expect.poll(() => banner.getByText('Exchange').count()).toBe(0)

      const owner = elsewhere(other)
      const people = (await (await owner('GET', `/people?search=${login}`)).json()) as { id: string; login: string }[]
      const principal = people.find((one) => one.login === login)?.id
      const access = (level: string) => ({ access: [{ principal, level }] })
      const made = (await (await owner('POST', '/calendars', { name: 'Shared', ...access('write') })).json()) as {
        id: string
      }
      const box = page.getByRole('checkbox', { name: /Shared/ })
      await box.waitFor()
      const times = { start: '2026-11-24T10:00', end: '2026-11-24T11:00' }
      await owner('POST', `/calendars/${made.id}/events`, { title: 'Together', ...times })
      const entry = page.locator('.g-entry', { hasText: 'Together' })
      await entry.click()
      await dialog(page).getByRole('button', { name: texts.grid.edit, exact: true }).waitFor()
      await owner('PATCH', `/calendars/${made.id}`, access('read'))
      await dialog(page).getByText(texts.readOnly).waitFor()
      await page.keyboard.press('Escape')
      await owner('PATCH', `/calendars/${made.id}`, { name: 'Shared anew', ...access('free-busy') })
      await page.getByRole('checkbox', { name: /Shared anew/ }).waitFor()
      await entry.waitFor({ state: 'detached' })
      await owner('DELETE', `/calendars/${made.id}`)
      await box.waitFor({ state: 'detached' })

      // The same person on another device hides one.
      const mine = elsewhere(login)
      const calendars = (await (await mine('GET', '/calendars?on=list')).json()) as { id: string; name: string }[]
      const hidden = calendars.find(({ name }) => name === (login === 'anna' ? 'Личный' : 'Private'))
      const shown = page.locator('.g-entry', { hasText: login === 'anna' ? 'Стоматолог' : 'Bank' })
      await shown.waitFor()
      await mine('PUT', `/calendars/${hidden?.id}/hidden`)
      await shown.waitFor({ state: 'detached' })
      await mine('DELETE', `/calendars/${hidden?.id}/hidden`)
      await shown.waitFor()
    })
  }

  it('goes on with an import whose window was closed, shows how far it is, and stops it on a press', async () => {
    const page = await browser.signedIn('ira', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
    await page.getByRole('button', { name: en.calendars, exact: true }).click()
    await page.getByRole('button', { name: 'Actions: Projects' }).click()
    await page.getByRole('menuitem', { name: en.importDo }).click()
    await dialog(page)
      .getByLabel(en.importPick)
      .setInputFiles(fileOf('Crowd', '20270126T090000Z', 9_000))
    await dialog(page).getByRole('button', { name: en.importDo, exact: true }).click()
    await dialog(page)
      .getByText(/of 9,?000/)
      .waitFor()
    await browser.shot(page, 'import-window')
    await dialog(page).getByRole('button', { name: en.close, exact: true }).last().click()
    const work = page.getByRole('region', { name: en.importRun })
    await work.waitFor()
    await browser.shot(page, 'import-progress')
    await work.getByRole('button', { name: en.stop }).click()
    await page.getByText(en.importCancelled).waitFor()
    await work.waitFor({ state: 'detached' })
  })

  it('tells the end of an import in its window', async () => {
    const page = await browser.signedIn('anna')
    await page.getByRole('button', { name: 'Действия: Личный' }).click()
    await page.getByRole('menuitem', { name: ru.importDo }).click()
    await dialog(page)
      .getByLabel(ru.importPick)
      .setInputFiles(fileOf('Из файла', '20261126T090000Z', 3))
    await dialog(page).getByRole('button', { name: ru.importDo, exact: true }).click()
    await dialog(page)
      .getByText(ru.importDone(3, 0, 0))
      .waitFor()
    expect(await seriousFaults(page, 'dialog')).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('.g-entry', { hasText: 'Из файла' }).first().waitFor()
  })
})
