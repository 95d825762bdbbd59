import { describe, expect, it } from 'vitest'
import { dayMs } from '../event/days.ts'
import { isAnyThere, isSeriesThere } from './absences.ts'
import type { SingleMark } from './mark.ts'
import { splitSeries } from './split-series.ts'
import type { SingleRow, SinglesStore } from './store.ts'

const startMs = Date.UTC(2026, 0, 12, 6)
const series = splitSeries(
  new TextEncoder().encode(
    [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//P//EN', 'BEGIN:VEVENT', 'UID:o@x', 'DTSTAMP:20260101T000000Z'],
      ...['DTSTART:20260112T060000Z', 'DTEND:20260112T070000Z', 'RRULE:FREQ=DAILY', 'END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n'),
  ),
  'UTC',
)

/** A calendar that shows these items, each at a time. */
const storeOf = (items: readonly { readonly key: string; readonly group: string; readonly atMs: number }[]) => {
  const looks: { readonly startMs: number; readonly endMs: number }[] = []
  const store = {
    inView: async (span: { readonly startMs: number; readonly endMs: number }): Promise<readonly SingleRow[]> => {
      looks.push(span)
      return items
        .filter(({ atMs }) => atMs >= span.startMs && atMs < span.endMs)
        .map(({ key, group }) => ({ id: key, state: '1', group, mark: { key } as SingleMark, createdMs: null }))
    },
  } as Partial<SinglesStore> as SinglesStore
  return { store, looks }
}

const occurrences = series.occurrences(startMs, startMs + 60 * dayMs, 100)!
const [first, second] = occurrences

describe('what a search has not found (sync-engine.md §3.3)', () => {
  it('is there when the calendar shows it within a week of its time, and only then', async () => {
    const moved = (days: number) =>
      isAnyThere(storeOf([{ key: first!.key, group: 'g', atMs: startMs + days * dayMs }]).store, 'g', [first!], {})
    expect(await moved(6)).toBe(true)
    expect(await moved(-6)).toBe(true)
    expect(await moved(9)).toBe(false)
  })

  it('is no other occurrence, and none of another series', async () => {
    const items = [
      { key: second!.key, group: 'g', atMs: startMs },
      { key: first!.key, group: 'other', atMs: startMs },
    ]
    expect(await isAnyThere(storeOf(items).store, 'g', [first!], {})).toBe(false)
  })

  it('is looked for in spans of a month at most, however many are missing, and nothing is asked when none is', async () => {
    const { store, looks } = storeOf([])
    expect(await isAnyThere(store, 'g', occurrences, {})).toBe(false)
    expect(looks).toHaveLength(3)
    expect(Math.max(...looks.map((look) => look.endMs - look.startMs))).toBe(31 * dayMs)
    looks.length = 0
    expect(await isAnyThere(store, 'g', [], {})).toBe(false)
    expect(looks).toEqual([])
  })

  it('is a whole series that is there when the calendar shows any item of it in the window', async () => {
    const window = { startMs, endMs: startMs + 400 * dayMs }
    const { store } = storeOf([{ key: 'any', group: 'g', atMs: startMs + 390 * dayMs }])
    expect(await isSeriesThere(store, 'g', window, {})).toBe(true)
    expect(await isSeriesThere(store, 'other', window, {})).toBe(false)
  })
})
