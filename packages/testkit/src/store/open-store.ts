import type { Calendar, CalendarId, DayportStore } from '@dayport/core'
import type { TestContext } from 'vitest'

/** A store under test, fresh and empty. */
export interface OpenStore {
  readonly store: DayportStore
  /** Called after each test. */
  close?(): Promise<void>
  /** Closes the store and opens it again over the same data. Left out by a store that keeps nothing. */
  reopen?(): Promise<OpenStore>
  /** Forgets every tombstone of a calendar. Left out by a store that never forgets. */
  pruneTombstones?(calendar: CalendarId): Promise<unknown>
}

export type OpenStoreForTest = () => Promise<OpenStore>

/** What a test is given. */
export interface StoreKit extends OpenStore {
  readonly calendar: Calendar
  /** Ends the test as skipped: the store lacks an optional part. */
  skip(why: string): never
}

/** Runs a test with a fresh store and one calendar of `ann` in it, and closes the store whatever happens. */
export const withStore =
  (open: OpenStoreForTest, test: (kit: StoreKit) => Promise<void>) =>
  async (context?: TestContext): Promise<void> => {
    const opened = await open()
    const skip = (why: string): never => {
      if (context === undefined) throw new TypeError('only a test can be skipped')
      return context.skip(why)
    }
    try {
      const calendar = await opened.store.createCalendar({ owner: 'ann', name: 'work' })
      await test({ ...opened, calendar, skip })
    } finally {
      await opened.close?.()
    }
  }
