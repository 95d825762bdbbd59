import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'
import type { z } from 'zod'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { type OpenPortalOptions, openPortal } from '../open-portal.ts'
import { applySeed } from '../start/seed.ts'
import { Seed } from '../start/seed-schema.ts'
import { serve } from '../start/server.ts'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The system's Chromium; `undefined` where there is none, and browser tests are skipped. */
export const chromiumPath: string | undefined = [process.env.CHROMIUM_PATH, ...paths].find(
  (path) => path !== undefined && existsSync(path),
)

/** A page, and everything in it that nobody should see. */
export interface WatchedPage {
  readonly page: Page
  /** Console errors, uncaught errors, requests to other hosts, and violations of the content security policy. */
  readonly faults: readonly string[]
}

/** The portal with the page that was built for this run, over real HTTP, and a browser before it. */
export const openBrowserPortal = async ({
  seed,
  files = {},
  env = {},
  ...outside
}: {
  readonly seed: z.input<typeof Seed>
  readonly files?: Record<string, string>
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>
} & Pick<OpenPortalOptions, 'fetchExchange' | 'fetchAddress' | 'now'>) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portal-browser-'))
  const lines: string[] = []
  const log = createLog({ write: (line) => void lines.push(line) })
  const config = readConfig({ DATA_DIR: join(dataDir, 'data'), PORT: '0', PORTAL_DEMO: '0', ...env })
  const portal = await openPortal(config, { log, webRoot: inject('webRoot'), version: 'test', ...outside })
  const encoder = new TextEncoder()
  await applySeed(portal.parts, Seed.parse(seed), async (name) => encoder.encode(files[name] ?? ''))
  const running = await serve(portal, config, (error) => lines.push(String(error)))
  const browser: Browser = await chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })

  return {
    url: running.url,
    portal,

    /** A browser of its own: no cookie of another. */
    open: async (path: string, options: BrowserContextOptions = {}): Promise<WatchedPage> => {
      const context = await browser.newContext({ locale: 'ru-RU', timezoneId: 'Europe/Moscow', ...options })
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: running.url })
      // The week of the test's events.
      await context.clock.setFixedTime(new Date('2026-11-25T08:24:00Z'))
      const page = await context.newPage()
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(`console: ${message.text()}`)
      })
      page.on('request', (request) => {
        if (!request.url().startsWith(running.url)) faults.push(`request to ${request.url()}`)
      })
      await page.goto(running.url + path)
      return { page, faults }
    },

    close: async () => {
      await browser.close()
      await running.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}

export type BrowserPortal = Awaited<ReturnType<typeof openBrowserPortal>>

/** Signs in by the form, as a person does. */
export const signIn = async ({ page }: WatchedPage, login: string, password: string): Promise<void> => {
  await page.locator('input[autocomplete=username]').fill(login)
  await page.locator('input[autocomplete=current-password]').fill(password)
  await page.locator('button[type=submit]').click()
  await page.locator('#calendars').waitFor({ state: 'attached' })
}

/** Outlook's links are counted in `data-opened` and not handed to this machine's programs. */
export const keepOutlookShut = (page: Page): Promise<void> =>
  page.evaluate(() =>
    document.addEventListener('click', (event) => {
      if (!(event.target instanceof Element) || event.target.closest('a[href^="stssync:"]') === null) return
      event.preventDefault()
      const { dataset } = document.documentElement
      dataset.opened = String(Number(dataset.opened ?? 0) + 1)
    }),
  )
