import { createOutlookModel } from '@dayport/testkit'

/** One value of a `stssync:` link, as Outlook reads it. */
export const stssyncValue = (link: string, name: string): string =>
  decodeURIComponent(new RegExp(`[?&]${name}=([^&]*)`).exec(link)?.[1] ?? '')
    .replaceAll('|', '')
    // Letters of other alphabets stand as the hexadecimal digits of their code units.
    .replace(/\[((?:[0-9A-F]{4})+)\]/gi, (_, digits: string) =>
      String.fromCharCode(...(digits.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16))),
    )

/**
 * An Outlook that opened the link.
 *
 * @param editor one hexadecimal digit that tells this Outlook from others.
 */
export const outlookOf = (link: string, editor: string) => {
  let id = 0
  return createOutlookModel({
    fetch: (request) => fetch(request),
    baseUrl: stssyncValue(link, 'base-url'),
    listGuid: stssyncValue(link, 'guid'),
    newGuid: () => `00000000-0000-4000-8000-${editor}${String(++id).padStart(11, '0')}`,
    editor: editor.repeat(32),
    onConflict: () => 'keep-theirs',
    uploadsFirst: () => true,
    sendsAll: () => true,
  })
}
