import type { SyncSide } from '../exchange/side.tsx'
import { joinedEvent } from './joined-event.ts'

/** A joined calendar as the other side of one of the portal. */
export const sideOf = (id: string): SyncSide => ({
  path: `/joined/calendars/${encodeURIComponent(id)}`,
  page: `/outside?calendar=${encodeURIComponent(id)}`,
  event: joinedEvent,
})
