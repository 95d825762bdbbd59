import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/**
 * Of what axe finds named otherwise than it is seen, that which is: on the grid an event is called by its title, with which its name
 * begins (WCAG 2.5.3), and its time and place are only below it; a cell is nothing that one would call.
 */
const namedOtherwise = (selectors: string[]): string[] =>
  selectors.filter((selector) => {
    const element = document.querySelector(selector)
    if (element?.matches('[role=gridcell]')) return false
    const title = element?.matches('.g-entry') ? element.querySelector('.g-title')?.textContent?.trim() : undefined
    return title === undefined || !(element?.getAttribute('aria-label') ?? '').startsWith(title)
  })

/**
 * Rules of WCAG 2.2 A and AA that are broken seriously, with where.
 *
 * @param part only what this selector finds: beside an open window the page has been looked at already and is inert.
 */
export const seriousFaults = async (page: Page, part?: string): Promise<string[]> => {
  // What is still fading in has not yet the colours that a person reads.
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    return Promise.allSettled(ending.map(({ finished }) => finished)).then(() => undefined)
  })
  // There are no frames of other origins, for which axe would open a page of its own each time.
  const axe = new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .setLegacyMode()
  const { violations } = await (part === undefined ? axe : axe.include(part)).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(' ')) }))
  for (const fault of serious) {
    if (fault.id === 'label-content-name-mismatch') fault.at = await page.evaluate(namedOtherwise, fault.at)
  }
  return serious.filter(({ at }) => at.length > 0).map(({ id, at }) => `${id}: ${at.join(', ')}`)
}
