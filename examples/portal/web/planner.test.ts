import { describe, expect, it } from 'vitest'
import { busyAt, freeStarts, type PlannedPerson, stepsOf } from './planner.ts'

const zone = 'Europe/Moscow'
const at = (text: string): number => Date.parse(`${text}+03:00`)
const person = (email: string, busy: PlannedPerson['busy'], optional = false): PlannedPerson => ({
  email,
  name: email,
  known: true,
  timeZone: zone,
  optional,
  busy,
})
const time = (day: string, from: string, to: string, kind: 'busy' | 'tentative' | 'away' = 'busy') => ({
  startMs: at(`${day}T${from}:00`),
  endMs: at(`${day}T${to}:00`),
  kind,
})

describe('planning a meeting', () => {
  it('is hindered by who is busy or away, not by what is tentative, and not by what ends as it begins', () => {
    const people = [
      person('a', [time('2026-11-25', '10:00', '11:00')]),
      person('b', [time('2026-11-25', '11:00', '12:00', 'away')]),
      person('c', [time('2026-11-25', '10:00', '12:00', 'tentative')]),
    ]
    const names = (from: string, to: string) =>
      busyAt(people, at(`2026-11-25T${from}:00`), at(`2026-11-25T${to}:00`)).map(({ email }) => email)
    expect(names('10:30', '11:30')).toEqual(['a', 'b'])
    expect(names('11:00', '11:30')).toEqual(['b'])
    expect(names('12:00', '13:00')).toEqual([])
  })

  it('finds the first free times in working hours, ahead, and leaves who need not come out of account', () => {
    const people = [
      person('a', [time('2026-11-27', '09:00', '16:30')]),
      person('b', [time('2026-11-30', '09:00', '17:00')]),
      person('c', [time('2026-11-27', '09:00', '18:00')], true),
    ]
    const found = freeStarts(people, {
      from: '2026-11-27',
      days: 5,
      zone,
      lengthMs: 3_600_000,
      nowMs: at('2026-11-27T16:45:00'),
      limit: 3,
    })
    // Friday after now, Monday's last hour, then Tuesday; no weekend, and none that runs over the end of the day.
    expect(found).toEqual([at('2026-11-27T17:00:00'), at('2026-11-30T17:00:00'), at('2026-12-01T09:00:00')])
  })

  it('follows the clock: the day on which it is set back has two more steps', () => {
    const whole = { from: 0, to: 24 }
    expect(stepsOf('2026-10-25', whole, 'Europe/Berlin')).toHaveLength(50)
    expect(stepsOf('2026-11-25', whole, 'Europe/Berlin')).toHaveLength(48)
  })
})
