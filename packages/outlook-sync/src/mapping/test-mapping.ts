import { indexObject, parseCalendar, validateObject } from '@dayport/core/ical'
import { expect } from 'vitest'
import type { MappingContext } from '../item-mapping.ts'
import type { ItemUpload, ListItem } from '../list-item.ts'
import { createItemMapping } from './index.ts'

export const mapping = createItemMapping()
export const nowMs = Date.UTC(2026, 2, 1, 12)
/** Ann in Moscow, at noon of the first of March. */
export const context: MappingContext = {
  nowMs,
  window: { startMs: Date.UTC(2025, 11, 1), endMs: Date.UTC(2027, 2, 1) },
  timeZone: 'Europe/Moscow',
  newUid: () => 'new-uid',
}

/** One VEVENT. */
export const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', 'UID:u1', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n')
/** An object of these components. */
export const calendar = (...events: string[]): Uint8Array =>
  new TextEncoder().encode(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//T//EN', ...events, 'END:VCALENDAR', ''].join('\r\n'),
  )
export const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? new Uint8Array())
export const items = (bytes: Uint8Array): readonly ListItem[] => mapping.itemsOf(bytes, context).items
/** The item of an object that has one. */
export const only = (bytes: Uint8Array): ListItem => {
  const list = items(bytes)
  expect(list.map(({ key }) => key)).toHaveLength(1)
  return list[0]!
}
/** What a client sends. */
export const upload = (fields: Record<string, string>, bag: Record<string, string> = {}): ItemUpload => ({
  fields: new Map(Object.entries(fields)),
  bag: new Map(Object.entries(bag)),
})
/** The same bytes, which every door takes. */
export const valid = (bytes: Uint8Array): Uint8Array => {
  validateObject(parseCalendar(bytes))
  indexObject(parseCalendar(bytes))
  return bytes
}
/** What is shown, in a word each. */
export const keys = (bytes: Uint8Array): string[] =>
  items(bytes).map(({ kind, key, start }) => `${kind} ${key} ${start}`)

/** A series on Mondays at nine in Berlin. */
export const weekly = (more: string[] = [], overrides: string[] = []) =>
  calendar(
    event(
      'DTSTART;TZID=Europe/Berlin:20260105T090000',
      'DTEND;TZID=Europe/Berlin:20260105T100000',
      'RRULE:FREQ=WEEKLY;BYDAY=MO',
      'SUMMARY:Week',
      ...more,
    ),
    ...overrides,
  )
