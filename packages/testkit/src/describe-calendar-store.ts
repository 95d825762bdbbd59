import { describe } from 'vitest'
import { describeBodies } from './store/bodies.ts'
import { describeCalendars } from './store/calendars.ts'
import { describeChanges } from './store/changes.ts'
import { describeConditions } from './store/conditions.ts'
import { describeDurability } from './store/durability.ts'
import { describeObjects } from './store/objects.ts'
import type { OpenStoreForTest } from './store/open-store.ts'
import { describeQueries } from './store/queries.ts'
import { describeUnitsOfWork } from './store/units-of-work.ts'

/**
 * The contract of `DayportStore` as a vitest suite: every sentence of the seams' docstrings that a store could break. Each test
 * opens a fresh, empty store and closes it.
 */
export const describeCalendarStore = (name: string, open: OpenStoreForTest): void => {
  describe(`calendar store: ${name}`, () => {
    describeCalendars(open)
    describeObjects(open)
    describeConditions(open)
    describeChanges(open)
    describeQueries(open)
    describeBodies(open)
    describeUnitsOfWork(open)
    describeDurability(open)
  })
}
