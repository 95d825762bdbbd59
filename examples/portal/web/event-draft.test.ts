import { describe, expect, it } from 'vitest'
import {
  draftOf,
  emptyDraft,
  endAfter,
  instantsOf,
  isBackwards,
  isIncomplete,
  lengthOf,
  toNewEvent,
  toPatch,
} from './event-draft.ts'

const holiday = {
  calendar: 'c',
  object: 'o.ics',
  uid: 'u',
  etag: '"1"',
  component: 'VEVENT',
  recurrenceId: null,
  title: 'Отпуск',
  place: '',
  description: '',
  allDay: true,
  start: '2026-11-23',
  end: '2026-11-26',
  timeZone: null,
  startMs: 0,
  endMs: 0,
  repeat: null,
  status: null,
  transparent: false,
  private: false,
  busy: 'busy' as const,
  importance: 'normal' as const,
  reminder: null,
  color: null,
  answer: null,
  attendeeCount: 0,
  done: null,
}

describe('the event form', () => {
  it('shows the last day of a whole-day event and sends the exclusive end back', () => {
    const draft = draftOf(holiday, 'Europe/Moscow')
    expect(draft.endDay).toBe('2026-11-25')
    expect(toNewEvent(draft)).toMatchObject({ start: '2026-11-23', end: '2026-11-26', allDay: true })
  })

  it('sends nothing but what was changed, so that the rest of the event survives', () => {
    const before = draftOf(holiday, 'Europe/Moscow')
    expect(toPatch(before, before)).toEqual({})
    expect(toPatch(before, { ...before, place: 'Дача' })).toEqual({ place: 'Дача' })
  })

  it('sends all times together when one was touched', () => {
    const before = draftOf(holiday, 'Europe/Moscow')
    const after = { ...before, allDay: false, startTime: '09:00', endDay: '2026-11-23', endTime: '10:30' }
    expect(toPatch(before, after)).toEqual({ allDay: false, start: '2026-11-23T09:00', end: '2026-11-23T10:30' })
  })

  it('shows an event that is stored in UTC on the clock of the person, and sends UTC back', () => {
    const meeting = {
      ...holiday,
      allDay: false,
      start: '2026-11-25T11:00:00',
      end: '2026-11-25T12:30:00',
      timeZone: 'UTC',
      startMs: Date.UTC(2026, 10, 25, 11),
      endMs: Date.UTC(2026, 10, 25, 12, 30),
    }
    const before = draftOf(meeting, 'Europe/Moscow')
    expect(before).toMatchObject({ startTime: '14:00', endTime: '15:30', timeZone: 'Europe/Moscow' })
    expect(toPatch(before, { ...before, title: 'x' })).toEqual({ title: 'x' })
    expect(toPatch(before, { ...before, startTime: '14:30' })).toEqual({
      allDay: false,
      start: '2026-11-25T11:30:00',
      end: '2026-11-25T12:30:00',
      timeZone: 'UTC',
    })
    expect(toPatch(before, { ...before, timeZone: 'Europe/Berlin' })).toMatchObject({
      start: '2026-11-25T14:00',
      timeZone: 'Europe/Berlin',
    })
  })

  it('keeps the length of an event when its start moves, over midnight too, and waits while a field is half typed', () => {
    const draft = { ...emptyDraft('c', '2026-11-27'), startTime: '22:00', endTime: '23:30' }
    const length = lengthOf(draft)
    expect(length).toBe(90 * 60_000)
    expect(endAfter({ ...draft, startTime: '23:00' }, length)).toEqual({ endDay: '2026-11-28', endTime: '00:30' })
    expect(endAfter({ ...draft, startDay: '2026-12-05' }, length)).toEqual({ endDay: '2026-12-05', endTime: '23:30' })
    expect(endAfter({ ...draft, startTime: '' }, length)).toEqual({})
    expect(lengthOf({ ...draft, startTime: '' })).toBe(null)
    expect(lengthOf({ ...draft, endTime: '21:00' })).toBe(null)
    expect(isIncomplete(draft, true)).toBe(false)
    for (const half of [{ startDay: '' }, { startTime: '' }, { endDay: '' }, { endTime: '' }]) {
      const one = { ...draft, ...half }
      expect(instantsOf(one, 'Europe/Moscow')).toBe(null)
      expect([isIncomplete(one, false), isIncomplete(one, true)].filter(Boolean)).toHaveLength(1)
    }
    const days = { ...draft, allDay: true, endDay: '2026-11-29' }
    expect(endAfter({ ...days, startDay: '2026-12-31' }, lengthOf(days))).toEqual({ endDay: '2027-01-02' })
  })

  it('tells an end before the start, by day and by time', () => {
    const draft = emptyDraft('c', '2026-11-23')
    expect(isBackwards(draft)).toBe(false)
    expect(isBackwards({ ...draft, endTime: '09:59' })).toBe(true)
    expect(isBackwards({ ...draft, allDay: true, endDay: '2026-11-22' })).toBe(true)
  })
})
