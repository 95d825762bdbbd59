import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
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
      calendars: [{ name: 'Работа', color: '#2f6fe0', ics: 'work' }],
    },
    {
      login: 'full',
      password,
      name: 'Full',
      locale: 'en' as const,
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Full', color: '#2f6fe0', ics: 'full' }],
    },
  ],
}

const two = (n: number): string => String(n).padStart(2, '0')
const files = {
  work: calendarText(
    eventText(
      'standup',
      ':20261123T060000Z',
      ':20261123T063000Z',
      'Планёрка',
      'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
    ),
    eventText('show', ':20261125T110000Z', ':20261125T123000Z', 'Показ для заказчика'),
  ),
  full: calendarText(
    ...Array.from({ length: 2_000 }, (_, index) => {
      const [day, hour] = [two((index % 30) + 1), two(5 + (index % 12))]
      return eventText(`e${index}`, `:202611${day}T${hour}0000Z`, `:202611${day}T${hour}4500Z`, `Event ${index}`)
    }),
  ),
}

/** Longest task of the page since the last look, ms; 0 when none was long enough to be told. */
const longestTask = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const store = globalThis as { tasks?: number[] }
    const longest = Math.max(0, ...(store.tasks ?? []))
    store.tasks = []
    return Math.round(longest)
  })

const watchTasks = (page: Page) =>
  page.addInitScript(() => {
    const store = globalThis as { tasks?: number[] }
    store.tasks = []
    new PerformanceObserver((list) => {
      store.tasks?.push(...list.getEntries().map(({ duration }) => duration))
    }).observe({ type: 'longtask', buffered: true })
  })

// Times say something on a quiet machine only: PORTAL_MEASURE=1 asks for them.
describe.skipIf(process.env.PORTAL_MEASURE !== '1')('measured', () => {
  describeInBrowser('the page in Chromium, on a quiet machine', { seed, files }, ({ open, shot, signedIn }) => {
    it('shows its first events within a second of a cold start', async () => {
      const first = await signedIn('anna')
      const state = await first.context().storageState()
      const times: number[] = []
      for (let round = 0; round < 5; round += 1) {
        const { page } = await open('/icon.svg', { storageState: state })
        const from = performance.now()
        await page.goto(new URL('/', page.url()).href)
        await page.locator('.g-entry').first().waitFor()
        await page.getByRole('grid').focus()
        times.push(Math.round(performance.now() - from))
      }
      console.log(`cold start to a focused grid with events, ms: ${times.join(', ')}`)
      expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(1_000)
    })

    it('scrolls a month of 2 000 events without a task above 100 ms', async () => {
      const page = await signedIn('full')
      await watchTasks(page)
      await page.evaluate(() => localStorage.setItem('dayport-span', 'month'))
      await page.reload()
      await page.locator('.g-entry').first().waitFor()
      await page.waitForLoadState('networkidle')
      const loading = await longestTask(page)
      await shot(page, 'month-full')
      await page.mouse.move(700, 500)
      for (let step = 0; step < 40; step += 1) await page.mouse.wheel(0, step < 20 ? 120 : -120)
      const scrolling = await longestTask(page)
      await page.getByRole('grid').focus()
      await page.keyboard.press('PageDown')
      await page.keyboard.press('PageUp')
      await page.locator('.g-entry').first().waitFor()
      await page.waitForLoadState('networkidle')
      console.log(
        `longest task, ms: first drawing ${loading}, scrolling ${scrolling}, a month further and back ${await longestTask(page)}`,
      )
      expect(scrolling).toBeLessThan(100)
    })

    it('shows as much of a day as fits at every size, and no week out of sight', async () => {
      for (const [name, viewport] of [
        ['phone', { width: 390, height: 844 }],
        ['wide', { width: 1440, height: 1000 }],
      ] as const) {
        const page = await signedIn('full', { viewport })
        await page.evaluate(() => localStorage.setItem('dayport-span', 'month'))
        await page.reload()
        await page.locator('.g-entry').first().waitFor()
        await shot(page, `month-${name}`)
        const overflow = await page.evaluate(() => {
          const grid = document.querySelector('.grid-view')
          const parts = grid === null ? [] : [...grid.querySelectorAll('*')]
          return Math.max(
            0,
            ...parts
              .filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowY))
              .map((one) => one.scrollHeight - one.clientHeight),
          )
        })
        expect(overflow).toBeLessThan(2)
      }
    })

    it('scrolls the list of a week full of events without a task above 100 ms', async () => {
      const page = await signedIn('full')
      await watchTasks(page)
      await page.evaluate(() => localStorage.setItem('dayport-span', 'list'))
      await page.reload()
      await page.locator('.entry').first().waitFor()
      await page.waitForLoadState('networkidle')
      const loading = await longestTask(page)
      await page.mouse.move(700, 500)
      for (let step = 0; step < 60; step += 1) await page.mouse.wheel(0, 400)
      const scrolling = await longestTask(page)
      console.log(`longest task of the list, ms: first drawing ${loading}, scrolling ${scrolling}`)
      expect(scrolling).toBeLessThan(100)
    })
  })
})
