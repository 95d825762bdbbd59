import { parseCalendar, validateObject } from '@dayport/core/ical'
import { createItemMapping, type ListItem } from '@dayport/outlook-sync'
import { shownOccurrences } from '@dayport/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, type SeriesParts, sayableSeries, seriesText, strangeSeries } from './generate.ts'
import { context, inner, rowsOf, runs, shownLines, trueOccurrences, uploadOf, wide } from './truth.ts'

const mapping = createItemMapping()
const dataOf = (parts: SeriesParts): Uint8Array => bytesOf(seriesText(parts, context.timeZone))
const itemsOf = (data: Uint8Array): readonly ListItem[] => mapping.itemsOf(data, context).items

describe('a series that the format can say (specification section 8.2)', () => {
  it('is shown in Outlook at exactly its true times, inside and outside the window', () => {
    fc.assert(
      fc.property(sayableSeries, (parts) => {
        const data = dataOf(parts)
        const mapped = mapping.itemsOf(data, context)
        expect(mapped.windowed).toBe(false)
        const shown = shownOccurrences(rowsOf(mapped.items), wide)
        expect(shown.faults).toEqual([])
        expect(shownLines(shown)).toEqual(trueOccurrences(data, wide))
      }),
      { numRuns: 400 * runs },
    )
  })

  it('comes back from the items as a series of the same occurrences', () => {
    fc.assert(
      fc.property(sayableSeries, (parts) => {
        const data = dataOf(parts)
        const items = itemsOf(data)
        fc.pre(items[0]?.kind === 'master' && items.every(({ kind }) => kind !== 'single'))
        const [master, ...others] = rowsOf(items)
        let made = mapping.create(uploadOf(master!), context)
        for (const row of others) made = mapping.addOccurrence(made, uploadOf(row), context).data
        validateObject(parseCalendar(made))
        expect(trueOccurrences(made, wide)).toEqual(trueOccurrences(data, wide))
        const shown = shownOccurrences(rowsOf(itemsOf(made)), wide)
        expect(shown.faults).toEqual([])
        expect(shownLines(shown)).toEqual(trueOccurrences(data, wide))
      }),
      { numRuns: 250 * runs },
    )
  })
})

describe('a series that the format cannot say (specification section 8.6)', () => {
  it('is shown in Outlook at exactly its true times within the window', () => {
    fc.assert(
      fc.property(strangeSeries, (parts) => {
        const data = dataOf(parts)
        const items = itemsOf(data)
        const shown = shownOccurrences(rowsOf(items), inner)
        expect(shown.faults).toEqual([])
        expect(shownLines(shown)).toEqual(trueOccurrences(data, inner))
        expect(new Set(items.map(({ key }) => key)).size).toBe(items.length)
      }),
      { numRuns: 700 * runs },
    )
  })
})
