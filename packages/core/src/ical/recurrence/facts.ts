import { CalendarError } from '../../errors.ts'
import type { SeriesFacts } from './model.ts'

/** Writes facts as JSON, for `ObjectIndex.recurrence`. */
export const factsToJson = (facts: SeriesFacts): string => JSON.stringify(facts)

/**
 * Reads what {@link factsToJson} wrote. The text is our own, so only its outline is tested.
 *
 * @throws {CalendarError} `invalid-calendar-data` when it is something else.
 */
export const seriesFromFacts = (json: string): SeriesFacts => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw new CalendarError('invalid-calendar-data', 'the recurrence facts are not JSON', { cause })
  }
  if (!isFacts(value)) throw new CalendarError('invalid-calendar-data', 'the recurrence facts lack a part')
  return value
}

const lists = ['rrules', 'exrules', 'rdates', 'exdates', 'overrides'] as const

const isFacts = (value: unknown): value is SeriesFacts => {
  if (typeof value !== 'object' || value === null || !('start' in value) || !('zones' in value)) return false
  const facts: Readonly<Record<string, unknown>> = { ...value }
  return lists.every((name) => Array.isArray(facts[name]))
}
