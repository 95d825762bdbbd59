import { CalendarError } from '../errors.ts'
import { defaultObjectLimits, type ObjectLimits } from '../limits.ts'
import { parseRule } from './recurrence/parse-rule.ts'
import type { CalendarDocument, Component } from './text/model.ts'
import { readTimes } from './text/values-time.ts'

/** Damage after which nobody can tell whether a whole object arrived. */
const damage = new Set(['no-calendar', 'missing-end', 'stray-end'])

/** The components that a calendar object may be about. RFC 5545 §3.6, RFC 7953 §3.1; VPOLL is a draft that clients store. */
const objectKinds = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VAVAILABILITY', 'VPOLL'])

/**
 * The components that an object is about: master and overrides, without time zones. Components of unknown kinds travel along
 * and do not count, unless there is nothing else.
 */
export const objectComponents = (calendar: Component): readonly Component[] => {
  const known = calendar.components.filter(({ name }) => objectKinds.has(name))
  return known.length > 0 ? known : calendar.components.filter(({ name }) => name !== 'VTIMEZONE')
}

/**
 * Tests what may be stored as one calendar object resource: RFC 4791 §4.1, and of RFC 5545 what nobody could show or sync
 * without. Liberal where real programs are: no VTIMEZONE for a known zone, floating times, DTEND at or before DTSTART, EXDATE
 * or UNTIL of another type than DTSTART, overrides without their master, overrides without DTSTART.
 *
 * @throws {CalendarError} `invalid-calendar-data` when it is no sound iCalendar, `invalid-calendar-object` when it is sound but
 * not one object, `limit-exceeded` with `details.limit` and `details.allowed`.
 */
export const validateObject = (document: CalendarDocument, limits: Partial<ObjectLimits> = {}): void => {
  const allowed = { ...defaultObjectLimits, ...limits }
  for (const { code, message, line } of document.warnings) {
    if (damage.has(code)) throw invalid(`line ${line}: ${message}`, { line })
  }
  const [calendar, ...others] = document.calendars
  if (calendar === undefined || others.length > 0) throw notOne('expected one VCALENDAR')
  if (calendar.property('VERSION')?.value.trim() === '1.0') throw invalid('expected VERSION:2.0, got vCalendar 1.0')
  // "Calendar components in a calendar collection ... MUST NOT contain the METHOD property": RFC 4791 §4.1.
  if (calendar.property('METHOD') !== undefined) throw notOne('expected no METHOD in a stored object')

  const components = objectComponents(calendar)
  const [first] = components
  if (first === undefined) throw notOne('expected a component other than VTIMEZONE')
  if (components.length > allowed.maxOverrides + 1) throw overLimit('maxOverrides', allowed.maxOverrides)
  if (components.some(({ name }) => name !== first.name)) throw notOne('expected components of one kind')
  assertOneUid(components, allowed.maxUidLength)
  assertOneMaster(components)
  for (const component of components) {
    assertSizes(component, allowed)
    assertTimes(component)
    for (const rule of component.propertiesNamed('RRULE')) parseRule(rule.value)
  }
}

const assertOneUid = (components: readonly Component[], maxUidLength: number): void => {
  const uids = new Set<string>()
  for (const component of components) {
    const [uid, ...more] = component.propertiesNamed('UID')
    if (uid === undefined || uid.value.trim() === '') throw invalid(`expected a UID in each ${component.name}`)
    if (more.length > 0) throw invalid(`expected one UID in each ${component.name}`)
    if (uid.value.length > maxUidLength) throw overLimit('maxUidLength', maxUidLength)
    uids.add(uid.value.trim())
  }
  if (uids.size > 1) throw notOne('expected one UID in all components')
}

/** One master at most, and one override for each instance. */
const assertOneMaster = (components: readonly Component[]): void => {
  const seen = new Set<string>()
  for (const component of components) {
    const id = component.property('RECURRENCE-ID')
    const key = id === undefined ? '' : `${id.param('TZID') ?? ''}:${id.value.trim()}`
    if (seen.has(key)) throw notOne(id === undefined ? 'expected one master' : `expected one override for ${key}`)
    seen.add(key)
  }
}

const assertTimes = (component: Component): void => {
  const isOverride = component.property('RECURRENCE-ID') !== undefined
  const start = component.property('DTSTART')
  // "This property is REQUIRED ... if the component appears in an iCalendar object that doesn't specify the METHOD property."
  if (component.name === 'VEVENT' && start === undefined && !isOverride) throw invalid('expected DTSTART in VEVENT')
  for (const name of ['DTSTART', 'DTEND', 'DUE', 'RECURRENCE-ID']) {
    for (const property of component.propertiesNamed(name)) {
      if (readTimes(property).length !== 1) {
        throw invalid(`expected a DATE or DATE-TIME in ${name}, got ${shown(property.value)}`, { property: name })
      }
    }
  }
  for (const { value } of component.propertiesNamed('DURATION')) {
    // Programs count in strange units (`PT1W`); what has no unit at all is no length of time.
    if (/^[+-]?P[\dWDTHMS]+$/i.test(value.trim())) continue
    throw invalid(`expected a length of time in DURATION, got ${shown(value)}`, { property: 'DURATION' })
  }
}

const assertSizes = (component: Component, limits: ObjectLimits): void => {
  if (component.propertiesNamed('ATTENDEE').length > limits.maxAttendees) {
    throw overLimit('maxAttendees', limits.maxAttendees)
  }
  for (const name of ['RRULE', 'EXRULE']) {
    if (component.propertiesNamed(name).length > limits.maxRules) throw overLimit('maxRules', limits.maxRules)
  }
  let dates = 0
  for (const name of ['RDATE', 'EXDATE']) {
    for (const { value } of component.propertiesNamed(name)) dates += countValues(value)
  }
  if (dates > limits.maxRecurrenceDates) throw overLimit('maxRecurrenceDates', limits.maxRecurrenceDates)
}

const countValues = (value: string): number => {
  let count = 1
  for (let i = value.indexOf(','); i >= 0; i = value.indexOf(',', i + 1)) count++
  return count
}

/** Enough of a value to find it by. */
const shown = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)

const invalid = (message: string, details?: Readonly<Record<string, unknown>>): CalendarError =>
  new CalendarError('invalid-calendar-data', message, details === undefined ? {} : { details })

const notOne = (message: string): CalendarError => new CalendarError('invalid-calendar-object', message)

const overLimit = (limit: keyof ObjectLimits, allowed: number): CalendarError =>
  new CalendarError('limit-exceeded', `over the limit ${limit}, ${allowed}`, { details: { limit, allowed } })
