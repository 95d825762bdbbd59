import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserPortal, chromiumPath, openBrowserPortal, signIn, type WatchedPage } from './open-browser-portal.ts'
import { pageState } from './page-state.ts'
import { password } from './seed.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** It failed at first; `npm test` names it. */
    triedAgain?: boolean
  }
}

type Options = Parameters<BrowserPortal['open']>[1]

/** What the tests of one file share: a portal, a browser before it, and everything that its pages complained of. */
export interface TestBrowser {
  readonly url: string
  readonly portal: BrowserPortal['portal']
  /** A browser of its own, signed in to nothing. */
  readonly open: (path?: string, options?: Options) => Promise<WatchedPage>
  /** A browser of its own in which the person has signed in by the form. */
  readonly signedIn: (login: string, options?: Options) => Promise<Page>
  /** Keeps a picture as NAME.png in the folder that SHOTS names; without it nothing. */
  readonly shot: (page: Page, name: string) => Promise<void>
}

/** The open windows of a page. */
export const dialog = (page: Page): Locator => page.getByRole('dialog')

/**
 * A file's browser tests over one portal, skipped where there is no Chromium. The last test fails when any page wrote an error to its
 * console, broke the content security policy or asked another host.
 */
export const describeInBrowser = (
  name: string,
  {
    viewport = { width: 1280, height: 900 },
    expected = () => false,
    ...parts
  }: Parameters<typeof openBrowserPortal>[0] & {
    /** Of pages whose test names no other. */
    readonly viewport?: { readonly width: number; readonly height: number }
    /** Complaints that a test of the file means to bring about. */
    readonly expected?: (fault: string) => boolean
  },
  tests: (browser: TestBrowser) => void,
): void => {
  // A browser on a busy machine needs its time. Continuous integration tries a test again once, and names those that needed it.
  const options = { timeout: 120_000, retry: process.env.CI ? 1 : 0 }
  describe.skipIf(chromiumPath === undefined)(name, options, () => {
    let world: BrowserPortal
    const watched: WatchedPage[] = []
    let ofThisTest: Page[] = []
    beforeAll(async () => {
      world = await openBrowserPortal(parts)
    })
    afterAll(() => world?.close())
    // A page that stays open is drawn anew with every change of the tests after it.
    afterEach(async ({ task }) => {
      const pages = ofThisTest
      ofThisTest = []
      if (task.result?.retryCount) task.meta.triedAgain = true
      if (task.result?.errors?.length) for (const page of pages) console.log(await pageState(page))
      await Promise.all(pages.map((page) => page.context().close()))
    })

    const open = async (path = '/', options: Options = {}): Promise<WatchedPage> => {
      const one = await world.open(path, { viewport, ...options })
      watched.push(one)
      ofThisTest.push(one.page)
      return one
    }
    tests({
      get url() {
        return world.url
      },
      get portal() {
        return world.portal
      },
      open,
      signedIn: async (login, options) => {
        const one = await open('/', options)
        await signIn(one, login, password)
        return one.page
      },
      shot: async (page, picture) => {
        const folder = process.env.SHOTS
        if (folder !== undefined) await page.screenshot({ path: `${folder}/${picture}.png` })
      },
    })

    it('has written no error to any console, broken no policy, and asked nobody else', () => {
      expect(watched.length).toBeGreaterThan(0)
      expect(watched.flatMap(({ faults }) => faults).filter((fault) => !expected(fault))).toEqual([])
    })
  })
}
