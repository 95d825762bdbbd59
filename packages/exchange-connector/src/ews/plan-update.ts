import { CalendarError } from '@dayport/core'
import { differingFields, isSameSpan } from '../event/compare.ts'
import type { ExchangeEvent } from '../event/model.ts'
import { serializePortalData } from '../event/portal-data.ts'
import { isSameRecurrence } from '../event/recurrence-of.ts'
import type { WritableField } from './item-fields.ts'
import type { LoadedItem } from './load.ts'
import { isSameExceptions } from './occurrences.ts'
import type { PortalField } from './properties.ts'

/** What an item says of us and of the event that it was written from. */
export const portalOf = (event: ExchangeEvent, origin: string): Partial<Record<PortalField, string | null>> => ({
  uid: event.uid,
  origin,
  data: event.portalData === null ? null : serializePortalData(event.portalData),
})

/** What an update of an item has to write. */
export interface UpdatePlan {
  readonly fields: ReadonlySet<WritableField>
  readonly portal: Partial<Record<PortalField, string | null>>
  /** Exchange will drop the exceptions: all of them are written again. */
  readonly rebuild: boolean
  /** Single exceptions differ. */
  readonly exceptions: boolean
}

/** Compares an item with what is wanted. */
export const planUpdate = (current: LoadedItem, wanted: ExchangeEvent, origin: string): UpdatePlan => {
  const { event, item } = current
  const fields = new Set<WritableField>([...differingFields(event, wanted)])
  const isSameTime = isSameSpan(event.span, wanted.span)
  const isSameRule = isSameRecurrence(event.recurrence, wanted.recurrence)
  // A deleted occurrence comes back only with the whole rule.
  const isRestored = event.deleted.some((date) => !wanted.deleted.includes(date))
  const isRebuilt = !isSameTime || !isSameRule || isRestored
  if (!isSameTime) fields.add('span')
  if (wanted.recurrence !== null ? isRebuilt : !isSameRule) {
    fields.add('recurrence')
    fields.add('span')
  }
  const hasExceptions = wanted.deleted.length + wanted.exceptions.length > 0
  const rebuild = isRebuilt && wanted.recurrence !== null && hasExceptions
  const portal: Partial<Record<PortalField, string | null>> = {}
  for (const [key, value] of Object.entries(portalOf(wanted, origin)) as [PortalField, string | null][]) {
    if (item.portal[key] !== value) portal[key] = value
  }
  if (rebuild) portal.pending = 'update'
  const exceptions = !rebuild && wanted.recurrence !== null && !isSameExceptions(event, wanted)
  return { fields, portal, rebuild, exceptions }
}

/** Response, reminder, categories, free/busy and privacy are the invited person's; all else is the organiser's. */
const ownFields: ReadonlySet<WritableField> = new Set<WritableField>([
  'reminderMinutes',
  'categories',
  'showAs',
  'sensitivity',
])

/** @throws {CalendarError} `forbidden` for a write on an invitation that its organiser alone may do. */
export const assertOwnFields = (plan: UpdatePlan): void => {
  const foreign = [...plan.fields].filter((field) => !ownFields.has(field))
  if (plan.rebuild || plan.exceptions) foreign.push('recurrence')
  if (foreign.length === 0) return
  throw new CalendarError('forbidden', 'the meeting belongs to its organiser', {
    details: { reason: 'organizer', fields: [...new Set(foreign)] },
  })
}
