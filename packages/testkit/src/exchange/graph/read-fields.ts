import { resolveKnownZone } from '@dayport/core/ical'
import type { FakeAttendee, FakeFields, FakeRecurrence, FakeTime } from './fake-event.ts'
import { GraphFault } from './graph-fault.ts'

type Json = Readonly<Record<string, unknown>>

/** What a body of a POST or PATCH says. Strict: what the service would refuse is a fault here, so that a client's mistake shows. */
export interface ReadFields {
  readonly fields: Partial<FakeFields>
  readonly recurrence?: FakeRecurrence | null
  readonly properties: readonly { readonly id: string; readonly value: string }[]
  readonly transactionId: string | null
}

const known = new Set([
  'subject',
  'body',
  'start',
  'end',
  'isAllDay',
  'location',
  'sensitivity',
  'showAs',
  'importance',
  'categories',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'attendees',
  'responseRequested',
  'isOnlineMeeting',
  'recurrence',
  'singleValueExtendedProperties',
  'transactionId',
])

export const readFields = (body: unknown): ReadFields => {
  const json = record(body, 'the body')
  for (const name of Object.keys(json)) if (!known.has(name)) throw bad(`unknown property ${name}`)
  const fields: Partial<FakeFields> = {}
  if (has(json, 'subject')) fields.subject = text(json.subject, 'subject', 255)
  if (has(json, 'body')) {
    const item = record(json.body, 'body')
    const contentType = String(item.contentType).toLowerCase()
    if (contentType !== 'text' && contentType !== 'html') throw bad('body.contentType')
    fields.body = { contentType, content: text(item.content, 'body.content', 5_000_000) }
  }
  if (has(json, 'start')) fields.start = time(json.start, 'start')
  if (has(json, 'end')) fields.end = time(json.end, 'end')
  if (has(json, 'isAllDay')) fields.isAllDay = flag(json.isAllDay, 'isAllDay')
  if (has(json, 'location')) {
    fields.location = { displayName: text(record(json.location, 'location').displayName, 'location.displayName', 255) }
  }
  if (has(json, 'sensitivity')) {
    fields.sensitivity = word(json.sensitivity, ['normal', 'personal', 'private', 'confidential'])
  }
  if (has(json, 'showAs')) {
    fields.showAs = word(json.showAs, ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'])
  }
  if (has(json, 'importance')) fields.importance = word(json.importance, ['low', 'normal', 'high'])
  if (has(json, 'categories')) {
    if (!Array.isArray(json.categories)) throw bad('categories')
    fields.categories = [...new Set(json.categories.map((name) => text(name, 'categories', 255)))]
  }
  if (has(json, 'isReminderOn')) fields.isReminderOn = flag(json.isReminderOn, 'isReminderOn')
  if (has(json, 'reminderMinutesBeforeStart')) {
    fields.reminderMinutesBeforeStart = count(json.reminderMinutesBeforeStart, 'reminderMinutesBeforeStart', 0)
  }
  if (has(json, 'attendees')) fields.attendees = attendees(json.attendees)
  if (has(json, 'responseRequested')) fields.responseRequested = flag(json.responseRequested, 'responseRequested')
  if (has(json, 'isOnlineMeeting')) fields.isOnlineMeeting = flag(json.isOnlineMeeting, 'isOnlineMeeting')
  return {
    fields,
    ...(has(json, 'recurrence') ? { recurrence: json.recurrence === null ? null : recurrence(json.recurrence) } : {}),
    properties: properties(json.singleValueExtendedProperties),
    transactionId: has(json, 'transactionId') ? text(json.transactionId, 'transactionId', 400) : null,
  }
}

const bad = (what: string) => new GraphFault(400, 'ErrorInvalidRequest', `Your request is invalid: ${what}`)

const has = (json: Json, name: string) => json[name] !== undefined

const record = (value: unknown, what: string): Json => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(what)
  return value as Json
}

const text = (value: unknown, what: string, max: number): string => {
  if (typeof value !== 'string' || value.length > max) throw bad(what)
  return value
}

const flag = (value: unknown, what: string): boolean => {
  if (typeof value !== 'boolean') throw bad(what)
  return value
}

const count = (value: unknown, what: string, min: number): number => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min) throw bad(what)
  return value
}

const word = (value: unknown, words: readonly string[]): string => {
  if (typeof value !== 'string' || !words.includes(value)) throw bad(`${String(value)} is none of ${words.join(', ')}`)
  return value
}

const time = (value: unknown, what: string): FakeTime => {
  const { dateTime, timeZone } = record(value, what)
  if (typeof dateTime !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(dateTime)) {
    throw bad(`${what}.dateTime`)
  }
  if (typeof timeZone !== 'string' || resolveKnownZone(timeZone) === null) throw bad(`${what}.timeZone`)
  return { dateTime: `${dateTime.slice(0, 16)}:00`, timeZone }
}

const attendees = (value: unknown): readonly FakeAttendee[] => {
  if (!Array.isArray(value)) throw bad('attendees')
  return value.map((item) => {
    const { type, emailAddress } = record(item, 'attendee')
    const { address, name } = record(emailAddress, 'attendee.emailAddress')
    return {
      type: word(type ?? 'required', ['required', 'optional', 'resource']) as FakeAttendee['type'],
      emailAddress: { address: text(address, 'address', 320), ...(typeof name === 'string' ? { name } : {}) },
    }
  })
}

const properties = (value: unknown) => {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw bad('singleValueExtendedProperties')
  return value.map((item) => {
    const { id, value: content } = record(item, 'singleValueExtendedProperty')
    if (
      typeof id !== 'string' ||
      !/^(String|Integer|Binary|Boolean) (\{[0-9a-f-]{36}\} (Name|Id) \S+|0x[0-9a-f]+)$/i.test(id)
    ) {
      throw bad('singleValueExtendedProperty.id')
    }
    return { id, value: text(content, 'singleValueExtendedProperty.value', 1_000_000) }
  })
}

const date = (value: unknown, what: string): string => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) throw bad(what)
  return value
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

const recurrence = (value: unknown): FakeRecurrence => {
  const json = record(value, 'recurrence')
  const pattern = record(json.pattern, 'recurrence.pattern')
  const range = record(json.range, 'recurrence.range')
  const type = word(pattern.type, [
    'daily',
    'weekly',
    'absoluteMonthly',
    'relativeMonthly',
    'absoluteYearly',
    'relativeYearly',
  ]) as FakeRecurrence['pattern']['type']
  const needs = (name: string) => {
    if (pattern[name] === undefined) throw bad(`recurrence.pattern.${name} is required for ${type}`)
  }
  // The documentation wants firstDayOfWeek, too; its own example does without.
  if (type === 'weekly') needs('daysOfWeek')
  if (type === 'absoluteMonthly' || type === 'absoluteYearly') needs('dayOfMonth')
  if (type === 'relativeMonthly' || type === 'relativeYearly') needs('daysOfWeek')
  if (type === 'absoluteYearly' || type === 'relativeYearly') needs('month')
  const days = pattern.daysOfWeek
  const end = word(range.type, ['noEnd', 'numbered', 'endDate']) as FakeRecurrence['range']['type']
  return {
    pattern: {
      type,
      interval: count(pattern.interval, 'recurrence.pattern.interval', 1),
      ...(Array.isArray(days) ? { daysOfWeek: days.map((day) => word(String(day).toLowerCase(), weekdays)) } : {}),
      ...(typeof pattern.firstDayOfWeek === 'string'
        ? { firstDayOfWeek: word(pattern.firstDayOfWeek.toLowerCase(), weekdays) }
        : {}),
      ...(typeof pattern.dayOfMonth === 'number' ? { dayOfMonth: pattern.dayOfMonth } : {}),
      ...(typeof pattern.month === 'number' ? { month: pattern.month } : {}),
      ...(typeof pattern.index === 'string'
        ? { index: word(pattern.index, ['first', 'second', 'third', 'fourth', 'last']) }
        : {}),
    },
    range: {
      type: end,
      startDate: date(range.startDate, 'recurrence.range.startDate'),
      ...(end === 'endDate' ? { endDate: date(range.endDate, 'recurrence.range.endDate') } : {}),
      ...(end === 'numbered'
        ? { numberOfOccurrences: count(range.numberOfOccurrences, 'recurrence.range.numberOfOccurrences', 1) }
        : {}),
      ...(typeof range.recurrenceTimeZone === 'string' ? { recurrenceTimeZone: range.recurrenceTimeZone } : {}),
    },
  }
}
