import type { CalendarEvent } from './api.ts'

/** What came from elsewhere since it was told last; a series counts once. */
export interface LiveNews {
  /** New events, each by its first occurrence in the range. */
  readonly added: ReadonlyMap<string, CalendarEvent>
  /** Names of those that are other than before, or gone. */
  readonly changed: ReadonlySet<string>
}

export const noNews: LiveNews = { added: new Map(), changed: new Set() }

const nameOf = ({ calendar, object }: CalendarEvent): string => `${calendar}/${object}`
const occurrenceOf = (event: CalendarEvent): string => `${nameOf(event)}/${event.recurrenceId ?? ''}`

/** Adds to `news` what two looks at one range differ in. */
export const withDifference = (
  news: LiveNews,
  before: readonly CalendarEvent[],
  after: readonly CalendarEvent[],
): LiveNews => {
  const added = new Map(news.added)
  const changed = new Set(news.changed)
  const known = new Set(before.map(nameOf))
  const left = new Map(before.map((event) => [occurrenceOf(event), event.etag]))
  for (const event of after) {
    const name = nameOf(event)
    if (!known.has(name)) {
      // What is new stays new, whatever becomes of it before it is told.
      if (!added.has(name) && !changed.has(name)) added.set(name, event)
    } else if (left.get(occurrenceOf(event)) !== event.etag && !added.has(name)) changed.add(name)
    left.delete(occurrenceOf(event))
  }
  for (const event of before) {
    if (!left.has(occurrenceOf(event))) continue
    const name = nameOf(event)
    // Come and gone in the meantime: nothing to tell.
    if (!added.delete(name)) changed.add(name)
  }
  return { added, changed }
}
