import { CalendarError, type ObjectDraft } from '@dayport/core'

const hourMs = 3_600_000

/** What an event of the tests is made of; everything but the UID has a default. */
export interface EventFacts {
  readonly uid: string
  readonly summary?: string // 'Meeting'
  /** ms since the Unix epoch, whole seconds. Default: 2026-03-02T09:00:00Z. */
  readonly startMs?: number
  /** Default: an hour after the start. */
  readonly endMs?: number
  /** Default: VEVENT. */
  readonly component?: 'VEVENT' | 'VTODO'
}

/** A small valid event in UTC with its index, ready for `putObject` of a store. */
export const eventDraft = (facts: EventFacts): ObjectDraft => {
  const startMs = facts.startMs ?? Date.UTC(2026, 2, 2, 9)
  const endMs = facts.endMs ?? startMs + hourMs
  const component = facts.component ?? 'VEVENT'
  return {
    data: eventBytes({ ...facts, startMs, endMs, component }),
    index: { uid: facts.uid, component, firstStartMs: startMs, lastEndMs: endMs, recurrence: null, tzids: [] },
  }
}

/** The text of such an event; `rule` is an RRULE value. */
export const eventBytes = (facts: EventFacts & { readonly rule?: string }): Uint8Array => {
  const component = facts.component ?? 'VEVENT'
  const startMs = facts.startMs ?? Date.UTC(2026, 2, 2, 9)
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Dayport//testkit//EN',
    `BEGIN:${component}`,
    `UID:${facts.uid}`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART:${utcText(startMs)}`,
    `${component === 'VTODO' ? 'DUE' : 'DTEND'}:${utcText(facts.endMs ?? startMs + hourMs)}`,
    ...(facts.rule === undefined ? [] : [`RRULE:${facts.rule}`]),
    `SUMMARY:${facts.summary ?? 'Meeting'}`,
    `END:${component}`,
    'END:VCALENDAR',
    '',
  ]
  return new TextEncoder().encode(lines.join('\r\n'))
}

/** `20260302T090000Z`. */
const utcText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`

/** Everything that an async iterable yields. */
export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The code of the error that a promise ends with; `null` when it ends well. Fails when it is not a CalendarError. */
export const codeOf = async (promise: Promise<unknown>): Promise<string | null> => {
  try {
    await promise
    return null
  } catch (error) {
    if (CalendarError.is(error)) return error.code
    throw error
  }
}
