import { parseXml, type XmlElement } from '@dayport/core/xml'

/** Days as numbers since the Unix epoch. */
type Day = number

/** A repetition as `RecurrenceData` says it. MS-OUTSPS 2.2.4.2. */
export interface DayRule {
  /** Whether the pattern falls on that day, of a series that began on `first`. */
  readonly isOn: (day: Day, first: Day) => boolean
  /** How many occurrences, deleted ones among them; `null` for an end of another kind. */
  readonly count: number | null
  /** The instant of `windowEnd`; `null` for an end of another kind. */
  readonly windowEndMs: number | null
}

const dayMs = 86_400_000
const dayNames = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa']
const ordinals = ['first', 'second', 'third', 'fourth']

const dateOf = (day: Day) => {
  const date = new Date(day * dayMs)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), date: date.getUTCDate(), weekday: date.getUTCDay() }
}

const lengthOf = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate()

const monthsBetween = (first: Day, day: Day): number => {
  const [from, to] = [dateOf(first), dateOf(day)]
  return (to.year - from.year) * 12 + to.month - from.month
}

const numberOf = (element: XmlElement, name: string, otherwise = 1): number => {
  const text = element.attributes.get(name)
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`expected a number above zero in ${name}`)
  return value
}

/** SharePoint takes the mere presence of a day attribute as true; what is meant for it never writes FALSE. */
const daysOf = (element: XmlElement): number[] =>
  dayNames.flatMap((name, weekday) => {
    const value = element.attributes.get(name)
    if (value === undefined) return []
    if (value.toUpperCase() !== 'TRUE') throw new TypeError(`expected no ${name} that is ${value}`)
    return [weekday]
  })

/** The day of a month on which its nth day of a kind falls. */
const nthOf = (element: XmlElement, year: number, month: number): number | undefined => {
  const has = (name: string): boolean => element.attributes.has(name)
  const named = daysOf(element)
  const kinds = [has('day'), has('weekday'), has('weekend_day'), ...named.map(() => true)].filter(Boolean)
  if (kinds.length !== 1) throw new TypeError('expected one kind of day')
  const isKind = (weekday: number): boolean => {
    if (has('day')) return true
    const isWeekend = weekday === 0 || weekday === 6
    if (has('weekday')) return !isWeekend
    return has('weekend_day') ? isWeekend : named.includes(weekday)
  }
  const days: number[] = []
  for (let date = 1; date <= lengthOf(year, month); date++) {
    if (isKind(new Date(Date.UTC(year, month, date)).getUTCDay())) days.push(date)
  }
  const word = element.attributes.get('weekdayOfMonth') ?? 'first'
  if (word !== 'last' && !ordinals.includes(word)) throw new TypeError('expected an ordinal in weekdayOfMonth')
  return word === 'last' ? days.at(-1) : days[ordinals.indexOf(word)]
}

const patternOf = (element: XmlElement, firstWeekday: number): DayRule['isOn'] => {
  const weekOf = (day: Day): number => Math.floor((day - ((dateOf(day).weekday - firstWeekday + 7) % 7) + 4) / 7)
  const isYear = (day: Day, first: Day): boolean =>
    dateOf(day).month === numberOf(element, 'month') - 1 &&
    (dateOf(day).year - dateOf(first).year) % numberOf(element, 'yearFrequency') === 0
  const isMonth = (day: Day, first: Day): boolean =>
    monthsBetween(first, day) % numberOf(element, 'monthFrequency') === 0
  /** Days that a month does not have are its last one: Outlook's own rule, specification section 8.6. */
  const isDate = (day: Day): boolean => {
    const { year, month, date } = dateOf(day)
    return date === Math.min(numberOf(element, 'day'), lengthOf(year, month))
  }
  const isNth = (day: Day): boolean => {
    const { year, month, date } = dateOf(day)
    return date === nthOf(element, year, month)
  }
  switch (element.name) {
    case 'daily':
      return element.attributes.has('weekday')
        ? (day) => dateOf(day).weekday % 6 !== 0
        : (day, first) => (day - first) % numberOf(element, 'dayFrequency') === 0
    case 'weekly': {
      const days = daysOf(element)
      if (days.length === 0) throw new TypeError('expected a day of the week')
      return (day, first) =>
        days.includes(dateOf(day).weekday) && (weekOf(day) - weekOf(first)) % numberOf(element, 'weekFrequency') === 0
    }
    case 'monthly':
      return (day, first) => isMonth(day, first) && isDate(day)
    case 'monthlyByDay':
      return (day, first) => isMonth(day, first) && isNth(day)
    case 'yearly':
      return (day, first) => isYear(day, first) && isDate(day)
    case 'yearlyByDay':
      return (day, first) => isYear(day, first) && isNth(day)
    default:
      throw new TypeError(`expected a kind of repetition and not ${element.name}`)
  }
}

/** Reads `RecurrenceData`. @throws {TypeError} when it is not what the specification allows to send. */
export const readDayRule = (xml: string): DayRule => {
  const rule = parseXml(xml).child('rule')
  const [pattern, ...others] = rule?.child('repeat')?.elements ?? []
  if (rule === undefined || pattern === undefined || others.length > 0) throw new TypeError('expected one repetition')
  const firstWeekday = dayNames.indexOf(rule.child('firstDayOfWeek')?.text ?? '')
  if (firstWeekday < 0) throw new TypeError('expected firstDayOfWeek')
  const ends = ['windowEnd', 'repeatInstances', 'repeatForever'].flatMap((name) => rule.child(name) ?? [])
  const [end] = ends
  if (end === undefined || ends.length > 1) throw new TypeError('expected one end')
  if (end.name === 'repeatForever' && end.text !== 'FALSE') throw new TypeError('expected FALSE in repeatForever')
  const count = end.name === 'repeatInstances' ? Number(end.text) : null
  const windowEndMs = end.name === 'windowEnd' ? Date.parse(end.text) : null
  if (count !== null && !(Number.isInteger(count) && count > 0)) throw new TypeError('expected a count above zero')
  if (windowEndMs !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(end.text)) throw new TypeError('expected UTC')
  return { isOn: patternOf(pattern, firstWeekday), count, windowEndMs }
}
