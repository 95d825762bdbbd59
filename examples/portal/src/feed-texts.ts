import type { ShownTexts } from '@dayport/core/ical'
import type { Locale } from './accounts/people.ts'

/** What feeds say themselves, in the language of a link's maker: they know who will read it, and titles are in theirs too. */
export const feedTexts: Readonly<Record<Locale, Required<ShownTexts>>> = {
  ru: { busyText: 'Занято', reminderText: 'Напоминание' },
  en: { busyText: 'Busy', reminderText: 'Reminder' },
}
