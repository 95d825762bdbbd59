import type { Caller } from '../api/operation.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'

/** @throws {PortalError} `door-off` where outside calendars are not for the caller. */
export const assertDoor = ({ doors }: Pick<PortalParts, 'doors'>, caller: Caller): void => {
  if (!doors.mayUse('joined', caller.principal)) {
    throw new PortalError('door-off', 'Outside calendars are switched off')
  }
}
