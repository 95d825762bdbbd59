import { type TimeZone, windowsNameOf } from '@dayport/core/ical'
import type { XmlWriter } from '@dayport/core/xml'
import { dayMs } from '../event/days.ts'
import { utcZone, zoneNamed } from '../event/zones.ts'
import { t } from './names.ts'

/** A change of the clocks within a year. */
interface Change {
  /** Wall-clock ms before the change. */
  readonly localMs: number
  /** Seconds east of UTC from then on. */
  readonly offset: number
}

/** The changes of a year, found by halving. */
const changesOf = (zone: TimeZone, year: number): readonly Change[] => {
  const changes: Change[] = []
  const end = Date.UTC(year + 1, 0, 1)
  let at = Date.UTC(year, 0, 1)
  for (let next = at + 7 * dayMs; at < end; at = next, next += 7 * dayMs) {
    const before = zone.offsetAt(at)
    if (zone.offsetAt(next) === before) continue
    let [low, high] = [at, next]
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000
      if (zone.offsetAt(middle) === before) low = middle
      else high = middle
    }
    changes.push({ localMs: high + before * 1000, offset: zone.offsetAt(high) })
  }
  return changes
}

/** `PT5H30M` to add to local time: EWS counts a bias westwards. */
const bias = (offset: number): string => duration(-offset)

const duration = (seconds: number): string => {
  const size = Math.abs(seconds)
  const [hours, minutes, rest] = [Math.floor(size / 3600), Math.floor((size % 3600) / 60), size % 60]
  return `${seconds < 0 ? '-' : ''}PT${hours}H${minutes}M${rest}S`
}

const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

/**
 * A zone as EWS is told it: by the name that Windows has for it, else whole, by the rules of the year of `atMs`. `element` is
 * `StartTimeZone` or `EndTimeZone`; a `null` or unknown name is UTC.
 */
export const writeZone = (writer: XmlWriter, element: string, name: string | null, atMs: number): void => {
  const zone = zoneNamed(name) ?? utcZone
  const windows = windowsNameOf(zone.id)
  if (windows !== null || zone.id === 'UTC') {
    writer.element(t(element), '', { Id: windows ?? 'UTC' })
    return
  }
  const year = new Date(atMs).getUTCFullYear()
  const changes = changesOf(zone, year)
  writer.open(t(element), { Id: zone.id, Name: zone.id }).open(t('Periods'))
  const rules = changes.length === 2 ? changes : []
  const offsets = rules.length === 0 ? [zone.offsetAt(atMs)] : rules.map(({ offset }) => offset)
  for (const offset of offsets)
    writer.element(t('Period'), '', { Bias: bias(offset), Name: String(offset), Id: idOf(offset) })
  writer.close().open(t('TransitionsGroups')).open(t('TransitionsGroup'), { Id: '0' })
  if (rules.length === 0) writer.open(t('Transition')).element(t('To'), idOf(offsets[0]!), { Kind: 'Period' }).close()
  for (const { localMs, offset } of rules) {
    const date = new Date(localMs)
    const day = date.getUTCDate()
    const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
    writer.open(t('RecurringDayTransition')).element(t('To'), idOf(offset), { Kind: 'Period' })
    writer.element(t('TimeOffset'), duration((localMs % dayMs) / 1000))
    writer.element(t('Month'), String(date.getUTCMonth() + 1))
    writer.element(t('DayOfWeek'), weekdayNames[date.getUTCDay()]!)
    // The last of a month is -1; a 5th one would not come every year.
    writer.element(t('Occurrence'), String(day + 7 > length ? -1 : Math.ceil(day / 7)))
    writer.close()
  }
  writer.close().close().open(t('Transitions'))
  writer.open(t('Transition')).element(t('To'), '0', { Kind: 'Group' }).close()
  writer.close().close()
}

const idOf = (offset: number): string => `offset:${offset}`
