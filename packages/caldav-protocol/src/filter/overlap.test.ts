import { describe, expect, it } from 'vitest'
import {
  eventOverlaps,
  freeBusyOverlaps,
  journalOverlaps,
  momentOverlaps,
  periodOverlaps,
  todoOverlaps,
} from './overlap.ts'

const range = { startMs: 10, endMs: 20 }
const todo = { start: null, due: null, startPlusDuration: null, completed: null, created: null }

describe('the tables of RFC 4791 §9.9', () => {
  it.each([
    [5, 10, false],
    [5, 11, true],
    [19, 30, true],
    [20, 30, false],
    [5, 30, true],
    [10, 10, true],
    [20, 20, false],
    [9, 9, false],
  ])('VEVENT from %i to %i in 10–20: %s', (from, to, overlaps) => {
    expect(eventOverlaps(range, from, to)).toBe(overlaps)
  })

  it.each([
    ['DTSTART+DURATION ends at the start', { start: 5, startPlusDuration: 10 }, true],
    ['DTSTART+DURATION ends before', { start: 5, startPlusDuration: 9 }, false],
    ['DTSTART+DURATION begins at the end', { start: 20, startPlusDuration: 25 }, false],
    ['DTSTART+DURATION of nothing at the end', { start: 20, startPlusDuration: 20 }, true],
    ['DUE at the start', { start: 5, due: 10 }, false],
    ['DUE and DTSTART at the start', { start: 10, due: 10 }, true],
    ['DUE after the start', { start: 5, due: 11 }, true],
    ['DUE and DTSTART at the end', { start: 20, due: 20 }, true],
    ['DTSTART at the end, DUE later', { start: 20, due: 21 }, false],
    ['DTSTART alone at the start', { start: 10 }, true],
    ['DTSTART alone at the end', { start: 20 }, false],
    ['DTSTART alone before', { start: 9 }, false],
    ['DUE alone at the start', { due: 10 }, false],
    ['DUE alone at the end', { due: 20 }, true],
    ['DUE alone after', { due: 21 }, false],
    ['CREATED before, COMPLETED after', { created: 5, completed: 25 }, true],
    ['both before', { created: 5, completed: 9 }, false],
    ['both after', { created: 21, completed: 25 }, false],
    ['COMPLETED at the end', { completed: 20 }, true],
    ['COMPLETED after', { completed: 21 }, false],
    ['CREATED before', { created: 1 }, true],
    ['CREATED at the end', { created: 20 }, false],
    ['nothing at all', {}, true],
  ])('VTODO with %s: %s', (_, times, overlaps) => {
    expect(todoOverlaps(range, { ...todo, ...times })).toBe(overlaps)
  })

  it('VJOURNAL is a moment, or a day', () => {
    expect([journalOverlaps(range, 10, 10), journalOverlaps(range, 20, 20)]).toEqual([true, false])
    expect([journalOverlaps(range, 5, 11), journalOverlaps(range, 5, 10)]).toEqual([true, false])
  })

  it('VFREEBUSY counts an end at the start; its periods do not', () => {
    expect([freeBusyOverlaps(range, 5, 10), freeBusyOverlaps(range, 20, 30)]).toEqual([true, false])
    expect([periodOverlaps(range, 5, 10), periodOverlaps(range, 5, 11)]).toEqual([false, true])
  })

  it('VALARM and times of properties are moments', () => {
    expect([9, 10, 19, 20].map((at) => momentOverlaps(range, at))).toEqual([false, true, true, false])
  })
})
