import { type Component, draftOf, editCalendar, expandSeries, type SeriesFacts } from '@dayport/core/ical'
import { mailOf } from '../events/details.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import { wallDistance, wallText } from '../events/times.ts'
import { answersIn, componentsOf, keyOf, linesOf, seriesKey } from './components.ts'

/** Instances of both versions that are compared; what comes later follows from the same rule. */
const maxCompared = 2_000

const unanswered = 'NEEDS-ACTION'

const linesNamed = (component: Component, ...names: readonly string[]): string =>
  JSON.stringify(names.map((name) => component.propertiesNamed(name).map(draftOf)))

const timesOf = (component: Component): string => linesNamed(component, 'DTSTART', 'DTEND', 'DURATION')

/** Original starts by the rules alone. */
const startsOf = (facts: SeriesFacts, floatingZone: string) => {
  const { instances, truncated } = expandSeries(
    { ...facts, overrides: [] },
    {
      range: { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY },
      floatingZone,
      maxInstances: maxCompared,
    },
  )
  return { starts: new Map(instances.map((one) => [wallText(one.recurrenceId), one.startMs])), truncated }
}

/** Whether the series has got occurrences that it did not have. */
const hasMore = (before: OpenObject, after: OpenObject, floatingZone: string): boolean => {
  if (before.master === null || after.master === null) return false
  const rules = ['RRULE', 'RDATE', 'EXDATE', 'EXRULE']
  if (linesNamed(before.master, ...rules) === linesNamed(after.master, ...rules)) return false
  const old = startsOf(before.facts, floatingZone)
  const lastMs = Math.max(...old.starts.values())
  return [...startsOf(after.facts, floatingZone).starts].some(
    ([start, startMs]) => !old.starts.has(start) && (!old.truncated || startMs <= lastMs),
  )
}

/** Whether an override stands at another time than the series has it. */
const isMoved = ({ facts }: OpenObject, index: number): boolean => {
  const own = facts.overrides[index]
  if (own === undefined || own.start === null) return false
  if (wallText(own.start) !== wallText(own.recurrenceId)) return true
  const length = facts.start === null || facts.end === null ? null : wallDistance(facts.start, facts.end)
  return length !== null && own.end !== null && wallDistance(own.start, own.end) !== length
}

/** Keys of the components that happen at another time, or more often, than before. RFC 6638 §3.2.8. */
const rescheduled = (before: OpenObject, after: OpenObject, floatingZone: string): ReadonlySet<string> => {
  const old = new Map(componentsOf(before).map((component) => [keyOf(component), component]))
  const keys = new Set<string>()
  const series = old.get(seriesKey)
  if (after.master !== null) {
    const isOther = series === undefined || timesOf(series) !== timesOf(after.master)
    if (isOther || hasMore(before, after, floatingZone)) keys.add(seriesKey)
  }
  after.overrides.forEach((override, index) => {
    const known = old.get(keyOf(override))
    if (known === undefined ? isMoved(after, index) : timesOf(known) !== timesOf(override)) keys.add(keyOf(override))
  })
  return keys
}

/**
 * An edit of a meeting by its organizer, with the answers that it makes void asked for again: of those people, in the components that
 * happen at another time now (RFC 6638 §3.2.8). What else they answered stays, also where the organizer's program did not know of it
 * (§3.2.10.1).
 *
 * @param addresses of the attendees whose answers the portal keeps, lower case
 */
export const askAnew = (
  before: Uint8Array,
  after: Uint8Array,
  addresses: ReadonlySet<string>,
  floatingZone: string,
): { readonly bytes: Uint8Array; readonly asked: ReadonlySet<string> } => {
  const old = openObject(before)
  const object = openObject(after)
  const asked = rescheduled(old, object, floatingZone)
  const known = new Map(componentsOf(old).map((component) => [keyOf(component), component]))
  const editor = editCalendar(object.document)
  for (const component of componentsOf(object)) {
    const key = keyOf(component)
    const source = known.get(key) ?? known.get(seriesKey)
    const answers = source === undefined ? new Map<string, string>() : answersIn(source)
    for (const line of linesOf(component, addresses)) {
      const draft = draftOf(line)
      const isOpen = (line.param('PARTSTAT') ?? unanswered).toUpperCase() === unanswered
      const given = answers.get(mailOf(line.value).toLowerCase()) ?? null
      if (asked.has(key)) {
        if (!isOpen) editor.replace(line, { ...draft, params: { ...draft.params, PARTSTAT: unanswered, RSVP: 'TRUE' } })
      } else if (isOpen && given !== null && given !== unanswered) {
        editor.replace(line, { ...draft, params: { ...draft.params, PARTSTAT: given } })
      }
    }
  }
  return { bytes: editor.toBytes(), asked }
}
