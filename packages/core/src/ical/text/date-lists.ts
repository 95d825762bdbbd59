import type { CalendarTime } from '../../time.ts'
import type { RecurrenceDate } from '../recurrence/model.ts'
import { timesProperty } from './drafts.ts'
import type { PropertyDraft } from './model.ts'
import { periodValue } from './values-time.ts'

/** EXDATE or RDATE lines of times: one for all of one form and zone. */
export const timeLines = (name: string, times: readonly CalendarTime[]): PropertyDraft[] => {
  const groups = new Map<string, CalendarTime[]>()
  for (const time of times) {
    const key = time.kind === 'zoned' ? `zoned ${time.tzid}` : time.kind
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [time])
    else group.push(time)
  }
  return Array.from(groups.values(), (group) => timesProperty(name, group))
}

/** RDATE lines of times and of PERIODs, each PERIOD on its own. RFC 5545 §3.8.5.2. */
export const recurrenceDateLines = (dates: readonly RecurrenceDate[]): PropertyDraft[] => [
  ...timeLines(
    'RDATE',
    dates.filter((date) => !isPeriod(date)).map(({ start }) => start),
  ),
  ...dates.filter(isPeriod).map((period) => {
    const { start } = period
    const params = start.kind === 'zoned' ? { VALUE: 'PERIOD', TZID: start.tzid } : { VALUE: 'PERIOD' }
    return { name: 'RDATE', params, value: periodValue(period) }
  }),
]

export const isPeriod = ({ end, duration }: RecurrenceDate): boolean => end !== undefined || duration !== undefined
