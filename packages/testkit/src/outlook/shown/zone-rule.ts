import { parseXml, type XmlElement } from '@dayport/core/xml'

/** A clock by one rule for all years, as `XMLTZone` says it. MS-OUTSPS 2.2.4.6. */
export interface RuleClock {
  /** Wall-clock fields, as ms as if they were UTC. */
  toLocal(instantMs: number): number
  /** A time that the clocks skip is read with the offset before, one that comes twice is the first. RFC 5545 §3.3.5. */
  toInstant(localMs: number): number
}

const dayMs = 86_400_000
const minuteMs = 60_000
const dayNames = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa']
const ordinals = ['first', 'second', 'third', 'fourth']

const required = (element: XmlElement | undefined, what: string): XmlElement => {
  if (element === undefined) throw new TypeError(`expected ${what} in XMLTZone`)
  return element
}

/** Wall-clock ms of a yearly change, on the clock before it. */
const changeIn = (year: number, change: XmlElement): number => {
  const { attributes } = required(change.child('transitionRule'), 'transitionRule')
  const [hours = 0, minutes = 0, seconds = 0] = required(change.child('transitionTime'), 'transitionTime')
    .text.split(':')
    .map(Number)
  const month = Number(attributes.get('month')) - 1
  const time = ((hours * 60 + minutes) * 60 + seconds) * 1000
  const fixed = attributes.get('dayOfMonth')
  if (fixed !== undefined) return Date.UTC(year, month, Number(fixed)) + time
  const weekday = dayNames.indexOf((attributes.get('day') ?? '').toLowerCase())
  const days: number[] = []
  for (let at = Date.UTC(year, month, 1); new Date(at).getUTCMonth() === month; at += dayMs) {
    if (new Date(at).getUTCDay() === weekday) days.push(at)
  }
  const word = (attributes.get('weekdayOfMonth') ?? 'first').toLowerCase()
  const day = word === 'last' ? days.at(-1) : days[ordinals.indexOf(word)]
  if (day === undefined) throw new TypeError('expected a weekday of a month in XMLTZone')
  return day + time
}

/** Reads `XMLTZone`. @throws {TypeError} when it is not what the specification allows. */
export const readRuleClock = (xml: string): RuleClock => {
  const root = parseXml(xml)
  if (root.name !== 'timeZoneRule') throw new TypeError('expected timeZoneRule in XMLTZone')
  const bias = Number(required(root.child('standardBias'), 'standardBias').text)
  const extra = Number(root.child('additionalDaylightBias')?.text ?? '0')
  if (!Number.isInteger(bias) || !Number.isInteger(extra)) throw new TypeError('expected minutes in XMLTZone')
  const standard = -bias * minuteMs
  const summer = -(bias + extra) * minuteMs
  const toStandard = root.child('standardDate')
  const toSummer = root.child('daylightDate')
  if ((toStandard === undefined) !== (toSummer === undefined)) throw new TypeError('expected both changes in XMLTZone')

  const yearly = new Map<number, { readonly atMs: number; readonly offset: number }[]>()
  const changesOf = (year: number) => {
    let list = yearly.get(year)
    if (list === undefined) {
      list =
        toStandard === undefined || toSummer === undefined
          ? []
          : [
              { atMs: changeIn(year, toStandard) - summer, offset: standard },
              { atMs: changeIn(year, toSummer) - standard, offset: summer },
            ].sort((a, b) => a.atMs - b.atMs)
      yearly.set(year, list)
    }
    return list
  }
  const offsetAt = (instantMs: number): number => {
    const year = new Date(instantMs).getUTCFullYear()
    let offset = standard
    for (const near of [year - 1, year, year + 1]) {
      for (const change of changesOf(near)) if (change.atMs <= instantMs) offset = change.offset
    }
    return offset
  }
  return {
    toLocal: (instantMs) => instantMs + offsetAt(instantMs),
    toInstant: (localMs) => {
      const tries = [Math.max(standard, summer), Math.min(standard, summer)].map((offset) => localMs - offset)
      const right = tries.find((instantMs) => instantMs + offsetAt(instantMs) === localMs)
      // In a gap both tries are wrong; the clock before the gap is the slower one.
      return right ?? localMs - Math.min(standard, summer)
    },
  }
}
