import type { CalDavSubscriptions } from '@dayport/caldav-protocol'
import { SubscriptionError, type Subscriptions } from '@dayport/ical-export/subscription'

/** The portal's subscriptions, as a calendar program makes and sees them. */
export const davSubscriptions = (subscriptions: Subscriptions): CalDavSubscriptions => ({
  subscribe: async (who, draft, options) => {
    try {
      return (await subscriptions.subscribe(who, draft, options)).calendar
    } catch (error) {
      if (SubscriptionError.is(error)) return null
      throw error
    }
  },
  sourceOf: async (who, calendar, options) =>
    (await subscriptions.list(who, options)).find((record) => record.calendar === calendar) ?? null,
})
