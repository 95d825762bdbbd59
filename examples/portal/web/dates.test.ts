import { describe, expect, it } from 'vitest'
import { addMonths, dayOf, daysOf, groupByDay, rangeAround, rangeTitle, stepFrom } from './dates.ts'

const timed = (startMs: number, endMs: number) => ({ allDay: false, start: '', end: '', startMs, endMs })

describe('rangeAround', () => {
  it('starts the week on Monday, also when the day is a Sunday', () => {
    expect(rangeAround('2026-11-29', 'week')).toEqual({ from: '2026-11-23', to: '2026-11-30' })
    expect(rangeAround('2026-11-23', 'week')).toEqual({ from: '2026-11-23', to: '2026-11-30' })
  })

  it('takes whole weeks around a month, over the year too, and a day by itself', () => {
    expect(rangeAround('2026-12-31', 'month')).toEqual({ from: '2026-11-30', to: '2027-01-04' })
    expect(rangeAround('2026-12-31', 'day')).toEqual({ from: '2026-12-31', to: '2027-01-01' })
    expect([stepFrom('2026-12-31', 'day', 1), stepFrom('2026-12-31', 'month', 1)]).toEqual(['2027-01-01', '2027-01-01'])
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-01')
  })
})

describe('rangeTitle', () => {
  it('names a week in both languages without saying the year twice', () => {
    const week = '2026-11-25'
    expect(rangeTitle(week, 'week', 'en-GB')).toMatch(/^23\s?–\s?29 November 2026$/)
    expect(rangeTitle(week, 'week', 'ru')).toMatch(/^23\s?–\s?29 ноября 2026$/)
    expect(rangeTitle('2026-11-01', 'month', 'ru')).toBe('Ноябрь 2026')
  })
})

describe('daysOf', () => {
  it('reads an instant in the zone of the person', () => {
    const lateEvening = Date.UTC(2026, 10, 22, 22, 30)
    expect(dayOf(lateEvening, 'Europe/Moscow')).toBe('2026-11-23')
    expect(dayOf(lateEvening, 'UTC')).toBe('2026-11-22')
  })

  it('leaves an event that ends at midnight on its own day', () => {
    const event = timed(Date.UTC(2026, 10, 23, 20), Date.UTC(2026, 10, 24))
    expect(daysOf(event, 'UTC')).toEqual({ first: '2026-11-23', last: '2026-11-23' })
  })

  it('takes the end of a whole day as exclusive', () => {
    const holiday = { ...timed(0, 0), allDay: true, start: '2026-11-23', end: '2026-11-26' }
    expect(daysOf(holiday, 'UTC')).toEqual({ first: '2026-11-23', last: '2026-11-25' })
  })
})

describe('groupByDay', () => {
  it('shows a long event on each of its days within the range, before timed ones', () => {
    const holiday = { ...timed(0, 0), allDay: true, start: '2026-11-20', end: '2026-11-25' }
    const meeting = timed(Date.UTC(2026, 10, 24, 9), Date.UTC(2026, 10, 24, 10))
    const days = groupByDay([meeting, holiday], { from: '2026-11-23', to: '2026-11-30' }, 'UTC')
    expect(days.map(({ day, events }) => [day, events.length])).toEqual([
      ['2026-11-23', 1],
      ['2026-11-24', 2],
    ])
    expect(days[1]!.events[0]).toBe(holiday)
  })
})
