import type { Language } from './advice.ts'

/** What one Outlook can do with a calendar of a host. */
export interface OutlookVersion {
  readonly name: string
  /** Both ways, by `stssync:` and the list service behind it. */
  readonly twoWay: boolean
  /** Reading by a subscribed link. */
  readonly subscription: boolean
}

const rows: readonly (readonly [ru: string, en: string, twoWay: boolean, subscription: boolean])[] = [
  [
    'Outlook 2007, 2010, 2013, 2016, 2019, 2021, 2024 для Windows',
    'Outlook 2007, 2010, 2013, 2016, 2019, 2021, 2024 for Windows',
    true,
    true,
  ],
  ['Классический Outlook из Microsoft 365 для Windows', 'Classic Outlook of Microsoft 365 for Windows', true, true],
  ['Новый Outlook для Windows', 'New Outlook for Windows', false, true],
  ['Outlook в браузере', 'Outlook on the web', false, true],
  ['Outlook для Mac', 'Outlook for Mac', false, false],
  ['Outlook на телефоне', 'Outlook on phones', false, false],
  ['Outlook 2003 и раньше', 'Outlook 2003 and earlier', false, false],
]

/** Which Outlook can do what, newest ways first; the notice before the connection is made of it. */
export const outlookVersions = (language: Language): readonly OutlookVersion[] =>
  rows.map(([ru, en, twoWay, subscription]) => ({ name: language === 'ru' ? ru : en, twoWay, subscription }))

/** What a visitor's browser tells: classic Outlook runs on Windows alone. */
export const mayHaveClassicOutlook = (userAgent: string): boolean => /\bWindows NT\b/.test(userAgent)
