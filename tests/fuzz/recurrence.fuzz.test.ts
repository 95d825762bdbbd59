import { CalendarError, type CalendarTime } from '@dayport/core'
import { expandRule, expandSeries, formatRule, parseRule, type SeriesFacts, seriesBounds } from '@dayport/core/ical'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzz, fuzzTimeout } from './budget.ts'
import { damaged } from './corpus.ts'
import { anyRule, anyStart } from './rules.ts'

const instances = (rule: string, start: CalendarTime, options: Parameters<typeof expandRule>[2]) => {
  try {
    return expandRule(rule, start, options)
  } catch (error) {
    if (CalendarError.is(error, 'limit-exceeded')) return null
    throw error
  }
}

const textOf = (time: CalendarTime): string =>
  time.kind === 'date' ? time.date : time.kind === 'utc' ? time.instant : time.local

describe('any rule', () => {
  it('gives the same by jumping as by stepping', { timeout: fuzzTimeout(0.1) }, async () => {
    await fuzz(0.1, fc.tuple(anyRule, anyStart, fc.nat(60)), ([rule, start, skip]): void => {
      const stepped = instances(rule, start, { limit: 80 })
      const from = stepped?.[skip]
      if (stepped === null || from === undefined) return
      const jumped = instances(rule, start, { from, limit: stepped.length - skip })
      // Counting an irregular COUNT up to a far instance may be refused; a wrong answer may not be given.
      if (jumped === null) {
        expect(parseRule(rule).count).not.toBeNull()
        return
      }
      expect(jumped).toEqual(stepped.slice(skip))
      const before = stepped[Math.min(stepped.length - 1, skip + 5)]!
      expect(instances(rule, start, { from, before, limit: 80 })).toEqual(
        stepped.slice(skip, skip + 5).filter((t) => textOf(t) < textOf(before)),
      )
    })
  })

  it('ascends, without duplicates, from its start on, and no further than COUNT and UNTIL', {
    timeout: fuzzTimeout(0.05),
  }, async () => {
    await fuzz(0.05, fc.tuple(anyRule, anyStart), ([rule, start]) => {
      const found = instances(rule, start, { limit: 200 })?.map(textOf)
      if (found === undefined) return
      expect(found).toEqual([...new Set(found)].sort())
      if (found[0] !== undefined) expect(found[0] >= textOf(start)).toBe(true)
      const { count } = parseRule(rule)
      if (count !== null) expect(found.length).toBeLessThanOrEqual(count)
    })
  })

  it('means the same when it is written anew', { timeout: fuzzTimeout(0.02) }, async () => {
    await fuzz(0.02, anyRule, (rule) => {
      const read = parseRule(rule)
      expect({ ...parseRule(formatRule(read)), warnings: [] }).toEqual({ ...read, warnings: [] })
    })
  })

  it('is read or refused when it is damaged', { timeout: fuzzTimeout(0.05) }, async () => {
    const seeds = fc.sample(anyRule, { numRuns: 200, seed: 1 })
    await fuzz(0.05, fc.tuple(damaged(seeds), anyStart), ([rule, start]) => {
      try {
        expandRule(rule, start, { limit: 20 })
      } catch (error) {
        expect(CalendarError.is(error), String(error)).toBe(true)
      }
    })
  })

  it('has bounds that hold every instance of a series with several of them', {
    timeout: fuzzTimeout(0.08),
  }, async () => {
    const series = fc.tuple(
      anyStart,
      fc.array(anyRule, { maxLength: 2 }),
      fc.array(anyRule, { maxLength: 1 }),
      fc.array(anyStart, { maxLength: 3 }),
    )
    await fuzz(0.08, series, ([start, rrules, exrules, dates]) => {
      const facts: SeriesFacts = {
        ...{
          start,
          end: null,
          duration: 'PT90M',
          rrules,
          exrules,
          exdates: dates.slice(0, 1),
          overrides: [],
          zones: {},
        },
        rdates: dates.map((date) => ({ start: date })),
      }
      const { firstStartMs, lastEndMs } = seriesBounds(facts)
      const whole = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }
      for (const instance of expandSeries(facts, { range: whole, maxInstances: 150 }).instances) {
        expect(instance.startMs).toBeGreaterThanOrEqual(firstStartMs)
        expect(instance.endMs).toBeLessThanOrEqual(lastEndMs)
      }
    })
  })
})
