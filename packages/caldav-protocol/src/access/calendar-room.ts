import type { CallOptions } from '@dayport/core'
import { refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { CalendarResource } from '../resources.ts'
import { dav } from '../wire/names.ts'

/**
 * Whether an object of that size still fits into a calendar under a name. What makes the calendar smaller always does.
 *
 * @throws {DavError} 507 quota-not-exceeded. RFC 4331 §6.
 */
export const assertCalendarRoom = async (
  x: Exchange,
  { calendar }: CalendarResource,
  name: string,
  bytes: number,
  call: CallOptions = {},
): Promise<void> => {
  const most = x.limits.maxCalendarBytes
  if (calendar.bytes === undefined || calendar.bytes + bytes <= most) return
  const replaced = (await x.service.getObject(x.who, { calendar: calendar.id, name }, call))?.data.length ?? 0
  if (bytes > replaced && calendar.bytes - replaced + bytes > most) throw refusal(507, dav('quota-not-exceeded'))
}
