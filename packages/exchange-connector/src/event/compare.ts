import { floorMinute } from './days.ts'
import type { ExchangeAttendee, ExchangeContent, ExchangeSpan, Sensitivity, ShowAs } from './model.ts'
import { isSameBody, oneLine } from './text.ts'
import { isSameZone } from './zones.ts'

/** Whether two spans are the same time; a zone that is not known is no difference. */
export const isSameSpan = (a: ExchangeSpan, b: ExchangeSpan): boolean => {
  if (a.kind === 'days') return b.kind === 'days' && a.startDate === b.startDate && a.endDate === b.endDate
  return (
    b.kind === 'instants' &&
    floorMinute(a.startMs) === floorMinute(b.startMs) &&
    floorMinute(a.endMs) === floorMinute(b.endMs) &&
    isSameZone(a.startZone, b.startZone) &&
    isSameZone(a.endZone, b.endZone)
  )
}

/** Personal and private are one CLASS. */
export const classOf = (sensitivity: Sensitivity): 'PUBLIC' | 'PRIVATE' | 'CONFIDENTIAL' =>
  sensitivity === 'normal' ? 'PUBLIC' : sensitivity === 'confidential' ? 'CONFIDENTIAL' : 'PRIVATE'

/** Nobody writes "no data": an item that says it takes its time. */
const shown = (showAs: ShowAs): ShowAs => (showAs === 'noData' ? 'busy' : showAs)

export const isSameCategories = (a: readonly string[], b: readonly string[]): boolean => {
  const keys = (names: readonly string[]): string =>
    [...new Set(names.map((name) => oneLine(name).toLowerCase()))].sort().join('\n')
  return keys(a) === keys(b)
}

/** Whether the same people are asked in the same roles; names and answers aside. */
export const isSameAttendees = (a: readonly ExchangeAttendee[], b: readonly ExchangeAttendee[]): boolean => {
  const keys = (people: readonly ExchangeAttendee[]): string =>
    people
      .map(({ address, role }) => `${address.toLowerCase()} ${role}`)
      .sort()
      .join('\n')
  return keys(a) === keys(b)
}

/** Fields that differ, each by what it means. `attendees` that are `null` on one side differ from nothing. */
export const differingFields = (a: ExchangeContent, b: ExchangeContent): ReadonlySet<keyof ExchangeContent> => {
  const differing = new Set<keyof ExchangeContent>()
  const note = (field: keyof ExchangeContent, isSame: boolean): void => {
    if (!isSame) differing.add(field)
  }
  note('subject', oneLine(a.subject) === oneLine(b.subject))
  note('body', isSameBody(a.body, b.body))
  note('location', oneLine(a.location) === oneLine(b.location))
  note('sensitivity', classOf(a.sensitivity) === classOf(b.sensitivity))
  note('showAs', shown(a.showAs) === shown(b.showAs))
  note('importance', a.importance === b.importance)
  note('categories', isSameCategories(a.categories, b.categories))
  note('reminderMinutes', a.reminderMinutes === b.reminderMinutes)
  note('attendees', a.attendees === null || b.attendees === null || isSameAttendees(a.attendees, b.attendees))
  return differing
}

/** The fields that an exception may have of its own; who is asked and how private it is belong to the series. */
export const exceptionFields = [
  'subject',
  'body',
  'location',
  'showAs',
  'importance',
  'categories',
  'reminderMinutes',
] as const satisfies readonly (keyof ExchangeContent)[]

/**
 * The fields of an occurrence that its series has otherwise. One without categories has its series': an exception cannot say that it
 * has none.
 */
export const exceptionOf = (master: ExchangeContent, occurrence: ExchangeContent): Partial<ExchangeContent> => {
  const differing = differingFields(master, occurrence)
  const isSaid = (field: keyof ExchangeContent): boolean =>
    differing.has(field) && !(field === 'categories' && occurrence.categories.length === 0)
  return Object.fromEntries(exceptionFields.filter(isSaid).map((field) => [field, occurrence[field]]))
}
