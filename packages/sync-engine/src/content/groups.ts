import {
  type Component,
  type Property,
  parseDuration,
  readText,
  readTextList,
  readTime,
  unescapeText,
} from '@dayport/core/ical'
import { type SeriesZones, timeGroup } from './time-group.ts'

/**
 * What is compared and merged as one, by name: `time`, `title`, `place`, `body`, `people`, `alarm`, `privacy`, `show-as`, `categories`,
 * `prop:NAME` for every other property, and `exception:DATE` for the exception of a series whose original date that is. Values are
 * canonical texts, compared as such; a group that is absent has none.
 */
export type Groups = Readonly<Record<string, string>>

/** Properties of the named groups. `time` and `alarm` have more than these. */
export const namesOfGroup: Readonly<Record<string, readonly string[]>> = {
  time: ['DTSTART', 'DTEND', 'DURATION', 'DUE', 'RRULE', 'EXRULE', 'RDATE'],
  title: ['SUMMARY'],
  place: ['LOCATION'],
  body: ['DESCRIPTION', 'X-ALT-DESC'],
  people: ['ORGANIZER', 'ATTENDEE'],
  privacy: ['CLASS'],
  'show-as': ['TRANSP', 'STATUS', 'X-MICROSOFT-CDO-BUSYSTATUS'],
  categories: ['CATEGORIES'],
}

/** Identity and book-keeping: no content of their own, or kept elsewhere. */
const uncompared = new Set([
  'UID',
  'RECURRENCE-ID',
  'EXDATE',
  'DTSTAMP',
  'CREATED',
  'LAST-MODIFIED',
  'SEQUENCE',
  'REQUEST-STATUS',
  'X-LIC-ERROR',
  'X-MOZ-LASTACK',
  'X-MOZ-SNOOZE-TIME',
  'X-MOZ-GENERATION',
])
const named = new Set(Object.values(namesOfGroup).flat())

/** The groups of one component, without those of its exceptions. */
export const groupsOfComponent = (component: Component, zones: SeriesZones): Record<string, string> => {
  const groups: Record<string, string> = {}
  const put = (name: string, value: string): void => {
    if (value !== '') groups[name] = value
  }
  put('time', timeGroup(component, zones))
  put('title', text(component, 'SUMMARY'))
  put('place', text(component, 'LOCATION'))
  put('body', bodyGroup(component))
  put('people', listed(peopleOf(component).map(({ canonical }) => canonical)))
  put('alarm', listed(alarmsOf(component).map(({ canonical }) => canonical)))
  const privacy = word(component, 'CLASS')
  put('privacy', privacy === 'PUBLIC' ? '' : privacy)
  put('show-as', showAs(component))
  put('categories', listed(categoriesOf(component).map((name) => name.toLowerCase())))
  const others = new Map<string, string[]>()
  for (const property of component.properties) {
    if (uncompared.has(property.name) || named.has(property.name)) continue
    const list = others.get(property.name) ?? []
    list.push(otherLine(property))
    others.set(property.name, list)
  }
  for (const [name, lines] of others) put(`prop:${name}`, listed(lines))
  return groups
}

/** Sorted and without doubles: neither order nor repetition says anything. */
const listed = (values: readonly string[]): string => {
  const unique = [...new Set(values)].sort()
  return unique.length === 0 ? '' : JSON.stringify(unique)
}

/** Text as people compare it: LF, no blanks at line ends, none around. */
export const plainText = (value: string): string =>
  value
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+$/gm, '')
    .trim()

const text = (component: Component, name: string): string => {
  const property = component.property(name)
  return property === undefined ? '' : plainText(readText(property))
}

const word = (component: Component, name: string): string =>
  (component.property(name)?.value ?? '').trim().toUpperCase()

const bodyGroup = (component: Component): string => {
  const plain = text(component, 'DESCRIPTION')
  const rich = text(component, 'X-ALT-DESC')
  return rich === '' ? plain : JSON.stringify([plain, rich])
}

const showAs = (component: Component): string => {
  const transparency = word(component, 'TRANSP') === 'TRANSPARENT' ? 'TRANSPARENT' : ''
  const status = word(component, 'STATUS')
  const busy = word(component, 'X-MICROSOFT-CDO-BUSYSTATUS')
  const parts = [transparency, status === 'CONFIRMED' ? '' : status, isImplied(busy, transparency) ? '' : busy]
  return parts.every((part) => part === '') ? '' : parts.join('/')
}

/** Busy and free say no more than TRANSP does. */
const isImplied = (busy: string, transparency: string): boolean =>
  busy === (transparency === 'TRANSPARENT' ? 'FREE' : 'BUSY')

export const categoriesOf = (component: Component): readonly string[] => {
  const seen = new Map<string, string>()
  for (const property of component.propertiesNamed('CATEGORIES')) {
    for (const name of readTextList(property)) {
      const plain = plainText(name)
      if (plain !== '' && !seen.has(plain.toLowerCase())) seen.set(plain.toLowerCase(), plain)
    }
  }
  return [...seen.values()]
}

/** A line of a list with what it says, so that lines that say the same can be kept as they are. */
export interface ListedLine<T> {
  readonly item: T
  readonly canonical: string
}

export const peopleOf = (component: Component): readonly ListedLine<Property>[] =>
  component.properties
    .filter(({ name }) => name === 'ORGANIZER' || name === 'ATTENDEE')
    .map((item) => ({ item, canonical: personLine(item) }))

const defaults: Readonly<Record<string, string>> = {
  ROLE: 'REQ-PARTICIPANT',
  PARTSTAT: 'NEEDS-ACTION',
  CUTYPE: 'INDIVIDUAL',
}

/** Names are shown, but addresses are who somebody is: servers put in names of their own. */
const personLine = (property: Property): string => {
  const address = property.value.trim().toLowerCase()
  const facts = ['ROLE', 'PARTSTAT', 'CUTYPE'].flatMap((name) => {
    const value = (property.param(name) ?? '').trim().toUpperCase()
    return value === '' || value === defaults[name] ? [] : [`${name}=${value}`]
  })
  return property.name === 'ORGANIZER' ? `ORGANIZER ${address}` : [address, ...facts].join(' ')
}

export const alarmsOf = (component: Component): readonly ListedLine<Component>[] =>
  component.components.filter(({ name }) => name === 'VALARM').map((item) => ({ item, canonical: alarmLine(item) }))

const alarmLine = (alarm: Component): string => {
  const trigger = alarm.property('TRIGGER')
  const action = word(alarm, 'ACTION') || 'DISPLAY'
  if (trigger === undefined) return action
  const duration = parseDuration(trigger.value)
  const when =
    duration === null
      ? JSON.stringify(readTime(trigger) ?? trigger.value.trim())
      : `${(duration.days * 86_400 + duration.seconds) / 60}${word2(trigger.param('RELATED')) === 'END' ? ' END' : ''}`
  const repeat = alarm.property('REPEAT')?.value.trim() ?? ''
  const every = alarm.property('DURATION')?.value.trim() ?? ''
  return [action, when, ...(repeat === '' || repeat === '0' ? [] : [repeat, every])].join(' ')
}

const word2 = (value: string | undefined): string => (value ?? '').trim().toUpperCase()

const otherLine = (property: Property): string => {
  if (property.name === 'PRIORITY' || property.name === 'PERCENT-COMPLETE') return property.value.trim()
  const params = property.params.map(({ name, values }) => `${name}=${values.join(',')}`).sort()
  return [...params, unescapeText(property.value).trim()].join(';')
}
