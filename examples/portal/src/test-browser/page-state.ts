import type { Page } from 'playwright-core'

/** What the page shows when a test fails: where it is, what has the focus, and the words of its windows, else of its main part. */
export const pageState = async (page: Page): Promise<string> => {
  const state = await page
    .evaluate(() => {
      const words = (element: Element) => (element.textContent ?? '').replace(/\s+/g, ' ').slice(0, 600)
      const windows = [...document.querySelectorAll('dialog[open]')]
      return {
        address: location.pathname + location.search,
        focus: document.activeElement?.outerHTML.slice(0, 300),
        said: [...document.querySelectorAll('[aria-live], [role=status], [role=alert]')].map(words).filter(Boolean),
        windows: windows.map(words),
        page: windows.length === 0 ? words(document.querySelector('main') ?? document.body) : undefined,
      }
    })
    .catch((reason: unknown) => String(reason))
  return `The page of the failed test: ${JSON.stringify(state, null, 2)}`
}
