import { type CalendarEvent, call, eventFile, upload } from '../api.ts'
import { importEnd } from '../ui/use-import-job.ts'
import { objectPath, occurrencePath, type Scope } from './event-paths.ts'

/** Deletes, and gives the way back: the object as it was, put in again under its own UID. */
export const deleteEvent = async (event: CalendarEvent, scope: Scope): Promise<() => Promise<void>> => {
  const file = await eventFile(objectPath(event))
  await call('DELETE', occurrencePath(event, scope))
  return async () => {
    await importEnd(await upload(`/calendars/${encodeURIComponent(event.calendar)}/import`, file, () => {}))
  }
}
