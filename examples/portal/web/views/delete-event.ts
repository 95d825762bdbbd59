import { type CalendarEvent, call, eventFile, putEventFile } from '../api.ts'
import { objectPath, occurrencePath, type Scope } from './event-paths.ts'

/** Deletes, and gives the way back: the object as it was, put in again where it stood. */
export const deleteEvent = async (event: CalendarEvent, scope: Scope): Promise<() => Promise<void>> => {
  const file = await eventFile(objectPath(event))
  await call('DELETE', occurrencePath(event, scope))
  return () => putEventFile(objectPath(event), file)
}
