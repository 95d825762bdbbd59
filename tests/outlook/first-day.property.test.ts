import { createItemMapping } from '@dayport/outlook-sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDayRule } from '../../packages/testkit/src/outlook/shown/day-rule.ts'
import { readRuleClock } from '../../packages/testkit/src/outlook/shown/zone-rule.ts'
import { bytesOf, sayableSeries, seriesText } from './generate.ts'
import { context, rowsOf, runs, trueOccurrences, uploadOf, wide } from './truth.ts'

const mapping = createItemMapping()
const dayMs = 86_400_000

const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

describe('a series that Outlook uploads with an EventDate before its first day', () => {
  it('has the days of its pattern, counted from EventDate, and no other', () => {
    fc.assert(
      fc.property(sayableSeries, fc.integer({ min: 1, max: 45 }), (parts, daysBefore) => {
        const data = bytesOf(seriesText({ ...parts, changes: [], more: [] }, context.timeZone))
        const [master, ...others] = rowsOf(mapping.itemsOf(data, context).items)
        fc.pre(master?.EventType === '1' && others.length === 0)
        const { EventDate = '', EndDate = '', RecurrenceData = '', XMLTZone = '' } = master!
        const clock = readRuleClock(XMLTZone)
        const local = clock.toLocal(Date.parse(EventDate)) - daysBefore * dayMs
        const startMs = clock.toInstant(local)
        fc.pre(clock.toLocal(startMs) === local)
        const endMs = startMs + Date.parse(EndDate) - Date.parse(EventDate)

        const rule = readDayRule(RecurrenceData)
        const first = Math.floor(local / dayMs)
        const last = rule.windowEndMs === null ? wide.endMs : clock.toLocal(rule.windowEndMs)
        const days: number[] = []
        for (let day = first; day <= Math.floor(last / dayMs) && days.length < (rule.count ?? 10_000); day++) {
          if (rule.isOn(day, first)) days.push(clock.toInstant(local + (day - first) * dayMs))
        }
        fc.pre(days.length > 0)

        const upload = uploadOf({ ...master!, EventDate: iso(startMs), EndDate: iso(endMs) })
        const made = mapping.create(upload, context)
        const items = mapping.itemsOf(made, context).items
        expect(items.map(({ kind, start }) => `${kind} ${start}`)).toEqual([`master ${iso(days[0]!)}`])
        const range = { startMs: wide.startMs - 100 * dayMs, endMs: wide.endMs }
        const isIn = (text: string): boolean => {
          const ms = Date.parse(`${text}:00Z`)
          return ms > range.startMs + 2 * dayMs && ms < range.endMs - 2 * dayMs
        }
        const starts = trueOccurrences(made, range).map((line) => line.slice(0, 16))
        expect(starts.filter(isIn)).toEqual(days.map((ms) => iso(ms).slice(0, 16)).filter(isIn))
      }),
      { numRuns: 250 * runs },
    )
  })
})
