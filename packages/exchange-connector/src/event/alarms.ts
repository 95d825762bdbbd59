import { type Component, parseDuration, parseTime } from '@dayport/core/ical'
import { dayMs, minuteMs } from './days.ts'

/** An alarm that a calendar program would show, and how long before the start. */
export interface ShownAlarm {
  readonly component: Component
  readonly minutes: number
}

/** Displayed and audible alarms at or before the start, the earliest first. `startMs` is `null` for a series. RFC 5545 §3.6.6. */
export const shownAlarms = (component: Component, startMs: number | null, lengthMs: number): readonly ShownAlarm[] =>
  component.components
    .filter((child) => child.name === 'VALARM' && isShown(child))
    .flatMap((alarm) => {
      const minutes = minutesBefore(alarm, startMs, lengthMs)
      return minutes === null || minutes < 0 ? [] : [{ component: alarm, minutes }]
    })
    .sort((a, b) => b.minutes - a.minutes)

const isShown = (alarm: Component): boolean => {
  const action = alarm.property('ACTION')?.value.trim().toUpperCase() ?? 'DISPLAY'
  return action === 'DISPLAY' || action === 'AUDIO'
}

const minutesBefore = (alarm: Component, startMs: number | null, lengthMs: number): number | null => {
  const trigger = alarm.property('TRIGGER')
  if (trigger === undefined) return null
  const duration = parseDuration(trigger.value)
  if (duration === null) {
    const time = parseTime(trigger.value)
    // A fixed instant belongs to one occurrence, not to a series.
    if (time?.kind !== 'utc' || startMs === null) return null
    return Math.floor((startMs - Date.parse(time.instant)) / minuteMs)
  }
  const afterMs = duration.days * dayMs + duration.seconds * 1000
  const fromEnd = trigger.param('RELATED')?.toUpperCase() === 'END'
  // `+ 0`: no -0.
  return Math.floor(-(afterMs + (fromEnd ? lengthMs : 0)) / minuteMs) + 0
}
