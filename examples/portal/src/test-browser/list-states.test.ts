import { expect, it } from 'vitest'
import { en } from '../../web/texts/en.ts'
import { ru } from '../../web/texts/ru.ts'
import { describeInBrowser } from './describe-in-browser.ts'
import { calendarText, eventText, files, password, seed } from './seed.ts'
import { seriousFaults } from './serious-faults.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

describeInBrowser('what a list says of itself', { seed, files }, (browser) => {
  for (const { login, texts, calendar, options, one, two } of [
    {
      login: 'anna',
      texts: ru,
      calendar: 'rabota',
      options: {},
      one: ['1 новое событие из телефона или программы', 'Разбор недели, пт, 27 ноября, 15:00'],
      two: '2 новых события из телефона или программы',
    },
    {
      login: 'ira',
      texts: en,
      calendar: 'projects',
      options: phone,
      one: ['1 new event from a phone or program', 'Разбор недели, Fri 27 November, 13:00'],
      two: '2 new events from a phone or program',
    },
  ] as const) {
    const where = `${texts.locale}, ${options === phone ? 'phone' : 'desk'}`

    it(`shows rows in the place of what is being loaded, and that a week is empty only once it is known, ${where}`, async () => {
      const page = await browser.signedIn(login, options)
      await page.evaluate(() => localStorage.setItem('dayport-span', 'list'))
      await page.reload()
      await page.locator('button.entry').first().waitFor()
      let answer = () => {}
      const asked = new Promise<void>((resolve) => {
        answer = resolve
      })
      await page.route(/\/api\/events\?from=2026-11-30/, async (route) => {
        await asked
        await route.continue()
      })
      await page.locator('.turn').filter({ visible: true }).last().click()
      await page.locator('.skeleton-row').nth(2).waitFor()
      expect(await page.getByText(texts.emptyWeek).count()).toBe(0)
      expect(await seriousFaults(page)).toEqual([])
      await browser.shot(page, `skeleton-${login}`)
      answer()
      await page.locator('button.entry').first().waitFor()
      await page.locator('.skeleton').waitFor({ state: 'detached' })
      await page.close()
    })

    it(`tells what came from outside, which it is when it is one, and moves nothing, ${where}`, async () => {
      const page = await browser.signedIn(login, options)
      await page.evaluate(() => localStorage.setItem('dayport-span', 'list'))
      await page.reload()
      const first = page.locator('button.entry').first()
      await first.waitFor()
      await first.focus()
      const put = async (name: string, start: string, end: string) => {
        const answer = await fetch(`${browser.url}/dav/calendars/${login}/${calendar}/${name}.ics`, {
          method: 'PUT',
          headers: {
            authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
            'content-type': 'text/calendar',
          },
          body: calendarText(eventText(name, start, end, 'Разбор недели')),
        })
        expect(answer.status).toBe(201)
      }
      const before = await first.boundingBox()
      await put(`${login}-1`, ':20261127T120000Z', ':20261127T130000Z')
      const news = page.locator('.news')
      await news.getByText(one[0], { exact: true }).waitFor()
      await news.getByText(one[1], { exact: true }).waitFor()
      expect(await first.boundingBox()).toEqual(before)
      expect(await first.evaluate((element) => element === document.activeElement)).toBe(true)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(page.viewportSize()?.width)
      expect(await seriousFaults(page)).toEqual([])
      await browser.shot(page, `news-${login}`)
      await news.getByRole('button', { name: texts.grid.newsClose }).click()
      await news.waitFor({ state: 'detached' })
      await put(`${login}-2`, ':20261127T140000Z', ':20261127T150000Z')
      await put(`${login}-3`, ':20261127T160000Z', ':20261127T170000Z')
      await news.getByText(two, { exact: true }).waitFor()
      // Another week: it says nothing of that.
      await page.locator('.turn').filter({ visible: true }).last().click()
      await news.waitFor({ state: 'detached' })
      await page.close()
    })
  }
})
