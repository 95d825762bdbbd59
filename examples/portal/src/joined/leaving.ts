import type { Origin } from '@dayport/core'

/** What deletes a calendar of the portal when its tie to an outside one ends: all that was in it goes on there. */
export const leavingOrigin: Origin = { door: 'sync' }
